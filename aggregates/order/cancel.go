package order

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// CancelOrder ends an order that was not assigned (ORD-3).
type CancelOrder struct {
	OrderID string `json:"order_id" doc:"Order to cancel"`
	Reason  string `json:"reason,omitzero" doc:"Why, for the record"`
}

// Check reports unacceptable fields.
func (c *CancelOrder) Check(k *rule.Checker) {
	k.ID("order_id", c.OrderID)
	k.OptionalText("reason", &c.Reason, rule.MaxTextBytes)
}

// Names names the order.
func (c *CancelOrder) Names() rule.Names { return rule.Names{Order: c.OrderID} }

// Decide refuses an order that is, or was until its expiry, assigned.
func (c *CancelOrder) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	o := Orders.Get(r, c.OrderID, "")
	if o.AccountID != "" {
		return rule.Decision{}, alreadyAssigned(o)
	}
	if o.Cancelled {
		return rule.Decision{}, nil
	}
	return rule.Decision{Drafts: []events.Draft{
		o.draft(&events.OrderCancelled{OrderID: o.OrderID, Reason: c.Reason}),
	}}, nil
}
