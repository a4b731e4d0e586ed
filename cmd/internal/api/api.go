package api

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/pace"
	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/replay"
)

// Authenticator says who a request comes from. Its errors are problems.
type Authenticator interface {
	Authenticate(*http.Request) (access.Pass, error)
}

// Commands is the command side.
type Commands interface {
	// Do decides and records one command. It fails with *rule.Refusal,
	// rule.Invalid, writer.ErrBusy or writer.ErrUnavailable.
	Do(context.Context, writer.Request) (writer.Answer, error)
}

// Audit is the auditors' tools that need more than the log.
type Audit interface {
	// Verify compares all that was made of the log with it, and a checkpoint
	// if one is given.
	Verify(ctx context.Context, checkpoint []byte, report func(replay.Finding), progress func(replay.Progress)) (replay.Verdict, error)
	// Rebuild makes all views again, and swaps them in.
	Rebuild(ctx context.Context, progress func(replay.Progress)) error
}

// Config is what an API is made of. All fields are needed but those that say
// otherwise.
type Config struct {
	Access   Authenticator
	Commands Commands
	Views    Views
	Proofs   Proofs
	// Replay is the log for the auditors' tools. Without it there are none.
	Replay *replay.Log
	// Audit is what the node can do with all that it has. Without it that
	// cannot be asked for.
	Audit Audit
	// Imports are the jobs of imports. Without them there are none.
	Imports *imports.Imports
	// Tokens makes and revokes tokens. Without it there are none.
	Tokens Tokens
	// Consumers makes consumers of the feed. Without it there are none.
	Consumers Consumers
	// Stream is the name of the feed's stream, for who has a consumer of it.
	Stream string
	// Attempts keeps refused commands, and Operations what is done to the
	// node. Without them nothing is kept.
	Attempts   *trail.Attempts
	Operations *trail.Operations
	// Public are what is shown without a token; see the Public constants.
	Public []string
	// Backups is what backups are made of. Without it there are none.
	Backups Backups
	// Ready says why the ledger is not ready yet, or nil.
	Ready func() error
	// Metrics is where the API registers its own metrics, and what /metrics
	// shows.
	Metrics *prometheus.Registry
	Log     *slog.Logger
	// Version is the program's, for the document.
	Version string
	// MaxStreams bounds the open event streams; 0 means MaxOpenStreams.
	// MaxCallerStreams bounds those of one token; 0 means MaxOpenCallerStreams.
	MaxStreams, MaxCallerStreams int
}

// API answers HTTP requests. Close it when the server shuts down.
type API struct {
	Config
	mux      http.ServeMux
	asked    http.ServeMux             // commands and queries alone
	paths    map[string]map[string]way // by pattern and method
	unlisted []error                   // paths that no row permits
	commands map[string]*command
	meters   *meters
	origin   *http.CrossOriginProtection
	streams  *share // event streams
	large    *share // large answers
	bodies   *share // large bodies
	replays  *share // readings of the whole log; those of a partner are told apart
	files    *share // files of imports that are received
	life     context.Context
	// Close ends the open event streams, which would otherwise hold up a
	// server that drains.
	Close context.CancelFunc
}

// New makes the API of a ledger.
func New(c Config) (*API, error) {
	if c.MaxStreams == 0 {
		c.MaxStreams = MaxOpenStreams
	}
	if c.MaxCallerStreams == 0 {
		c.MaxCallerStreams = MaxOpenCallerStreams
	}
	a := &API{
		Config:  c,
		paths:   map[string]map[string]way{},
		origin:  http.NewCrossOriginProtection(),
		streams: newShare("event streams", c.MaxStreams, c.MaxCallerStreams),
		large:   newShare("large answers", maxLarge, maxCallerLarge),
		bodies:  newShare("large bodies", maxBodies, maxCallerBodies),
		replays: newShare("readings of the whole log", MaxReplays, maxPartnerReplays),
		files:   newShare("files of imports", imports.MaxReceiving, maxCallerFiles),
	}
	a.life, a.Close = context.WithCancel(context.Background())
	a.meters = newMeters(a)
	if err := c.Metrics.Register(a.meters); err != nil {
		return nil, err
	}
	a.commands = a.commandTable()
	return a, errors.Join(a.routes()...)
}

// Limits of the HTTP server.
const (
	readHeaderTimeout = 10 * time.Second
	// readTimeout and writeTimeout bound a whole request and its answer; a
	// stream lifts them for itself.
	readTimeout    = time.Minute
	writeTimeout   = time.Minute
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
)

// NewServer makes the HTTP server of an API, without an address.
func NewServer(a *API) *http.Server {
	s := &http.Server{
		Handler:           a,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(&complaints{log: a.Log, pace: pace.New(complaintRate, complaintBurst, 1)}, "", 0),
	}
	s.RegisterOnShutdown(a.Close)
	return s
}
