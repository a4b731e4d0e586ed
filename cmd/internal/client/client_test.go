package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// quick is a pace for tests: as usual, a hundred times as fast.
var quick = pace{first: time.Millisecond, longest: 20 * time.Millisecond, commandFor: 2 * time.Second, streamIdle: 300 * time.Millisecond}

// ledger serves h and gives a client of it.
func ledger(t testing.TB, o Options, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	c, err := New(srv.URL+"/", o)
	if err != nil {
		t.Fatal(err)
	}
	c.pace = quick
	t.Cleanup(func() {
		c.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	return c
}

func answerWith(w http.ResponseWriter, position, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Ledger-Position", position)
	w.Header().Set("ETag", `"e`+position+`"`)
	fmt.Fprint(w, body)
}

func fail(w http.ResponseWriter, status int, code, retryAfter string) {
	w.Header().Set("Content-Type", "application/problem+json")
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type":"urn:seatledger:problem:%s","title":"T","status":%d,"detail":"D.","code":%q,"errors":[{"location":"query.limit","message":"M"}],"later":1}`, code, status, code)
}

// problemOf is the problem that err is.
func problemOf(t testing.TB, err error) *Problem {
	t.Helper()
	var p *Problem
	if !errors.As(err, &p) {
		t.Fatalf("no problem: %v", err)
	}
	return p
}

func TestNew(t *testing.T) {
	for _, bad := range []string{"127.0.0.1:8080", "ftp://a", "http://", "http://a?b", "http://a#b", "://"} {
		if _, err := New(bad, Options{}); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	for server, want := range map[string]string{"": DefaultServer, "https://a/b/": "https://a/b"} {
		if c, err := New(server, Options{}); err != nil || c.base != want {
			t.Errorf("%q: %v", server, err)
		}
	}
}

func TestEnviron(t *testing.T) {
	want := Options{Token: "t", Role: "r", Scope: "s", Actor: "a"}
	for name, value := range map[string]string{"SERVER": "http://x", "TOKEN": "t", "ROLE": "r", "SCOPE": "s", "ACTOR": "a"} {
		t.Setenv("SEATLEDGER_"+name, value)
	}
	if server, o := Environ(); server != "http://x" || o != want {
		t.Fatalf("%s %+v", server, o)
	}
}

func TestWhoAsks(t *testing.T) {
	var got http.Header
	c := ledger(t, Options{Token: "secret", Role: "partner", Scope: "acme"}, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		answerWith(w, "1", `{}`)
	})
	if _, err := c.Get(t.Context(), "/v1/accounts", nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer secret", "Seatledger-Role": "partner", "Seatledger-Scope": "acme", "Seatledger-Actor": "",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: %q", name, got.Get(name))
		}
	}
}

func TestProblems(t *testing.T) {
	status, body := http.StatusTeapot, "<html>"
	c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/orders" {
			fail(w, http.StatusUnprocessableEntity, "invalid_field", "7")
			return
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
	_, err := c.Get(t.Context(), "/v1/orders", nil)
	p := problemOf(t, err)
	if p.Status != 422 || p.Code != "invalid_field" || p.Title != "T" || p.Detail != "D." || RetryAfter(err) != 7*time.Second ||
		len(p.Errors) != 1 || p.Errors[0] != (problem.Field{Location: "query.limit", Message: "M"}) {
		t.Fatalf("%+v", p)
	}
	if err.Error() != "invalid_field: D." {
		t.Fatal(err)
	}
	for _, body = range []string{"<html>", "", `{"status":200}`, `{"detail":"x"}`, strings.Repeat("x", maxProblemBytes+1)} {
		_, err := c.Get(t.Context(), "/", nil)
		if p := problemOf(t, err); p.Status != status || p.Code != problem.Internal || !strings.Contains(p.Detail, "418") {
			t.Fatalf("%+v", p)
		}
	}
}

func TestRetryAfterHeader(t *testing.T) {
	soon := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
	if d := retryAfter(soon); d < 80*time.Second || d > 90*time.Second {
		t.Error(d)
	}
	for _, h := range []string{"", "-1", "x", "99999999999999999999", "Mon, 02 Jan 2006 15:04:05 GMT"} {
		if d := retryAfter(h); d != 0 {
			t.Errorf("%s: %v", h, d)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var asked atomic.Int32
	c := ledger(t, Options{Token: "secret"}, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	})
	_, err := c.Get(t.Context(), "/v1/accounts", nil)
	if p := problemOf(t, err); p.Status != http.StatusFound || asked.Load() != 1 {
		t.Fatalf("%+v, asked %d times", p, asked.Load())
	}
}

func TestConnectionsAreKept(t *testing.T) {
	const callers, each = 32, 20
	var opened atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answerWith(w, "1", `{}`) }))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	c, err := New(srv.URL, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range each {
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				if _, err := c.Get(context.Background(), "/", nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	if n := opened.Load(); n > 2*callers {
		t.Fatalf("%d connections for %d callers", n, callers)
	}
}
