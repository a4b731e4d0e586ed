package order

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Evolve folds an event of an order into its row and the indexes of orders.
func Evolve(tx row.Tx, e *events.Event) {
	switch p := e.Data.(type) {
	case *events.OrderPlaced:
		Orders.Put(tx, p.OrderID, "", &Order{
			OrderID: p.OrderID, PartnerID: p.PartnerID, Lines: p.Lines, PurchasedAt: e.Time,
			ActivatesAt: p.ActivatesAt, ExpiresAt: p.ExpiresAt,
			ResellerPO: p.ResellerPO, CustomerPO: p.CustomerPO, SAPOrderID: p.SAPOrderID,
		})
		ByPartner.Put(tx, p.PartnerID, p.OrderID, &Ref{})
	case *events.OrderAssigned:
		edit(tx, p.OrderID, func(o *Order) {
			o.AccountID, o.AssignedAt = p.AccountID, e.Time
			ByAccount.Put(tx, p.AccountID, p.OrderID, &Ref{})
			if !o.Perpetual() {
				Expiring.Put(tx, "", expiringID(o), &Ref{})
			}
		})
	case *events.OrderUnassigned:
		edit(tx, p.OrderID, func(o *Order) {
			o.AccountID, o.AssignedAt = "", time.Time{}
			ByAccount.Delete(tx, p.AccountID, p.OrderID)
			Expiring.Delete(tx, "", expiringID(o))
		})
	case *events.OrderCancelled:
		edit(tx, p.OrderID, func(o *Order) { o.Cancelled = true })
	case *events.OrderExpired:
		edit(tx, p.OrderID, func(o *Order) {
			o.Expired = true
			Expiring.Delete(tx, "", expiringID(o))
		})
	}
}

// edit puts a changed copy of an order's row.
func edit(tx row.Tx, id string, change func(*Order)) {
	if old := Orders.Get(tx, id, ""); old != nil {
		o := *old
		change(&o)
		Orders.Put(tx, id, "", &o)
	}
}

// expiringID is the id of an order's row in Expiring: rows sort by expiry.
func expiringID(o *Order) string {
	return o.ExpiresAt.UTC().Format(events.TimeLayout) + " " + o.OrderID
}
