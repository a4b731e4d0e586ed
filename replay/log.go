package replay

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/seatledger/seatledger/events"
)

// Log is the ledger's journal, read by position.
type Log struct {
	Journal events.Journal
	// Copy, if set, is compared with the journal by Verify; both end at End,
	// or where they end if that is 0.
	Copy Frames
	End  uint64
	// Sealer opens personal data. Without one it stays sealed.
	Sealer events.Sealer
	// Now is the clock for what is asked about the present; time.Now unless
	// given.
	Now func() time.Time
	// Progress, if set, is told now and then how far a reading is.
	Progress func(Progress)
}

// Progress is how far something long has come.
type Progress struct {
	Step  string `json:"step"` // what is done, as "log"
	Done  uint64 `json:"done"`
	Total uint64 `json:"total,omitzero"` // 0: not known
}

// progressEvery is how many journal messages lie between two reports.
const progressEvery = 1024

func (l *Log) now() time.Time {
	if l.Now != nil {
		return l.Now().UTC().Truncate(events.Tick)
	}
	return time.Now().UTC().Truncate(events.Tick)
}

// commits yields the whole log's commits, up to its end as it is at the call;
// their entries are not decoded. An error ends it.
func (l *Log) commits(ctx context.Context) iter.Seq2[*events.Commit, error] {
	return func(yield func(*events.Commit, error) bool) {
		total, err := l.Journal.Last(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		frames, read := events.NewAssembler(nil, 1), 0
		for m, err := range l.Journal.Read(ctx, 1) {
			if err != nil {
				yield(nil, err)
				return
			}
			if read++; l.Progress != nil && read%progressEvery == 0 {
				l.Progress(Progress{"log", m.Seq, total})
			}
			c, err := frames.Add(m)
			if err != nil {
				yield(nil, err)
				return
			}
			if c != nil && !yield(c, nil) {
				return
			}
		}
	}
}

// entries yields the whole log's entries by position. An error ends it.
func (l *Log) entries(ctx context.Context) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		for c, err := range l.commits(ctx) {
			if err != nil {
				yield(place{}, err)
				return
			}
			for i, b := range c.Entries {
				if !yield(place{c.First + uint64(i), b}, nil) {
					return
				}
			}
		}
	}
}

// Entries yields all entries of the log, from the first on. An error ends it.
func (l *Log) Entries(ctx context.Context) iter.Seq2[events.Entry, error] {
	return func(yield func(events.Entry, error) bool) {
		for p, err := range l.entries(ctx) {
			if !yield(p.entry, err) || err != nil {
				return
			}
		}
	}
}

// place is an entry and its position.
type place struct {
	position uint64
	entry    events.Entry
}

// decode reads the event, its personal data sealed.
func (p place) decode() (*events.Event, error) { return events.Kinds.Decode(p.position, p.entry) }

// unseal opens an event's personal data.
func (l *Log) unseal(e *events.Event) error {
	if v, ok := e.Data.(events.Personable); ok && l.Sealer != nil {
		if err := l.Sealer.Open(v); err != nil {
			return fmt.Errorf("event %d (%s): %w", e.Position, e.Type(), err)
		}
	}
	return nil
}
