package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// scripted stands for the writer: it answers what the test says, and keeps
// what it was asked.
type scripted struct {
	mu     sync.Mutex
	answer writer.Answer
	err    error
	asked  []writer.Request
}

func (s *scripted) Do(_ context.Context, r writer.Request) (writer.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r)
	if s.err == errPanic {
		panic("boom")
	}
	return s.answer, s.err
}

func (s *scripted) last() writer.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[len(s.asked)-1]
}

func oneEvent() writer.Answer {
	return writer.Answer{CommandID: "01J00000000000000000000000", Position: 7, EventsTotal: 1,
		Events: []aggregates.EventRef{{ID: "01J00000000000000000000001", Type: "OrderPlaced", Position: 7}}}
}

// server runs an API over a real listener.
type server struct {
	*httptest.Server
	t        *testing.T
	api      *API
	commands *scripted
	registry *prometheus.Registry
	log      *strings.Builder
}

func newServer(t *testing.T, change ...func(*Config)) *server {
	t.Helper()
	s := &server{t: t, commands: &scripted{answer: oneEvent()}, registry: prometheus.NewRegistry(), log: new(strings.Builder)}
	c := Config{Access: access.Dev{}, Commands: s.commands, Metrics: s.registry, Version: "test",
		Ready: func() error { return nil }, Log: slog.New(slog.NewTextHandler(s.log, nil))}
	for _, f := range change {
		f(&c)
	}
	var err error
	if s.api, err = New(c); err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewUnstartedServer(s.api)
	s.Config = NewServer(s.api)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// reply is an answer, read to its end.
type reply struct {
	*http.Response
	body []byte
}

// send sends a request; headers are pairs.
func (s *server) send(method, path, body string, headers ...string) reply {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	res, err := s.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{res, b}
}

func (s *server) post(name, body string, headers ...string) reply {
	s.t.Helper()
	return s.send("POST", "/v1/commands/"+name, body, headers...)
}

// problem reads the answer as a problem, and checks that it is a whole one.
func (r reply) problem(t *testing.T) *problem.Problem {
	t.Helper()
	p := new(problem.Problem)
	if err := json.Unmarshal(r.body, p, json.RejectUnknownMembers(true)); err != nil {
		t.Fatalf("not a problem: %v: %s", err, r.body)
	}
	if ct := r.Header.Get("Content-Type"); ct != problem.ContentType {
		t.Errorf("content type %q", ct)
	}
	if p.Status != r.StatusCode || p.Title == "" || p.Detail == "" || p.Type != "urn:seatledger:problem:"+string(p.Code) {
		t.Errorf("status %d, problem %+v", r.StatusCode, p)
	}
	return p
}

// fails checks that the answer is a problem of a code, and blames a place
// unless that is empty.
func (r reply) fails(t *testing.T, status int, code problem.Code, location string) *problem.Problem {
	t.Helper()
	p := r.problem(t)
	if r.StatusCode != status || p.Code != code {
		t.Errorf("%d %s, want %d %s: %s", r.StatusCode, p.Code, status, code, r.body)
	}
	if location != "" && (len(p.Errors) == 0 || p.Errors[0].Location != location) {
		t.Errorf("blames %v, want %s", p.Errors, location)
	}
	return p
}
