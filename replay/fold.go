package replay

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// fold is the state that a subject's history comes to. Rows of others are not
// in it.
func (l *Log) fold(ctx context.Context, of subject, at Moment) (*projections.Snapshot, error) {
	rows := row.Map{}
	last, err := l.history(ctx, of, at, func(p place) error {
		e, err := p.decode()
		if err == nil {
			aggregates.Evolve(rows, e)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return l.over(rows, last, at)
}

// over makes views possible of rows, which end with an entry.
func (l *Log) over(rows row.Map, last place, at Moment) (*projections.Snapshot, error) {
	t, err := l.clock(at, last)
	if err != nil {
		return nil, err
	}
	return projections.Over(projections.Folded{Rows: rows, Position: last.position, Time: t, Sealer: l.Sealer}), nil
}

// history hands over the entries of a subject up to a moment, and returns the
// log's last entry that counts.
func (l *Log) history(ctx context.Context, of subject, at Moment, each func(place) error) (last place, err error) {
	if err := l.check(at); err != nil {
		return last, err
	}
	for p, err := range l.entries(ctx) {
		if err != nil {
			return last, err
		}
		counts, err := at.covers(p)
		if err != nil {
			return last, fmt.Errorf("entry %d: %w", p.position, err)
		}
		if !counts {
			break
		}
		if last = p; !of(p) {
			continue
		}
		if err := each(p); err != nil {
			return last, err
		}
	}
	return last, nil
}

// Explain answers a question from the log alone; see the function Explain.
func (l *Log) Explain(ctx context.Context, q Question, at Moment, a projections.Audience) ([]Explanation, error) {
	rows, concerns := row.Map{}, Concerns(q)
	var all []*events.Event
	last, err := l.history(ctx, aggregate("account", q.Account), at, func(p place) error {
		e, err := p.decode()
		if err != nil {
			return err
		}
		aggregates.Evolve(rows, e)
		if !slices.ContainsFunc(concerns, func(f projections.EventFilter) bool { return f.Covers(e) }) {
			return nil
		}
		all = append(all, e)
		return l.unseal(e)
	})
	if err != nil {
		return nil, err
	}
	s, err := l.over(rows, last, at)
	if err != nil {
		return nil, err
	}
	return Explain(each(all), s, a, q)
}

func each(all []*events.Event) iter.Seq2[*events.Event, error] {
	return func(yield func(*events.Event, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}
