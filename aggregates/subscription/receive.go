package subscription

import (
	"fmt"
	"slices"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// ReceiveSubscription records a Webex order that came in. Its provisioning
// contact is sent a message (SUB-1).
type ReceiveSubscription struct {
	SubscriptionID      string                    `json:"subscription_id,omitzero" doc:"Id of the new subscription; made by the ledger if left out"`
	ProvisioningContact string                    `json:"provisioning_contact" doc:"E-mail address of who is to provision it"`
	Services            []events.SubscriptionLine `json:"services" doc:"Services (meetings, calling, messaging) and quantities, each service once"`
	Language            string                    `json:"language,omitzero" doc:"BCP 47 language of messages"`
}

// Check reports unacceptable fields.
func (c *ReceiveSubscription) Check(k *rule.Checker) {
	k.OptionalID("subscription_id", c.SubscriptionID)
	k.Email("provisioning_contact", &c.ProvisioningContact)
	if c.Language != "" {
		k.Language("language", c.Language)
	}
	if len(c.Services) == 0 {
		k.Fail("services", "must have at least one service")
	}
	known := offered()
	k.AtMost("services", len(c.Services), len(known))
	var seen []string
	for i, l := range c.Services[:min(len(c.Services), len(known))] {
		field := fmt.Sprintf("services[%d].service", i)
		k.OneOf(field, l.Service, known...)
		if slices.Contains(seen, l.Service) {
			k.Fail(field, "stands twice")
		}
		seen = append(seen, l.Service)
		k.Quantity(fmt.Sprintf("services[%d].quantity", i), l.Quantity)
	}
}

// Names names nothing that exists.
func (c *ReceiveSubscription) Names() rule.Names { return rule.Names{} }

// Decide refuses an id in use.
func (c *ReceiveSubscription) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	id := c.SubscriptionID
	if id == "" {
		id = ctx.NewID()
	}
	if Subscriptions.Get(r, id, "") != nil {
		return refused(rule.AlreadyExists, "there is a subscription %q already", id)
	}
	return rule.Decision{ID: id, Drafts: []events.Draft{{Partner: events.NoPartner, AggregateID: id, Data: &events.SubscriptionReceived{
		SubscriptionID: id, PersonID: ctx.NewID(), ProvisioningContact: events.Clear(c.ProvisioningContact),
		Services: c.Services, Language: c.Language,
	}}}}, nil
}

// ResendProvisioningMessage sends the provisioning contact the message again
// (SUB-1).
type ResendProvisioningMessage struct{ OfSubscription }

// Decide records every wish: each is a message.
func (c *ResendProvisioningMessage) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	s, err := c.loadOpen(r)
	if err != nil {
		return rule.Decision{}, err
	}
	return s.decided(&events.ProvisioningMessageRequested{SubscriptionID: s.SubscriptionID, AccountID: s.AccountID})
}
