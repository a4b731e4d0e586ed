package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Targets of B5, and its load.
const (
	queryMost      = 5 * time.Millisecond // p99
	pastMost       = 1.5                  // × now, of the medians
	queriesCallers = 16                   // of the load
)

// spoken is a ledger that answers over HTTP.
type spoken interface {
	Ledger
	Wires() *wires
}

// queriesUnderLoad is B5: queries over HTTP while commands come at half the
// rate that is possible.
func queriesUnderLoad(ctx context.Context, b *bench) (_ *Result, err error) {
	made, err := b.longLog(ctx)
	if err != nil {
		return nil, err
	}
	opened, err := b.Start(ctx, made.dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	l, ok := opened.(spoken)
	if !ok {
		return nil, errors.New("this ledger does not answer over HTTP")
	}
	history, err := historyQuestions(l.Wires(), made.seats, made.last.Load())
	if err != nil {
		return nil, err
	}
	a := &asking{wires: l.Wires(), past: fmt.Sprintf("as_of=%d", made.last.Load()/2)}
	ls, err := newLedgerSeats(l, made.active, made.last)
	if err != nil {
		return nil, err
	}
	full, rate, err := b.askedUnderLoad(ctx, ls, a, viewQuestions(made.seats), history)
	if err != nil {
		return nil, err
	}
	r := &Result{Notes: []string{fmt.Sprintf(
		"A log of %s events; as_of is its middle. One client asks, one query after another, while %s commands/s are sent over HTTP: half of the %s that %s reach. A page has 100 events.",
		number(float64(made.last.Load())), number(rate), number(full), callersText(queriesCallers))}}
	for _, name := range a.names {
		r.Rows = append(r.Rows, a.row(name, b.Events >= againJudgedAt))
	}
	return r, nil
}

// askedUnderLoad measures the load's full rate, and asks at half of it. It
// returns the full rate, and the one that was.
func (b *bench) askedUnderLoad(ctx context.Context, ls *ledgerSeats, a *asking, groups ...[]question) (full, rate float64, err error) {
	n := min(queriesCallers, len(ls.seats.all))
	x, err := b.one(ctx, "B5-full", named{ledgerName, ls, nil}, n, b.Span)
	if err != nil {
		return 0, 0, err
	}
	cs, release, err := ls.callers(ctx, n)
	if err != nil {
		return 0, 0, err
	}
	defer release()
	load := startSteady(ctx, cs, x.perSecond/2)
	for run := range b.Runs {
		for _, questions := range groups {
			if err = errors.Join(err, a.run(ctx, questions, b.Span)); err != nil {
				break
			}
		}
		b.Say(fmt.Sprintf("B5, run %d of %d: asked", run+1, b.Runs))
	}
	half, loadErr := load.end()
	return x.perSecond, half.perSecond, errors.Join(err, loadErr)
}

// asking asks questions and keeps how long the answers took.
type asking struct {
	wires *wires
	past  string // the parameter of questions about the past; "" asks none
	names []string
	now   map[string]samples
	then  map[string]samples
}

// run asks all questions in turn, about now and about then, for a span.
func (a *asking) run(ctx context.Context, questions []question, span time.Duration) error {
	now, then := make([][]time.Duration, len(questions)), make([][]time.Duration, len(questions))
	end := time.Now().Add(span)
	for n := 0; time.Now().Before(end) || n == 0; n++ {
		for i, q := range questions {
			path := q.path(n)
			took, err := a.ask(path)
			if err == nil {
				now[i] = append(now[i], took)
			}
			if err == nil && q.past && a.past != "" {
				if took, err = a.ask(with(path, a.past)); err == nil {
					then[i] = append(then[i], took)
				}
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
		}
	}
	for i, q := range questions {
		a.keep(q, newSample(now[i], span), newSample(then[i], span), len(then[i]) > 0)
	}
	return nil
}

func (a *asking) ask(path string) (time.Duration, error) {
	request := get(path)
	began := time.Now()
	_, err := a.wires.exchange(request)
	return time.Since(began), err
}

func (a *asking) keep(q question, now, then sample, past bool) {
	if a.now == nil {
		a.now, a.then = map[string]samples{}, map[string]samples{}
	}
	if len(a.now[q.name]) == 0 {
		a.names = append(a.names, q.name)
	}
	if a.now[q.name] = append(a.now[q.name], now); past {
		a.then[q.name] = append(a.then[q.name], then)
	}
}

// row is that of one question.
func (a *asking) row(name string, judged bool) *Row {
	now, then := a.now[name], a.then[name]
	row := &Row{Name: name, Figures: now.latencies("now")}
	if len(then) > 0 {
		row.Figures = append(row.Figures, then.latencies("as_of")...)
	}
	if !judged {
		return row
	}
	row.Checks = []Check{atMost("now p99", millis, row.Figures[1].Median, inMillis(queryMost))}
	if len(then) > 0 {
		row.Checks = append(row.Checks,
			atMost("as_of p99", millis, row.Figures[3].Median, inMillis(queryMost)),
			atMost("as_of / now", "", then.slower(now), pastMost))
	}
	return row
}

// latencies are the times that answers took.
func (s samples) latencies(of string) []Figure { return s.figures(of)[1:] }

// slower is how much longer the median answer took, run by run.
func (s samples) slower(than samples) float64 {
	ratios := make([]float64, min(len(s), len(than)))
	for i := range ratios {
		ratios[i] = float64(s[i].p50) / float64(than[i].p50)
	}
	return median(ratios)
}
