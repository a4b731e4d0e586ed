package restore

import (
	"cmp"
	"maps"
	"slices"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// people are the persons of a log that is cut off. Whose erasure was cut off
// with it is erased in the log again: the keys know it today, but an old backup
// of the keys, brought to a later backup of this log, would not.
type people struct {
	held map[string]holder   // where a person is found first
	gone map[string]struct{} // who was erased, as the log itself says
}

// holder is what an erasure names beside the person; "" is none.
type holder struct{ partner, account, user string }

func newPeople() *people {
	return &people{held: map[string]holder{}, gone: map[string]struct{}{}}
}

// add takes an event that is kept.
func (p *people) add(e *events.Event) {
	if erased, ok := e.Data.(*events.PersonErased); ok {
		for _, person := range erased.PersonIDs {
			p.gone[person] = struct{}{}
		}
	}
	of, ok := e.Data.(events.Personable)
	if !ok {
		return
	}
	at := holder{partner: e.Partner}
	if e.Aggregate == accounts {
		at.account = e.AggregateID
		at.user, _ = projections.Named(e.Data)
	}
	for person := range of.Persons() {
		if _, known := p.held[person]; !known {
			p.held[person] = at
		}
	}
}

// accounts is the aggregate that persons are erased from.
var accounts = func() string {
	k, _ := events.Kinds.Kind((*events.PersonErased)(nil).EventType())
	return k.Aggregate
}()

// erasures are what is to be recorded: an event for each holder of persons who
// are erased, though the log does not say so.
func (p *people) erasures(erased func(person string) bool) (all []events.Draft) {
	lost := map[holder][]string{}
	for person, at := range p.held {
		if _, said := p.gone[person]; !said && erased(person) {
			lost[at] = append(lost[at], person)
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(lost), holder.compare) {
		slices.Sort(lost[at])
		for some := range slices.Chunk(lost[at], account.MaxErasedPersons) {
			all = append(all, events.Draft{Partner: at.partner, AggregateID: cmp.Or(at.account, events.LedgerID),
				Data: &events.PersonErased{AccountID: at.account, UserID: at.user, PersonIDs: some}})
		}
	}
	return all
}

func (h holder) compare(o holder) int {
	return cmp.Or(cmp.Compare(h.partner, o.partner), cmp.Compare(h.account, o.account), cmp.Compare(h.user, o.user))
}
