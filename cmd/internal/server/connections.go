package server

import (
	"net"
	"sync"

	"github.com/seatledger/seatledger/cmd/internal/access"
)

// Limits of open connections of the HTTP API: each takes memory, and one that
// is slow takes it for long.
const (
	// maxConnections is how many may be open at a time, and
	// maxAddressConnections how many of those from one address.
	maxConnections        = 10_000
	maxAddressConnections = 2_000
)

// connections is a listener that closes at once what would be too many.
type connections struct {
	net.Listener
	all, each int

	mu   sync.Mutex
	open int
	from map[string]int // by address
}

func newConnections(l net.Listener, all, each int) *connections {
	return &connections{Listener: l, all: all, each: each, from: map[string]int{}}
}

// Accept waits for the next connection that there is room for.
func (l *connections) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		address := access.AddressOf(c.RemoteAddr().String())
		if l.enter(address) {
			return &counted{Conn: c, leave: sync.OnceFunc(func() { l.leave(address) })}, nil
		}
		_ = c.Close() // nothing was said on it
	}
}

func (l *connections) enter(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.all || l.from[address] >= l.each {
		return false
	}
	l.open++
	l.from[address]++
	return true
}

func (l *connections) leave(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.from[address]--; l.from[address] == 0 {
		delete(l.from, address)
	}
}

// counted is a connection that has a place.
type counted struct {
	net.Conn
	leave func()
}

// Close gives the place back.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
