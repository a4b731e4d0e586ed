package sim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// UsersView is /v1/accounts/{account_id}/users, by user.
func (m *Model) UsersView(id string, clock Clock) View {
	a, v := m.Accounts[id], View{}
	for user, u := range a.Users {
		one := View{"user_id": user, "account_id": id}
		for _, f := range userFields {
			one[f] = orAbsent(u.Fields[f])
		}
		u.packageView(one)
		one["products_and_licenses"] = View{
			Meetings:    a.meetingsSection(u, clock),
			"mitel_one": a.mitelOneSection(u, clock),
		}
		v[user] = one
	}
	return v
}

// section is one entry of products_and_licenses (section 7).
func section(product, display string, on, editable bool, message any, l License, clock Clock) View {
	license := View{"state": "none"}
	if l.State != "" {
		license = View{"state": l.State, "position": l.Position, "since": instant(clock(l.Position))}
	}
	return View{"product": product, "display": display, "on": on, "editable": editable, "message": message, "license": license}
}

const (
	noLicenses   = "No licenses"
	notAvailable = "Licenses not available"
)

func (a Account) meetingsSection(u User, clock Clock) View {
	l := u.Licenses[Meetings]
	active := l.State == "active"
	switch {
	case !a.on("miteam_meetings"): // SEC-1
		return section(Meetings, "none", false, false, noLicenses, l, clock)
	case a.on("micollab") && active: // SEC-2
		return section(Meetings, "toggle", true, false, Absent{}, l, clock)
	case a.on("micollab"): // SEC-3
		return section(Meetings, "none", false, false, noLicenses, l, clock)
	}
	return a.standalone(Meetings, active, a.available(Meetings), l, clock)
}

func (a Account) mitelOneSection(u User, clock Clock) View {
	var l License
	tier, free := any(Absent{}), 0
	for _, p := range Tiers {
		free += a.available(p)
		if u.Licenses[p].State == "active" {
			l, tier = u.Licenses[p], strings.TrimPrefix(p, "mitel_one_")
		}
	}
	if !a.on("mitel_one") { // SEC-1
		return section("mitel_one", "none", false, false, noLicenses, l, clock)
	}
	v := a.standalone("mitel_one", l.State == "active", free, l, clock)
	v["tier"] = tier
	return v
}

// standalone is SEC-4 to SEC-6.
func (a Account) standalone(product string, active bool, free int, l License, clock Clock) View {
	switch {
	case active:
		return section(product, "toggle", true, true, Absent{}, l, clock)
	case free == 0:
		return section(product, "toggle", false, false, notAvailable, l, clock)
	}
	return section(product, "toggle", false, true, Absent{}, l, clock)
}

// PanelView is the Subscriptions panel (ACC-6), by "order/product". Assigned
// seats count against the order that expires first, perpetual ones last.
func (m *Model) PanelView(id string) View {
	a, v := m.Accounts[id], View{}
	held := slices.Collect(maps.Values(m.Orders))
	held = slices.DeleteFunc(held, func(o Order) bool { return o.Account != id || o.Expired })
	slices.SortFunc(held, func(x, y Order) int {
		return cmp.Or(x.end().Compare(y.end()), cmp.Compare(x.Assigned, y.Assigned))
	})
	for _, product := range append([]string{Meetings}, Tiers...) {
		left := a.assigned(product)
		for _, o := range held {
			for _, l := range o.Lines {
				if l.Product != product {
					continue
				}
				used := min(left, l.Quantity)
				left -= used
				v[o.ID+"/"+product] = View{
					"order_id": o.ID, "product": product, "quantity": l.Quantity, "assigned": used,
					"remaining": l.Quantity - used, "expires_at": instant(o.Expires),
				}
			}
		}
	}
	return v
}

// never is later than every expiry.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (o Order) end() time.Time {
	if o.Expires.IsZero() {
		return never
	}
	return o.Expires
}
