package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/cmd/internal/trail"
)

// newGuarded is a server with tokens and what is kept of it, and an admin's
// header.
func newGuarded(t *testing.T, change ...func(*Config)) (*server, []string) {
	t.Helper()
	tokens, err := access.OpenTokens(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	operations, err := trail.OpenOperations(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	attempts, err := trail.OpenAttempts(t.TempDir(), time.Now, func(string, string) string { return "acme" }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { attempts.Close(); operations.Close() })
	s := newServer(t, append(change, func(c *Config) {
		c.Access, c.Tokens, c.Operations, c.Attempts = &access.Bearer{Tokens: tokens}, tokens, operations, attempts
	})...)
	secret, _, err := tokens.Create(access.Grant{Role: "admin"}, "test")
	if err != nil {
		t.Fatal(err)
	}
	return s, []string{"Authorization", "Bearer " + secret}
}

func TestTokensOverHTTP(t *testing.T) {
	s, admin := newGuarded(t)
	for _, c := range []struct {
		body, blames string
		status       int
		code         problem.Code
	}{
		{`{"role":"partner"}`, "partner_id", 422, problem.InvalidField},
		{`{"role":"king"}`, "role", 422, problem.InvalidField},
		{`{"role":"admin","expires_at":"2001-01-01T00:00:00Z"}`, "expires_at", 422, problem.InvalidField},
		{`{"role":"admin","colour":1}`, "colour", 400, problem.InvalidRequest},
		{`{"role":7}`, "role", 400, problem.InvalidRequest},
		{`[`, "", 400, problem.InvalidRequest},
		{strings.Repeat(" ", MaxBodyBytes+1), "", 413, problem.TooLarge},
	} {
		s.send("POST", tokensPath, c.body, admin...).fails(t, c.status, c.code, c.blames)
	}
	r := s.send("POST", tokensPath, `{"role":"auditor","partner_id":"acme","name":"tax"}`, admin...)
	var made TokenShown
	if err := json.Unmarshal(r.body, &made); err != nil || made.Token == "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s %v", r.body, r.Header)
	}
	auditor := []string{"Authorization", "Bearer " + made.Token}
	s.send("GET", tokensPath, "", auditor...).fails(t, 403, problem.Forbidden, "")
	s.send("POST", tokensPath, `{"role":"admin"}`, auditor...).fails(t, 403, problem.Forbidden, "")
	s.send("DELETE", tokensPath+"/"+made.ID, "", auditor...).fails(t, 403, problem.Forbidden, "")
	list := s.send("GET", tokensPath, "", admin...)
	if strings.Contains(string(list.body), "seatledger_") || strings.Contains(string(list.body), "sha256") || !strings.Contains(string(list.body), made.ID) {
		t.Errorf("%s", list.body)
	}
	if r := s.send("PUT", tokensPath, "", admin...); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("%d %s", r.StatusCode, r.Header.Get("Allow"))
	}
	s.send("DELETE", tokensPath+"/none", "", admin...).fails(t, 404, problem.NotFound, "")
	if r := s.send("DELETE", tokensPath+"/"+made.ID, "", admin...); r.StatusCode != 204 || len(r.body) != 0 {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	s.send("GET", attemptsPath, "", auditor...).fails(t, 401, problem.Unauthenticated, "")
	if log := s.log.String(); strings.Contains(log, made.Token) || !strings.Contains(log, made.ID) {
		t.Errorf("%s", log)
	}
	s.operations(admin, "token_revoked token_made")
}

func (s *server) operations(who []string, want string) {
	s.t.Helper()
	if got := s.ids(operationsPath, "kind", who...); got != want {
		s.t.Errorf("operations: %s, want %s", got, want)
	}
}

func TestAttemptsOverHTTP(t *testing.T) {
	live := newLedger(t)
	s, admin := newGuarded(t, func(c *Config) { c.Views = live.api.Views })
	s.commands.err = rule.Refuse(rule.OrderExpired, "of %s", "ann@example.com")
	const assign = `{"order_id":"o1","account_id":"contoso"}`
	for range 3 {
		s.post("AssignOrder", assign, admin...).fails(t, 409, problem.Code(rule.OrderExpired), "")
	}
	s.post("AssignOrder", `{"order_id":1}`, admin...).fails(t, 400, problem.InvalidRequest, "")
	s.post("AssignOrder", `{"order_id":"a b","account_id":"contoso"}`, admin...).fails(t, 422, problem.InvalidField, "")
	const filter = "?limit=2&command=AssignOrder&code=order_expired&partner_id=acme"
	page, r := s.get(attemptsPath+filter, admin...)
	if len(page["items"].([]any)) != 2 || strings.Contains(string(r.body), "@") {
		t.Fatalf("%s", r.body)
	}
	next := fmt.Sprintf("cursor=%v", page["next_cursor"])
	rest, _ := s.get(attemptsPath+filter+"&"+next, admin...)
	if len(rest["items"].([]any)) != 1 || rest["next_cursor"] != nil {
		t.Errorf("%v", rest)
	}
	s.send("GET", operationsPath+"?"+next, "", admin...).fails(t, 422, problem.InvalidField, "query.cursor")
	for query, status := range map[string]int{next: 422, "cursor=x": 422, "cursor=2": 422, "code=none": 422, "command=None": 422, "limit=x": 400, "as_of=3": 400, "from=x": 400, "limit=0": 422} {
		if r := s.send("GET", attemptsPath+"?"+query, "", admin...); r.StatusCode != status {
			t.Errorf("%s: %d %s", query, r.StatusCode, r.body)
		}
	}
}

func TestStreamsOfOneTokenAreBounded(t *testing.T) {
	live := newLedger(t)
	s, admin := newGuarded(t, func(c *Config) { c.Views, c.MaxCallerStreams = live.api.Views, 2 })
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for range 2 {
		r, _ := http.NewRequestWithContext(ctx, "GET", s.URL+streamPath, nil)
		r.Header.Set(admin[0], admin[1])
		resp, err := s.Client().Do(r)
		if err != nil || resp.StatusCode != 200 {
			t.Fatal(resp, err)
		}
		defer resp.Body.Close()
	}
	r := s.send("GET", streamPath, "", admin...)
	r.fails(t, 429, problem.RateLimited, "")
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	leave()
	for deadline := time.Now().Add(20 * time.Second); s.api.streams.open() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a stream that was left keeps its place")
		}
	}
	if n := len(s.api.streams.by); n != 0 {
		t.Errorf("%d callers are remembered", n)
	}
}
