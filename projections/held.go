package projections

import (
	"bytes"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
)

// Phone numbers are unique in the ledger, and found by a hash that tells
// nothing of whose they are. What follows finds them by their holder, so that
// an erasure need not look at all of them: there is an empty value under
// (account, user, hash) exactly while the row of that hash names that user.

// holder is the head of the keys of all numbers that a user holds.
func (s keyspace) holder(dst []byte, h account.Holder) []byte {
	dst = append(s.area(dst, areaHeld), h.AccountID...)
	dst = append(dst, sentinel)
	dst = append(dst, h.UserID...)
	return append(dst, sentinel)
}

// held is the key that says that a user holds the number of a stored row.
func (s keyspace) held(h account.Holder, rowKey []byte) []byte {
	return append(s.holder(nil, h), rowKey[len(s.scope(nil, account.Numbers.Info, "")):]...)
}

// numberRow is the stored key of the row that a key of held is about.
func (s keyspace) numberRow(h account.Holder, held []byte) []byte {
	return append(s.scope(nil, account.Numbers.Info, ""), held[len(s.holder(nil, h)):]...)
}

// hold keeps what finds a number by its holder, as the group leaves it.
func (t *tx) hold(b *pebble.Batch, k row.Key) error {
	stored := t.g.keys.row(nil, k)
	old, err := t.read.newest(k)
	if err != nil {
		return err
	}
	if was, ok := old.(*account.Holder); ok {
		err = b.Delete(t.g.keys.held(*was, stored), nil)
	}
	if now, ok := t.written[k].(*account.Holder); ok {
		err = errors.Join(err, b.Set(t.g.keys.held(*now, stored), nil, nil))
	}
	return err
}

// eraseNumbers removes what finds an erased person by phone number; see erase.
func (t *tx) eraseNumbers(b *pebble.Batch, of account.Holder) error {
	keep := account.Numbers.Key("", "")
	if u := account.Users.Get(t, of.AccountID, of.UserID); u != nil {
		keep.ID = u.PhoneNumber.Plain
	}
	for k, v := range t.written {
		if h, ok := v.(*account.Holder); ok && k.Table == account.Numbers.Info && *h == of && k.ID != keep.ID {
			t.written[k] = nil
		}
	}
	lower := t.g.keys.holder(nil, of)
	it, err := t.read.from.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: after(lower)})
	if err != nil {
		return err
	}
	kept := t.g.keys.row(nil, keep)
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		if stored := t.g.keys.numberRow(of, it.Key()); keep.ID == "" || !bytes.Equal(stored, kept) {
			err = errors.Join(b.Delete(stored, nil), b.Delete(it.Key(), nil))
		}
	}
	return errors.Join(err, it.Close())
}
