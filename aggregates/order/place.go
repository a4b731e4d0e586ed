package order

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// MaxLines is how many lines an order may have.
const MaxLines = 100

// PlaceOrder records what a partner bought.
type PlaceOrder struct {
	OrderID     string        `json:"order_id,omitzero" doc:"Id of the new order; made by the ledger if left out"`
	PartnerID   string        `json:"partner_id" doc:"Partner that bought it"`
	Lines       []events.Line `json:"lines" doc:"Products and quantities, each product once, at most 100 lines"`
	ActivatesAt time.Time     `json:"activates_at,omitzero" doc:"When it can be assigned from; at once if left out"`
	ExpiresAt   time.Time     `json:"expires_at,omitzero" doc:"When its seats end; never if left out"`
	ResellerPO  string        `json:"reseller_po,omitzero" doc:"Purchase order number of the reseller"`
	CustomerPO  string        `json:"customer_po,omitzero" doc:"Purchase order number of the customer"`
	SAPOrderID  string        `json:"sap_order_id,omitzero" doc:"Order id in SAP"`
}

// Check reports unacceptable fields (ORD-1, ORD-3).
func (c *PlaceOrder) Check(k *rule.Checker) {
	k.OptionalID("order_id", c.OrderID)
	k.ID("partner_id", c.PartnerID)
	c.checkLines(k)
	c.ActivatesAt, c.ExpiresAt = tick(c.ActivatesAt), tick(c.ExpiresAt)
	if !c.ExpiresAt.IsZero() && !c.ExpiresAt.After(c.ActivatesAt) {
		k.Fail("expires_at", "must be after activates_at")
	}
	k.OptionalText("reseller_po", &c.ResellerPO, rule.MaxTextBytes)
	k.OptionalText("customer_po", &c.CustomerPO, rule.MaxTextBytes)
	k.OptionalText("sap_order_id", &c.SAPOrderID, rule.MaxTextBytes)
}

func (c *PlaceOrder) checkLines(k *rule.Checker) {
	if len(c.Lines) == 0 {
		k.Fail("lines", "must have at least one line")
	}
	k.AtMost("lines", len(c.Lines), MaxLines)
	var seen []string
	for i, l := range c.Lines[:min(len(c.Lines), MaxLines)] {
		field := fmt.Sprintf("lines[%d].product", i)
		k.OneOf(field, l.Product, catalogue.Orderable()...)
		if slices.Contains(seen, l.Product) {
			k.Fail(field, "stands in a line above")
		}
		seen = append(seen, l.Product)
		k.Quantity(fmt.Sprintf("lines[%d].quantity", i), l.Quantity)
	}
}

// tick brings a time into the form and resolution of event times.
func tick(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(events.Tick)
}

// Names names the partner.
func (c *PlaceOrder) Names() rule.Names { return rule.Names{Partner: c.PartnerID} }

// Decide refuses an id in use.
func (c *PlaceOrder) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	id := c.OrderID
	if id == "" {
		id = ctx.NewID()
	}
	if Orders.Get(r, id, "") != nil {
		return rule.Decision{}, rule.Refuse(rule.AlreadyExists, "there is an order %q already", id)
	}
	return rule.Decision{ID: id, Drafts: []events.Draft{{Partner: c.PartnerID, AggregateID: id, Data: &events.OrderPlaced{
		OrderID: id, PartnerID: c.PartnerID, Lines: c.Lines, ActivatesAt: c.ActivatesAt, ExpiresAt: c.ExpiresAt,
		ResellerPO: c.ResellerPO, CustomerPO: c.CustomerPO, SAPOrderID: c.SAPOrderID,
	}}}}, nil
}
