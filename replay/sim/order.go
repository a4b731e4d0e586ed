package sim

import (
	"slices"
	"time"
)

// MaxQuantity is the most seats that one line of an order may have (ORD-1).
const MaxQuantity = 1_000_000

// orderable checks the lines of an order (ORD-1): products of kind licence,
// each once.
func orderable(s *step) bool {
	var seen []string
	for _, l := range lines(s.body) {
		licence := l.Product == Meetings || slices.Contains(Tiers, l.Product)
		if !licence || slices.Contains(seen, l.Product) || l.Quantity < 1 || l.Quantity > MaxQuantity {
			return false
		}
		seen = append(seen, l.Product)
	}
	return len(seen) > 0
}

func lines(body map[string]any) []Line {
	var ls []Line
	list, _ := body["lines"].([]any)
	for _, l := range list {
		l := l.(map[string]any)
		ls = append(ls, Line{l["product"].(string), l["quantity"].(int)})
	}
	return ls
}

func placeOrder(s *step) string {
	id := s.text("order_id")
	if _, ok := s.m.Orders[id]; ok {
		return "already_exists"
	}
	o := Order{
		ID: id, Partner: s.text("partner_id"), Lines: lines(s.body), Marks: map[string]string{},
		Activates: s.moment("activates_at"), Expires: s.moment("expires_at"), Placed: s.event("OrderPlaced"),
	}
	for _, f := range []string{"reseller_po", "customer_po", "sap_order_id"} {
		o.Marks[f] = s.text(f)
	}
	s.m.Orders[id] = o
	return ""
}

// notAssignable is why an order in this status cannot be assigned (ORD-2, ORD-3).
var notAssignable = map[string]string{
	"cancelled": "order_cancelled", "expired": "order_expired",
	"pending_activation": "order_not_active", "assigned": "order_already_assigned",
}

func assignOrder(s *step) string {
	o, a := s.m.Orders[s.text("order_id")], s.account()
	if o.Partner != a.Partner {
		return "not_found"
	}
	if code := notAssignable[o.Status(s.now)]; code != "" {
		return code
	}
	o.Account, o.Assigned = a.ID, s.event("OrderAssigned")
	for _, l := range o.Lines {
		a.Total[l.Product] += l.Quantity
		s.event("LicensesAdded")
	}
	s.m.Orders[o.ID] = o
	s.keep(a)
	return ""
}

func cancelOrder(s *step) string {
	o := s.m.Orders[s.text("order_id")]
	switch o.Status(s.now) {
	case "cancelled":
		return ""
	case "assigned":
		return "order_already_assigned"
	case "expired":
		if o.Account != "" {
			s.or("order_expired")
			return "order_already_assigned"
		}
		s.or("order_expired")
	}
	s.event("OrderCancelled")
	o.Cancelled = true
	s.m.Orders[o.ID] = o
	return ""
}

func unassignOrder(s *step) string { // ORD-6
	o := s.m.Orders[s.text("order_id")]
	a := s.m.Accounts[o.Account]
	status := o.Status(s.now)
	switch {
	case o.Account != "" && a.Status != "active":
		s.or("not_found", "order_expired", "account_deactivated")
		return "account_deactivated"
	case status == "expired":
		s.or("order_not_assigned", unchanged)
		return "order_expired"
	case status == "cancelled":
		s.or("order_not_assigned", unchanged)
		return "order_cancelled"
	case status != "assigned":
		s.or("order_not_assigned")
		return "" // nothing to take back
	}
	for _, l := range o.Lines {
		if a.available(l.Product) < l.Quantity {
			return "licenses_in_use"
		}
	}
	s.event("OrderUnassigned")
	s.takeBack(a, o, "LicensesRemoved")
	o.Account, o.Assigned = "", 0
	s.m.Orders[o.ID] = o
	return ""
}

func (s *step) takeBack(a Account, o Order, event string) {
	for _, l := range o.Lines {
		a.Total[l.Product] -= l.Quantity
		s.event(event)
	}
	s.keep(a)
}

// Expire is what the ledger's own clock does to an assigned order (ORD-5). It
// reports false where it must not.
func (m *Model) Expire(order string, now time.Time) (*Model, Outcome, bool) {
	s := &step{m: m.clone(), now: now}
	o, ok := s.m.Orders[order]
	if !ok || o.Account == "" || o.Expired || o.Expires.IsZero() || now.Before(o.Expires) {
		return m, Outcome{}, false
	}
	s.event("OrderExpired")
	s.takeBack(s.m.Accounts[o.Account], o, "LicensesExpired")
	o.Expired = true
	s.m.Orders[order] = o
	return s.m, s.out, true
}
