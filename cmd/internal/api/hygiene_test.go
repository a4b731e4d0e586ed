package api

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

func TestPathsAndMethods(t *testing.T) {
	s := newServer(t)
	s.send("GET", "/nowhere", "").fails(t, 404, problem.NotFound, "")
	s.send("POST", "/v1/orders/", "").fails(t, 404, problem.NotFound, "")
	if allow := s.send("GET", "/v1/commands/PlaceOrder", "").Header.Get("Allow"); allow != "POST" {
		t.Errorf("Allow: %s", allow)
	}
	for _, method := range []string{"GET", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		s.send(method, "/v1/commands/PlaceOrder", "").fails(t, 405, problem.MethodNotAllowed, "")
	}
	r := s.send("DELETE", "/healthz", "")
	r.fails(t, 405, problem.MethodNotAllowed, "")
	if allow := r.Header.Get("Allow"); allow != "GET, HEAD" {
		t.Errorf("Allow: %s", allow)
	}
}

func TestHead(t *testing.T) {
	s := newLedger(t)
	for _, path := range []string{"/", "/healthz", "/openapi.json", "/v1/schemas/OrderPlaced.v1", "/v1/events/stream"} {
		r := s.send("HEAD", path, "")
		if r.StatusCode != 200 || len(r.body) != 0 || r.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %q %v", path, r.StatusCode, r.body, r.Header)
		}
	}
}

func TestReadiness(t *testing.T) {
	var why error
	s := newServer(t, func(c *Config) { c.Ready = func() error { return why } })
	if r := s.send("GET", "/readyz", ""); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
	why = errors.New("the views are at position 3 of 9")
	r := s.send("GET", "/readyz", "")
	if p := r.fails(t, 503, problem.Unavailable, ""); !strings.Contains(p.Detail, "3 of 9") || r.Header.Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
	if r := s.send("GET", "/healthz", ""); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
}

// TestTokens: outside --dev nothing but /healthz is answered without one, and
// nothing is told of what is there.
func TestTokens(t *testing.T) {
	dir := t.TempDir()
	tokens, err := access.OpenTokens(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := tokens.First(); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, func(c *Config) { c.Access = &access.Bearer{Tokens: tokens} })
	paths := []string{"/", "/readyz", "/metrics", "/openapi.json", "/v1/schemas/OrderPlaced.v1", "/v1/events/stream", "/nowhere"}
	for i := range views {
		paths = append(paths, views[i].path)
	}
	for _, path := range paths {
		r := s.send("GET", path, "", "Seatledger-Role", "admin")
		r.fails(t, 401, problem.Unauthenticated, "")
		if r.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", path)
		}
	}
	s.post("Nonsense", `[`).fails(t, 401, problem.Unauthenticated, "")
	if r := s.send("GET", "/healthz", ""); r.StatusCode != 200 {
		t.Errorf("/healthz: %d", r.StatusCode)
	}
	b, _ := os.ReadFile(filepath.Join(dir, access.AdminFile))
	if r := s.post("PlaceOrder", goodOrder, "Authorization", "Bearer "+string(b)); r.StatusCode != 200 {
		t.Errorf("with the token: %d %s", r.StatusCode, r.body)
	}
}

func TestOtherSitesMaySendNothing(t *testing.T) {
	s := newServer(t)
	for _, h := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		s.post("PlaceOrder", goodOrder, h...).fails(t, 403, problem.Forbidden, "")
	}
	if r := s.post("PlaceOrder", goodOrder, "Origin", s.URL); r.StatusCode != 200 {
		t.Errorf("its own page: %d", r.StatusCode)
	}
}

func TestWhoSeesMetrics(t *testing.T) {
	s := newServer(t)
	for role, status := range map[string]int{"admin": 200, "operator": 200, "auditor": 403, "system": 403} {
		if r := s.send("GET", "/metrics", "", "Seatledger-Role", role); r.StatusCode != status {
			t.Errorf("%s: %d", role, r.StatusCode)
		}
	}
}
