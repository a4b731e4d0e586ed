package api

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// eventually waits until a thing is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

// TestLargeBodiesAreBounded: one token's large bodies that do not end take the
// places of that token, and no more; small ones need none.
func TestLargeBodiesAreBounded(t *testing.T) {
	s, admin := newGuarded(t)
	var open []net.Conn
	for range maxCallerBodies {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /v1/commands/PlaceOrder HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s",
			admin[1], MaxBodyBytes, strings.Repeat(" ", smallBodyBytes))
		open = append(open, c)
	}
	eventually(t, "the places are not taken", func() bool { return s.api.bodies.open() == maxCallerBodies })
	s.post("PlaceOrder", strings.Repeat(" ", smallBodyBytes)+goodOrder, admin...).fails(t, 429, problem.RateLimited, "")
	if r := s.post("PlaceOrder", goodOrder, admin...); r.StatusCode != 200 {
		t.Errorf("a small body: %d %s", r.StatusCode, r.body)
	}
	for _, c := range open {
		c.Close()
	}
	eventually(t, "places are not given back", func() bool { return s.api.bodies.open() == 0 })
	if r := s.post("PlaceOrder", strings.Repeat(" ", smallBodyBytes)+goodOrder, admin...); r.StatusCode != 200 {
		t.Errorf("afterwards: %d %s", r.StatusCode, r.body)
	}
}

// TestShares: nobody takes more than a part, and nothing is remembered of who
// has left.
func TestShares(t *testing.T) {
	s := newShare("places", 3, 2)
	first, err := s.enter("a")
	if err != nil {
		t.Fatal(err)
	}
	second, _ := s.enter("a")
	if _, err := s.enter("a"); problem.From(err).Code != problem.RateLimited {
		t.Errorf("a third of one's own: %v", err)
	}
	third, err := s.enter("b")
	if err != nil {
		t.Errorf("another's first: %v", err)
	}
	if _, err := s.enter("c"); problem.From(err).Code != problem.Unavailable {
		t.Errorf("a fourth: %v", err)
	}
	for _, leave := range []func(){first, second, third} {
		leave()
	}
	if s.open() != 0 || len(s.by) != 0 {
		t.Errorf("%d places, %v", s.open(), s.by)
	}
}

// TestLargeAnswersAreBounded: who takes no bytes keeps a place until it goes.
func TestLargeAnswersAreBounded(t *testing.T) {
	s := newLedger(t)
	s.story()
	for range maxLarge {
		s.api.large.enter("")
	}
	s.send("GET", "/v1/accounts?limit=1000", "").fails(t, 503, problem.Unavailable, "")
	if r := s.send("GET", "/v1/accounts", ""); r.StatusCode != http.StatusOK {
		t.Errorf("a page of the usual size: %d", r.StatusCode)
	}
	s.api.large.leave("")
	if r := s.send("GET", "/v1/accounts?limit=1000", ""); r.StatusCode != http.StatusOK {
		t.Errorf("with a place: %d", r.StatusCode)
	}
	eventually(t, "the place is not given back", func() bool { return s.api.large.open() == maxLarge-1 })
}

// TestBodiesThatEndEarly are told apart from those that are no JSON.
func TestBodiesThatEndEarly(t *testing.T) {
	s := newServer(t)
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST /v1/commands/PlaceOrder HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{}")
	c.(*net.TCPConn).CloseWrite()
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || r.StatusCode != 400 {
		t.Errorf("%v %v", r, err)
	}
}
