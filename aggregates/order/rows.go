// Package order decides and folds the history of orders.
package order

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Order is the row of an order.
type Order struct {
	OrderID     string        `json:"order_id"`
	PartnerID   string        `json:"partner_id"`
	AccountID   string        `json:"account_id,omitzero"` // while assigned, and after expiry
	Lines       []events.Line `json:"lines"`
	PurchasedAt time.Time     `json:"purchased_at"`
	AssignedAt  time.Time     `json:"assigned_at,omitzero"`
	ActivatesAt time.Time     `json:"activates_at,omitzero"`
	ExpiresAt   time.Time     `json:"expires_at,omitzero"`
	ResellerPO  string        `json:"reseller_po,omitzero"`
	CustomerPO  string        `json:"customer_po,omitzero"`
	SAPOrderID  string        `json:"sap_order_id,omitzero"`
	Cancelled   bool          `json:"cancelled,omitzero"`
	Expired     bool          `json:"expired,omitzero"` // OrderExpired is recorded
}

// Ref is a row of an index: there is such an order.
type Ref struct{}

// The tables of orders.
var (
	Orders = row.Of[Order](row.Info{Tag: 'o', Name: "orders", Aggregate: "order", Listed: true}) // scope: order id, id empty
	// ByPartner lists a partner's orders; scope: partner, id: order.
	ByPartner = row.Of[Ref](row.Info{Tag: 'P', Name: "partner_orders"})
	// ByAccount lists the orders assigned to an account; scope: account, id: order.
	ByAccount = row.Of[Ref](row.Info{Tag: 'O', Name: "account_orders"})
	// Expiring lists assigned orders that will expire; scope empty, id:
	// expiry time in events.TimeLayout, a space, order id.
	Expiring = row.Of[Ref](row.Info{Tag: 'x', Name: "expiring_orders", Latest: true})
)
