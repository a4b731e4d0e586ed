package subscription

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// The steps of provisioning, named after their commands.
const (
	StepDeclare     = "DeclareOrderFor"
	StepMapPartner  = "MapPartnerOrganization"
	StepMapCustomer = "MapCustomerOrganization"
	StepMeetings    = "SetUpMeetings"
	StepCalling     = "SetUpCalling"
	StepComplete    = "CompleteSetup"
)

// Next is the step that is due, "" once all is done (SUB-4).
func (s *Subscription) Next() string {
	switch {
	case !s.ProvisionedAt.IsZero():
		return ""
	case s.For == "":
		return StepDeclare
	case s.PartnerID == "":
		return StepMapPartner
	case s.AccountID == "":
		return StepMapCustomer
	case s.Bought(Meetings) > 0 && !s.IsSetUp(Meetings):
		return StepMeetings
	case s.Bought(Calling) > 0 && !s.IsSetUp(Calling):
		return StepCalling
	}
	return StepComplete
}

// Status is how far provisioning has come.
func (s *Subscription) Status() string {
	switch {
	case !s.ProvisionedAt.IsZero():
		return Provisioned
	case s.PartnerID == "":
		return Received
	case s.AccountID == "":
		return PartnerMapped
	case len(s.Sites) == 0 && s.Location == nil:
		return CustomerMapped
	}
	return SettingUp
}

// OfSubscription is the field that commands on a subscription share.
type OfSubscription struct {
	SubscriptionID string `json:"subscription_id" doc:"Subscription that the command is on"`
}

// Check reports an unacceptable id.
func (c *OfSubscription) Check(k *rule.Checker) { k.ID("subscription_id", c.SubscriptionID) }

// Names names the subscription.
func (c *OfSubscription) Names() rule.Names { return rule.Names{Subscription: c.SubscriptionID} }

func (c *OfSubscription) load(r row.Reader) *Subscription {
	return Subscriptions.Get(r, c.SubscriptionID, "")
}

// loadOpen returns the subscription while it is not provisioned.
func (c *OfSubscription) loadOpen(r row.Reader) (*Subscription, error) {
	s := c.load(r)
	if !s.ProvisionedAt.IsZero() {
		return nil, rule.Refuse(rule.AlreadyProvisioned, "subscription %q was provisioned already", s.SubscriptionID)
	}
	return s, nil
}

// loadMapped returns a subscription that is mapped to its account and not
// provisioned, and the account, which must be active (SUB-4).
func (c *OfSubscription) loadMapped(r row.Reader) (*Subscription, *account.Account, error) {
	a, err := c.load(r).account(r)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.loadOpen(r)
	if err == nil && a == nil {
		err = s.wrongStep()
	}
	return s, a, err
}

// account is the account that the subscription is mapped to, nil if none; an
// error if no command may be done on it.
func (s *Subscription) account(r row.Reader) (*account.Account, error) {
	if s.AccountID == "" {
		return nil, nil
	}
	a := account.Accounts.Get(r, s.AccountID, "")
	if a == nil {
		return nil, account.NotFound(s.AccountID)
	}
	return a, account.NotActive(a)
}

func (s *Subscription) wrongStep() error {
	return rule.Refuse(rule.WrongStep, "the step that is due for subscription %q is %s", s.SubscriptionID, s.Next())
}

// NotFound refuses a subscription that does not exist, or not for the caller.
func NotFound(id string) error { return rule.Refuse(rule.NotFound, "there is no subscription %q", id) }

// draft makes a draft of the subscription's history.
func (s *Subscription) draft(p events.Payload) events.Draft {
	partner := s.PartnerID
	if partner == "" {
		partner = events.NoPartner
	}
	return events.Draft{Partner: partner, AggregateID: s.SubscriptionID, Data: p}
}

// decided is a decision to record facts in the subscription's history.
func (s *Subscription) decided(ps ...events.Payload) (rule.Decision, error) {
	var d rule.Decision
	for _, p := range ps {
		d.Drafts = append(d.Drafts, s.draft(p))
	}
	return d, nil
}

// refused is no decision, but a refusal.
func refused(code rule.Code, detail string, args ...any) (rule.Decision, error) {
	return rule.Decision{}, rule.Refuse(code, detail, args...)
}
