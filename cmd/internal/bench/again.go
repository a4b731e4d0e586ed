package bench

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
)

// Targets of what is read again.
const (
	rehashLeast  = 250_000 // events/s
	rebuildLeast = 100_000
	verifyLeast  = 50_000
	grownMost    = 2.5 // a log twice as long may take so many times as long
	// againJudgedAt is from which length on a log is judged; shorter ones are
	// shown.
	againJudgedAt = 1_000_000
	// againSeats are the seats that a log is made of.
	againSeats = 1_000
	// eventsPerSeat is how many events make a seat, at least.
	eventsPerSeat = 10
	// fillCallers fill a log quickly.
	fillCallers = 1_024
)

// history is a ledger whose log can be read again: a node in this process.
type history interface {
	Ledger
	// History is the log, to be replayed.
	History() *replay.Log
	// Rehash hashes all entries, and compares with the signed root.
	Rehash(ctx context.Context) error
	// Rebuild makes all views again.
	Rebuild(ctx context.Context, progress func(replay.Progress)) error
	// Verify compares everything with the log.
	Verify(ctx context.Context, checkpoint []byte, report func(replay.Finding), progress func(replay.Progress)) (replay.Verdict, error)
	// Settle returns once views and feed have reached a position.
	Settle(ctx context.Context, position uint64) error
}

// logged is a ledger with a log of a length, and an account in it.
type logged struct {
	history
	events  uint64
	account string
}

// filled makes a ledger, and commands through so many callers until the log is
// long enough.
func (b *bench) filled(ctx context.Context, id string, callers int) (*logged, error) {
	s, last := spreadSeats(max(1, min(againSeats, b.Events/eventsPerSeat/2))), new(highest)
	h, err := b.made(ctx, id, s, s, last, b.Events, callers)
	if err != nil {
		return nil, err
	}
	return &logged{h, last.Load(), s.all[0].account}, nil
}

func (b *bench) fill(ctx context.Context, h history, s *seats, last *highest, events, callers int) error {
	ls, err := newLedgerSeats(h, s, last)
	if err != nil {
		return err
	}
	callers = min(callers, len(s.all))
	all, release, err := ls.callers(ctx, callers)
	if err != nil {
		return err
	}
	defer release()
	var stop atomic.Bool
	errs := make(chan error, callers)
	for _, call := range all {
		go func() {
			for !stop.Load() && last.Load() < uint64(events) {
				if err := call(ctx); err != nil {
					stop.Store(true)
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range all {
		err = errors.Join(err, <-errs)
	}
	if err != nil {
		return err
	}
	return h.Settle(ctx, last.Load())
}

// provenAgain is B7.
func provenAgain(ctx context.Context, b *bench) (_ *Result, err error) {
	made, err := b.longLog(ctx)
	if err != nil {
		return nil, err
	}
	l, err := made.open(ctx, b)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	r := &Result{Notes: []string{fmt.Sprintf("A log of %s events. replay verify reads journal, copy and feed, hashes, makes all views again and compares every stored value.",
		number(float64(l.events)))}}
	for _, one := range []struct {
		name  string
		least float64
		do    func(context.Context) error
	}{
		{"hashing against the root", rehashLeast, l.Rehash},
		{"making all views again", rebuildLeast, func(ctx context.Context) error { return l.Rebuild(ctx, func(replay.Progress) {}) }},
		{"replay verify", verifyLeast, l.verified},
	} {
		took, err := b.timed(ctx, "B7-"+one.name, one.do)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.name, err)
		}
		row := &Row{Name: one.name, Figures: []Figure{newFigure("events", perSecond, rates(l.events, took))}}
		if l.events >= againJudgedAt {
			row.Checks = []Check{atLeast("events", perSecond, row.Figures[0].Median, one.least)}
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

// verified verifies; a finding is an error.
func (l *logged) verified(ctx context.Context) error {
	var found error
	_, err := l.Verify(ctx, nil, func(f replay.Finding) {
		found = fmt.Errorf("%s %s %s", f.Part, f.Where, f.Message)
	}, func(replay.Progress) {})
	return errors.Join(err, found)
}

// shownAgain is B8.
func shownAgain(ctx context.Context, b *bench) (*Result, error) {
	r := &Result{Notes: []string{"Read from journal and copy, each message compared. Half is the same account as of the middle of the log."}}
	for _, one := range []struct {
		callers int
		most    time.Duration
	}{{16, 2 * time.Second}, {1, 5 * time.Second}} {
		row, err := b.shownFrom(ctx, one.callers, one.most)
		if err != nil {
			return nil, err
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

func (b *bench) shownFrom(ctx context.Context, callers int, most time.Duration) (_ *Row, err error) {
	l, err := b.filled(ctx, fmt.Sprintf("B8-%d", callers), callers)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	whole, err := b.timed(ctx, fmt.Sprintf("B8-%d", callers), l.show(l.events))
	if err != nil {
		return nil, err
	}
	half, err := b.timed(ctx, fmt.Sprintf("B8-%d-half", callers), l.show(l.events/2))
	if err != nil {
		return nil, err
	}
	row := &Row{Name: fmt.Sprintf("a log of %s events by %s", number(float64(l.events)), callersText(callers)),
		Figures: []Figure{newFigure("whole", millis, inRuns(whole)), newFigure("half", millis, inRuns(half)), newFigure("events", perSecond, rates(l.events, whole))}}
	if l.events >= againJudgedAt {
		row.Checks = []Check{
			atMost("whole", millis, row.Figures[0].Median, inMillis(most)),
			atMost("whole / half", "", row.Figures[0].Median/row.Figures[1].Median, grownMost),
		}
	}
	return row, nil
}

// show shows the account as of a position, from the log alone.
func (l *logged) show(position uint64) func(context.Context) error {
	return func(ctx context.Context) error {
		of, _ := replay.FindView("account")
		_, err := l.History().Show(ctx, of, []string{l.account}, replay.At(position, time.Time{}),
			projections.Audience{Caller: rule.Caller{Role: rule.Admin}, Language: "en"})
		return err
	}
}

// timed does something once a run, and returns how long each took.
func (b *bench) timed(ctx context.Context, title string, do func(context.Context) error) (took []time.Duration, err error) {
	for run := range b.Runs {
		end, err := b.profile(fmt.Sprintf("%s-run-%d", title, run+1))
		if err != nil {
			return nil, err
		}
		began := time.Now()
		err = do(ctx)
		took = append(took, time.Since(began))
		if end(); err != nil {
			return nil, err
		}
		b.Say(fmt.Sprintf("%s, run %d of %d: %s", title, run+1, b.Runs, took[run].Round(time.Millisecond)))
	}
	return took, nil
}

func rates(events uint64, took []time.Duration) (all []float64) {
	for _, t := range took {
		all = append(all, float64(events)/t.Seconds())
	}
	return all
}

func inRuns(took []time.Duration) (all []float64) {
	for _, t := range took {
		all = append(all, inMillis(t))
	}
	return all
}
