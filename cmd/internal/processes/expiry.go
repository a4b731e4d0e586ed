// Package processes has what the ledger does by itself: it watches the views
// and sends commands like anyone else, so whatever it does twice happens once.
package processes

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/events"
)

// Limits of the clock.
const (
	// expiryTick is how often the clock looks for orders that are due.
	expiryTick = 500 * time.Millisecond
	// maxDue is how many orders it takes at one look.
	maxDue = 256
)

// Expiry is the ledger's clock: it expires assigned orders when they are due
// (ORD-5), also those that became due while the ledger was stopped. An order
// expires once, however often the command is sent.
type Expiry struct {
	Do    func(context.Context, writer.Request) (writer.Answer, error)
	Views interface {
		Snapshot() (aggregates.Snapshot, error)
	}
	Clock func() time.Time
	Log   *slog.Logger
}

// Run looks until ctx ends.
func (x *Expiry) Run(ctx context.Context) {
	tick := time.NewTicker(expiryTick)
	defer tick.Stop()
	for {
		if err := x.look(ctx); err != nil && ctx.Err() == nil {
			x.Log.Warn("the clock could not expire an order; it will try again", "cause", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (x *Expiry) look(ctx context.Context) error {
	due, err := x.due()
	if err != nil {
		return err
	}
	for _, id := range due {
		if err := x.expire(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// due lists assigned orders whose time has come, earliest first.
func (x *Expiry) due() ([]string, error) {
	snap, err := x.Views.Snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	now := x.Clock().UTC().Format(events.TimeLayout)
	var ids []string
	for key := range order.Expiring.Scan(snap, "") {
		at, id, _ := strings.Cut(key, " ")
		if at > now || len(ids) == maxDue {
			break
		}
		ids = append(ids, id)
	}
	return ids, snap.Err()
}

func (x *Expiry) expire(ctx context.Context, id string) error {
	spec, ok := aggregates.Find("ExpireOrder")
	if !ok {
		return errors.New("there is no command ExpireOrder")
	}
	_, err := x.Do(ctx, writer.Request{
		Spec: spec, Command: &order.ExpireOrder{OrderID: id},
		Caller: rule.Caller{Role: rule.Ledger, Actor: "ledger"},
	})
	return err
}
