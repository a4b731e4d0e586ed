package demodata

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
)

// callers is how many commands are sent at once.
const callers = 256

// Ledger is what the data are loaded into.
type Ledger interface {
	Do(context.Context, writer.Request) (writer.Answer, error)
	Snapshot() (aggregates.Snapshot, error)
}

// Loader sends a plan.
type Loader struct {
	ledger Ledger
	now    atomic.Pointer[time.Time]
	steps  []step
}

// NewLoader makes the plan.
func NewLoader(a Ask) *Loader {
	l := &Loader{steps: plan(a)}
	l.now.Store(&l.steps[0].at)
	return l
}

// Commands is how many the plan has.
func (l *Loader) Commands() int { return len(l.steps) }

// Clock is the moment that is being told: the ledger's clock.
func (l *Loader) Clock() time.Time { return *l.now.Load() }

// Load sends all of it, and tells how many commands are done. A refusal ends
// it.
func (l *Loader) Load(ctx context.Context, ledger Ledger, done func(commands int)) error {
	l.ledger = ledger
	for from := 0; from < len(l.steps); {
		to := from
		for to < len(l.steps) && l.steps[to].at.Equal(l.steps[from].at) && l.steps[to].turn == l.steps[from].turn {
			to++
		}
		l.now.Store(&l.steps[from].at)
		if err := l.send(ctx, l.steps[from:to]); err != nil {
			return err
		}
		from = to
		done(from)
	}
	return l.sent(ctx)
}

// send sends steps that are independent of each other.
func (l *Loader) send(ctx context.Context, steps []step) error {
	if len(steps) == 1 {
		return l.do(ctx, &steps[0])
	}
	var (
		next atomic.Int64
		errs = make([]error, min(callers, len(steps)))
		wait sync.WaitGroup
	)
	for i := range errs {
		wait.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(steps) || errs[i] != nil {
					return
				}
				errs[i] = l.do(ctx, &steps[n])
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func (l *Loader) do(ctx context.Context, s *step) error {
	spec, ok := aggregates.Find(s.name)
	if !ok {
		return fmt.Errorf("there is no command %s", s.name)
	}
	var k rule.Checker
	if s.command.Check(&k); len(k.Errors) > 0 {
		return fmt.Errorf("%s: %w", s.name, k.Errors)
	}
	if _, err := l.ledger.Do(ctx, writer.Request{Spec: spec, Command: s.command, Caller: s.by}); err != nil {
		return fmt.Errorf("%s at %s: %w", s.name, s.at.Format(time.DateTime), err)
	}
	return nil
}

// sent records, at the end, that the messages of the past were sent: nobody is
// to get them now.
func (l *Loader) sent(ctx context.Context) error {
	snap, err := l.ledger.Snapshot()
	if err != nil {
		return err
	}
	var steps []step
	for _, ref := range message.Pending.Scan(snap, "") {
		m := message.Messages.Get(snap, ref.Scope, ref.MessageID)
		if m == nil {
			break
		}
		steps = append(steps, step{at: l.Clock(), by: rule.Caller{Role: rule.Ledger, Actor: "ledger"}, name: "RecordMessageSent",
			command: &message.RecordMessageSent{OfMessage: message.OfMessage{AccountID: m.AccountID, MessageID: m.MessageID}}})
	}
	if err := errors.Join(snap.Err(), snap.Close()); err != nil || len(steps) == 0 {
		return err
	}
	return l.send(ctx, steps)
}
