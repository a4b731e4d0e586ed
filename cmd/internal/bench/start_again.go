package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// B9: a ledger is killed under load, and starts again.
const (
	startMost     = 3 * time.Second // to ready
	killedCallers = 64
	// killedAfter is how long the load goes on before the kill.
	killedAfter = time.Second
)

// killable is a ledger that can end as in a crash.
type killable interface {
	Ledger
	Kill()
}

// startAgain is B9.
func startAgain(ctx context.Context, b *bench) (_ *Result, err error) {
	made, err := b.longLog(ctx)
	if err != nil {
		return nil, err
	}
	l, err := b.Start(ctx, made.dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	var took []time.Duration
	for run := range b.Runs {
		k, ok := l.(killable)
		if !ok {
			return nil, errors.New("this ledger cannot be killed from here")
		}
		if err := b.killed(ctx, k, made); err != nil {
			return nil, err
		}
		began := time.Now()
		again, err := b.Start(ctx, made.dir)
		if err != nil {
			return nil, err
		}
		l, took = again, append(took, time.Since(began))
		b.Say(fmt.Sprintf("B9, run %d of %d: ready after %s", run+1, b.Runs, took[run].Round(time.Millisecond)))
	}
	row := &Row{
		Name:    fmt.Sprintf("a log of %s events", number(float64(made.last.Load()))),
		Figures: []Figure{newFigure("from start to ready", millis, inRuns(took))},
	}
	if b.Events >= againJudgedAt {
		row.Checks = []Check{atMost("ready", millis, row.Figures[0].Median, inMillis(startMost))}
	}
	return &Result{Rows: []*Row{row}, Notes: []string{
		"SIGKILL under load; journal, copy, views and feed are compared before anything is served. The files are in the system's cache, as they are after the end of a process."}}, nil
}

// killed kills a ledger while commands are under way. They change addresses: of
// a licence nobody would know whether it is taken now.
func (b *bench) killed(ctx context.Context, l killable, made *long) error {
	accounts, before := made.seats.accounts(), made.last.Load()
	var city atomic.Uint64
	var crashed atomic.Bool
	change := func(ctx context.Context) error {
		n := city.Add(1)
		err := sender{ctx, l, made.last}.do("UpdateAccountInformation", map[string]any{
			"account_id": accounts[int(n)%len(accounts)], "city": fmt.Sprintf("City %d behind %d", n, before),
		})
		if err != nil && crashed.Load() {
			sleep(ctx, killedAfter/10)
			return nil
		}
		return err
	}
	load := make(chan error, 1)
	go func() {
		_, err := measure(ctx, slices.Repeat([]caller{change}, killedCallers), killedAfter)
		load <- err
	}()
	sleep(ctx, killedAfter)
	crashed.Store(true)
	l.Kill()
	if err := <-load; err != nil {
		return err
	}
	if made.last.Load() == before {
		return errors.New("no command was recorded before the kill")
	}
	return nil
}
