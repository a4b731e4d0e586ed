package restore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"

	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/cmd/internal/heal"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections/audit"
)

// Errors of accepting a loss. All is as it was.
var (
	// ErrNoLoss: nothing is lost. Start the ledger, which heals what it can.
	ErrNoLoss = errors.New("nothing that was signed is lost: start the ledger")
	// ErrNothing: no entry is left that could be kept. Restore a backup.
	ErrNothing = errors.New("nothing of the log can be proved any more: restore a backup")
)

// LossOptions say which damaged ledger goes on with what is left of it.
type LossOptions struct {
	DataDir   string
	LogKey    string       // "" is where it is unless told otherwise
	KEK       keys.Options // where the key is that wraps the persons' keys
	LogOrigin string       // of the new origin; "" is a random name
	Feed      string       // name of the feed's stream
	Log       *slog.Logger
}

// LossOutcome says what was kept.
type LossOutcome struct {
	Outcome
	Proved uint64 // the last position that a signed checkpoint vouches for
	Newest uint64 // that of the newest checkpoint
	Aside  string // where the damaged stores are
}

// accepting is it, on its way.
type accepting struct {
	LossOptions
	keys    *keys.Store // held: nobody can start the ledger meanwhile
	ledger  *heal.Ledger
	left    *heal.Left
	newest  *audit.Checkpoint
	origin  string // the old one
	outcome LossOutcome
}

// AcceptLoss begins a new origin from the longest prefix of a damaged log that
// is whole, and that no signed checkpoint contradicts. That is a person's
// decision: what stands behind it is given up. The damaged stores are kept in
// the folder inquiry.
func AcceptLoss(ctx context.Context, o LossOptions) (LossOutcome, error) {
	a := &accepting{LossOptions: o}
	if err := datadir.Check(o.DataDir); err != nil {
		return a.outcome, err
	}
	if err := a.openKeys(); err != nil {
		return a.outcome, err
	}
	defer a.keys.Close()
	key := o.LogKey
	if key == "" {
		key = filepath.Join(o.DataDir, datadir.LogKey)
	}
	a.ledger = &heal.Ledger{Data: o.DataDir, NATS: filepath.Join(o.DataDir, datadir.NATS), Copy: filepath.Join(o.DataDir, datadir.Copy),
		KeyFile: key, Feed: o.Feed, Log: o.Log}
	if err := a.ledger.Finish(); err != nil {
		return a.outcome, err
	}
	if err := a.make(ctx); err != nil {
		return a.outcome, err
	}
	if err := a.ledger.Replace(datadir.NATS, datadir.Copy, datadir.Views, datadir.LogKey); err != nil {
		return a.outcome, err
	}
	a.outcome.Aside = a.ledger.Kept()
	return a.outcome, record(ctx, o.DataDir, trail.Repaired, a.outcome.detail())
}

// openKeys opens the persons' keys, which know who was erased, whatever of the
// log is lost.
func (a *accepting) openKeys() error {
	dir := filepath.Join(a.DataDir, datadir.Keys)
	held, err := keys.Hold(dir)
	if err == nil {
		err = held.Close()
	}
	if err == nil {
		o := a.KEK
		o.MustExist = true
		a.keys, err = keys.Open(dir, o)
	}
	return err
}

// make makes the new log beside the old one.
func (a *accepting) make(ctx context.Context) (err error) {
	if a.left, err = a.ledger.Left(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.left.Close()) }()
	if err := a.judge(ctx); err != nil {
		return err
	}
	dir, err := a.ledger.Staging()
	if err != nil {
		return err
	}
	f := &founding{dir: dir, feed: a.Feed, frames: a.prefix(ctx), lossy: true, upTo: a.outcome.Kept, origin: a.LogOrigin, log: a.Log, erased: a.keys.Erased,
		begun: &events.OriginBegun{OldOrigin: a.origin, OldKey: a.left.Public, NewestSize: a.outcome.Newest, Reason: events.OriginLoss}}
	key, err := f.make(ctx)
	if err != nil {
		return err
	}
	o := &a.outcome
	o.Origin, o.Key, o.OldOrigin, o.Reason = key.Origin(), key.Public(), a.origin, f.begun.Reason
	o.Next = uint64(f.edge.Size) + 1
	return nil
}

// judge finds how much is kept.
func (a *accepting) judge(ctx context.Context) error {
	signed := a.checkpoints()
	if a.newest == nil {
		return fmt.Errorf("%w: there is no checkpoint that the log's key signed", ErrNothing)
	}
	if a.LogOrigin == a.origin {
		return fmt.Errorf("a new origin needs a name of its own, and %s is the old one", a.origin)
	}
	p, err := provable(ctx, a.left, signed)
	if err != nil {
		return err
	}
	size := p.size()
	switch {
	case !p.lost(a.newest.Size):
		return ErrNoLoss
	case size == 0:
		return ErrNothing
	}
	a.outcome.Kept, a.outcome.Proved, a.outcome.Newest = size, min(size, uint64(p.agreed)), uint64(a.newest.Size)
	return nil
}

// checkpoints are those that the log's key signed; without the key, those that
// say what a checkpoint says.
func (a *accepting) checkpoints() (all []*audit.Checkpoint) {
	for _, note := range a.left.Signed {
		origin, c, err := audit.ReadCheckpoint(note)
		if err == nil && a.left.Public != "" {
			c, err = audit.OpenCheckpoint(note, a.left.Public)
		}
		if err != nil {
			a.Log.Warn("a checkpoint is passed over", "cause", err)
			continue
		}
		all = append(all, c)
		if a.newest == nil || c.Size > a.newest.Size {
			a.newest, a.origin = c, origin
		}
	}
	return all
}

// prefix yields the frames up to the first that is not whole.
func (a *accepting) prefix(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for frame := range a.left.Whole(ctx) {
			if frame == nil || !yield(frame, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}
