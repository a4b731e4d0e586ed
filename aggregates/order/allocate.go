package order

import (
	"cmp"
	"slices"
	"time"
)

// Allocation is one line of an order with the seats that count against it: an
// item of the Subscriptions panel (ACC-6).
type Allocation struct {
	OrderID   string    `json:"order_id"`
	Product   string    `json:"product"`
	Quantity  int       `json:"quantity"`
	Assigned  int       `json:"assigned"`
	Remaining int       `json:"remaining"`
	StartsAt  time.Time `json:"starts_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// Allocate counts a pool's assigned seats against the orders of the account:
// first that which expires first, perpetual ones last, orders of one expiry in
// the order of their ids. Orders whose expiry is recorded have no seats in the
// pool and are left out. Assigned seats beyond all orders (ORD-5) count
// against none.
func Allocate(orders []*Order, assigned func(product string) int) []Allocation {
	var items []Allocation
	left := map[string]int{}
	for _, o := range byExpiry(orders) {
		for _, l := range o.Lines {
			n, seen := left[l.Product]
			if !seen {
				n = assigned(l.Product)
			}
			used := min(n, l.Quantity)
			left[l.Product] = n - used
			items = append(items, Allocation{
				OrderID: o.OrderID, Product: l.Product, Quantity: l.Quantity, Assigned: used, Remaining: l.Quantity - used,
				StartsAt: o.startsAt(), ExpiresAt: o.ExpiresAt,
			})
		}
	}
	return items
}

func byExpiry(orders []*Order) []*Order {
	live := slices.DeleteFunc(slices.Clone(orders), func(o *Order) bool { return o.Expired })
	slices.SortFunc(live, func(a, b *Order) int {
		switch {
		case a.Perpetual() && !b.Perpetual():
			return 1
		case b.Perpetual() && !a.Perpetual():
			return -1
		}
		return cmp.Or(a.ExpiresAt.Compare(b.ExpiresAt), cmp.Compare(a.OrderID, b.OrderID))
	})
	return live
}

// startsAt is when the order's seats can be used from.
func (o *Order) startsAt() time.Time {
	if o.ActivatesAt.IsZero() {
		return o.PurchasedAt
	}
	return o.ActivatesAt
}
