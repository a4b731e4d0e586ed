package projections

import (
	"iter"
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/events"
)

// Subscription is the view of a Webex subscription.
type Subscription struct {
	SubscriptionID string `json:"subscription_id"`
	Status         string `json:"status"`
	// NextStep is the command that is due, absent once all is done (SUB-4).
	NextStep            string            `json:"next_step,omitzero"`
	Postponed           bool              `json:"postponed"` // left, and not resumed yet (SUB-7)
	OrderFor            string            `json:"order_for,omitzero"`
	ProvisioningContact Shown             `json:"provisioning_contact"`
	Language            string            `json:"language,omitzero"`
	Services            []OrderedSeats    `json:"services"`
	PartnerID           string            `json:"partner_id,omitzero"`
	AccountID           string            `json:"account_id,omitzero"`
	PartnerRole         string            `json:"partner_role,omitzero"` // of the partner in the account (SUB-5)
	DelegatedTo         Shown             `json:"delegated_to,omitzero"`
	Sites               []events.Site     `json:"sites,omitempty"`
	Location            *account.Location `json:"location,omitzero"`
	ReceivedAt          time.Time         `json:"received_at"`
	ProvisionedAt       time.Time         `json:"provisioned_at,omitzero"`
}

// OrderedSeats is one service of a subscription.
type OrderedSeats struct {
	Service  string `json:"service"`
	Quantity int    `json:"quantity"`
	SetUp    bool   `json:"set_up"`
}

// SubscriptionFilter narrows the list of subscriptions.
type SubscriptionFilter struct {
	Partner string `json:"partner"`
	Account string `json:"account"`
	Status  string `json:"status"`
	Query   string `json:"q"` // in the id, and in the contact's address where the audience sees it
}

// SubscriptionByID is one subscription; rule.NotFound if there is none for the
// audience (SUB-1).
func SubscriptionByID(s *Snapshot, a Audience, id string) (*Subscription, error) {
	r, err := s.subscription(a, id)
	if err != nil {
		return nil, err
	}
	v := s.showSubscription(a, r)
	return v, s.Err()
}

// subscription returns the row of a subscription that the audience may see.
func (s *Snapshot) subscription(a Audience, id string) (*subscription.Subscription, error) {
	r := subscription.Subscriptions.Get(s, id, "")
	visible := r != nil && subscription.Visible(s.directory(), r, a.Caller)
	if err := s.Err(); err != nil {
		return nil, err
	}
	if !visible {
		return nil, subscription.NotFound(id)
	}
	return r, nil
}

// directory finds organisations as they were at the snapshot's position. Rows
// that were folded of sealed events have no index by address, either.
func (s *Snapshot) directory() subscription.Directory {
	return subscription.Directory{Rows: s, Past: s.rows.past || s.rows.folded != nil}
}

// WebexSubscriptions lists the subscriptions that the audience may see, by id.
func WebexSubscriptions(s *Snapshot, a Audience, f SubscriptionFilter, p Page) (List[Subscription], error) {
	d := s.directory()
	return lister[subscription.Subscription, Subscription]{"webex_subscriptions", f, s.subscriptions(a, f),
		func(r *subscription.Subscription) (*Subscription, error) {
			if !is(f.Partner, r.PartnerID) || !is(f.Account, r.AccountID) || !is(f.Status, r.Status()) ||
				f.Query != "" && !has(f.Query, r.SubscriptionID, a.Text(r.Contact().Email)) || !subscription.Visible(d, r, a.Caller) {
				return nil, nil
			}
			return s.showSubscription(a, r), nil
		}}.page(s, a, p)
}

// subscriptions finds the shortest way to what a list may show.
func (s *Snapshot) subscriptions(a Audience, f SubscriptionFilter) func(after string) iter.Seq2[string, *subscription.Subscription] {
	switch {
	case a.Caller.Account != "":
		return s.heldBy(a.Caller.Account)
	case f.Account != "":
		return s.heldBy(f.Account)
	case a.Caller.Partner != "":
		return s.besideUnmapped(a.Caller.Partner)
	case f.Partner != "":
		return listed(s, subscription.ByPartner, f.Partner, subscription.Subscriptions)
	}
	return everywhere(s, subscription.Subscriptions)
}

