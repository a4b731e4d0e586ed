package sim

import "time"

// View is a view as the API shows it, in JSON's terms.
type View = map[string]any

// Absent stands in a view for a member that must be missing, null or empty.
type Absent struct{}

// Clock tells the time of the event at a position.
type Clock func(position uint64) time.Time

// expiringSoon is how long before its end an order is marked (ORD-3).
const expiringSoon = 30 * 24 * time.Hour

func orAbsent(v string) any {
	if v == "" {
		return Absent{}
	}
	return v
}

func instant(t time.Time) any {
	if t.IsZero() {
		return Absent{}
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// AccountView is /v1/accounts/{account_id}.
func (m *Model) AccountView(id string, clock Clock) View {
	a := m.Accounts[id]
	v := View{
		"account_id": id, "partner_id": a.Partner, "own": a.Own, "status": a.Status,
		"customer_number": orAbsent(a.CustomerNumber), "pbx_type": orAbsent(a.PBX),
		"call_services": View{"bandwidth_optimization": a.Bandwidth},
		"cross_launch":  a.on("micollab"), "created_at": instant(clock(a.Created)),
	}
	for _, f := range infoFields {
		v[f] = orAbsent(a.Info[f])
	}
	if !a.Own { // the pages say nothing of a partner's own
		v["kind"], v["cloud_location"] = a.Kind, a.CloudLocation
		v["customer_number_label"] = "SAP Customer Number"
		if a.Kind == "micloud_connect" { // ACC-2
			v["customer_number_label"] = "Billing Customer Number"
		}
		v["support_contacts"] = a.contactsView()
	}
	v["integrations"], v["privileges"] = a.switchesView(clock), a.privilegesView()
	return v
}

func (a Account) contactsView() []any {
	var list []any
	for _, email := range sorted(a.Contacts) {
		list = append(list, View{"email": email, "name": orAbsent(a.Contacts[email])})
	}
	return list
}

func (a Account) switchesView(clock Clock) View {
	v := View{}
	for _, i := range integrations {
		s, ever := a.Switches[i.id]
		one := View{"enabled": s.On}
		if ever {
			one["position"], one["since"] = s.Position, instant(clock(s.Position))
		}
		v[i.id] = one
	}
	return v
}

func (a Account) privilegesView() View {
	v := View{}
	for _, i := range integrations {
		if !i.mitel {
			continue
		}
		one := View{}
		for _, p := range privileges {
			one[p] = a.Privileges[i.id+"/"+p]
		}
		v[i.id] = one
	}
	return v
}

// PoolsView is /v1/accounts/{account_id}/pools, by product.
func (m *Model) PoolsView(id string) View {
	a, v := m.Accounts[id], View{}
	for product, total := range a.Total {
		assigned := a.assigned(product)
		if total == 0 && assigned == 0 {
			continue // whether an empty pool is listed is not said
		}
		v[product] = View{
			"product": product, "total": total, "assigned": assigned,
			"available": a.available(product), "over_allocated": assigned > total,
		}
	}
	return v
}

// OrderView is /v1/orders/{order_id} at a moment.
func (m *Model) OrderView(id string, now time.Time, clock Clock) View {
	o := m.Orders[id]
	status := o.Status(now)
	v := View{
		"order_id": id, "partner_id": o.Partner, "account_id": orAbsent(o.Account), "status": status,
		"perpetual": o.Expires.IsZero(), "purchased_at": instant(clock(o.Placed)),
		"assigned_at": Absent{}, "activates_at": instant(o.Activates), "expires_at": instant(o.Expires),
	}
	var ls []any
	for _, l := range o.Lines {
		ls = append(ls, View{"product": l.Product, "quantity": l.Quantity})
	}
	v["lines"] = ls
	for f, t := range o.Marks {
		v[f] = orAbsent(t)
	}
	if o.Assigned != 0 {
		v["assigned_at"] = instant(clock(o.Assigned))
	}
	if status != "expired" && status != "cancelled" {
		v["expiring_soon"] = !o.Expires.IsZero() && o.Expires.Sub(now) <= expiringSoon
	}
	return v
}
