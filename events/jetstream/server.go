package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Embedded is a nats-server within this process. It fsyncs every message
// before acknowledging it, and opens no network port until AcceptClients.
type Embedded struct {
	o    Options
	keys keys

	mu        sync.Mutex // guards all below; held while the server is replaced
	srv       *server.Server
	gate      *gate // of srv
	accepting bool  // network clients were let in
	addr      string
	closed    bool
	suspect   bool // a write went unanswered: look before the next one

	private, feed, clients *nats.Conn
	creation               *creation
	consumers              atomic.Pointer[Consumers] // nil before they are opened
}

// ErrClosed reports a server that was closed.
var ErrClosed = errors.New("nats-server is closed")

// Start starts the server and connects to it within the process.
func Start(o Options) (*Embedded, error) {
	keys, err := newKeys()
	if err != nil {
		return nil, err
	}
	s := &Embedded{o: o.withDefaults(), keys: keys}
	if s.srv, err = s.boot(); err != nil {
		return nil, err
	}
	for account, conn := range map[string]**nats.Conn{accountPrivate: &s.private, accountFeed: &s.feed, accountClients: &s.clients} {
		if *conn, err = s.connect(account); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	if s.creation, err = guardCreation(s.clients, s.feed, s.o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Private is the connection to the account of journal, keys and lease, which
// no network client can enter.
func (s *Embedded) Private() *nats.Conn { return s.private }

// Feed is the connection to the feed's account.
func (s *Embedded) Feed() *nats.Conn { return s.feed }

// Clients is the ledger's own connection to the account that network clients
// are in: services for them are offered on it.
func (s *Embedded) Clients() *nats.Conn { return s.clients }

// StoredBytes is how much the server's streams take on the disk, 0 while it is
// being replaced.
func (s *Embedded) StoredBytes() uint64 {
	s.mu.Lock()
	srv := s.srv
	s.mu.Unlock()
	if srv == nil {
		return 0
	}
	info, err := srv.Jsz(&server.JSzOptions{})
	if err != nil {
		return 0
	}
	return info.Store
}

// boot makes a server and waits until it answers.
func (s *Embedded) boot() (*server.Server, error) {
	opts := &server.Options{
		ServerName: "seatledger", StoreDir: s.o.StoreDir, JetStream: true, SyncAlways: !s.o.Unsynced,
		// The disk is the limit. A limit of JetStream's own would be a share
		// of what was free at start.
		JetStreamMaxStore: 1 << 60, JetStreamMaxMemory: 1 << 30,
		MaxPayload: MaxPayloadBytes, DontListen: true, NoSigs: true, DisableJetStreamBanner: true,
	}
	if err := opts.ProcessConfigString(accountsConfig(s.o, s.keys)); err != nil {
		return nil, fmt.Errorf("nats-server: %w", err)
	}
	if err := setAddress(opts, s.listenAddr()); err != nil {
		return nil, err
	}
	if s.o.TLS != nil { // connections within the process go without
		opts.TLSConfig, opts.TLSTimeout = s.o.TLS.Clone(), tlsTimeout.Seconds()
	}
	srv, err := s.guarded(opts)
	if err != nil {
		return nil, fmt.Errorf("nats-server: %w", err)
	}
	srv.SetLoggerV2(serverLog{s.o.Log}, false, false, false)
	srv.Start()
	if !srv.ReadyForConnections(startTimeout) || !srv.JetStreamEnabled() {
		srv.Shutdown()
		return nil, fmt.Errorf("nats-server on %s did not start; its log says why", s.o.StoreDir)
	}
	return srv, nil
}

// guarded makes a server with its gate. In --dev the server's own configuration
// says who comes in.
func (s *Embedded) guarded(opts *server.Options) (*server.Server, error) {
	g, err := newGate(s.o, s.keys, s.owned)
	if err != nil {
		return nil, err
	}
	if !s.o.Dev {
		opts.CustomClientAuthentication, opts.AlwaysEnableNonce = g, true
	}
	g.srv, err = server.NewServer(opts)
	s.gate = g
	return g.srv, err
}

// guests is the gate of the server that runs now.
func (s *Embedded) guests() *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gate
}

// listenAddr is where to listen: a port once found is kept.
func (s *Embedded) listenAddr() string {
	if s.addr != "" {
		return s.addr
	}
	return s.o.Listen
}

func setAddress(opts *server.Options, addr string) error {
	if addr == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("nats address %q: %w", addr, err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return fmt.Errorf("nats address %q: %w", addr, err)
	}
	opts.Host, opts.Port = host, int(n)
	if n == 0 {
		opts.Port = server.RANDOM_PORT
	}
	return nil
}

// InProcessConn connects to the server that runs now.
func (s *Embedded) InProcessConn() (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.srv == nil {
		return nil, ErrClosed
	}
	return s.srv.InProcessConn()
}

// connect connects for ever: a server that is replaced is found again. What
// cannot be sent at once is refused, not sent later.
func (s *Embedded) connect(account string) (*nats.Conn, error) {
	nc, err := nats.Connect("", nats.InProcessServer(s), nats.Nkey(s.keys.public(account), s.keys[account].Sign),
		nats.Name(account), nats.CustomInboxPrefix(inboxHead+account), nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait), nats.ReconnectJitter(0, 0), nats.ReconnectBufSize(-1), nats.ErrorHandler(s.heard))
	if err != nil {
		return nil, fmt.Errorf("connection to %s: %w", account, err)
	}
	return nc, nil
}

// heard logs what goes wrong on a connection of the ledger's own behind
// everybody's back. A stream that is read gets again what was dropped on the way
// to a slow reader; a request that was dropped is lost.
func (s *Embedded) heard(nc *nats.Conn, sub *nats.Subscription, err error) {
	level, subject := slog.LevelWarn, ""
	if sub != nil {
		subject = sub.Subject
	}
	if errors.Is(err, nats.ErrSlowConsumer) && strings.HasPrefix(subject, inboxHead) {
		level = slog.LevelDebug
	}
	s.o.Log.Log(context.Background(), level, "nats connection", "account", nc.Opts.Name, "subject", subject, "cause", err)
}

// AcceptClients opens the network port, if the options name one, and returns
// the real address. Call it when the start checks are done.
func (s *Embedded) AcceptClients() (addr string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.srv == nil {
		return "", ErrClosed
	}
	if s.o.Listen == "" || s.accepting {
		return s.addr, nil
	}
	if err := s.listen(); err != nil {
		return "", err
	}
	s.accepting = true
	return s.addr, nil
}

func (s *Embedded) listen() error {
	s.srv.AcceptLoop(make(chan struct{}))
	a := s.srv.Addr()
	if a == nil {
		return fmt.Errorf("nats address %q cannot be listened on; the log says why", s.listenAddr())
	}
	s.addr = a.String()
	if s.o.Admit != nil {
		go s.gate.watch() // it ends with the server
	}
	return nil
}

// Close ends all connections and stops the server; what was acknowledged is
// durable with or without it.
func (s *Embedded) Close() error {
	for _, nc := range []*nats.Conn{s.clients, s.feed, s.private} {
		if nc != nil {
			nc.Close()
		}
	}
	s.mu.Lock()
	srv := s.srv
	s.srv, s.closed = nil, true
	s.mu.Unlock()
	if srv != nil {
		srv.Shutdown()
		srv.WaitForShutdown()
	}
	if s.o.Unsynced {
		return SyncTree(s.o.StoreDir)
	}
	return nil
}
