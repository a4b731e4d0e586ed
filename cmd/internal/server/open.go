package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/projections/feed"
)

// Folders within the data folder.
const (
	copyFolder  = "copy"
	keysFolder  = "keys"
	natsFolder  = "nats"
	viewsFolder = "views"
	logKeyFile  = "log.key"

	importsFolder = "imports"
)

// firstEpoch is the epoch of a journal that was never healed.
const firstEpoch = 1

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
	meters  *meters
	imports *imports.Imports

	background background
}

// Open opens the log and everything that is made from it, and returns once
// the views have reached the log's end. Nothing listens yet.
func Open(ctx context.Context, c Config) (*Server, error) {
	if err := c.Complete(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	s := &Server{Config: c, meters: newMeters()}
	for _, open := range []func(context.Context) error{s.openKeys, s.openLog, s.openViews, s.openWriter, s.openFeed, s.openImports} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.background.start(s.feeder.Run)
	s.background.start(s.clock().Run)
	s.background.start(s.imports.Run)
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
	s.keys, err = keys.Open(filepath.Join(s.DataDir, keysFolder), keys.Options{MustExist: begun})
	return err
}

func (s *Server) openLog(ctx context.Context) (err error) {
	s.nats, err = jetstream.Start(jetstream.Options{
		StoreDir: filepath.Join(s.DataDir, natsFolder), Listen: s.NATSListen, Dev: s.Dev, Feed: s.Stream, Log: s.Log,
	})
	if err != nil {
		return err
	}
	journal, err := s.nats.OpenJournal(ctx, jetstream.JournalOptions{Epoch: firstEpoch})
	if err != nil {
		return err
	}
	checkpoints, err := s.nats.OpenCheckpoints(ctx)
	if err != nil {
		return err
	}
	s.log, err = audit.Open(ctx, audit.Options{
		Journal: journal, Epoch: firstEpoch, Dir: filepath.Join(s.DataDir, copyFolder),
		KeyFile: s.LogKey, Origin: s.LogOrigin, Checkpoints: checkpoints, Log: s.Log,
	})
	if errors.Is(err, audit.ErrOrigin) {
		return fmt.Errorf("%w: --log-origin: %w", ErrConfig, err)
	}
	if err != nil {
		return err
	}
	s.journal = s.log.Journal()
	s.log.Start()
	return nil
}

func (s *Server) openViews(ctx context.Context) (err error) {
	if err := s.clearScratch(); err != nil {
		return err
	}
	o := s.viewOptions(filepath.Join(s.DataDir, viewsFolder))
	o.Fix = s.fix
	if s.views, err = projections.Open(o); err != nil {
		return err
	}
	s.views.Start()
	select {
	case <-s.views.CaughtUp():
		return s.views.Err()
	case <-s.views.Stopped():
		return s.views.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// viewOptions are those of views in a folder.
func (s *Server) viewOptions(dir string) projections.Options {
	key := s.keys.Secret("views")
	return projections.Options{Dir: dir, Journal: s.journal, Sealer: s.keys, Key: key[:], Log: s.Log}
}

func (s *Server) openWriter(context.Context) (err error) {
	seq, position, at := s.views.Place()
	s.writer, err = writer.Open(writer.Config{
		Journal: s.log.Journal(), Kinds: events.Kinds, Sealer: s.keys, Views: followers{s.views, s.log}, Epoch: firstEpoch,
		Start:  writer.Place{Seq: seq, Position: position, Time: at},
		Secret: s.keys.Secret("idempotency"), Log: s.Log, Observe: s.meters.batch,
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

func (s *Server) openFeed(ctx context.Context) error {
	var err error
	if s.feed, err = s.nats.OpenFeed(ctx); err != nil {
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
		s.nats = nil
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
