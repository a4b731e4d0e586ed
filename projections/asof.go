package projections

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/seatledger/seatledger/events"
)

// Errors of what is asked about. The caller can mend them (422).
var (
	ErrBeyondEnd = errors.New("as_of is beyond the log's end")
	ErrFuture    = errors.New("as_of is in the future")
	ErrAsOf      = errors.New("as_of must be a position or an RFC 3339 time")
)

// AsOf says which state a query is about. The zero value is now.
type AsOf struct {
	position uint64
	time     time.Time
	fixed    bool // a position or a time is given
}

// AtPosition is the state as an event left it; 0 is before the first.
func AtPosition(position uint64) AsOf { return AsOf{position: position, fixed: true} }

// AtTime is the state as it stood at a time, all events of that time included.
func AtTime(t time.Time) AsOf { return AsOf{time: t, fixed: true} }

// ParseAsOf reads the parameter as_of; "" is now.
func ParseAsOf(s string) (AsOf, error) {
	if s == "" {
		return AsOf{}, nil
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return AtPosition(n), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return AsOf{}, fmt.Errorf("%w, not %q", ErrAsOf, s)
	}
	return AtTime(t.UTC()), nil
}

// Asked is what was asked about: a position, or a time if it is not zero. Not
// fixed, it is now.
func (a AsOf) Asked() (position uint64, t time.Time, fixed bool) { return a.position, a.time, a.fixed }

// At returns the state that is asked about. It may wait, no longer than ctx
// allows (ErrBehind), for what is recorded and not applied yet. Positions that
// are not recorded are ErrBeyondEnd, times to come ErrFuture. The caller closes
// the snapshot.
func (s *Store) At(ctx context.Context, at AsOf) (*Snapshot, error) {
	switch {
	case !at.fixed:
		if err := s.fresh(ctx); err != nil {
			return nil, err
		}
		snap, err := s.snapshot()
		if err == nil {
			snap.Time = s.opt.Now().UTC().Truncate(events.Tick)
		}
		return snap, err
	case !at.time.IsZero():
		return s.atTime(ctx, at.time)
	}
	return s.atPosition(ctx, at.position)
}

// maxFreshWait bounds how long a query about now waits for what was recorded
// before it was asked.
const maxFreshWait = 250 * time.Millisecond

// fresh waits until the views have what was acknowledged on this node up to
// now, so that who reads after writing here finds what was written. Views that
// lag much are served as they are: the answer says which position they have.
func (s *Store) fresh(ctx context.Context) error {
	end := s.End()
	if s.Position() >= end {
		return nil
	}
	soon, cancel := context.WithTimeout(ctx, maxFreshWait)
	defer cancel()
	_ = s.Wait(soon, end) // also when the follower has stopped: what stands can be read
	return ctx.Err()
}

func (s *Store) atPosition(ctx context.Context, position uint64) (*Snapshot, error) {
	if end := s.End(); position > end {
		return nil, fmt.Errorf("%w: %d, which is %d", ErrBeyondEnd, position, end)
	}
	if err := s.Wait(ctx, position); err != nil {
		return nil, err
	}
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	if snap.Time, err = snap.timeOf(position); err != nil {
		return nil, errors.Join(err, snap.Close())
	}
	snap.goBack(position)
	return snap, nil
}

// atTime first makes sure that no event to come can have a time up to t.
func (s *Store) atTime(ctx context.Context, t time.Time) (*Snapshot, error) {
	if t.After(s.opt.Now()) {
		return nil, fmt.Errorf("%w: %s", ErrFuture, t.Format(time.RFC3339))
	}
	if s.opt.Fix != nil && !t.Before(s.Time()) {
		end, err := s.opt.Fix(ctx, t)
		if err != nil {
			return nil, err
		}
		if err := s.Wait(ctx, end); err != nil {
			return nil, err
		}
	}
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	position, err := snap.positionAt(t)
	if err != nil {
		return nil, errors.Join(err, snap.Close())
	}
	snap.Time = t.UTC()
	snap.goBack(position)
	return snap, nil
}

// Resume returns the state that a list's cursor goes on with: that of the
// list's first page.
func (s *Store) Resume(ctx context.Context, cursor string) (*Snapshot, error) {
	c, err := s.cursors.open(cursor)
	if err != nil {
		return nil, err
	}
	if c.position == 0 { // where no list has two pages: a mark
		return nil, ErrCursor
	}
	snap, err := s.atPosition(ctx, c.position)
	if errors.Is(err, ErrBeyondEnd) {
		return nil, ErrCursor
	}
	if err == nil {
		snap.Time = c.time
	}
	return snap, err
}
