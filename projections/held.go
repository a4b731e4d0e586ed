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
func (t *tx) hold(k row.Key) {
	key := t.g.keys.row(nil, k)
	if was, ok := t.stored(k).(*account.Holder); ok {
		t.remove(t.g.keys.held(*was, key))
	}
	if now, ok := t.rows[k].now.(*account.Holder); ok {
		t.set(t.g.keys.held(*now, key), nil)
	}
}

// eraseNumbers removes what finds an erased person by phone number; see erase.
func (t *tx) eraseNumbers(of account.Holder) error {
	keep := account.Numbers.Key("", "")
	if u := account.Users.Get(t, of.AccountID, of.UserID); u != nil {
		keep.ID = u.PhoneNumber.Plain
	}
	for k, row := range t.putRows(account.Numbers.Info) {
		if h, ok := row.now.(*account.Holder); ok && *h == of && k.ID != keep.ID {
			row.now = nil
		}
	}
	lower := t.g.keys.holder(nil, of)
	it, err := t.read.from.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: after(lower)})
	if err != nil {
		return err
	}
	kept := t.g.keys.row(nil, keep)
	for ok := it.First(); ok; ok = it.Next() {
		if stored := t.g.keys.numberRow(of, it.Key()); keep.ID == "" || !bytes.Equal(stored, kept) {
			t.remove(stored)
			t.remove(bytes.Clone(it.Key()))
		}
	}
	return errors.Join(err, it.Close())
}
