package restore

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
)

var sealed = events.Personal{Sealed: []byte{1}}

// Erasures that a log has lost are recorded again, by holder; those that it
// knows are not, and nobody else's.
func TestErasures(t *testing.T) {
	p := newPeople()
	user := func(id, person string) *events.Event {
		return &events.Event{Partner: "p", Aggregate: "account", AggregateID: "a", Data: &events.UserAdded{AccountID: "a", UserID: id, PersonID: person, Email: sealed}}
	}
	for _, e := range []*events.Event{
		user("u", "gone-1"), user("u", "gone-0"), user("v", "there"), user("w", "known"), user("x", "gone-2"),
		{Partner: "p", Aggregate: "account", AggregateID: "a", Data: &events.PersonErased{AccountID: "a", UserID: "w", PersonIDs: []string{"known"}}},
		{Partner: "_", Aggregate: "subscription", AggregateID: "s", Data: &events.SubscriptionReceived{PersonID: "gone-3", ProvisioningContact: sealed}},
		{Partner: "p", Aggregate: "partner", AggregateID: "p", Data: &events.PartnerRegistered{PartnerID: "p"}},
	} {
		p.add(e)
	}
	got := p.erasures(func(person string) bool { return person != "there" })
	want := []events.Draft{
		{Partner: "_", AggregateID: "ledger", Data: &events.PersonErased{PersonIDs: []string{"gone-3"}}},
		{Partner: "p", AggregateID: "a", Data: &events.PersonErased{AccountID: "a", UserID: "u", PersonIDs: []string{"gone-0", "gone-1"}}},
		{Partner: "p", AggregateID: "a", Data: &events.PersonErased{AccountID: "a", UserID: "x", PersonIDs: []string{"gone-2"}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// However many persons one holder had, each entry holds what it can.
func TestManyErasures(t *testing.T) {
	p := newPeople()
	n := 2*account.MaxErasedPersons + 1
	for i := range n {
		p.add(&events.Event{Partner: "p", Aggregate: "account", AggregateID: "a",
			Data: &events.UserAdded{AccountID: "a", UserID: "u", PersonID: fmt.Sprint(i), Email: sealed}})
	}
	named := 0
	drafts := p.erasures(func(string) bool { return true })
	for _, d := range drafts {
		named += len(d.Data.(*events.PersonErased).PersonIDs)
	}
	if len(drafts) != 3 || named != n {
		t.Errorf("%d events name %d persons", len(drafts), named)
	}
}
