package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// exchangeTimeout is how long an answer may take before the ledger counts as
// hanging.
const exchangeTimeout = 60 * time.Second

// wires are the kept connections to one listener. Requests are written as they
// were prepared: a load generator that costs more than the ledger would measure
// itself.
type wires struct {
	address string
	mu      sync.Mutex
	idle    []*wire // the one used last is taken first
}

// wire is one connection; who took it is its only user.
type wire struct {
	net.Conn
	answers *bufio.Reader
}

func (w *wires) take() (*wire, error) {
	w.mu.Lock()
	if n := len(w.idle); n > 0 {
		one := w.idle[n-1]
		w.idle = w.idle[:n-1]
		w.mu.Unlock()
		return one, nil
	}
	w.mu.Unlock()
	c, err := net.Dial("tcp", w.address)
	if err != nil {
		return nil, err
	}
	return &wire{c, bufio.NewReader(c)}, nil
}

func (w *wires) give(one *wire) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle = append(w.idle, one)
}

// exchange sends a request and returns the body of its answer, which is an
// error unless its status is 200.
func (w *wires) exchange(request []byte) ([]byte, error) {
	one, err := w.take()
	if err != nil {
		return nil, err
	}
	body, status, err := one.exchange(request)
	if err != nil {
		_ = one.Close() // nobody knows what comes next on it
		return nil, err
	}
	if w.give(one); status != http.StatusOK {
		return nil, &refusal{status, string(bytes.TrimSpace(body))}
	}
	return body, nil
}

func (w *wire) exchange(request []byte) (body []byte, status int, err error) {
	if err := w.SetDeadline(time.Now().Add(exchangeTimeout)); err != nil {
		return nil, 0, err
	}
	if _, err := w.Write(request); err != nil {
		return nil, 0, err
	}
	resp, err := http.ReadResponse(w.answers, nil)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	if n := resp.ContentLength; n >= 0 {
		body = make([]byte, n)
		_, err = io.ReadFull(resp.Body, body)
	} else {
		body, err = io.ReadAll(resp.Body)
	}
	return body, resp.StatusCode, err
}

// close hangs up.
func (w *wires) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.idle {
		_ = one.Close() // nothing is under way on it
	}
	w.idle = nil
}

// refusal is an answer that is none.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return fmt.Sprintf("answered %d: %s", r.status, r.text) }

// get is a query as it is sent.
func get(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nSeatledger-Actor: " + actor + "\r\n\r\n")
}

// post is a command as it is sent.
func post(path string, body []byte) []byte {
	return append(fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: localhost\r\nSeatledger-Actor: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		path, actor, len(body)), body...)
}
