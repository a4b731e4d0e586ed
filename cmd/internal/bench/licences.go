package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"
)

// Names of what is measured, as reports have them.
const (
	ledgerName = "ledger"
	spreadName = "ledger, 10,000 accounts"
	walName    = "W"
	pgName     = "P"
)

// loads are the numbers of callers of B1 and B2; PostgreSQL has a process for
// each, so it is not asked for the last.
var (
	loads   = []int{1, 16, 128, 1024}
	pgLoads = []int{1, 16, 128}
)

// target is what a ratio of rates has to reach.
type target struct {
	callers int
	over    string // whose rate it is a multiple of
	least   float64
}

var (
	b1Targets = []target{{1, walName, 0.7}, {1, pgName, 1}, {16, walName, 0.6}, {16, pgName, 1.5}, {128, pgName, 4}}
	b2Targets = []target{
		{1, spreadName, 0.9}, {16, spreadName, 0.9}, {128, spreadName, 0.9}, {1024, spreadName, 0.9}, {128, pgName, 20},
	}
)

// The sustained load of B1.
const (
	sustainCallers  = 1024
	sustainLeast    = 40_000 // commands/s
	sustainLag      = time.Second
	sustainJudgedAt = 60 * time.Second // shorter ones are shown, not judged
)

// spreadAccounts is B1: licences in many accounts.
func spreadAccounts(ctx context.Context, b *bench) (_ *Result, err error) {
	s := spreadSeats(seatCount)
	w, err := openWAL(filepath.Join(b.dir, "B1"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	last := new(highest)
	l, err := b.furnished(ctx, "B1", last, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	ls, err := newLedgerSeats(l, s, last)
	if err != nil {
		return nil, err
	}
	subjects := []named{{ledgerName, ls, loads}, {walName, w, loads}}
	if subjects, err = b.withPostgres(ctx, subjects, spreadSeats(seatCount)); err != nil {
		return nil, err
	}
	all, err := b.inTurns(ctx, "B1", loads, subjects)
	if err != nil {
		return nil, err
	}
	r := b.result(all, subjects, b1Targets)
	if !b.asked(sustainCallers) {
		return r, nil
	}
	row, err := b.sustained(ctx, ls)
	if err != nil {
		return nil, err
	}
	r.Rows = append(r.Rows, row)
	return r, nil
}

// hotAccount is B2: all licences in one account.
func hotAccount(ctx context.Context, b *bench) (_ *Result, err error) {
	hot, spread, last := hotSeats(seatCount), spreadSeats(seatCount), new(highest)
	l, err := b.furnished(ctx, "B2", last, hot, spread)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	hs, err := newLedgerSeats(l, hot, last)
	if err != nil {
		return nil, err
	}
	ss, err := newLedgerSeats(l, spread, last)
	if err != nil {
		return nil, err
	}
	subjects := []named{{ledgerName, hs, loads}, {spreadName, ss, loads}}
	if subjects, err = b.withPostgres(ctx, subjects, hotSeats(seatCount)); err != nil {
		return nil, err
	}
	all, err := b.inTurns(ctx, "B2", loads, subjects)
	if err != nil {
		return nil, err
	}
	return b.result(all, subjects, b2Targets), nil
}

// furnished opens a fresh ledger, with seats in it.
func (b *bench) furnished(ctx context.Context, id string, last *highest, all ...*seats) (Ledger, error) {
	l, err := b.Open(ctx, filepath.Join(b.dir, id, "ledger"))
	if err != nil {
		return nil, fmt.Errorf("the ledger does not open: %w", err)
	}
	began := time.Now()
	if err := furnish(ctx, l, last, all...); err != nil {
		return nil, errors.Join(fmt.Errorf("accounts cannot be made: %w", err), l.Close())
	}
	b.Say(fmt.Sprintf("%s: accounts, users and licences are made (%d events, %.1f s)", id, last.Load(), time.Since(began).Seconds()))
	b.durability = l.Durability()
	return l, nil
}

// withPostgres adds P, where there is one.
func (b *bench) withPostgres(ctx context.Context, subjects []named, s *seats) ([]named, error) {
	if b.noPG != nil {
		return subjects, nil
	}
	p, err := b.pg.seat(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("yardstick P: %w", err)
	}
	return append(subjects, named{pgName, p, pgLoads}), nil
}

// result makes a row of each load.
func (b *bench) result(all map[int]measured, subjects []named, targets []target) *Result {
	r := &Result{}
	for _, n := range loads {
		if all[n] == nil {
			continue
		}
		row := &Row{Name: callersText(n)}
		for _, s := range subjects {
			if x := all[n][s.name]; len(x) > 0 {
				row.Figures = append(row.Figures, x.figures(s.name)...)
			}
		}
		for _, t := range targets {
			if yard := all[n][t.over]; t.callers == n && len(yard) > 0 {
				row.Checks = append(row.Checks, atLeast(ledgerName+" / "+t.over, "", all[n][ledgerName].over(yard), t.least))
			}
		}
		r.Rows = append(r.Rows, row)
	}
	if b.noPG != nil {
		r.Notes = append(r.Notes, "P was not measured, so targets in P were not judged: "+b.noPG.Error())
	} else {
		r.Notes = append(r.Notes, "P is not measured at 1,024 callers: it needs a process for each.")
	}
	return r
}

func callersText(n int) string {
	if n == 1 {
		return "1 caller"
	}
	return grouped(strconv.Itoa(n)) + " callers"
}

// sustained holds the highest load for long, once, and looks how far the views
// fall behind.
func (b *bench) sustained(ctx context.Context, ls *ledgerSeats) (*Row, error) {
	probe := startLag(ctx, ls)
	x, err := b.one(ctx, "B1-sustained", named{ledgerName, ls, nil}, sustainCallers, b.Sustain)
	lag, lagErr := probe.end()
	if err := errors.Join(err, lagErr); err != nil {
		return nil, fmt.Errorf("sustained: %w", err)
	}
	b.Say(fmt.Sprintf("B1, %d callers for %s: %s/s, views at most %s behind",
		sustainCallers, b.Sustain, number(x.perSecond), lag.Round(time.Millisecond)))
	row := &Row{Name: callersText(sustainCallers) + " for " + b.Sustain.String()}
	row.Figures = append(samples{x}.figures(ledgerName), newFigure("view lag, greatest", millis, []float64{inMillis(lag)}))
	if b.Sustain >= sustainJudgedAt {
		row.Checks = []Check{
			atLeast("sustained", perSecond, x.perSecond, sustainLeast),
			atMost("view lag", millis, inMillis(lag), inMillis(sustainLag)),
		}
	}
	return row, nil
}
