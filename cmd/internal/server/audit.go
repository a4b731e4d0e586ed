package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
)

const (
	// scratchFolders hold views that are made to be compared, and thrown away.
	scratchFolders = "scratch-"
	// feedPatience is how long a verification waits for the feed to come near
	// the log's end.
	feedPatience = 5 * time.Second
	// feedPoll lies between two looks at how far the feed is.
	feedPoll = 10 * time.Millisecond
)

// Verify compares views, feed and signed checkpoints with the log; see
// [replay.Verify]. A checkpoint that is given is compared too.
func (s *Server) Verify(ctx context.Context, checkpoint []byte, report func(replay.Finding), progress func(replay.Progress)) (replay.Verdict, error) {
	newest, err := s.log.Checkpoint(ctx)
	if err != nil {
		return replay.Verdict{}, err
	}
	s.awaitFeed(ctx)
	journal, copied := s.log.Apart()
	end, err := s.journal.Last(ctx)
	if err != nil {
		return replay.Verdict{}, err
	}
	tree := &replay.CheckOfTree{Public: s.log.PublicKey(), Checkpoints: given(checkpoint)}
	tree.Checkpoints = append(tree.Checkpoints, replay.Signed{Name: newestName, Note: newest.Note})
	log := &replay.Log{Journal: journal, Copy: copied, End: end, Sealer: s.keys, Progress: progress}
	return s.verify(ctx, log, &replay.CheckOfFeed{Feed: s.feed}, tree, report)
}

// Names of checkpoints in findings.
const (
	newestName = "newest checkpoint"
	copiedName = "newest checkpoint in the copy"
	givenName  = "given checkpoint"
)

func given(checkpoint []byte) []replay.Signed {
	if checkpoint == nil {
		return nil
	}
	return []replay.Signed{{Name: givenName, Note: checkpoint}}
}

func (s *Server) verify(ctx context.Context, log *replay.Log, feed *replay.CheckOfFeed, tree *replay.CheckOfTree, report func(replay.Finding), more ...replay.Check) (replay.Verdict, error) {
	defer feed.Close()
	views := &replay.CheckOfViews{Live: s.views, Progress: log.Progress, Scratch: s.scratch(s.DataDir, log)}
	v, err := replay.Verify(ctx, log, append([]replay.Check{tree, feed, views}, more...), report)
	return v, errors.Join(err, views.Close())
}

// History is the log, as the auditors' tools read it: each message compared
// with the copy.
func (s *Server) History() *replay.Log { return &replay.Log{Journal: s.journal, Sealer: s.keys} }

// Rehash reads the journal alone, and compares the root of its entries with the
// one that was signed last. A difference is an error.
func (s *Server) Rehash(ctx context.Context) error {
	newest, err := s.log.Checkpoint(ctx)
	if err != nil {
		return err
	}
	journal, _ := s.log.Apart()
	tree := &replay.CheckOfTree{Public: s.log.PublicKey(), Checkpoints: []replay.Signed{{Name: newestName, Note: newest.Note}}}
	return replay.Rehash(ctx, &replay.Log{Journal: journal}, tree)
}

// Settle returns once views and feed have all that was recorded before it.
func (s *Server) Settle(ctx context.Context, position uint64) error {
	if err := s.views.Wait(ctx, position); err != nil {
		return err
	}
	for s.feeder.Position() < position {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(feedPoll):
		}
	}
	return nil
}

// awaitFeed gives the feed time for what was recorded just now.
func (s *Server) awaitFeed(ctx context.Context) {
	end, patience := s.views.End(), time.Now().Add(feedPatience)
	for s.feeder.Position() < end && time.Now().Before(patience) && ctx.Err() == nil {
		time.Sleep(feedPoll)
	}
}

// scratch opens empty views over a log, in a folder of their own. They read
// from the copy what the journal cannot show.
func (s *Server) scratch(under string, log *replay.Log) func() (*projections.Store, func() error, error) {
	return func() (*projections.Store, func() error, error) {
		dir, err := os.MkdirTemp(under, scratchFolders)
		if err != nil {
			return nil, nil, err
		}
		o := s.viewOptions(dir)
		o.Scratch = true
		if o.Journal = log.Journal; log.Copy != nil {
			o.Journal = &replay.Strands{Journal: log.Journal, Copy: log.Copy, End: log.End}
		}
		o.Log = slog.New(slog.DiscardHandler)
		views, err := projections.Open(o)
		if err != nil {
			return nil, nil, errors.Join(err, os.RemoveAll(dir))
		}
		return views, func() error { return errors.Join(views.Close(), os.RemoveAll(dir)) }, nil
	}
}

// clearScratch removes what a crash left of verifications.
func (s *Server) clearScratch() error {
	left, err := filepath.Glob(filepath.Join(s.DataDir, scratchFolders+"*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// Rebuild makes the views again beside the live ones, and swaps them in.
func (s *Server) Rebuild(ctx context.Context, progress func(replay.Progress)) error {
	err := s.views.Rebuild(ctx, func(position uint64) {
		progress(replay.Progress{Step: "views", Done: position, Total: s.views.Position()})
	})
	if err != nil {
		return fmt.Errorf("the views stay as they were: %w", err)
	}
	s.record(trail.ViewsRebuilt, trail.Detail{"position": strconv.FormatUint(s.views.Position(), 10)})
	return nil
}
