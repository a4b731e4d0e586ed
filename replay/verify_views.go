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
	// Scratch opens an empty store with the same key. What it returns is closed
	// and thrown away by done.
	Scratch func() (s *projections.Store, done func() error, err error)
	// Progress, if set, is told now and then how far it is.
	Progress func(Progress)

	again *rebuild
}

// Name is views.
func (c *CheckOfViews) Name() string { return "views" }

// Entry has nothing to compare yet.
func (c *CheckOfViews) Entry(context.Context, uint64, events.Entry, func(Finding)) error { return nil }

// errUnreadable: the views were not made of an entry that cannot be read.
var errUnreadable = errors.New("an entry cannot be read")

// Commit hands a commit to the views that are made again, beside the pass
// through the log. What the live ones have not yet is left out.
func (c *CheckOfViews) Commit(ctx context.Context, of *events.Commit) error {
	if err := c.begin(ctx); err != nil || c.again.ended || of.Seq > c.again.live.Seq() {
		return err
	}
	if len(of.Events) < len(of.Entries) {
		c.again.end(errUnreadable)
		return nil
	}
	select {
	case c.again.commits <- of:
	case err := <-c.again.failed:
		c.again.failed <- err // for End
		c.again.end(nil)
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// rebuild is the making of views in a scratch store.
type rebuild struct {
	live    *projections.Snapshot // what they are compared with
	scratch *projections.Store
	commits chan *events.Commit
	ended   bool       // no more commits come
	broken  error      // why
	failed  chan error // one, at its end
	done    func() error
}

// end hands over no more commits.
func (r *rebuild) end(broken error) {
	if !r.ended {
		r.ended, r.broken = true, broken
		close(r.commits)
	}
}

func (c *CheckOfViews) begin(ctx context.Context) (err error) {
	if c.again != nil {
		return nil
	}
	r := &rebuild{commits: make(chan *events.Commit), failed: make(chan error, 1)}
	if r.live, err = c.Live.At(ctx, projections.AsOf{}); err != nil {
		return err
	}
	if r.scratch, r.done, err = c.Scratch(); err != nil {
		return errors.Join(err, r.live.Close())
	}
	go func() {
		r.failed <- r.scratch.Take(func(yield func(*events.Commit) bool) {
			for c := range r.commits {
				if !yield(c) {
					return
				}
			}
		})
	}()
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
	r.end(nil)
	if r.failed != nil {
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
	r.end(nil)
	if err := errors.Join(c.await(r), r.broken); ctx.Err() != nil {
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
	if again.Seq() != r.live.Seq() {
		report(Finding{"views", "all", again.Position() + 1, "cannot be made again from the log: it could not be read to where they stand"})
		return "nothing", nil
	}
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
