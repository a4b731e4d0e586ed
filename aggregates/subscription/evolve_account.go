package subscription

import (
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// EvolveAccount folds what events of accounts mean for subscriptions.
func EvolveAccount(tx row.Tx, e *events.Event) {
	switch p := e.Data.(type) {
	case *events.AccountDeleted:
		accountDeleted(tx, p.AccountID)
	case *events.PersonErased:
		for _, person := range p.PersonIDs {
			if o := Contacts.Get(tx, person, ""); o != nil {
				edit(tx, o.ID, func(s *Subscription) { s.forget(tx, person) })
			}
		}
	}
}

// accountDeleted releases the sites of an account. What is not provisioned
// has to be mapped to another account, and needs other sites.
func accountDeleted(tx row.Tx, id string) {
	held := ByAccount.Get(tx, id, "")
	if held == nil {
		return
	}
	for _, subscription := range held.Subscriptions {
		edit(tx, subscription, func(s *Subscription) {
			s.releaseSites(tx)
			if s.ProvisionedAt.IsZero() {
				s.unmapCustomer(tx)
				s.Sites, s.CustomerMappedAt = nil, time.Time{}
			}
		})
	}
}

// forget leaves the sealed form of a person's address alone, here and where
// the subscription introduced the person.
func (s *Subscription) forget(tx row.Tx, person string) {
	s.Contacts, s.Admins = slices.Clone(s.Contacts), slices.Clone(s.Admins)
	for id, f := range s.Persons() {
		if id == person {
			*f = events.Personal{Sealed: f.Sealed, Erased: true}
		}
	}
	for _, id := range []string{events.NoPartner, s.PartnerID, s.AccountID} {
		if id == "" {
			continue
		}
		if old := account.Leavers.Get(tx, id, person); old != nil {
			l := *old
			l.Email = events.Personal{Sealed: l.Email.Sealed, Erased: true}
			account.Leavers.Put(tx, id, person, &l)
		}
	}
}
