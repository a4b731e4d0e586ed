package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// B12: a ledger with a short log beside one with a long log.
const (
	growthShare   = 10 // the short log has this part of --events
	growthCallers = 16
	growthLeast   = 0.7 // of the rate
	growthMost    = 1.3 // × the time
	// growthSpan is the longest measurement: in longer ones the short log would
	// no longer be short.
	growthSpan = time.Second
)

// grown is a node with a log of some length.
type grown struct {
	*long
	node  listener
	wires *wires
	stop  func() error
	name  string
	load  *ledgerSeats
	asked asking
}

// growth is B12.
func growth(ctx context.Context, b *bench) (_ *Result, err error) {
	short, err := b.ledgerOf(ctx, "short", b.Events/growthShare)
	if err != nil {
		return nil, err
	}
	made, err := b.longLog(ctx)
	if err != nil {
		return nil, err
	}
	first, err := b.grown(ctx, short)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, first.close()) }()
	last, err := b.grown(ctx, made)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, last.close()) }()
	quick := *b
	quick.Span, quick.Callers = min(b.Span, growthSpan), nil
	return quick.growthOf(ctx, first, last)
}

func (b *bench) growthOf(ctx context.Context, first, last *grown) (*Result, error) {
	loads := []int{min(growthCallers, len(first.active.all))}
	all, err := b.inTurns(ctx, "B12", loads, []named{{first.name, first.load, loads}, {last.name, last.load, loads}})
	if err != nil {
		return nil, err
	}
	cold, err := b.coldCommands(ctx, last)
	if err != nil {
		return nil, err
	}
	for range b.Runs {
		for _, g := range []*grown{first, last} {
			if err := g.asked.run(ctx, viewQuestions(g.seats), b.Span); err != nil {
				return nil, err
			}
		}
	}
	at := all[loads[0]]
	row := &Row{Name: "commands in process, " + callersText(loads[0]), Figures: append(at[first.name].figures(first.name), at[last.name].figures(last.name)...)}
	if b.Events >= againJudgedAt {
		row.Checks = []Check{atLeast("last / first", "", at[last.name].over(at[first.name]), growthLeast)}
	}
	r := &Result{Rows: append([]*Row{row}, cold...), Notes: []string{fmt.Sprintf(
		"Both are open at once, and measured in turns; queries without other load. Commands are about %s users in each, as in B1.",
		grouped(fmt.Sprint(len(last.active.all))))}}
	for _, q := range first.asked.names {
		row := &Row{Name: q, Figures: append(first.asked.now[q].latencies(first.name), last.asked.now[q].latencies(last.name)...)}
		if b.Events >= againJudgedAt {
			row.Checks = []Check{atMost("last / first", "", last.asked.now[q].slower(first.asked.now[q]), growthMost)}
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

// coldCommands are about users that nothing was done with since they were made,
// each once or twice: their rows are in no cache.
func (b *bench) coldCommands(ctx context.Context, g *grown) ([]*Row, error) {
	if len(g.cold.all) == 0 {
		return nil, nil
	}
	ls, err := newLedgerSeats(g.node, g.cold, g.last)
	if err != nil {
		return nil, err
	}
	loads := []int{min(growthCallers, len(g.cold.all))}
	all, err := b.inTurns(ctx, "B12-cold", loads, []named{{g.name, ls, loads}})
	if err != nil {
		return nil, err
	}
	return []*Row{{
		Name:    fmt.Sprintf("the same, about any of %s other users", grouped(fmt.Sprint(len(g.cold.all)))),
		Figures: all[loads[0]][g.name].figures(g.name),
	}}, nil
}

// grown opens a ledger in this process, and lets it listen.
func (b *bench) grown(ctx context.Context, made *long) (*grown, error) {
	opened, err := b.Open(ctx, made.dir)
	if err != nil {
		return nil, err
	}
	g := &grown{long: made, name: grouped(fmt.Sprint(made.last.Load())) + " events"}
	var ok bool
	if g.node, ok = opened.(listener); !ok {
		return nil, errors.Join(errors.New("this ledger does not listen"), opened.Close())
	}
	at, stop, err := g.node.Listen(ctx)
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	g.stop, g.wires = stop, &wires{address: at.HTTP}
	g.asked = asking{wires: g.wires}
	if g.load, err = newLedgerSeats(g.node, made.active, made.last); err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

func (g *grown) close() error {
	g.wires.close()
	return errors.Join(g.stop(), g.node.Close())
}
