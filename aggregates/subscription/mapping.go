package subscription

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// kindWebex is the kind of an account that is made by mapping (SUB-5).
const kindWebex = "webex"

// MaxSubscriptions is how many subscriptions may be mapped to one account.
const MaxSubscriptions = 1000

// Organization describes one that is to be made.
type Organization struct {
	Name     string `json:"name" doc:"Name of the company"`
	Vertical string `json:"vertical" doc:"Line of business"`
	Country  string `json:"country" doc:"ISO 3166-1 alpha-2 code"`
}

// check reports unacceptable fields: there must be an id or a new
// organisation, not both.
func (o *Organization) check(k *rule.Checker, idField, id string) {
	switch {
	case o == nil && id == "":
		k.Fail(idField, "must be given, or new_organization")
	case o == nil:
		k.ID(idField, id)
	case id != "":
		k.Fail("new_organization", "must not be given beside %s", idField)
	default:
		k.Text("new_organization.name", &o.Name, rule.MaxTextBytes)
		k.Text("new_organization.vertical", &o.Vertical, rule.MaxTextBytes)
		k.Country("new_organization.country", o.Country)
	}
}

// account is the new organisation's account. Its support contact is the
// provisioning contact, unless that person was erased (SUB-5).
func (o *Organization) account(s *Subscription, ctx *rule.Context, partner, id string) *events.AccountCreated {
	e := &events.AccountCreated{
		AccountID: id, PartnerID: partner, Own: id == partner, Kind: kindWebex, Name: o.Name, Country: o.Country,
		BusinessType: o.Vertical, DefaultLanguage: s.Language,
	}
	if email, _ := s.Address(); email != "" {
		e.SupportContacts = []events.Contact{{PersonID: ctx.NewID(), Email: events.Clear(email)}}
	}
	return e
}

// MapPartnerOrganization says which partner a subscription belongs to.
type MapPartnerOrganization struct {
	OfSubscription
	PartnerID       string        `json:"partner_id,omitzero" doc:"Partner it belongs to; or give new_organization"`
	NewOrganization *Organization `json:"new_organization,omitzero" doc:"A partner organisation to be made"`
}

// Check reports unacceptable fields.
func (c *MapPartnerOrganization) Check(k *rule.Checker) {
	c.OfSubscription.Check(k)
	c.NewOrganization.check(k, "partner_id", c.PartnerID)
}

// Names names subscription and partner.
func (c *MapPartnerOrganization) Names() rule.Names {
	return rule.Names{Subscription: c.SubscriptionID, Partner: c.PartnerID}
}

// Decide maps an existing partner, or a new one with its own account. An order
// for the own company is mapped to that account in the same commit (SUB-2).
func (c *MapPartnerOrganization) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	s, err := c.loadOpen(r)
	switch {
	case err != nil:
		return rule.Decision{}, err
	case s.For == "":
		return rule.Decision{}, s.wrongStep()
	case c.NewOrganization == nil && c.PartnerID == s.PartnerID:
		return rule.Decision{}, nil
	}
	var d rule.Decision
	id, o := c.PartnerID, c.NewOrganization
	if o != nil {
		id = ctx.NewID()
		d.ID = id
		d.Drafts = []events.Draft{
			{Partner: id, AggregateID: id, Data: &events.PartnerRegistered{PartnerID: id, Name: o.Name, Country: o.Country}},
			{Partner: id, AggregateID: id, Data: o.account(s, ctx, id, id)},
		}
	}
	mapped := *s
	mapped.PartnerID = id
	d.Drafts = append(d.Drafts, mapped.draft(&events.PartnerOrganizationMapped{
		SubscriptionID: s.SubscriptionID, PartnerID: id, Created: o != nil}))
	if s.For == ForOwnCompany {
		if full(r, id) {
			return rule.Decision{}, tooMany("partner_id")
		}
		d.Drafts = append(d.Drafts, mapped.draft(mapped.mapsOwn(id)))
	}
	return d, nil
}

// MapCustomerOrganization says which account a subscription is for.
type MapCustomerOrganization struct {
	OfSubscription
	AccountID       string        `json:"account_id,omitzero" doc:"Account it is for: of the partner's, or one that organization-matches shows; or give new_organization"`
	NewOrganization *Organization `json:"new_organization,omitzero" doc:"A customer organisation to be made"`
}

// Check reports unacceptable fields.
func (c *MapCustomerOrganization) Check(k *rule.Checker) {
	c.OfSubscription.Check(k)
	c.NewOrganization.check(k, "account_id", c.AccountID)
}

// Names names the subscription. The account may be somebody else's.
func (c *MapCustomerOrganization) Names() rule.Names {
	return rule.Names{Subscription: c.SubscriptionID, Offered: c.AccountID}
}

// Decide maps an active account of the partner's, one that was offered, or a
// new one (SUB-4, SUB-5).
func (c *MapCustomerOrganization) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	var a *account.Account
	if c.NewOrganization == nil {
		var err error
		if a, err = c.offered(r, ctx.Caller); err != nil {
			return rule.Decision{}, err
		}
	}
	s, err := c.loadOpen(r)
	switch {
	case err != nil:
		return rule.Decision{}, err
	case s.PartnerID == "":
		return rule.Decision{}, s.wrongStep()
	case a == nil:
		return c.create(s, ctx)
	case a.AccountID == s.AccountID:
		return rule.Decision{}, nil
	case full(r, a.AccountID):
		return rule.Decision{}, tooMany("account_id")
	}
	role := account.PartnerRole(r, a, s.PartnerID)
	if role == "" {
		role = account.ProvisioningAdmin
	}
	return s.decided(&events.CustomerOrganizationMapped{
		SubscriptionID: s.SubscriptionID, PartnerID: s.PartnerID, AccountID: a.AccountID, PartnerRole: role})
}

// offered is the account that is named, if it may be; it must be active.
func (c *MapCustomerOrganization) offered(r row.Reader, who rule.Caller) (*account.Account, error) {
	s, a := c.load(r), account.Accounts.Get(r, c.AccountID, "")
	if a == nil || a.Status == account.Deleted {
		return nil, account.NotFound(c.AccountID)
	}
	theirs := a.PartnerID == s.PartnerID || s.PartnerID == "" && who.Sees(a.PartnerID, a.AccountID)
	if !theirs && !(Directory{Rows: r}).offers(s, a) {
		return nil, account.NotFound(c.AccountID)
	}
	return a, account.NotActive(a)
}

func (c *MapCustomerOrganization) create(s *Subscription, ctx *rule.Context) (rule.Decision, error) {
	id := ctx.NewID()
	return rule.Decision{ID: id, Drafts: []events.Draft{
		{Partner: s.PartnerID, AggregateID: id, Data: c.NewOrganization.account(s, ctx, s.PartnerID, id)},
		s.draft(&events.CustomerOrganizationMapped{SubscriptionID: s.SubscriptionID, PartnerID: s.PartnerID,
			AccountID: id, PartnerRole: account.FullAdmin, Created: true}),
	}}, nil
}

// full reports that no more subscriptions can be mapped to an account.
func full(r row.Reader, id string) bool {
	h := ByAccount.Get(r, id, "")
	return h != nil && len(h.Subscriptions) >= MaxSubscriptions
}

func tooMany(field string) error {
	return rule.Invalid{{Field: field, Message: "the account has the most subscriptions that it can have"}}
}
