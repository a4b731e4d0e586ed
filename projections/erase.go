package projections

import (
	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
)

// erase removes what finds an erased person by address. The fold cannot: once
// the person's key is gone it does not know the address, and whether the key
// is gone already depends on when the event is applied. What is stored must
// not.
func (t *tx) erase(b *pebble.Batch, p *events.PersonErased) error {
	if p.AccountID == "" || p.UserID == "" {
		return nil
	}
	owned := func(v any) bool {
		o, ok := v.(*account.Owner)
		return ok && o.ID == p.UserID
	}
	for k, v := range t.written {
		if k.Table == account.Emails.Info && k.Scope == p.AccountID && owned(v) {
			t.written[k] = nil
		}
	}
	lower := t.g.keys.scope(nil, account.Emails.Info, p.AccountID)
	it, err := t.read.from.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: after(lower)})
	if err != nil {
		return err
	}
	defer it.Close()
	for ok := it.First(); ok; ok = it.Next() {
		value, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		v, err := t.read.decode(account.Emails.Info, value)
		if err != nil {
			return err
		}
		if owned(v) {
			if err := b.Delete(it.Key(), nil); err != nil {
				return err
			}
		}
	}
	return it.Error()
}
