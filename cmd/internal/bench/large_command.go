package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// B4: one command over a whole account, and what others notice of it.
const (
	// largeShare: of so many events of --events, one is a user of the account.
	largeShare    = 10
	largeMost     = 1500 * time.Millisecond
	othersMost    = 100 * time.Millisecond // p99
	othersRate    = 1_000                  // commands/s
	othersCallers = 64
	// othersAhead is how long the others work before the command is sent.
	othersAhead = 200 * time.Millisecond
)

// largeCommand is B4: MiTeam Meetings is disabled in an account where everyone
// has its licence, while other accounts go on.
func largeCommand(ctx context.Context, b *bench) (_ *Result, err error) {
	users := max(1, b.Events/largeShare)
	hot, spread, last := hotSeats(users), spreadSeats(b.Seats), new(highest)
	l, err := b.furnished(ctx, "B4", last, hot, spread)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	others, err := newLedgerSeats(l, spread, last)
	if err != nil {
		return nil, err
	}
	var took, p99 []float64
	for run := range b.Runs {
		if err := licensed(ctx, l, hot, last); err != nil {
			return nil, err
		}
		one, x, err := b.disabled(ctx, fmt.Sprintf("B4-run-%d", run+1), l, others)
		if err != nil {
			return nil, err
		}
		b.Say(fmt.Sprintf("B4, run %d of %d: %s, others' p99 %s at %s/s", run+1, b.Runs, one.Round(time.Millisecond), x.p99, number(x.perSecond)))
		took, p99 = append(took, inMillis(one)), append(p99, inMillis(x.p99))
	}
	row := &Row{
		Name:    grouped(fmt.Sprint(users)) + " licensed users",
		Figures: []Figure{newFigure("command", millis, took), newFigure("others' p99", millis, p99)},
	}
	if b.Events >= againJudgedAt {
		row.Checks = []Check{
			atMost("command", millis, row.Figures[0].Median, inMillis(largeMost)),
			atMost("others' p99", millis, row.Figures[1].Median, inMillis(othersMost)),
		}
	}
	return &Result{Rows: []*Row{row}, Notes: []string{fmt.Sprintf(
		"In process. Other accounts send %s commands/s meanwhile; their p99 is of that time alone.", number(othersRate))}}, nil
}

// licensed gives every user of an account the licence; all at once can be
// disabled then.
func licensed(ctx context.Context, l Ledger, hot *seats, last *highest) error {
	send := sender{ctx, l, last}
	account := hot.all[0].account
	if err := send.do("EnableMiTeamMeetingsIntegration", map[string]any{"account_id": account}); err != nil {
		return err
	}
	err := together(len(hot.all), func(i int) error {
		return send.do(assign, map[string]any{"account_id": account, "user_id": hot.all[i].user, "product": product})
	})
	if err != nil {
		return err
	}
	return l.Wait(ctx, last.Load())
}

// disabled sends the command, and returns how long it took and what the others
// got done meanwhile.
func (b *bench) disabled(ctx context.Context, title string, l Ledger, others *ledgerSeats) (took time.Duration, x sample, err error) {
	disable, err := l.Prepare("DisableMiTeamMeetingsIntegration", map[string]any{"account_id": "hot"})
	if err != nil {
		return 0, x, err
	}
	cs, release, err := others.callers(ctx, othersCallers)
	if err != nil {
		return 0, x, err
	}
	defer release()
	end, err := b.profile(title)
	if err != nil {
		return 0, x, err
	}
	defer end()
	ahead := startSteady(ctx, cs, othersRate)
	sleep(ctx, othersAhead)
	if _, err := ahead.end(); err != nil {
		return 0, x, err
	}
	load := startSteady(ctx, cs, othersRate)
	began := time.Now()
	_, err = disable(ctx)
	took = time.Since(began)
	x, loadErr := load.end()
	return took, x, errors.Join(err, loadErr)
}
