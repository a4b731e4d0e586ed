package replay

import (
	"fmt"
	"time"

	"github.com/seatledger/seatledger/projections"
)

// Moment is a state of the log that is asked about.
type Moment struct {
	// Position is that of the last event that counts; nil leaves it to Time,
	// or to the log's end.
	Position *uint64
	// Time is what the clock shows. Zero is that of the event at Position, or
	// now. Without a Position all events up to it count.
	Time time.Time
}

// AsOf is the moment that a query's as_of names.
func AsOf(a projections.AsOf) Moment {
	position, t, fixed := a.Asked()
	switch {
	case !fixed:
		return Moment{}
	case !t.IsZero():
		return Moment{Time: t}
	}
	return Moment{Position: &position}
}

// At is the moment at a position, with what the clock shows.
func At(position uint64, t time.Time) Moment { return Moment{Position: &position, Time: t} }

// covers reports that an entry counts.
func (m Moment) covers(p place) (bool, error) {
	switch {
	case m.Position != nil:
		return p.position <= *m.Position, nil
	case m.Time.IsZero():
		return true, nil
	}
	t, err := p.entry.Time()
	return !t.After(m.Time), err
}

// check refuses moments that no log can know yet.
func (l *Log) check(m Moment) error {
	if m.Position == nil && m.Time.After(l.now()) {
		return fmt.Errorf("%w: %s", projections.ErrFuture, m.Time.Format(time.RFC3339))
	}
	return nil
}

// clock is what the clock shows at a moment, of which the last entry is known.
func (l *Log) clock(m Moment, last place) (time.Time, error) {
	switch {
	case !m.Time.IsZero():
		return m.Time.UTC(), nil
	case m.Position == nil:
		return l.now(), nil
	case last.position < *m.Position:
		return time.Time{}, fmt.Errorf("%w: %d, which is %d", projections.ErrBeyondEnd, *m.Position, last.position)
	case last.position == 0:
		return time.Time{}, nil
	}
	return last.entry.Time()
}

// subject says which entries of the log something is made of.
type subject func(p place) bool

// aggregate is the history of one.
func aggregate(kind, id string) subject {
	return func(p place) bool { return p.entry.Of(kind, id) }
}
