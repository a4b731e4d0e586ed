package events

import "time"

// Line is one line of an order: seats of one product.
type Line struct {
	Product  string `json:"product"`
	Quantity int    `json:"quantity"`
}

// OrderPlaced: a partner bought an order.
type OrderPlaced struct {
	OrderID     string    `json:"order_id"`
	PartnerID   string    `json:"partner_id"`
	Lines       []Line    `json:"lines"`
	ActivatesAt time.Time `json:"activates_at,omitzero"`
	ExpiresAt   time.Time `json:"expires_at,omitzero"` // zero: perpetual
	ResellerPO  string    `json:"reseller_po,omitzero"`
	CustomerPO  string    `json:"customer_po,omitzero"`
	SAPOrderID  string    `json:"sap_order_id,omitzero"`
}

// OrderAssigned: the whole order was given to one account.
type OrderAssigned struct {
	OrderID   string `json:"order_id"`
	AccountID string `json:"account_id"`
}

// OrderCancelled: the order will never be assigned.
type OrderCancelled struct {
	OrderID string `json:"order_id"`
	Reason  string `json:"reason,omitzero"`
}

// OrderUnassigned: a wrong assignment was put right.
type OrderUnassigned struct {
	OrderID   string `json:"order_id"`
	AccountID string `json:"account_id"`
	Reason    string `json:"reason"`
}

// OrderExpired: the ledger's clock noticed that an assigned order had expired.
type OrderExpired struct {
	OrderID   string `json:"order_id"`
	AccountID string `json:"account_id"`
}

func (*OrderPlaced) EventType() string     { return "OrderPlaced" }
func (*OrderAssigned) EventType() string   { return "OrderAssigned" }
func (*OrderCancelled) EventType() string  { return "OrderCancelled" }
func (*OrderUnassigned) EventType() string { return "OrderUnassigned" }
func (*OrderExpired) EventType() string    { return "OrderExpired" }