// heldBy yields the subscriptions that are mapped to an account.
func (s *Snapshot) heldBy(id string) func(after string) iter.Seq2[string, *subscription.Subscription] {
	return func(after string) iter.Seq2[string, *subscription.Subscription] {
		return func(yield func(string, *subscription.Subscription) bool) {
			for _, id := range s.held(id) {
				if r := subscription.Subscriptions.Get(s, id, ""); id > after && r != nil && !yield(id, r) {
					return
				}
			}
		}
	}
}

func (s *Snapshot) held(id string) []string {
	if h := subscription.ByAccount.Get(s, id, ""); h != nil {
		return h.Subscriptions
	}
	return nil
}

// besideUnmapped yields a partner's subscriptions and those that are unmapped,
// by id.
func (s *Snapshot) besideUnmapped(partner string) func(after string) iter.Seq2[string, *subscription.Subscription] {
	theirs := within(s, subscription.ByPartner, partner)
	unmapped := within(s, subscription.ByPartner, events.NoPartner)
	return func(after string) iter.Seq2[string, *subscription.Subscription] {
		return func(yield func(string, *subscription.Subscription) bool) {
			for id := range merged(ids(theirs(after)), ids(unmapped(after))) {
				if r := subscription.Subscriptions.Get(s, id, ""); r != nil && !yield(id, r) {
					return
				}
			}
		}
	}
}

func ids[R any](rows iter.Seq2[string, *R]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range rows {
			if !yield(id) {
				return
			}
		}
	}
}

// merged yields two ascending sequences as one.
func merged(a, b iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		next, stop := iter.Pull(b)
		defer stop()
		other, more := next()
		for id := range a {
			for ; more && other < id; other, more = next() {
				if !yield(other) {
					return
				}
			}
			if !yield(id) {
				return
			}
		}
		for ; more && yield(other); other, more = next() {
		}
	}
}

func (s *Snapshot) showSubscription(a Audience, r *subscription.Subscription) *Subscription {
	v := &Subscription{
		SubscriptionID: r.SubscriptionID, Status: r.Status(), NextStep: r.Next(), Postponed: r.Postponed, OrderFor: r.For,
		ProvisioningContact: a.show(r.Contact().Email), Language: r.Language, Services: orderedSeats(r),
		PartnerID: r.PartnerID, AccountID: r.AccountID, Sites: r.Sites, Location: r.Location,
		ReceivedAt: r.ReceivedAt, ProvisionedAt: r.ProvisionedAt,
	}
	if of := account.Accounts.Get(s, r.AccountID, ""); r.AccountID != "" && of != nil {
		v.PartnerRole = account.PartnerRole(s, of, r.PartnerID)
	}
	if c, ok := r.DelegatedTo(); ok {
		v.DelegatedTo = a.show(c.Email)
	}
	return v
}

func orderedSeats(r *subscription.Subscription) []OrderedSeats {
	list := []OrderedSeats{}
	for _, l := range r.Services {
		list = append(list, OrderedSeats{l.Service, l.Quantity, r.IsSetUp(l.Service)})
	}
	return list
}

// Site is the view of an account's meeting site.
type Site struct {
	events.Site
	SubscriptionID string `json:"subscription_id"`
}

// Sites lists the meeting sites of an account's subscriptions that are
// provisioned, by URL; a deleted account has none. rule.NotFound if there is
// no such account for the audience.
func Sites(s *Snapshot, a Audience, accountID string) (List[Site], error) {
	list := List[Site]{Items: []Site{}}
	of, err := s.mappedAccount(a, accountID)
	if err != nil || of.Status == account.Deleted {
		return list, err
	}
	for _, id := range s.held(accountID) {
		if r := subscription.Subscriptions.Get(s, id, ""); r != nil && r.Status() == subscription.Provisioned {
			for _, site := range r.Sites {
				list.Items = append(list.Items, Site{site, id})
			}
		}
	}
	slices.SortFunc(list.Items, func(a, b Site) int { return compareStrings(a.SiteURL, b.SiteURL) })
	return list, s.Err()
}

// mappedAccount returns the row of an account that the audience may see, also
// because a subscription maps it to the audience's partner (SUB-5).
func (s *Snapshot) mappedAccount(a Audience, id string) (*account.Account, error) {
	r := account.Accounts.Get(s, id, "")
	if r != nil && a.Caller.Role == rule.Partner && account.PartnerRole(s, r, a.Caller.Partner) != "" {
		return r, s.Err()
	}
	return s.account(a, id)
}
