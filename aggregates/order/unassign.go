package order

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// UnassignOrder takes back an order that was assigned wrongly (ORD-6).
type UnassignOrder struct {
	OrderID string `json:"order_id" doc:"Order to take back from its account"`
	Reason  string `json:"reason" doc:"Why, for the record"`
}

// Check reports unacceptable fields.
func (c *UnassignOrder) Check(k *rule.Checker) {
	k.ID("order_id", c.OrderID)
	k.Text("reason", &c.Reason, rule.MaxTextBytes)
}

// Names names the order; its account is known from its row only.
func (c *UnassignOrder) Names() rule.Names { return rule.Names{Order: c.OrderID} }

// Decide takes the seats of all lines from the account's pools, or none. It
// changes the account, so the account must be active; orders of a deleted one
// stay consumed (ACC-5).
func (c *UnassignOrder) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	o := Orders.Get(r, c.OrderID, "")
	var a *account.Account
	if o.AccountID != "" {
		a = account.Accounts.Get(r, o.AccountID, "")
		if err := account.NotActive(a); err != nil {
			return rule.Decision{}, err
		}
	}
	if s := Status(o, ctx.Now); s == Expired {
		return rule.Decision{}, expired(o)
	}
	if a == nil {
		return rule.Decision{}, nil
	}
	drafts := []events.Draft{o.draft(&events.OrderUnassigned{OrderID: o.OrderID, AccountID: a.AccountID, Reason: c.Reason})}
	for _, l := range o.Lines {
		if free := account.Pools.Get(r, a.AccountID, l.Product).Available(); free < l.Quantity {
			return rule.Decision{}, rule.Refuse(rule.LicensesInUse,
				"order %q has %d seats of %s, and account %q has only %d free", o.OrderID, l.Quantity, l.Product, a.AccountID, free)
		}
		drafts = append(drafts, a.Draft(&events.LicensesRemoved{
			AccountID: a.AccountID, OrderID: o.OrderID, Product: l.Product, Quantity: l.Quantity,
		}))
	}
	return rule.Decision{Drafts: drafts}, nil
}
