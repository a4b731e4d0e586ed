package bench

import (
	"context"
	"errors"
)

// httpLoads are the numbers of clients of B3.
var httpLoads = []int{1, 16, 128}

var (
	b3Targets    = []target{{16, pgName, 1}, {128, pgName, 2}}
	b3HotTargets = []target{{128, pgName, 15}}
)

// httpP50Most is the target of B3 for the median of 16 clients, in ms.
const httpP50Most = 1

// overHTTP is B3: B1 and B2 over HTTP.
func overHTTP(ctx context.Context, b *bench) (_ *Result, err error) {
	spread, hot, last := spreadSeats(b.Seats), hotSeats(b.Seats), new(highest)
	l, err := b.furnishedBy(ctx, b.Start, "B3", last, spread, hot)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	r, err := b.licencesOf(ctx, l, "B3", spread, spreadSeats(b.Seats), last, b3Targets)
	if err != nil {
		return nil, err
	}
	for _, row := range r.Rows {
		if row.Name == callersText(16) {
			row.Checks = append(row.Checks, atMost("p50", millis, row.Figures[1].Median, httpP50Most))
		}
	}
	one, err := b.licencesOf(ctx, l, "B3-hot", hot, hotSeats(b.Seats), last, b3HotTargets)
	if err != nil {
		return nil, err
	}
	for _, row := range one.Rows {
		row.Name += ", one hot account"
		r.Rows = append(r.Rows, row)
	}
	r.Notes = append(r.Notes, "The ledger is a process of its own, the load generator another on the same cores. P is spoken to over a Unix socket.")
	return r, nil
}

// licencesOf measures licence commands on a ledger, and P with the like.
func (b *bench) licencesOf(ctx context.Context, l Ledger, id string, s, like *seats, last *highest, targets []target) (*Result, error) {
	ls, err := newLedgerSeats(l, s, last)
	if err != nil {
		return nil, err
	}
	subjects, err := b.withPostgres(ctx, []named{{ledgerName, ls, httpLoads}}, like)
	if err != nil {
		return nil, err
	}
	all, err := b.inTurns(ctx, id, httpLoads, subjects)
	if err != nil {
		return nil, err
	}
	return b.result(httpLoads, all, subjects, targets), nil
}
