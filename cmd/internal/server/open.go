package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/api"
	"github.com/seatledger/seatledger/cmd/internal/certs"
	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/cmd/internal/heal"
	"github.com/seatledger/seatledger/cmd/internal/mail"
	"github.com/seatledger/seatledger/cmd/internal/processes"
	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/projections/feed"
)

// Folders within the data folder.
const (
	copyFolder  = datadir.Copy
	keysFolder  = datadir.Keys
	natsFolder  = datadir.NATS
	viewsFolder = datadir.Views
	logKeyFile  = datadir.LogKey

	attemptsFolder   = "attempts"
	importsFolder    = "imports"
	operationsFolder = datadir.Operations
)

// Server is one node of the ledger: the log, the writer, the views and the
// processes, wired together. Opened, it can decide and be asked in process;
// Run serves the network.
type Server struct {
	Config
	keys *keys.Store
	nats *jetstream.Embedded
	log  *audit.Log
	// journal is that of log, which compares what it reads with the copy.
	journal events.Journal
	views   *projections.Store
	writer  *writer.Writer
	feed    *jetstream.Feed
	feeder  *feed.Feeder
	// consumers are those of the feed that the ledger made.
	consumers *jetstream.Consumers
	epoch     uint64 // of the journal
	scrub     *heal.Scrubber
	places    sync.Mutex    // held while the consumers' places are written down
	healed    atomic.Uint64 // parts, at the start
	outbox    *mail.Outbox
	mailed    *processes.Tally
	meters    *meters
	imports   *imports.Imports

	// operations is there once the keys are open: the folder is ours then.
	operations *trail.Operations
	attempts   *trail.Attempts
	tokens     *access.Tokens
	access     api.Authenticator
	admit      func(address, token string) (jetstream.Guest, error) // nil with Dev
	renew      func(access.Pass) error                              // nil with Dev
	certs      *certs.Pair                                          // or nil

	background background
}

// Open opens the log and everything that is made from it, and returns once
// the views have reached the log's end. Nothing listens yet.
func Open(ctx context.Context, c Config) (*Server, error) {
	if err := c.Complete(); err != nil {
		return nil, err
	}
	if err := makeFolder(c.DataDir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := datadir.Check(c.DataDir); err != nil {
		return nil, err
	}
	s := &Server{Config: c, meters: newMeters()}
	found := s.listen()
	for _, open := range []func(context.Context) error{
		s.openKeys, s.openOperations, s.openAccess, s.openLog, s.openViews, s.beginPast, s.openWriter, s.openFeed, s.followFeed, s.openAttempts,
		s.openImports,
	} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.mailed = processes.NewTally(s.views)
	if err := s.started(found); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.background.start(s.feeder.Run)
	s.background.start(s.scrub.Run)
	s.background.start(s.keepPlaces)
	s.background.start(s.imports.Run)
	if s.past == nil {
		s.background.start(s.clock().Run)
	}
	return s, nil
}

// openKeys comes first: it also keeps a second process out of the folder. Only
// a ledger that begins may have no keys yet.
func (s *Server) openKeys(context.Context) (err error) {
	begun := false
	for _, folder := range []string{natsFolder, copyFolder} {
		_, err = os.Stat(filepath.Join(s.DataDir, folder))
		begun = begun || !errors.Is(err, fs.ErrNotExist)
	}
	o, err := s.KEK.options()
	if err != nil {
		return err
	}
	o.MustExist = begun
	if s.keys, err = keys.Open(filepath.Join(s.DataDir, keysFolder), o); err != nil {
		return err
	}
	return s.openMail()
}

// viewOptions are those of views in a folder.
func (s *Server) viewOptions(dir string) projections.Options {
	key := s.keys.Secret("views")
	return projections.Options{Dir: dir, Journal: s.journal, Sealer: erasing{s.keys, s.outbox}, Key: key[:], Log: s.Log}
}

func (s *Server) openWriter(context.Context) (err error) {
	seq, position, at := s.views.Place()
	s.writer, err = writer.Open(writer.Config{
		Journal: s.log.Journal(), Kinds: events.Kinds, Sealer: s.keys, Views: followers{s.views, s.log}, Epoch: s.epoch,
		Start:  writer.Place{Seq: seq, Position: position, Time: at},
		Secret: s.keys.Secret("idempotency"), Log: s.Log, Observe: s.meters.batch, Clock: s.past,
	})
	return err
}

// followers are all that what is durable is handed to.
type followers struct {
	*projections.Store
	log *audit.Log
}

// Offer hands a commit to each.
func (f followers) Offer(c *events.Commit) {
	f.log.Offer(c)
	f.Store.Offer(c)
}

func (s *Server) openFeed(ctx context.Context) (err error) {
	if s.feed, err = s.nats.OpenFeed(ctx); err != nil {
		return err
	}
	s.consumers, err = s.nats.OpenConsumers(ctx, s.feed)
	return err
}

// followFeed makes ready to write the feed, once it is known to fit the log.
func (s *Server) followFeed(ctx context.Context) error {
	if err := s.feedFollows(ctx); err != nil {
		return err
	}
	s.feeder = &feed.Feeder{Source: s.views, Feed: s.feed, Log: s.Log}
	return nil
}

// openImports takes up the imports that the last process left.
func (s *Server) openImports(context.Context) (err error) {
	s.imports, err = imports.Open(imports.Config{
		Dir: filepath.Join(s.DataDir, importsFolder), Keys: s.keys, DoInOrder: s.writer.DoInOrder,
		Views: s.views, Clock: time.Now, Log: s.Log,
	})
	return err
}

// Close stops what Open started, in the opposite order. It may be called more
// than once.
func (s *Server) Close() error {
	var errs []error
	s.background.stop()
	if s.attempts != nil {
		errs = append(errs, s.attempts.Close())
		s.attempts = nil
	}
	if s.writer != nil {
		s.writer.Close()
		s.writer = nil
	}
	if s.views != nil {
		errs = append(errs, s.views.Close())
		s.views = nil
	}
	if s.log != nil {
		errs = append(errs, s.log.Close())
		s.log = nil
	}
	if s.nats != nil {
		errs = append(errs, s.nats.Close())
		if s.feeder != nil {
			errs = append(errs, s.ledger().KeepPlaces(true))
		}
		s.nats = nil
	}
	if s.operations != nil {
		errs = append(errs, s.operations.Close())
		s.operations = nil
	}
	if s.keys != nil {
		errs = append(errs, s.keys.Close())
		s.keys = nil
	}
	return errors.Join(errs...)
}

// Do decides and records one command, in process.
func (s *Server) Do(ctx context.Context, r writer.Request) (writer.Answer, error) {
	return s.writer.Do(ctx, r)
}

// Wait returns once the views have reached a position.
func (s *Server) Wait(ctx context.Context, position uint64) error { return s.views.Wait(ctx, position) }

// Snapshot is the state as the views have it.
func (s *Server) Snapshot() (aggregates.Snapshot, error) { return s.views.Snapshot() }
