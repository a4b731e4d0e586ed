package spec

import (
	"testing"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// decideAt decides a command of who as if position was the newest that it saw.
func (w *world) decideAt(who rule.Caller, position uint64, name, body string) error {
	s, _ := aggregates.Find(name)
	c, err := s.Decode([]byte(body))
	if err != nil {
		return err
	}
	_, err = aggregates.Decide(c, w.rows, &rule.Context{Now: w.now, NewID: w.newID, Caller: who}, &position)
	return err
}

// Whether an account of somebody else's has changed is not told: that it is
// there is not the caller's to know.
func TestExpectedPositionTellsNothingOfOthers(t *testing.T) {
	w := given(t, partnered...)
	send := func(account string) string {
		err := w.decideAt(caller("P"), w.head("s"), "MapCustomerOrganization", `{"subscription_id":"s","account_id":"`+account+`"}`)
		if err == nil {
			return ""
		}
		return err.Error()
	}
	if theirs, none := send("initech"), send("nothing"); theirs != `not_found: there is no account "initech"` || none != `not_found: there is no account "nothing"` {
		t.Errorf("%s; %s", theirs, none)
	}
	w.do(`P UpdateAccountInformation {"account_id":"contoso","name":"Contoso again"}`)
	if own := send("contoso"); own[:len("changed_since")] != "changed_since" {
		t.Errorf("the caller's own: %s", own)
	}
}

// head is the position of the newest event of a subscription.
func (w *world) head(id string) (position uint64) {
	for _, e := range w.log {
		if e.Aggregate == "subscription" && e.AggregateID == id {
			position = e.Position
		}
	}
	return position
}
