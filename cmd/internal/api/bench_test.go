package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seatledger/seatledger/aggregates/writer"
)

// BenchmarkCommands sends commands over 16 kept connections, client and server
// in one process. The writer stands in: what is measured is HTTP.
func BenchmarkCommands(b *testing.B) {
	const clients = 16
	s := newServer(&testing.T{}, func(c *Config) { c.Commands = instant{} })
	defer s.Close()
	request := fmt.Appendf(nil, "POST /v1/commands/PlaceOrder HTTP/1.1\r\nHost: localhost\r\n"+
		"Idempotency-Key: 0123456789\r\nContent-Length: %d\r\n\r\n%s", len(goodOrder), goodOrder)
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			if err := load(s.Listener.Addr().String(), request, &left); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// load sends one request after another over one connection.
func load(addr string, request []byte, left *atomic.Int64) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for left.Add(-1) >= 0 {
		if _, err := c.Write(request); err != nil {
			return err
		}
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return err
		}
		if _, err = io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 {
			return fmt.Errorf("status %d: %w", res.StatusCode, err)
		}
	}
	return nil
}

// instant answers at once.
type instant struct{}

func (instant) Do(context.Context, writer.Request) (writer.Answer, error) { return oneEvent(), nil }
