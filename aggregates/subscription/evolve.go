package subscription

import (
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Evolve folds an event of a subscription into its row, the indexes of
// subscriptions, and what they change in accounts.
func Evolve(tx row.Tx, e *events.Event) {
	if p, ok := e.Data.(*events.SubscriptionReceived); ok {
		receive(tx, e, p)
		return
	}
	edit(tx, e.AggregateID, func(s *Subscription) {
		// Any step resumes what was postponed.
		s.Postponed = false
		if !evolveMapping(tx, e, s) {
			evolveSetUp(tx, e, s)
		}
	})
}

func receive(tx row.Tx, e *events.Event, p *events.SubscriptionReceived) {
	s := &Subscription{SubscriptionID: p.SubscriptionID, Language: p.Language, Services: p.Services, ReceivedAt: e.Time}
	Subscriptions.Put(tx, p.SubscriptionID, "", s)
	ByPartner.Put(tx, events.NoPartner, p.SubscriptionID, &account.Owner{ID: p.SubscriptionID})
	edit(tx, p.SubscriptionID, func(s *Subscription) { s.Contacts = s.meet(tx, s.Contacts, p.PersonID, p.ProvisioningContact) })
}

// edit puts a changed copy of a subscription's row.
func edit(tx row.Tx, id string, change func(*Subscription)) {
	if old := Subscriptions.Get(tx, id, ""); old != nil {
		s := *old
		change(&s)
		Subscriptions.Put(tx, id, "", &s)
	}
}

// evolveMapping folds whom the order is for, and whose it is.
func evolveMapping(tx row.Tx, e *events.Event, s *Subscription) bool {
	switch p := e.Data.(type) {
	case *events.OrderPurposeDeclared:
		s.unmapCustomer(tx)
		s.For = p.For
	case *events.ProvisioningDelegated:
		s.unmapCustomer(tx)
		s.mapPartner(tx, "", time.Time{})
		s.releaseSites(tx)
		s.For, s.Sites, s.Location = "", nil, nil
		s.Contacts = s.meet(tx, s.Contacts, p.PersonID, p.Email)
	case *events.PartnerOrganizationMapped:
		s.unmapCustomer(tx)
		s.mapPartner(tx, p.PartnerID, e.Time)
	case *events.CustomerOrganizationMapped:
		s.unmapCustomer(tx)
		s.mapCustomer(tx, p, e.Time)
	default:
		return false
	}
	return true
}

// evolveSetUp folds how the services are set up, and what comes after.
func evolveSetUp(tx row.Tx, e *events.Event, s *Subscription) {
	switch p := e.Data.(type) {
	case *events.ServiceSetupDelegated:
		s.DelegatedSetup = true
		s.Admins = s.meet(tx, s.Admins, p.PersonID, p.AdminEmail)
	case *events.SetupPostponed:
		s.Postponed = true
	case *events.MeetingSitesConfigured:
		s.releaseSites(tx)
		s.Sites = p.Sites
		for _, site := range s.Sites {
			SiteURLs.Put(tx, site.SiteURL, "", &account.Owner{ID: s.SubscriptionID})
		}
	case *events.CallingLocationConfigured:
		l := account.Location(p.Location)
		s.Location = &l
	case *events.SubscriptionProvisioned:
		s.ProvisionedAt = e.Time
		if s.Location != nil {
			account.Locations.Put(tx, s.AccountID, s.Location.LocationID, s.Location)
		}
	case *events.FullAdministratorRequested:
		s.FullRequested = true
	case *events.FullAdministratorGranted:
		account.Granted(tx, p.AccountID, p.PartnerID)
	}
}

// mapPartner moves the subscription to a partner, "" for none.
func (s *Subscription) mapPartner(tx row.Tx, partner string, at time.Time) {
	listed := func(id string) string {
		if id == "" {
			return events.NoPartner
		}
		return id
	}
	s.leave(tx, s.PartnerID)
	ByPartner.Delete(tx, listed(s.PartnerID), s.SubscriptionID)
	ByPartner.Put(tx, listed(partner), s.SubscriptionID, &account.Owner{ID: s.SubscriptionID})
	s.PartnerID, s.PartnerMappedAt = partner, at
	s.introduce(tx, partner)
}

func (s *Subscription) mapCustomer(tx row.Tx, p *events.CustomerOrganizationMapped, at time.Time) {
	s.AccountID, s.CustomerMappedAt = p.AccountID, at
	ByAccount.Put(tx, p.AccountID, "", ByAccount.Get(tx, p.AccountID, "").with(s.SubscriptionID, true))
	if a := account.Accounts.Get(tx, p.AccountID, ""); a != nil && a.PartnerID != p.PartnerID {
		account.Mapped(tx, p.AccountID, p.PartnerID, p.PartnerRole)
	}
	s.introduce(tx, p.AccountID)
}

// unmapCustomer takes the subscription from its account, if it has one.
func (s *Subscription) unmapCustomer(tx row.Tx) {
	if s.AccountID == "" {
		return
	}
	account.Unmapped(tx, s.AccountID, s.PartnerID)
	if h := ByAccount.Get(tx, s.AccountID, "").with(s.SubscriptionID, false); h != nil {
		ByAccount.Put(tx, s.AccountID, "", h)
	} else {
		ByAccount.Delete(tx, s.AccountID, "")
	}
	if s.AccountID != s.PartnerID {
		s.leave(tx, s.AccountID)
	}
	s.AccountID, s.CustomerMappedAt, s.DelegatedSetup = "", time.Time{}, false
}

func (s *Subscription) releaseSites(tx row.Tx) {
	for _, site := range s.Sites {
		SiteURLs.Delete(tx, site.SiteURL, "")
	}
}

// meet adds a person to a list, in a new list, and to what finds persons to be
// erased.
func (s *Subscription) meet(tx row.Tx, list []Contact, person string, email events.Personal) []Contact {
	Contacts.Put(tx, person, "", &account.Owner{ID: s.SubscriptionID})
	list = append(slices.Clip(slices.Clone(list)), Contact{person, email})
	met := &Subscription{Contacts: list[len(list)-1:]}
	for _, id := range []string{events.NoPartner, s.PartnerID, s.AccountID} {
		met.introduce(tx, id)
	}
	return list
}

// introduce makes all contacts persons whose data stand in an account's
// history, so that they can be erased there.
func (s *Subscription) introduce(tx row.Tx, id string) {
	if id == "" {
		return
	}
	for _, list := range [][]Contact{s.Contacts, s.Admins} {
		for _, c := range list {
			account.Leavers.Put(tx, id, c.PersonID, &account.Leaver{PersonID: c.PersonID, Email: c.Email})
		}
	}
}

// leave is the opposite of introduce.
func (s *Subscription) leave(tx row.Tx, id string) {
	if id == "" {
		return
	}
	for _, list := range [][]Contact{s.Contacts, s.Admins} {
		for _, c := range list {
			account.Leavers.Delete(tx, id, c.PersonID)
		}
	}
}
