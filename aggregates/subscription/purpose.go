package subscription

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// MaxContacts is how many provisioning contacts, and how many administrators
// that set-up is handed to, a subscription may have one after the other.
const MaxContacts = 100

// DeclareOrderFor says whom an order is for (SUB-2).
type DeclareOrderFor struct {
	OfSubscription
	For   string `json:"for" doc:"customer, own_company or someone_else"`
	Email string `json:"email,omitzero" doc:"With someone_else: the address of who provisions it from now on"`
}

// Check reports unacceptable fields.
func (c *DeclareOrderFor) Check(k *rule.Checker) {
	c.OfSubscription.Check(k)
	k.OneOf("for", c.For, ForCustomer, ForOwnCompany, ForSomeoneElse)
	switch {
	case c.For == ForSomeoneElse && c.Email == "":
		k.Fail("email", "must be given with someone_else")
	case c.For == ForSomeoneElse:
		k.Email("email", &c.Email)
	case c.Email != "":
		k.Fail("email", "must not be given but with someone_else")
	}
}

// Decide records the purpose, or another contact who starts over. A partner
// that is mapped stays so; for its own company its own account is mapped, too.
func (c *DeclareOrderFor) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	s, err := c.loadOpen(r)
	switch {
	case err != nil:
		return rule.Decision{}, err
	case c.For == ForSomeoneElse:
		return c.delegate(s, ctx)
	case c.For == s.For:
		return rule.Decision{}, nil
	}
	ps := []events.Payload{&events.OrderPurposeDeclared{SubscriptionID: s.SubscriptionID, For: c.For}}
	if c.For == ForOwnCompany && s.PartnerID != "" {
		ps = append(ps, s.mapsOwn(s.PartnerID))
	}
	return s.decided(ps...)
}

func (c *DeclareOrderFor) delegate(s *Subscription, ctx *rule.Context) (rule.Decision, error) {
	if len(s.Contacts) >= MaxContacts {
		return rule.Decision{}, rule.Invalid{{Field: "email", Message: "the subscription has had the most contacts that it can have"}}
	}
	return s.decided(&events.ProvisioningDelegated{
		SubscriptionID: s.SubscriptionID, PersonID: ctx.NewID(), Email: events.Clear(c.Email)})
}

// mapsOwn says that the subscription is for the partner's own account.
func (s *Subscription) mapsOwn(partner string) events.Payload {
	return &events.CustomerOrganizationMapped{
		SubscriptionID: s.SubscriptionID, PartnerID: partner, AccountID: partner, PartnerRole: account.FullAdmin}
}
