// Package feed keeps the public stream in step with the log: each event is
// published once, in order, at the sequence that is its position.
//
// The feed runs behind the views and never holds the writer up. It asks the
// stream how far it has come and goes on from there, so a restart, a lost
// answer or a stream that was made again need no care of their own.
package feed

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/nice"
)

// BatchEvents is how many events are published at a time.
const BatchEvents = 512

// gatherFor is how long after a batch the next one is begun, unless it is full
// by then: many messages at once cost far less than each by itself. An event
// that comes after a rest is published at once.
const gatherFor = 5 * time.Millisecond

// maxPause is the longest wait between two tries.
const maxPause = 5 * time.Second

// Source is the history that is published.
type Source interface {
	// Wait returns once the history has reached a position.
	Wait(ctx context.Context, position uint64) error
	// Position is what the history has reached.
	Position() uint64
	// Entries returns at most n entries from position first on.
	Entries(first uint64, n int) ([]events.Entry, error)
}

// Feeder publishes a source into a feed.
type Feeder struct {
	Source Source
	Feed   events.Feed
	Log    *slog.Logger

	position atomic.Uint64
}

// Position is the newest position known to be in the feed.
func (f *Feeder) Position() uint64 { return f.position.Load() }

// Run publishes until ctx ends. A feed that cannot be written is tried again
// with growing pauses.
func (f *Feeder) Run(ctx context.Context) {
	nice.Thread()
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 10*time.Millisecond, maxPause
	for ctx.Err() == nil {
		started := f.Position()
		err := f.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		if f.Position() > started {
			pause.Reset()
		}
		wait := pause.NextBackOff()
		f.Log.Warn("the feed is not written; trying again", "cause", err, "after", wait.String())
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// follow publishes from the feed's end on, until something is wrong.
func (f *Feeder) follow(ctx context.Context) error {
	last, err := f.Feed.Last(ctx)
	if err != nil {
		return err
	}
	if err := f.Source.Wait(ctx, last); err != nil {
		return fmt.Errorf("the feed has position %d, which the history does not reach: %w", last, err)
	}
	f.position.Store(last)
	var published time.Time
	for {
		if err := f.Source.Wait(ctx, last+1); err != nil {
			return err
		}
		if err := f.gather(ctx, last, published); err != nil {
			return err
		}
		batch, err := f.Source.Entries(last+1, BatchEvents)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			return fmt.Errorf("the history has no entry at position %d", last+1)
		}
		if err := f.Feed.Publish(ctx, last+1, batch); err != nil {
			return err
		}
		last += uint64(len(batch))
		f.position.Store(last)
		published = time.Now()
	}
}

// gather waits for more to publish when the last batch was just now.
func (f *Feeder) gather(ctx context.Context, last uint64, published time.Time) error {
	rest := gatherFor - time.Since(published)
	if rest <= 0 || f.Source.Position() >= last+BatchEvents {
		return nil
	}
	select {
	case <-time.After(rest):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
