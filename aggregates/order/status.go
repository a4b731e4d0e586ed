package order

import (
	"strings"
	"time"
)

// Status of an order (ORD-3).
const (
	Unassigned        = "unassigned"
	Assigned          = "assigned"
	Cancelled         = "cancelled"
	PendingActivation = "pending_activation"
	Expired           = "expired"
)

// Filters of the Orders page (ORD-4). A status is a filter, too.
const (
	FilterAll      = "all"
	FilterExpiring = "expiring"
)

// DefaultExpiringWithin is how long before its expiry an order is marked
// expiring_soon, unless set otherwise.
const DefaultExpiringWithin = 30 * 24 * time.Hour

// Status is the order's status at a moment: the first that matches (ORD-3).
func Status(o *Order, at time.Time) string {
	switch {
	case o.Cancelled:
		return Cancelled
	case o.Expired || !o.Perpetual() && !at.Before(o.ExpiresAt):
		return Expired
	case at.Before(o.ActivatesAt):
		return PendingActivation
	case o.AccountID != "":
		return Assigned
	}
	return Unassigned
}

// Perpetual reports that the order never expires.
func (o *Order) Perpetual() bool { return o.ExpiresAt.IsZero() }

// ExpiringSoon reports that an order that still stands expires within a time
// from at.
func ExpiringSoon(o *Order, at time.Time, within time.Duration) bool {
	s := Status(o, at)
	return s != Cancelled && s != Expired && !o.Perpetual() && o.ExpiresAt.Sub(at) <= within
}

// Matches reports that an order passes a filter of the Orders page: "" or all,
// expiring, or a status (ORD-4).
func Matches(o *Order, filter string, at time.Time, within time.Duration) bool {
	switch filter {
	case "", FilterAll:
		return true
	case FilterExpiring:
		return ExpiringSoon(o, at, within)
	}
	return Status(o, at) == filter
}

// Found reports that a search of the Orders page finds the order: its id, its
// PO numbers or SAP id, or the account's id or name contain q, in any case.
func Found(o *Order, accountName, q string) bool {
	q = strings.ToLower(strings.TrimSpace(q))
	for _, s := range []string{o.OrderID, o.ResellerPO, o.CustomerPO, o.SAPOrderID, o.AccountID, accountName} {
		if strings.Contains(strings.ToLower(s), q) {
			return true
		}
	}
	return false
}
