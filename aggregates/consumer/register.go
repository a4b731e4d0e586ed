package consumer

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// RegisterConsumerUser records a person of the free consumer organisation.
type RegisterConsumerUser struct {
	UserID string `json:"user_id,omitzero" doc:"Id of the new consumer user; made by the ledger if left out"`
	Email  string `json:"email" doc:"E-mail address, unique among consumer users"`
}

// Check reports unacceptable fields.
func (c *RegisterConsumerUser) Check(k *rule.Checker) {
	k.OptionalID("user_id", c.UserID)
	k.Email("email", &c.Email)
}

// Names names nothing that exists.
func (c *RegisterConsumerUser) Names() rule.Names { return rule.Names{} }

// Decide refuses ids and addresses in use, those of converted users too: their
// history stays.
func (c *RegisterConsumerUser) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	id := c.UserID
	if id == "" {
		id = ctx.NewID()
	}
	if Users.Get(r, id, "") != nil {
		return rule.Decision{}, rule.Refuse(rule.AlreadyExists, "there is a consumer user %q already", id)
	}
	if u := ByEmail(r, c.Email); u != nil {
		return rule.Decision{}, rule.Refuse(rule.EmailInUse, "consumer user %q has this e-mail address", u.UserID)
	}
	return rule.Decision{ID: id, Drafts: []events.Draft{{Partner: events.NoPartner, AggregateID: id,
		Data: &events.ConsumerUserRegistered{
			UserID: id, PersonID: ctx.NewID(), Email: events.Clear(c.Email), Domain: rule.DomainOf(c.Email),
		}}}}, nil
}
