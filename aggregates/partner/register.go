package partner

import (
	"fmt"
	"slices"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// MaxEmailDomains is how many e-mail domains a partner may name.
const MaxEmailDomains = 100

// RegisterPartner makes a partner organisation and its own account, which has
// the same id.
type RegisterPartner struct {
	PartnerID    string   `json:"partner_id,omitzero" doc:"Id of the new partner; made by the ledger if left out"`
	Name         string   `json:"name" doc:"Name of the organisation"`
	Country      string   `json:"country,omitzero" doc:"ISO 3166-1 alpha-2 code"`
	EmailDomains []string `json:"email_domains,omitzero" doc:"E-mail domains of the organisation, at most 100"`
}

// Check reports unacceptable fields.
func (c *RegisterPartner) Check(k *rule.Checker) {
	k.OptionalID("partner_id", c.PartnerID)
	k.Text("name", &c.Name, rule.MaxTextBytes)
	if c.Country != "" {
		k.Country("country", c.Country)
	}
	k.AtMost("email_domains", len(c.EmailDomains), MaxEmailDomains)
	for i := range c.EmailDomains[:min(len(c.EmailDomains), MaxEmailDomains)] {
		field := fmt.Sprintf("email_domains[%d]", i)
		k.Domain(field, &c.EmailDomains[i])
		if slices.Contains(c.EmailDomains[:i], c.EmailDomains[i]) {
			k.Fail(field, "stands twice")
		}
	}
}

// Names names nothing that exists.
func (c *RegisterPartner) Names() rule.Names { return rule.Names{} }

// Decide refuses ids in use, as a partner's or as an account's.
func (c *RegisterPartner) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	id := c.PartnerID
	if id == "" {
		id = ctx.NewID()
	}
	if Partners.Get(r, id, "") != nil || account.Accounts.Get(r, id, "") != nil {
		return rule.Decision{}, rule.Refuse(rule.AlreadyExists, "the id %q is in use by a partner or an account", id)
	}
	return rule.Decision{ID: id, Drafts: []events.Draft{
		{Partner: id, AggregateID: id, Data: &events.PartnerRegistered{
			PartnerID: id, Name: c.Name, Country: c.Country, EmailDomains: c.EmailDomains,
		}},
		{Partner: id, AggregateID: id, Data: &events.AccountCreated{
			AccountID: id, PartnerID: id, Own: true, Kind: catalogue.CreatableKinds()[0], Name: c.Name, Country: c.Country,
		}},
	}}, nil
}
