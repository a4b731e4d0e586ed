// Package subscription decides and folds the history of Webex subscriptions:
// whom an order is for, which organisations it is mapped to, how its services
// are set up, and when its licences become the account's.
package subscription

import (
	"iter"
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// The services that rules speak of.
const (
	Meetings  = "meetings"
	Calling   = "calling"
	Messaging = "messaging"
)

// Whom an order is for (SUB-2).
const (
	ForCustomer    = "customer"
	ForOwnCompany  = "own_company"
	ForSomeoneElse = "someone_else"
)

// Status of a subscription.
const (
	Received       = "received"
	PartnerMapped  = "partner_mapped"
	CustomerMapped = "customer_mapped"
	SettingUp      = "setting_up"
	Provisioned    = "provisioned"
)

// Contact is a person who has to do with a subscription.
type Contact struct {
	PersonID string          `json:"person_id"`
	Email    events.Personal `json:"email"`
}

// Subscription is the row of a subscription.
type Subscription struct {
	SubscriptionID string                    `json:"subscription_id"`
	PartnerID      string                    `json:"partner_id,omitzero"`
	AccountID      string                    `json:"account_id,omitzero"`
	For            string                    `json:"for,omitzero"`
	Language       string                    `json:"language,omitzero"`
	Services       []events.SubscriptionLine `json:"services"`
	// Contacts are all that there were; the last is the provisioning contact.
	Contacts []Contact `json:"contacts"`
	// Admins are the customer's administrators that set-up was handed to; the
	// last is the one now, if DelegatedSetup.
	Admins         []Contact         `json:"admins,omitempty"`
	DelegatedSetup bool              `json:"delegated_setup,omitzero"`
	Sites          []events.Site     `json:"sites,omitempty"`
	Location       *account.Location `json:"location,omitzero"`
	Postponed      bool              `json:"postponed,omitzero"` // and nothing was done since
	FullRequested  bool              `json:"full_requested,omitzero"`

	ReceivedAt       time.Time `json:"received_at"`
	PartnerMappedAt  time.Time `json:"partner_mapped_at,omitzero"`
	CustomerMappedAt time.Time `json:"customer_mapped_at,omitzero"`
	ProvisionedAt    time.Time `json:"provisioned_at,omitzero"`
}

// Contact is the provisioning contact.
func (s *Subscription) Contact() Contact { return s.Contacts[len(s.Contacts)-1] }

// DelegatedTo is the customer's administrator who sets the services up, if
// set-up was handed over.
func (s *Subscription) DelegatedTo() (c Contact, ok bool) {
	if !s.DelegatedSetup {
		return Contact{}, false
	}
	return s.Admins[len(s.Admins)-1], true
}

// Persons yields the addresses of all who have to do with it.
func (s *Subscription) Persons() iter.Seq2[string, *events.Personal] {
	return func(yield func(string, *events.Personal) bool) {
		for _, list := range [][]Contact{s.Contacts, s.Admins} {
			for i := range list {
				if c := &list[i]; !c.Email.IsZero() && !yield(c.PersonID, &c.Email) {
					return
				}
			}
		}
	}
}

// Bought is how many licences of a service were bought; 0: none.
func (s *Subscription) Bought(service string) int {
	for _, l := range s.Services {
		if l.Service == service {
			return l.Quantity
		}
	}
	return 0
}

// IsSetUp reports that a service is set up; messaging needs nothing (SUB-10).
func (s *Subscription) IsSetUp(service string) bool {
	switch service {
	case Meetings:
		return len(s.Sites) > 0
	case Calling:
		return s.Location != nil
	}
	return true
}

// offered lists the services that a subscription can have.
func offered() []string {
	var ids []string
	for _, p := range catalogue.OfKind(catalogue.Service) {
		ids = append(ids, p.ID)
	}
	return ids
}

// Held is the row of the subscriptions that are mapped to an account.
type Held struct {
	Subscriptions []string `json:"subscriptions"` // sorted
}

// with adds a subscription, or takes it away, in a new row; nil when none is
// left.
func (h *Held) with(id string, add bool) *Held {
	var list []string
	if h != nil {
		list = slices.Clone(h.Subscriptions)
	}
	i, found := slices.BinarySearch(list, id)
	switch {
	case add && !found:
		list = slices.Insert(list, i, id)
	case !add && found:
		list = slices.Delete(list, i, i+1)
	}
	if len(list) == 0 {
		return nil
	}
	return &Held{list}
}

// The tables of subscriptions.
var (
	// Subscriptions: scope is the subscription's id, id is empty.
	Subscriptions = row.Of[Subscription](row.Info{Tag: '1', Name: "subscriptions", Aggregate: "subscription", Listed: true})
	// ByPartner lists a partner's subscriptions; scope: partner, or
	// events.NoPartner while unmapped, id: subscription.
	ByPartner = row.Of[account.Owner](row.Info{Tag: '2', Name: "partner_subscriptions"})
	// ByAccount has those of an account; scope: account, id empty.
	ByAccount = row.Of[Held](row.Info{Tag: '3', Name: "account_subscriptions", Aggregate: "account"})
	// SiteURLs finds the subscription that has a site's URL (SUB-8); scope:
	// the URL.
	SiteURLs = row.Of[account.Owner](row.Info{Tag: '4', Name: "site_urls"})
	// Contacts finds the subscription of a person; scope: the person's id.
	Contacts = row.Of[account.Owner](row.Info{Tag: '0', Name: "subscription_contacts", Latest: true})
)
