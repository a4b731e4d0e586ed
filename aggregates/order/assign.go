package order

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// AssignOrder gives a whole order to one account of the same partner (ORD-2).
type AssignOrder struct {
	OrderID   string `json:"order_id" doc:"Order to assign"`
	AccountID string `json:"account_id" doc:"Account that gets all its seats"`
}

// Check reports unacceptable fields.
func (c *AssignOrder) Check(k *rule.Checker) {
	k.ID("order_id", c.OrderID)
	k.ID("account_id", c.AccountID)
}

// Names names order and account.
func (c *AssignOrder) Names() rule.Names { return rule.Names{Order: c.OrderID, Account: c.AccountID} }

// Decide refuses what is not there to be assigned (ORD-2, ORD-3).
func (c *AssignOrder) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	o, a := Orders.Get(r, c.OrderID, ""), account.Accounts.Get(r, c.AccountID, "")
	if a.PartnerID != o.PartnerID {
		return rule.Decision{}, rule.Refuse(rule.NotFound,
			"there is no account %q of the order's partner %q", a.AccountID, o.PartnerID)
	}
	if err := notAssignable(o, ctx.Now); err != nil {
		return rule.Decision{}, err
	}
	drafts := []events.Draft{o.draft(&events.OrderAssigned{OrderID: o.OrderID, AccountID: a.AccountID})}
	for _, l := range o.Lines {
		drafts = append(drafts, a.Draft(&events.LicensesAdded{
			AccountID: a.AccountID, OrderID: o.OrderID, Product: l.Product, Quantity: l.Quantity,
		}))
	}
	return rule.Decision{Drafts: drafts}, nil
}

// notAssignable says why an order cannot be assigned, if it cannot (ORD-3).
func notAssignable(o *Order, at time.Time) error {
	switch Status(o, at) {
	case Cancelled:
		return rule.Refuse(rule.OrderCancelled, "order %q is cancelled", o.OrderID)
	case Expired:
		return expired(o)
	case PendingActivation:
		return rule.Refuse(rule.OrderNotActive, "order %q is not active before %s", o.OrderID, o.ActivatesAt.Format(time.RFC3339))
	case Assigned:
		return alreadyAssigned(o)
	}
	return nil
}

func expired(o *Order) error {
	return rule.Refuse(rule.OrderExpired, "order %q expired at %s", o.OrderID, o.ExpiresAt.Format(time.RFC3339))
}

func alreadyAssigned(o *Order) error {
	return rule.Refuse(rule.OrderAlreadyAssigned, "order %q is assigned to account %q", o.OrderID, o.AccountID)
}

// draft makes a draft of the order's history.
func (o *Order) draft(p events.Payload) events.Draft {
	return events.Draft{Partner: o.PartnerID, AggregateID: o.OrderID, Data: p}
}
