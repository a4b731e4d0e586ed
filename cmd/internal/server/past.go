package server

import (
	"context"
	"errors"
	"time"
)

// Errors of ledgers that tell a made-up past.
var (
	// ErrNotEmpty: the data folder holds a ledger with a history of its own.
	ErrNotEmpty = errors.New("the ledger is not empty: a past can only be made up where nothing was recorded")
	errPast     = errors.New("a ledger with a clock of its own takes no requests")
)

// OpenPast opens an empty ledger whose events get their times from a clock that
// the caller moves, for data to try things out with. It is the only way to set
// a ledger's clock: such a ledger is never served, and one that has recorded
// anything is refused ([ErrNotEmpty]). The clock never runs backwards, and never
// ahead of the real one.
func OpenPast(ctx context.Context, c Config, clock func() time.Time) (*Server, error) {
	c.past = func() time.Time {
		// Without monotonic readings: the writer takes leaps for what they are.
		now, t := time.Now().Round(0), clock().Round(0)
		if t.After(now) {
			return now
		}
		return t
	}
	return Open(ctx, c)
}

// beginPast refuses a past where there is one already.
func (s *Server) beginPast(context.Context) error {
	if s.past != nil && s.views.End() > 0 {
		return ErrNotEmpty
	}
	return nil
}
