package api

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// reader reads an event stream.
type reader struct {
	t     *testing.T
	res   *http.Response
	lines *bufio.Scanner
	leave context.CancelFunc
}

// open opens a stream, which must be answered.
func (s *server) open(query string, headers ...string) *reader {
	s.t.Helper()
	ctx, leave := context.WithTimeout(context.Background(), time.Minute)
	r, _ := http.NewRequestWithContext(ctx, "GET", s.URL+"/v1/events/stream"+query, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	s.t.Cleanup(func() { leave(); res.Body.Close() })
	return &reader{s.t, res, bufio.NewScanner(res.Body), leave}
}

// next reads one event as "id type data".
func (r *reader) next() string {
	r.t.Helper()
	var parts []string
	for r.lines.Scan() {
		name, value, _ := strings.Cut(r.lines.Text(), ": ")
		switch name {
		case "id", "event", "data":
			parts = append(parts, value)
		case "":
			if len(parts) == 3 {
				return strings.Join(parts, " ")
			}
		}
	}
	r.t.Fatalf("the stream ended: %v", r.lines.Err())
	return ""
}

// begins checks that the next event begins like that.
func (r *reader) begins(want string) string {
	r.t.Helper()
	got := r.next()
	if !strings.HasPrefix(got, want+" ") {
		r.t.Errorf("%s, want %s", got, want)
	}
	return got
}

func TestStreamIsLive(t *testing.T) {
	s := newLedger(t)
	end := s.story()
	all, mine := s.open(""), s.open("", as("account_admin", "contoso")...)
	sealed := s.open("?type=UserAdded", as("consumer", "acme")...)
	s.do("EnableSingleSignOnIntegration", `{"account_id":"initech"}`)
	s.do("AddUser", `{"account_id":"contoso","user_id":"eve","email":"eve@contoso.example","name":"Eve"}`)
	all.begins(fmt.Sprint(end+1, " SingleSignOnIntegrationEnabled"))
	for _, r := range []*reader{all, mine} {
		if got := r.begins(fmt.Sprint(end+2, " UserAdded")); !strings.Contains(got, "eve@contoso.example") {
			t.Error(got)
		}
	}
	if got := sealed.begins(fmt.Sprint(end+2, " UserAdded")); strings.Contains(got, "eve@") || !strings.Contains(got, `{"sealed":`) {
		t.Error(got)
	}
}

// TestStreamResumes: every event once, in order, over more than one page, and
// what comes while the past is sent.
func TestStreamResumes(t *testing.T) {
	s := newLedger(t)
	s.story()
	var last uint64
	for i := range streamPage {
		last = s.do("RecordUserActivity", fmt.Sprintf(`{"account_id":"contoso","user_id":"ann","at":%q}`,
			time.Date(2020, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.RFC3339))).Position
	}
	s.get(fmt.Sprintf("/v1/partners?min_position=%d", last))
	r, from := s.open("", "Last-Event-ID", "5"), s.open("?from=6")
	s.do("EnableSingleSignOnIntegration", `{"account_id":"initech"}`)
	for n := uint64(6); n <= last+1; n++ {
		head := fmt.Sprint(n, " ")
		if got, same := r.next(), from.next(); !strings.HasPrefix(got, head) || got != same {
			t.Fatalf("%s and %s, want %d", got, same, n)
		}
	}
	s.open("?type=UserAdded", "Last-Event-ID", "0").begins("12 UserAdded")
}

func TestBadStreams(t *testing.T) {
	t.Parallel()
	s := newLedger(t)
	s.story()
	const path = "/v1/events/stream"
	s.send("GET", path, "", "Last-Event-ID", "x").fails(t, 400, problem.InvalidRequest, "header.Last-Event-ID")
	s.send("GET", path, "", "Last-Event-ID", "999999").fails(t, 422, problem.InvalidField, "header.Last-Event-ID")
	s.send("GET", path+"?to=9", "").fails(t, 400, problem.InvalidRequest, "query.to")
	for _, role := range []string{"micollab", "system"} {
		s.send("GET", path, "", as(role, "contoso")...).fails(t, 403, problem.Forbidden, "")
	}
	s.send("POST", path, "").fails(t, 405, problem.MethodNotAllowed, "")
}

func TestStreamsAreBounded(t *testing.T) {
	s := newLedger(t)
	s.story()
	first := s.open("")
	for range s.api.streams.all - 1 {
		s.api.streams.enter("")
	}
	r := s.send("GET", "/v1/events/stream", "")
	r.fails(t, 503, problem.Unavailable, "")
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	first.leave()
	for deadline := time.Now().Add(10 * time.Second); s.api.streams.open() == s.api.streams.all; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a stream whose reader left is still open")
		}
	}
	s.open("")
}

func TestStreamsEndWithTheServer(t *testing.T) {
	s := newLedger(t)
	s.story()
	r := s.open("")
	ended := make(chan error, 1)
	go func() { ended <- s.Config.Shutdown(context.Background()) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("an open stream holds up the server")
	}
	for r.lines.Scan() {
	}
	if err := r.lines.Err(); err != nil {
		t.Errorf("the stream broke off: %v", err)
	}
}
