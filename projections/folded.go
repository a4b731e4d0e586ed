package projections

import (
	"errors"
	"iter"
	"time"

	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// errFolded: lists that go on behind an item, or through all scopes, need a
// store.
var errFolded = errors.New("views: rows that were folded in memory cannot be listed so")

// Folded is a state that was made of the log elsewhere, in memory.
type Folded struct {
	Rows     row.Reader
	Position uint64
	Time     time.Time // that views depend on; see Snapshot
	// Sealer opens personal data, in the rows themselves. Without one it
	// stays sealed.
	Sealer events.Sealer
}

// Over makes a snapshot of rows in memory, so that views of single things and
// of one account's pools are made by the same functions as those of a store.
// It has no history, and need not be closed.
func Over(f Folded) *Snapshot {
	s := &Store{opt: Options{Sealer: f.Sealer, ExpiringWithin: order.DefaultExpiringWithin}}
	return &Snapshot{
		Time: f.Time, store: s, end: mark{position: f.Position, time: f.Time},
		rows: &reader{store: s, folded: f.Rows, position: f.Position},
	}
}

func (r *reader) scanFolded(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	return func(yield func(row.Key, any) bool) {
		for k, v := range r.folded.Scan(table, scope) {
			v, err := r.open(v)
			if err != nil {
				r.err = errors.Join(r.err, err)
				return
			}
			if !yield(k, v) {
				return
			}
		}
	}
}
