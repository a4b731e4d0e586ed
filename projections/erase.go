package projections

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/consumer"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// eraseKeys destroys the keys of persons for good, before anything shows that
// they were erased: whoever sees the position of an erasure can read nothing
// of the person any more. That it was recorded is durable by then.
func (s *Store) eraseKeys(persons []string) error {
	keys, ok := s.opt.Sealer.(events.Eraser)
	if !ok || len(persons) == 0 {
		return nil
	}
	if err := keys.Erase(persons...); err != nil {
		return fmt.Errorf("the keys of erased persons: %w", err)
	}
	return nil
}

// eraseAgain makes sure of all erasures that the views have: the keys may be
// an old copy, which must not bring anyone back.
func (s *Store) eraseAgain() error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	terms := EventFilter{Type: (*events.PersonErased)(nil).EventType()}.terms(Audience{})
	for from := uint64(1); from > 0; {
		m := snap.match(terms, from, snap.Position(), false)
		var persons []string
		for position := range m.positions() {
			e, err := snap.Event(position)
			if err != nil {
				return err
			}
			if p, ok := e.Data.(*events.PersonErased); ok {
				persons = append(persons, p.PersonIDs...)
			}
		}
		if err := errors.Join(m.err, s.eraseKeys(persons)); err != nil {
			return err
		}
		if from = m.cut; from > 0 {
			from++
		}
	}
	return nil
}

// erase removes what finds an erased person by address or phone number. The
// fold cannot: once the person's key is gone it does not know the address, and
// whether the key is gone already depends on when the event is applied. What is
// stored must not. Of the user's addresses only the one stays that it has now, if it is
// somebody else by now.
func (t *tx) erase(p *events.PersonErased) error {
	t.settle()
	for _, person := range p.PersonIDs {
		ref := consumer.ByPerson.Get(t, person, "")
		if ref == nil {
			continue
		}
		if u := consumer.Users.Get(t, ref.UserID, ""); u != nil {
			if err := t.forget(consumer.Emails.Info, u.Domain, "", func(v any) bool {
				o, ok := v.(*consumer.Ref)
				return ok && o.UserID == u.UserID
			}); err != nil {
				return err
			}
		}
	}
	if p.AccountID == "" || p.UserID == "" {
		return nil
	}
	keep := ""
	if u := account.Users.Get(t, p.AccountID, p.UserID); u != nil {
		keep = account.EmailKey(u.Email.Plain)
	}
	err := t.forget(account.Emails.Info, p.AccountID, keep, func(v any) bool {
		o, ok := v.(*account.Owner)
		return ok && o.ID == p.UserID
	})
	return errors.Join(err, t.eraseNumbers(account.Holder{AccountID: p.AccountID, UserID: p.UserID}))
}

// forget deletes the rows of an index of addresses that are somebody's, but
// for the one of an address that is to be kept.
func (t *tx) forget(index *row.Info, scope, keep string, owned func(any) bool) error {
	for k, h := range t.putRows(index) {
		if k.Scope == scope && (keep == "" || k.ID != keep) && owned(h.now) {
			h.now = nil
		}
	}
	lower := t.g.keys.scope(nil, index, scope)
	it, err := t.read.from.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: after(lower)})
	if err != nil {
		return err
	}
	kept := t.g.keys.row(nil, row.Key{Table: index, Scope: scope, ID: keep})
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		var value []byte
		var v any
		if value, err = it.ValueAndErr(); err == nil {
			v, err = t.read.decode(index, value)
		}
		if err == nil && owned(v) && (keep == "" || !bytes.Equal(it.Key(), kept)) {
			t.remove(bytes.Clone(it.Key()))
		}
	}
	return errors.Join(err, it.Close())
}
