package e2e

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	// slowEvents is how much history there is, in events: more than the kernel
	// takes off our hands for a reader that takes none of it.
	slowEvents = 20_000
	// slowGrace is how long after its time a slow client may be found there.
	slowGrace = 20 * time.Second
	// slowRSSBytes is what the process may have after all that: the rows of the
	// history are in memory, too, and garbage is collected late.
	slowRSSBytes = 800 << 20
)

// slow are clients that begin well and then send drop by drop, or take nothing
// of what they are sent.
type slow struct {
	what   string
	n      int
	begins string
	drop   string        // sent twice a second, for as long as they are let
	within time.Duration // they are cut off
	takes  bool
	conns  []net.Conn
}

// open opens the connections.
func (s *slow) open(g *guarded) {
	g.Helper()
	for range s.n {
		c, err := net.Dial("tcp", g.process.HTTP)
		if err != nil {
			g.Fatal(err)
		}
		if !s.takes {
			c.(*net.TCPConn).SetReadBuffer(4 << 10)
		}
		g.Cleanup(func() { c.Close() })
		io.WriteString(c, s.begins)
		s.conns = append(s.conns, c)
	}
}

// nudge sends a drop on each, and forgets those that are cut off.
func (s *slow) nudge() {
	open := s.conns[:0]
	for _, c := range s.conns {
		c.SetDeadline(time.Now().Add(time.Millisecond))
		_, err := io.WriteString(c, s.drop)
		if err == nil && s.takes {
			for err == nil {
				_, err = c.Read(make([]byte, 512))
			}
		}
		if err == nil || os.IsTimeout(err) {
			open = append(open, c)
		}
	}
	s.conns = open
}

// TestSlowClients: who sends head, body or file drop by drop, or takes nothing of
// an answer, an export or a stream, is cut off in time; the others are
// answered all along, and it takes little memory.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, filepath.Join(t.TempDir(), "data"))
	g.story()
	g.longHistory()
	acme := g.partnerToken("acme")
	auditor, _ := g.makes("--role", "auditor", "--partner", "acme")
	head := func(request, token string) string {
		return request + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n"
	}
	list := head("GET /v1/events?limit=1000", acme) + "\r\n"
	const file = "POST /v1/accounts/contoso/imports?behavior=add_only"
	all := []*slow{
		{what: "heads", n: 50, begins: "GET /v1/accounts HTTP/1.1\r\nHost: a\r\nX: ", drop: "a", takes: true, within: 10 * time.Second},
		{what: "bodies", n: 50, begins: head("POST /v1/commands/PlaceOrder", acme) + "Content-Length: 900000\r\n\r\n{", drop: " ", takes: true, within: time.Minute},
		{what: "bodies in chunks", n: 10, begins: head("POST /v1/commands/PlaceOrder", acme) + "Transfer-Encoding: chunked\r\n\r\n", drop: "1\r\n \r\n", takes: true, within: time.Minute},
		{what: "files that stop", n: 2, begins: head(file, acme) + "Content-Length: 900000\r\n\r\nEMAIL,NAME\r\n", takes: true, within: 30 * time.Second},
		{what: "lists", n: 10, begins: strings.Repeat(list, 30), drop: "G", within: time.Minute},
		{what: "streams", n: 10, begins: head("GET /v1/events/stream?from=1", acme) + "\r\n", drop: "G", within: 30 * time.Second},
		{what: "an export", n: 1, begins: head("GET /v1/replay/export", auditor) + "\r\n", drop: "G", within: 30 * time.Second},
	}
	begin := time.Now()
	for _, s := range all {
		s.open(g)
	}
	good := g.as(g.token)
	g.eventually(10*time.Second, "the slow are there", func() bool {
		return strings.Contains(string(good.Get("/metrics").Body), "seatledger_event_streams_open 10\n")
	})
	for request, c := range map[string]struct{ theirs, others string }{file: {acme, g.token}, "GET /v1/replay/export": {auditor, g.token}} {
		verb, path, _ := strings.Cut(request, " ")
		g.eventually(10*time.Second, path+" is theirs no more", func() bool { return g.as(c.theirs).Send(verb, path, []byte("EMAIL\r\n")).Status == 429 })
		if a := g.as(c.others).Send(verb, path, []byte("EMAIL\r\n")); a.Err != nil || a.Status == 429 || a.Status == 503 {
			t.Errorf("%s of others: %s", path, shown(a))
		}
	}
	for left := len(all); left > 0; time.Sleep(500 * time.Millisecond) {
		left = 0
		asked := time.Now()
		if g.status(good, "/v1/accounts", 200); time.Since(asked) > busyP99 {
			t.Errorf("a good caller waits %s", time.Since(asked))
		}
		for _, s := range all {
			if s.nudge(); len(s.conns) == 0 {
				continue
			}
			if left++; time.Since(begin) > s.within+slowGrace {
				t.Fatalf("%d %s are still there after %s", len(s.conns), s.what, time.Since(begin))
			}
		}
	}
	g.eventually(10*time.Second, "the streams' places are free", func() bool {
		return strings.Contains(string(good.Get("/metrics").Body), "seatledger_event_streams_open 0\n")
	})
	if a := g.as(acme).Send("POST", strings.TrimPrefix(file, "POST "), []byte("EMAIL,NAME\r\nlate@contoso.example,Late\r\n")); a.Status != 202 {
		t.Errorf("a file afterwards: %s", shown(a))
	}
	if a := g.as(auditor).Get("/v1/replay/export"); a.Status != 200 || strings.Count(string(a.Body), "\n") < slowEvents {
		t.Errorf("an export afterwards: %d, %d bytes", a.Status, len(a.Body))
	}
	if rss := g.rss(); rss > slowRSSBytes {
		t.Errorf("the process has %d MiB", rss>>20)
	}
	g.quiet()
}

// longHistory imports users, an event each.
func (g *guarded) longHistory() {
	g.Helper()
	var rows strings.Builder
	rows.WriteString("EMAIL,NAME\r\n")
	for i := range slowEvents {
		fmt.Fprintf(&rows, "user%d@contoso.example,User %d of a long history\r\n", i, i)
	}
	admin := g.as(g.token)
	job := admin.Send("POST", "/v1/accounts/contoso/imports?behavior=add_only", []byte(rows.String()))
	id, _ := job.View["id"].(string)
	g.eventually(2*time.Minute, "the users are imported", func() bool { return admin.Get("/v1/imports/" + id).View["state"] == "completed" })
}
