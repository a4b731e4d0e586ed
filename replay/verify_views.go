package replay

import (
	"context"
	"fmt"
	"time"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// CheckOfViews makes all views again in a scratch store, and compares every
// stored value with that of the live one. It is a [Check].
type CheckOfViews struct {
	// Live is the store that serves.
	Live *projections.Store
	// Scratch opens an empty store on the same journal with the same key.
	// What it returns is closed and thrown away by done.
	Scratch func() (s *projections.Store, done func() error, err error)
	// Progress, if set, is told now and then how far it is.
	Progress func(Progress)
}

// Name is views.
func (c *CheckOfViews) Name() string { return "views" }

// Entry needs nothing of the pass.
func (c *CheckOfViews) Entry(context.Context, uint64, events.Entry, func(Finding)) error { return nil }

// progressPause lies between two reports of a rebuild.
const progressPause = 500 * time.Millisecond

// End makes the views again up to where the live ones are, and compares.
func (c *CheckOfViews) End(ctx context.Context, _ uint64, report func(Finding)) (what string, err error) {
	live, err := c.Live.At(ctx, projections.AsOf{})
	if err != nil {
		return "", err
	}
	defer live.Close()
	s, done, err := c.Scratch()
	if err != nil {
		return "", err
	}
	defer func() {
		if e := done(); err == nil {
			err = e
		}
	}()
	if err := c.replay(ctx, s, live); ctx.Err() != nil {
		return "", ctx.Err()
	} else if err != nil {
		report(Finding{"views", "all", s.Position() + 1, "cannot be made again from the log: " + err.Error()})
		return "nothing", nil
	}
	again, err := s.At(ctx, projections.AsOf{})
	if err != nil {
		return "", err
	}
	defer again.Close()
	values := 0
	for d, err := range projections.Differences(live, again, func() { values++ }) {
		if err != nil {
			return "", err
		}
		report(Finding{"views", d.Name, d.Position, told(d)})
	}
	return fmt.Sprintf("%d stored values, up to position %d", values, live.Position()), nil
}

func (c *CheckOfViews) replay(ctx context.Context, s *projections.Store, live *projections.Snapshot) error {
	if c.Progress == nil {
		return s.Replay(ctx, live.Seq())
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Replay(ctx, live.Seq()) }()
	tick := time.NewTicker(progressPause)
	defer tick.Stop()
	for {
		select {
		case err := <-failed:
			return err
		case <-tick.C:
			c.Progress(Progress{"views", s.Position(), live.Position()})
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
