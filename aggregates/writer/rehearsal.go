package writer

import (
	"iter"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
)

// recorder is a tx over a snapshot of the views that remembers every row it
// read there. Deciding on it shows what a command needs.
type recorder struct {
	base   aggregates.Snapshot
	read   map[row.Key]any
	writes map[row.Key]any
	scan   bool // scans are answered; else they yield nothing
}

func newRecorder(base aggregates.Snapshot, scan bool) *recorder {
	return &recorder{base: base, read: map[row.Key]any{}, writes: map[row.Key]any{}, scan: scan}
}

// Get reads the newest row.
func (r *recorder) Get(k row.Key) any {
	if v, ok := r.writes[k]; ok {
		return v
	}
	if v, ok := r.read[k]; ok {
		return v
	}
	v := r.base.Get(k)
	r.read[k] = v
	return v
}

// Scan yields the rows of the snapshot as the writes so far leave them.
func (r *recorder) Scan(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	return func(yield func(row.Key, any) bool) {
		if !r.scan {
			return
		}
		for k, v := range r.base.Scan(table, scope) {
			r.read[k] = v // folding will ask for it again
			if w, ok := r.writes[k]; ok {
				v = w
			}
			if v != nil && !yield(k, v) {
				return
			}
		}
	}
}

// Put keeps a write to itself.
func (r *recorder) Put(k row.Key, v any) { r.writes[k] = v }

// Delete keeps a deletion to itself.
func (r *recorder) Delete(k row.Key) { r.writes[k] = nil }
