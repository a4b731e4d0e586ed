package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/api"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/cmd/internal/processes"
	"github.com/seatledger/seatledger/cmd/internal/requests"
)

// drainTimeout is how long requests under way may take when the node stops.
const drainTimeout = 20 * time.Second

// Run answers requests until ctx ends; then it lets those under way finish.
func (s *Server) Run(ctx context.Context) error {
	if s.past != nil {
		return errPast
	}
	a, err := s.api()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", s.HTTPListen)
	if err != nil {
		return fmt.Errorf("%w: --http=%s: %w", ErrConfig, s.HTTPListen, err)
	}
	defer l.Close()
	offered, end := context.WithCancel(ctx)
	defer end()
	if err := s.offer(offered, a); err != nil {
		return err
	}
	nats, err := s.nats.AcceptClients()
	if err != nil {
		return fmt.Errorf("%w: --nats-listen=%s: %w", ErrConfig, s.NATSListen, err)
	}
	web := api.NewServer(a)
	served := make(chan error, 1)
	go func() { served <- s.serve(web, l) }()
	s.startMail(l.Addr().String())
	s.tell(Addresses{HTTP: l.Addr().String(), NATS: nats})

	select {
	case err := <-served:
		return err
	case <-s.views.Stopped():
		err = s.views.Err()
	case <-s.log.Stopped():
		err = s.log.Err()
	case <-ctx.Done():
		s.Log.Info("stopping")
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if shut := web.Shutdown(drain); shut != nil {
		err = errors.Join(err, shut, web.Close())
	}
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// serve answers on a listener, encrypted if there is a certificate.
func (s *Server) serve(web *http.Server, plain net.Listener) error {
	l := newConnections(plain, maxConnections, maxAddressConnections)
	if web.TLSConfig = s.tls(); web.TLSConfig != nil {
		return web.ServeTLS(l, "", "")
	}
	return web.Serve(l)
}

func (s *Server) tell(at Addresses) {
	s.Log.Info("listening", "http", at.HTTP, "nats", at.NATS, "tls", s.certs != nil, "position", s.views.Position())
	if s.Listening != nil {
		s.Listening(at)
	}
}

// api makes the HTTP API over this node.
func (s *Server) api() (*api.API, error) {
	registry, err := s.registry()
	if err != nil {
		return nil, err
	}
	s.tokens.Scope = s.scope
	return api.New(api.Config{
		Access: s.access, Commands: s, Views: s.views, Proofs: s.log, Replay: s.History(), Audit: s, Imports: s.imports, Backups: s,
		Tokens: s.tokens, Consumers: s.consumers, Stream: s.Stream, Attempts: s.attempts, Operations: s.operations, Public: s.Public,
		Ready: s.ready, Metrics: registry, Log: s.Log, Version: Version,
	})
}

// offer answers commands and queries over NATS until ctx ends.
func (s *Server) offer(ctx context.Context, a *api.API) error {
	return requests.Serve(ctx, requests.Config{
		Conn: s.nats.Clients(), Dev: s.Dev, Log: s.Log,
		Asked: func(room string) (http.Handler, error) {
			if s.Dev {
				return a.For(access.Pass{}, nil), nil
			}
			guest, is := s.nats.GuestIn(room)
			if !is {
				return nil, problem.New(problem.Unauthenticated, "the token has ended")
			}
			return a.For(guest.Pass.(access.Pass), s.renew), nil
		},
	})
}

// ready says why the node cannot answer as it should, or nil.
func (s *Server) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := s.log.Journal().Last(ctx); err != nil {
		return fmt.Errorf("the log cannot be reached: %w", err)
	}
	return errors.Join(s.views.Ready(), s.scrub.Err())
}

// fix lets queries about a moment be answered for good.
func (s *Server) fix(ctx context.Context, t time.Time) (uint64, error) { return s.writer.Fix(ctx, t) }

func (s *Server) clock() *processes.Expiry {
	return &processes.Expiry{Do: s.Do, Views: s.views, Clock: time.Now, Log: s.Log}
}
