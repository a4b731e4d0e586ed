package order

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// ExpireOrder is sent by the ledger's clock for every row of Expiring that is
// due (ORD-5).
type ExpireOrder struct {
	OrderID string `json:"order_id" doc:"Order that has expired"`
}

// Check reports unacceptable fields.
func (c *ExpireOrder) Check(k *rule.Checker) { k.ID("order_id", c.OrderID) }

// Names names the order. The account's state does not matter: the command is
// the ledger's own.
func (c *ExpireOrder) Names() rule.Names { return rule.Names{Order: c.OrderID} }

// Decide takes the seats out of the pools, once. An order that is not assigned
// or not due, or is done already, is left as it is.
func (c *ExpireOrder) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	o := Orders.Get(r, c.OrderID, "")
	if o.AccountID == "" || o.Expired || Status(o, ctx.Now) != Expired {
		return rule.Decision{}, nil
	}
	a := account.Accounts.Get(r, o.AccountID, "")
	drafts := []events.Draft{o.draft(&events.OrderExpired{OrderID: o.OrderID, AccountID: a.AccountID})}
	for _, l := range o.Lines {
		drafts = append(drafts, a.Draft(&events.LicensesExpired{
			AccountID: a.AccountID, OrderID: o.OrderID, Product: l.Product, Quantity: l.Quantity,
		}))
	}
	return rule.Decision{Drafts: drafts}, nil
}
