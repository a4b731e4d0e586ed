package aggregates

import "github.com/seatledger/seatledger/aggregates/row"

// Snapshot is a reader of rows at one position. The projections make it, the
// writer reads it.
type Snapshot interface {
	row.Reader
	Seq() uint64 // of the newest commit in it
	Position() uint64
	Err() error // the first error that a read met; all its results are then void
	Close() error
}
