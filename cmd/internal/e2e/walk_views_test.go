package e2e

import (
	"slices"
	"strings"
	"time"

	"github.com/seatledger/seatledger/replay/sim"
)

// look is one view: where it is, how the answer is brought into the oracle's
// form, and what the oracle says.
type look struct {
	path  string
	query []string
	bring func(view map[string]any) any
	want  func(m *sim.Model, now time.Time, clock sim.Clock) any
}

func (w *walk) looks(m *sim.Model) []look {
	looks := []look{{
		path: "/v1/orders", query: []string{"partner_id", w.world.Partner, "limit", "1000"}, bring: by("order_id"),
		want: func(m *sim.Model, now time.Time, clock sim.Clock) any {
			all := sim.Exactly{}
			for id := range m.Orders {
				all[id] = m.OrderView(id, now, clock)
			}
			return all
		},
	}}
	for id := range m.Subscriptions {
		looks = append(looks, look{path: "/v1/subscriptions/" + id, bring: whole,
			want: func(m *sim.Model, _ time.Time, _ sim.Clock) any { return m.SubscriptionView(id) }})
	}
	for _, id := range append([]string{w.world.Partner}, w.world.Accounts...) {
		if a, made := m.Accounts[id]; made {
			looks = append(looks, accountLooks(id, a.Status == "deleted")...)
		}
	}
	return looks
}

func accountLooks(id string, deleted bool) []look {
	at := "/v1/accounts/" + id
	if deleted { // what else shows of it is not said
		return []look{{path: at, bring: whole, want: func(*sim.Model, time.Time, sim.Clock) any {
			return sim.View{"account_id": id, "status": "deleted"}
		}}}
	}
	return []look{
		{path: at, bring: account, want: func(m *sim.Model, _ time.Time, clock sim.Clock) any { return m.AccountView(id, clock) }},
		{path: at + "/pools", bring: pools, want: func(m *sim.Model, _ time.Time, _ sim.Clock) any { return sim.Exactly(m.PoolsView(id)) }},
		{path: at + "/users", bring: users, want: func(m *sim.Model, _ time.Time, clock sim.Clock) any {
			return sim.Exactly(m.UsersView(id, clock))
		}},
		{path: at + "/orders", bring: by("order_id"), want: func(m *sim.Model, now time.Time, clock sim.Clock) any {
			mine := sim.Exactly{}
			for order, o := range m.Orders {
				if o.Account == id {
					mine[order] = m.OrderView(order, now, clock)
				}
			}
			return mine
		}},
		{path: at + "/subscriptions", bring: by("order_id", "product"), want: func(m *sim.Model, now time.Time, _ sim.Clock) any {
			for _, o := range m.Orders { // due, but the clock has not come to it yet
				if o.Account == id && !o.Expired && !o.Expires.IsZero() && !now.Before(o.Expires) {
					return sim.View{}
				}
			}
			return sim.Exactly(m.PanelView(id))
		}},
	}
}

func whole(v map[string]any) any { return v }

// account puts the support contacts in order.
func account(v map[string]any) any {
	if contacts, ok := v["support_contacts"].([]any); ok {
		slices.SortFunc(contacts, func(x, y any) int {
			return strings.Compare(x.(map[string]any)["email"].(string), y.(map[string]any)["email"].(string))
		})
	}
	return v
}

// by makes an object of a list, by one member or several.
func by(members ...string) func(map[string]any) any {
	return func(v map[string]any) any {
		all := sim.View{}
		list, _ := v["items"].([]any)
		for _, item := range list {
			one := item.(map[string]any)
			var key []string
			for _, m := range members {
				text, _ := one[m].(string)
				key = append(key, text)
			}
			all[strings.Join(key, "/")] = one
		}
		return all
	}
}

// pools leaves out pools without seats: whether they are listed is not said.
func pools(v map[string]any) any {
	all := by("product")(v).(sim.View)
	for product, p := range all {
		if p := p.(sim.View); p["total"] == 0.0 && p["assigned"] == 0.0 && p["available"] == 0.0 {
			delete(all, product)
		}
	}
	return all
}

func users(v map[string]any) any {
	all := by("user_id")(v).(sim.View)
	for _, u := range all {
		u := u.(sim.View)
		u["products_and_licenses"] = by("product")(sim.View{"items": u["products_and_licenses"]})
	}
	return all
}

func (w *walk) clock(position uint64) time.Time { return w.times[position] }

// compareNow compares every view as it is. An order may expire in between:
// then the history is read, and the view compared again.
func (w *walk) compareNow() {
	for _, l := range w.looks(w.now) {
		var wrong string
		for range 20 {
			before := time.Now()
			a := w.get(l.path, append(l.query, "min_position", decimal(w.now.Position))...)
			after := time.Now()
			if at := a.LedgerPosition(); at != w.now.Position {
				wrong = "position " + decimal(at) + " instead of " + decimal(w.now.Position)
				w.absorb(theEnd)
				continue
			}
			got := l.bring(a.View)
			if wrong = sim.Diff(l.want(w.now, before, w.clock), got); wrong != "" {
				wrong = sim.Diff(l.want(w.now, after, w.clock), got)
			}
			break
		}
		if wrong != "" {
			w.fatal("%s: %s", l.path, wrong)
		}
	}
}

// comparePast compares every view as of every position passed, and of the
// moment between two events; every n-th of them.
func (w *walk) comparePast(n int) {
	var positions []uint64
	for p := range w.history {
		if _, known := w.times[p]; known {
			positions = append(positions, p)
		}
	}
	slices.Sort(positions)
	for i, p := range positions {
		if i%n != 0 {
			continue
		}
		m, at := w.history[p], w.times[p]
		w.compareAsOf(m, decimal(p), at)
		if next, known := w.times[p+1]; known && next.Sub(at) > 2*time.Millisecond && i%3 == 0 {
			at = at.Add(next.Sub(at) / 2).UTC()
			w.compareAsOf(m, at.Format(time.RFC3339Nano), at)
		}
	}
}

func (w *walk) compareAsOf(m *sim.Model, asOf string, moment time.Time) {
	for _, l := range w.looks(m) {
		a := w.get(l.path, append(l.query, "as_of", asOf)...)
		if wrong := sim.Diff(l.want(m, moment, w.clock), l.bring(a.View)); wrong != "" {
			w.fatal("%s as of %s: %s", l.path, asOf, wrong)
		}
	}
}
