package replay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// CheckOfViews makes all views again in a scratch store, and compares every
// stored value with that of the live one. It is a [Check]. Close it.
type CheckOfViews struct {
	// Live is the store that serves.
	Live *projections.Store
	// Scratch opens an empty store on the same journal with the same key.
	// What it returns is closed and thrown away by done.
	Scratch func() (s *projections.Store, done func() error, err error)
	// Progress, if set, is told now and then how far it is.
	Progress func(Progress)

	again *rebuild
}

// Name is views.
func (c *CheckOfViews) Name() string { return "views" }

// Entry has nothing to compare yet. With the first one the views begin to be
// made again, beside the pass through the log.
func (c *CheckOfViews) Entry(ctx context.Context, _ uint64, _ events.Entry, _ func(Finding)) error {
	return c.begin(ctx)
}

// rebuild is the making of views in a scratch store.
type rebuild struct {
	live    *projections.Snapshot // what they are compared with
	scratch *projections.Store
	stop    context.CancelFunc
	failed  chan error // one, at its end
	done    func() error
}

func (c *CheckOfViews) begin(ctx context.Context) (err error) {
	if c.again != nil {
		return nil
	}
	r := &rebuild{failed: make(chan error, 1)}
	if r.live, err = c.Live.At(ctx, projections.AsOf{}); err != nil {
		return err
	}
	if r.scratch, r.done, err = c.Scratch(); err != nil {
		return errors.Join(err, r.live.Close())
	}
	ctx, r.stop = context.WithCancel(ctx)
	go func() { r.failed <- r.scratch.Replay(ctx, r.live.Seq()) }()
	c.again = r
	return nil
}

// Close throws away what was made; call it however the verification ends.
func (c *CheckOfViews) Close() error {
	r := c.again
	if r == nil {
		return nil
	}
	c.again = nil
	if r.stop(); r.failed != nil {
		<-r.failed
	}
	return errors.Join(r.live.Close(), r.done())
}

// progressPause lies between two reports of a rebuild.
const progressPause = 500 * time.Millisecond

// End waits for the views, and compares.
func (c *CheckOfViews) End(ctx context.Context, _ uint64, report func(Finding)) (what string, err error) {
	if err := c.begin(ctx); err != nil {
		return "", err
	}
	r := c.again
	if err := c.await(r); ctx.Err() != nil {
		return "", ctx.Err()
	} else if err != nil {
		report(Finding{"views", "all", r.scratch.Position() + 1, "cannot be made again from the log: " + err.Error()})
		return "nothing", nil
	}
	again, err := r.scratch.At(ctx, projections.AsOf{})
	if err != nil {
		return "", err
	}
	defer again.Close()
	values := 0
	for d, err := range projections.Differences(r.live, again, func() { values++ }) {
		if err != nil {
			return "", err
		}
		report(Finding{"views", d.Name, d.Position, told(d)})
	}
	return fmt.Sprintf("%d stored values, up to position %d", values, r.live.Position()), nil
}

// await returns when the views are made, or cannot be.
func (c *CheckOfViews) await(r *rebuild) error {
	tick := time.NewTicker(progressPause)
	defer tick.Stop()
	for {
		select {
		case err := <-r.failed:
			r.failed = nil
			return err
		case <-tick.C:
			if c.Progress != nil {
				c.Progress(Progress{"views", r.scratch.Position(), r.live.Position()})
			}
		}
	}
}

// told says in words how a live value differs from what the log makes.
func told(d projections.Difference) string {
	switch {
	case d.A == nil:
		return "is missing"
	case d.B == nil:
		return "is there, and the log makes no such thing"
	}
	return "is not what the log makes: " + difference(d.A, d.B)
}
