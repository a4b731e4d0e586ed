package sim_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/replay/sim"
)

var noon = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

// story plays commands, each of which must be accepted.
func story(t *testing.T, cs ...sim.Command) *sim.Model {
	t.Helper()
	m := sim.New()
	for _, c := range cs {
		var out sim.Outcome
		by := sim.Caller{Role: "admin"}
		if m, out = m.Apply(c, by, noon); out.Refusal != "" {
			t.Fatalf("%s: %s", c.Name, out.Refusal)
		}
	}
	return m
}

func licensed() []sim.Command {
	w := sim.NewWorld("w")
	a := sim.View{"account_id": "w-one"}
	return append(w.Founding(),
		sim.Command{Name: "PlaceOrder", Body: sim.View{"partner_id": "w-partner", "order_id": "o", "lines": []any{sim.View{"product": sim.Meetings, "quantity": 1}}}},
		sim.Command{Name: "AssignOrder", Body: sim.View{"order_id": "o", "account_id": "w-one"}},
		sim.Command{Name: "AddUser", Body: sim.View{"account_id": "w-one", "user_id": "u", "email": "u@w.example", "name": "U"}},
		sim.Command{Name: "EnableMiTeamMeetingsIntegration", Body: a},
		sim.Command{Name: "AssignLicense", Body: sim.View{"account_id": "w-one", "user_id": "u", "product": sim.Meetings}},
	)
}

// INT-4: the three orders in which the two integrations can be switched off.
func TestOracleKnowsTheOrderingRule(t *testing.T) {
	for _, c := range []struct {
		switches []string
		want     string
	}{
		{[]string{"DisableMiTeamMeetings"}, "disabled"},
		{[]string{"EnableMiCollab", "DisableMiTeamMeetings"}, "active"},
		{[]string{"EnableMiCollab", "DisableMiTeamMeetings", "DisableMiCollab"}, "active"},
		{[]string{"EnableMiCollab", "DisableMiCollab", "DisableMiTeamMeetings"}, "disabled"},
		{[]string{"EnableMiCollab", "DisableMiCollab", "DisableMiTeamMeetings", "EnableMiTeamMeetings"}, "disabled"},
	} {
		cs := licensed()
		for _, s := range c.switches {
			cs = append(cs, sim.Command{Name: s + "Integration", Body: sim.View{"account_id": "w-one"}})
		}
		if got := story(t, cs...).Accounts["w-one"].Users["u"].Licenses[sim.Meetings].State; got != c.want {
			t.Errorf("%v: licence is %s, want %s", c.switches, got, c.want)
		}
	}
}

// mostRounds is how often 100 walks are tried until all is met; three will do,
// as a rule.
const mostRounds = 20

// toMeet are the refusals, rules and endings that walks have to meet.
var toMeet = []string{
	"", "forbidden", "not_found", "invalid_field", "already_exists", "account_deactivated", "own_account",
	"confirmation_required", "order_already_assigned", "order_not_active", "order_expired", "order_cancelled",
	"licenses_in_use", "gateway_not_integrated", "last_support_contact",
	"domain_claimed_elsewhere", "public_email_domain", "no_such_privilege", "managed_by_micollab",
	"not_managed_by_micollab", "integration_disabled", "no_licenses_available", "name_required", "email_in_use",
	"last_account_admin", "wrong_step", "already_provisioned", "service_not_ordered", "service_not_set_up", "site_url_taken",
	"license_distribution_mismatch", "package_not_offered", "package_limit_reached", "calling_information_required",
	"number_in_use", "limit_below_use", "package_required", "provisioned", "INT-4", "ORD-5", "over_allocated",
}

// unmet is what no walk met.
func unmet(seen map[string]int) (left []string) {
	for _, what := range toMeet {
		if seen[what] == 0 {
			left = append(left, what)
		}
	}
	return left
}

// A generator that never meets a rule would let every fault pass: what the
// walks meet is counted here.
func TestWalksMeetEveryRule(t *testing.T) {
	seen := map[string]int{}
	walk := func(t *rapid.T) {
		w, m := sim.NewWorld("w"), sim.New()
		for _, c := range w.Founding() {
			m, _ = m.Apply(c, sim.Caller{Role: "admin"}, noon)
		}
		for i := range 80 {
			now := noon.Add(time.Duration(i) * 20 * time.Millisecond)
			c, by := w.Draw(t, m, now)
			next, out := m.Apply(c, by, now)
			seen[out.Refusal]++
			if slices.Contains(out.Events, "UserLicenseDisabled") {
				seen["INT-4"]++
			}
			m = next
			if slices.Contains(out.Events, "SubscriptionProvisioned") {
				seen["provisioned"]++
			}
			for id := range m.Orders {
				if n, _, ok := m.Expire(id, now); ok {
					m = n
					seen["ORD-5"]++
				}
			}
			for _, id := range w.Accounts {
				for _, p := range m.PoolsView(id) {
					if p.(sim.View)["over_allocated"] == true {
						seen["over_allocated"]++
					}
				}
			}
		}
	}
	for range mostRounds {
		rapid.Check(t, walk)
		if len(unmet(seen)) == 0 {
			break
		}
	}
	for _, what := range unmet(seen) {
		t.Errorf("no walk met %q", what)
	}
	t.Log(fmt.Sprint(seen))
}

func TestDiff(t *testing.T) {
	got := sim.View{"a": float64(1), "b": nil, "c": []any{"x"}, "t": "2030-01-01T12:00:00Z"}
	for _, c := range []struct {
		want any
		same bool
	}{
		{sim.View{"a": 1}, true},
		{sim.View{"a": 2}, false},
		{sim.View{"b": sim.Absent{}, "d": sim.Absent{}}, true},
		{sim.View{"a": sim.Absent{}}, false},
		{sim.View{"c": []any{"x"}}, true},
		{sim.View{"c": []any{"x", "y"}}, false},
		{sim.View{"t": "2030-01-01T13:00:00+01:00"}, true},
		{sim.Exactly{"a": 1}, false},
	} {
		if d := sim.Diff(c.want, got); (d == "") != c.same {
			t.Errorf("%v: %q", c.want, d)
		}
	}
}
