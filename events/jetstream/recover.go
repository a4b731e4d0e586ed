package jetstream

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// A nats-server that could not write keeps that error for ever: it answers no
// further message of the stream, nor does it say so to who publishes, however
// well the disk is again; after a refused permission it stops JetStream
// whole. So a write without an answer leaves a doubt, and the next call looks:
// if the server is not well, and its folder takes writes again, it is replaced
// by a new one on the same files, and all connections find that one.

// doubt remembers that a write went wrong. A nil server has none.
func (s *Embedded) doubt() {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.suspect = true
	s.mu.Unlock()
}

// settle returns once the server is well, or says why it is not.
func (s *Embedded) settle(ctx context.Context) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	suspect := s.suspect
	s.mu.Unlock()
	if !suspect {
		return nil
	}
	if err := s.replace(); err != nil {
		return err
	}
	for _, nc := range []*nats.Conn{s.private, s.feed, s.clients} {
		if err := flush(ctx, nc); err != nil {
			return err
		}
	}
	return nil
}

// flush waits until the connection has found the server.
func flush(ctx context.Context, nc *nats.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for nc.FlushWithContext(ctx) != nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("connection to nats-server: %w", ctx.Err())
		case <-time.After(reconnectWait):
		}
	}
	return nil
}

// replace puts a new server in the place of one that is not well.
func (s *Embedded) replace() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if !s.suspect {
		return nil
	}
	if well(s.srv) {
		s.suspect = false
		return nil
	}
	if err := probe(s.o.StoreDir); err != nil {
		return fmt.Errorf("storage takes no writes: %w", err)
	}
	s.o.Log.Warn("the nats-server could not write; starting it again", "store_dir", s.o.StoreDir)
	if s.srv != nil {
		s.srv.Shutdown()
		s.srv.WaitForShutdown()
		s.srv = nil
	}
	if err := restoreTails(s.o.StoreDir); err != nil {
		return fmt.Errorf("storage takes no writes: %w", err)
	}
	srv, err := s.boot()
	if err != nil {
		return err
	}
	s.srv = srv
	if s.accepting {
		if err := s.listen(); err != nil {
			s.srv = nil
			srv.Shutdown()
			return err
		}
	}
	s.suspect = false
	return nil
}

// well reports a server without a stuck stream. One that is stuck stays so; a
// stream that is just being made looks the same for a moment.
func well(srv *server.Server) bool {
	for range healthLooks {
		if srv != nil && srv.JetStreamEnabled() && srv.Healthz(&server.HealthzOptions{}).Status == "ok" {
			return true
		}
		time.Sleep(healthPause)
	}
	return false
}

// watch calls cancel once a write in flight can get no answer any more. It
// ends with ctx; the timer, which ctx stops, is made anew for every look.
func (s *Embedded) watch(ctx context.Context, cancel context.CancelFunc) {
	if s == nil {
		return
	}
	timer := time.AfterFunc(silence, func() {
		s.mu.Lock()
		sick := !well(s.srv)
		s.mu.Unlock()
		if sick {
			cancel()
			return
		}
		if ctx.Err() == nil {
			s.watch(ctx, cancel)
		}
	})
	context.AfterFunc(ctx, func() { timer.Stop() })
}
