package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/cmd/internal/heal"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/projections/audit"
)

// placesEvery is how far behind the consumers' remembered places may be.
const placesEvery = time.Second

// ledger is the data folder, to be looked at and healed.
func (s *Server) ledger() *heal.Ledger {
	return &heal.Ledger{
		Data: s.DataDir, NATS: filepath.Join(s.DataDir, natsFolder), Copy: filepath.Join(s.DataDir, copyFolder),
		Views:   filepath.Join(s.DataDir, viewsFolder),
		KeyFile: s.LogKey, Feed: s.Stream, Log: s.Log, Record: s.mended,
	}
}

// mended counts a healing, and keeps that it was.
func (s *Server) mended(_ context.Context, part, detail string) {
	s.healed.Add(1)
	s.record(trail.Healed, trail.Detail{"part": part, "cause": detail})
}

// openLog checks what is stored, heals it if need be, and opens it. What shows
// only then, because the server sees more than its files tell, is healed too,
// once.
func (s *Server) openLog(ctx context.Context) error {
	l := s.ledger()
	if err := l.Start(ctx); err != nil {
		return err
	}
	err := s.openStores(ctx)
	if healable(err) {
		err = errors.Join(s.closeStores(), l.Suspect(heal.Journal, err.Error()))
		if err == nil {
			err = l.Start(ctx)
		}
		if err == nil {
			err = s.openStores(ctx)
		}
	}
	if errors.Is(err, audit.ErrOrigin) {
		return fmt.Errorf("%w: --log-origin: %w", ErrConfig, err)
	}
	if err != nil {
		return err
	}
	s.journal = s.log.Journal()
	s.scrub = heal.NewScrubber(l, s.log, s.ScrubBytes)
	s.log.Start()
	return nil
}

// healable tells of an error that another look may put right.
func healable(err error) bool {
	var f *audit.Finding
	if errors.As(err, &f) {
		return f.Kind == audit.Differ
	}
	return errors.Is(err, events.ErrGap) || errors.Is(err, audit.ErrDamaged) || errors.Is(err, events.ErrFrame)
}

// openStores starts the server, and opens the log on it.
func (s *Server) openStores(ctx context.Context) (err error) {
	s.nats, err = jetstream.Start(jetstream.Options{
		StoreDir: filepath.Join(s.DataDir, natsFolder), Listen: s.NATSListen, Dev: s.Dev, Feed: s.Stream, TLS: s.tls(), Log: s.Log,
		Admit: s.admit, Made: s.keepPlacesNow,
	})
	if err != nil {
		return err
	}
	journal, err := s.nats.OpenJournal(ctx, jetstream.JournalOptions{})
	if err != nil {
		return err
	}
	checkpoints, err := s.nats.OpenCheckpoints(ctx)
	if err != nil {
		return err
	}
	s.epoch = journal.Epoch()
	s.log, err = audit.Open(ctx, audit.Options{
		Journal: journal, Epoch: s.epoch, FirstSeq: journal.First(), Dir: filepath.Join(s.DataDir, copyFolder),
		KeyFile: s.LogKey, Origin: s.LogOrigin, Checkpoints: checkpoints,
		Elsewhere: audit.CheckpointFile(s.CheckpointFile), Log: s.Log,
	})
	return err
}

func (s *Server) closeStores() (err error) {
	if s.log != nil {
		err = s.log.Close()
		s.log = nil
	}
	if s.nats != nil {
		err = errors.Join(err, s.nats.Close())
		s.nats = nil
	}
	return err
}

// openViews opens the views, and waits until they have reached the log's end.
// Views that are damaged are made again from the log.
func (s *Server) openViews(ctx context.Context) error {
	if err := s.clearScratch(); err != nil {
		return err
	}
	err := s.followLog(ctx)
	if err != nil && (s.views == nil || pebble.IsCorruptionError(err)) && ctx.Err() == nil {
		if s.views != nil {
			_ = s.views.Close() // it is set aside for what it says
			s.views = nil
		}
		kept, aside := s.ledger().SetAside(heal.Views, filepath.Join(s.DataDir, viewsFolder))
		if aside != nil {
			return errors.Join(err, aside)
		}
		s.scrub.Forget(heal.Views)
		s.Log.Error("the views are damaged and are made again from the log", "cause", err.Error(), "kept", kept)
		s.mended(ctx, "healed_"+heal.Views, err.Error())
		err = s.followLog(ctx)
	}
	if err != nil {
		return err
	}
	return s.reaches("the views", s.views.Position())
}

func (s *Server) followLog(ctx context.Context) (err error) {
	o := s.viewOptions(filepath.Join(s.DataDir, viewsFolder))
	o.Fix = s.fix
	o.Damaged = func(err error) { s.scrub.Found(heal.Views, err) }
	if s.views, err = projections.Open(o); err != nil {
		s.views = nil
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

// reaches refuses a log that ends before what was made of it: then it has lost
// what was acknowledged.
func (s *Server) reaches(who string, position uint64) error {
	if size := uint64(s.log.Size()); position > size {
		return &audit.Finding{
			Kind: audit.Lost, Position: size + 1, Where: fmt.Sprintf("position %d", size+1),
			Expected: fmt.Sprintf("the log up to position %d, which %s have", position, who),
			Found:    fmt.Sprintf("journal and copy both end with position %d", size),
			Next:     "keep the data folder for inquiry, and restore a backup that reaches that position",
		}
	}
	return nil
}

// feedFollows makes sure that the feed is not ahead of the log.
func (s *Server) feedFollows(ctx context.Context) error {
	last, err := s.feed.Last(ctx)
	if err == nil {
		err = s.reaches("the feed's consumers", last)
	}
	if err != nil {
		return err
	}
	return s.ledger().KeepPlaces(false)
}

// keepPlaces remembers where the feed's consumers are.
func (s *Server) keepPlaces(ctx context.Context) {
	tick := time.NewTicker(placesEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.keepPlacesNow()
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) keepPlacesNow() {
	s.places.Lock()
	defer s.places.Unlock()
	if err := s.ledger().KeepPlaces(false); err != nil {
		s.Log.Warn("the consumers' places are not remembered", "cause", err)
	}
}

// Repair heals a ledger that does not run, as its start would, and returns what
// was found; dry only looks. Each frame is compared.
func Repair(ctx context.Context, c Config, dry bool) ([]heal.Finding, error) {
	if err := c.Complete(); err != nil {
		return nil, err
	}
	held, err := keys.Hold(filepath.Join(c.DataDir, keysFolder))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.DataDir, err)
	}
	s := &Server{Config: c}
	if !dry {
		if err := s.openOperations(ctx); err != nil {
			return nil, errors.Join(err, held.Close())
		}
		defer func() { _ = s.operations.Close() }() // each record was durable
	}
	l := s.ledger()
	l.Deep = true
	r, err := l.Repair(ctx, dry)
	if r == nil {
		return nil, errors.Join(err, held.Close())
	}
	return r.Findings, errors.Join(err, held.Close())
}
