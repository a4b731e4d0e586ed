package bench

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
)

// setupCallers is how many commands are under way while accounts are made.
const setupCallers = 256

// ledgerSeats are a ledger's seats as callers use them.
type ledgerSeats struct {
	ledger Ledger
	seats  *seats
	sends  []toggle // of each seat
	last   *highest // newest position that was acknowledged
}

// toggle are the two commands of a seat.
type toggle struct{ assign, unassign Send }

func newLedgerSeats(l Ledger, s *seats, last *highest) (*ledgerSeats, error) {
	ls := &ledgerSeats{ledger: l, seats: s, sends: make([]toggle, len(s.all)), last: last}
	for i, seat := range s.all {
		body := map[string]any{"account_id": seat.account, "user_id": seat.user, "product": product}
		var err error
		if ls.sends[i].assign, err = l.Prepare(assign, body); err != nil {
			return nil, err
		}
		if ls.sends[i].unassign, err = l.Prepare(unassign, body); err != nil {
			return nil, err
		}
	}
	return ls, nil
}

// callers send assignments and their opposite in turn.
func (l *ledgerSeats) callers(_ context.Context, n int) ([]caller, func(), error) {
	cs := make([]caller, n)
	for i := range cs {
		cs[i] = l.caller(l.seats.share(i, n))
	}
	return cs, func() {}, nil
}

func (l *ledgerSeats) caller(mine *share) caller {
	last := uint64(0)
	return func(ctx context.Context) error {
		i := mine.index()
		s, send := &mine.seats[i], l.sends[i].assign
		if s.taken {
			send = l.sends[i].unassign
		}
		at, err := send(ctx)
		if err != nil {
			return err
		}
		if at <= last {
			return errUnchanged
		}
		last = at
		l.last.raise(at)
		s.taken = !s.taken
		return nil
	}
}

// settle waits until views have taken in all that was acknowledged.
func (l *ledgerSeats) settle(ctx context.Context) error { return l.ledger.Wait(ctx, l.last.Load()) }

// furnish makes the partner, the accounts, users, integrations and licences
// that seats need, through commands.
func furnish(ctx context.Context, l Ledger, last *highest, all ...*seats) error {
	send := sender{ctx, l, last}
	if err := send.do("RegisterPartner", map[string]any{"partner_id": partnerID, "name": "Northwind"}); err != nil {
		return err
	}
	for _, s := range all {
		accounts := s.accounts()
		if err := together(len(accounts), func(i int) error { return send.account(accounts[i], s.perAccount) }); err != nil {
			return err
		}
		if err := together(len(s.all), func(i int) error { return send.user(s.all[i]) }); err != nil {
			return err
		}
	}
	return l.Wait(ctx, last.Load())
}

// sender sends commands once.
type sender struct {
	ctx    context.Context
	ledger Ledger
	last   *highest
}

func (s sender) do(name string, body map[string]any) error {
	send, err := s.ledger.Prepare(name, body)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	at, err := send(s.ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.last.raise(at)
	return nil
}

// account makes an account with so many licences.
func (s sender) account(id string, licences int) error {
	order := "order-" + id
	for _, c := range []struct {
		name string
		body map[string]any
	}{
		{"CreateAccount", map[string]any{
			"account_id": id, "partner_id": partnerID, "name": "Customer " + id, "country": "DE",
			"address": "Hauptstr. 1", "city": "Berlin", "postal_code": "10115", "default_language": "de", "cloud_location": "EU",
			"support_contacts": []map[string]any{{"email": "support@" + id + ".example", "name": "Support"}},
		}},
		{"EnableMiTeamMeetingsIntegration", map[string]any{"account_id": id}},
		{"PlaceOrder", map[string]any{
			"order_id": order, "partner_id": partnerID,
			"lines": []map[string]any{{"product": product, "quantity": licences}},
		}},
		{"AssignOrder", map[string]any{"order_id": order, "account_id": id}},
	} {
		if err := s.do(c.name, c.body); err != nil {
			return err
		}
	}
	return nil
}

func (s sender) user(at seat) error {
	return s.do("AddUser", map[string]any{
		"account_id": at.account, "user_id": at.user,
		"email": at.user + "@" + at.account + ".example", "first_name": "Ada", "last_name": "Nr. " + at.user,
	})
}

// together does n things, many at a time, and returns the first error.
func together(n int, do func(i int) error) error {
	var next atomic.Int64
	errs := make(chan error, setupCallers)
	for range setupCallers {
		go func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					errs <- nil
					return
				}
				if err := do(i); err != nil {
					next.Store(int64(n)) // the others need not go on
					errs <- fmt.Errorf("number %s: %w", strconv.Itoa(i), err)
					return
				}
			}
		}()
	}
	var first error
	for range setupCallers {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}
