package subscription

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// RequestFullAdministrator asks the customer's administrators to make the
// partner a full one (SUB-5).
type RequestFullAdministrator struct{ OfSubscription }

// Decide wants set-up complete. What is granted, or asked already, is not
// asked again.
func (c *RequestFullAdministrator) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	s := c.load(r)
	a, err := s.account(r)
	switch {
	case err != nil:
		return rule.Decision{}, err
	case s.ProvisionedAt.IsZero():
		return refused(rule.SetupNotComplete, "the set-up of subscription %q is not complete; the step that is due is %s", s.SubscriptionID, s.Next())
	case s.FullRequested || account.PartnerRole(r, a, s.PartnerID) == account.FullAdmin:
		return rule.Decision{}, nil
	}
	return s.decided(&events.FullAdministratorRequested{SubscriptionID: s.SubscriptionID, AccountID: a.AccountID, PartnerID: s.PartnerID})
}

// GrantFullAdministrator makes the partner the account's full administrator,
// as it asked (SUB-5).
type GrantFullAdministrator struct{ OfSubscription }

// Decide grants what was requested.
func (c *GrantFullAdministrator) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	s := c.load(r)
	a, err := s.account(r)
	switch {
	case err != nil:
		return rule.Decision{}, err
	case !s.FullRequested:
		return refused(rule.NotRequested, "the partner of subscription %q has not asked to be full administrator", s.SubscriptionID)
	case account.PartnerRole(r, a, s.PartnerID) == account.FullAdmin:
		return rule.Decision{}, nil
	}
	return s.decided(&events.FullAdministratorGranted{SubscriptionID: s.SubscriptionID, AccountID: a.AccountID, PartnerID: s.PartnerID})
}
