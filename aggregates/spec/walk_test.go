package spec

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// walkSteps is how many commands a random walk sends at most.
const walkSteps = 60

// anyStep draws a command about few accounts, users and orders, so that they
// meet often, or lets time pass.
func anyStep() *rapid.Generator[string] {
	pick := func(words ...string) *rapid.Generator[string] { return rapid.SampledFrom(words) }
	accounts, userIDs := pick("contoso", "fabrikam"), pick("ada", "bob", "eve", "new")
	products := rapid.SampledFrom(catalogue.Orderable())
	switches := pick("MiCollab", "MiTeamMeetings", "MitelOne")
	orders := pick("o1", "o2", "o3", "o4")
	return rapid.Custom(func(t *rapid.T) string {
		a, u, o := accounts.Draw(t, "account"), userIDs.Draw(t, "user"), orders.Draw(t, "order")
		switch rapid.IntRange(0, 18).Draw(t, "command") {
		case 0:
			more := pick("", soon, later, `,"expires_at":"2026-03-10T00:00:00Z"`).Draw(t, "dates")
			return place(o, products.Draw(t, "product"), rapid.IntRange(1, 3).Draw(t, "seats"), more)
		case 1, 2:
			return give(o, a)
		case 3:
			return fmt.Sprintf(`P UnassignOrder {"order_id":%q,"reason":"walk"}`, o)
		case 4:
			return fmt.Sprintf(`L ExpireOrder {"order_id":%q}`, o)
		case 5:
			return "wait " + pick("1h", "1h", "20h", "200h").Draw(t, "time")
		case 6:
			return fmt.Sprintf(`P AddUser {"account_id":%q,"user_id":%q,"email":"%s@contoso.com","name":"N"}`, a, u, userIDs.Draw(t, "email"))
		case 7:
			return fmt.Sprintf(`C RemoveUser {"account_id":%q,"user_id":%q}`, a, u)
		case 8:
			return fmt.Sprintf(`P UpdateUser {"account_id":%q,"user_id":%q,"email":"%s@contoso.com","role":%q}`, a, u,
				userIDs.Draw(t, "email"), pick("user", "account_admin").Draw(t, "role"))
		case 9, 10:
			return fmt.Sprintf(`P %s%sIntegration {"account_id":%q}`, pick("Enable", "Disable").Draw(t, "way"), switches.Draw(t, "switch"), a)
		case 11:
			word := pick("Deactivate", "Reactivate", "Delete", "Reactivate").Draw(t, "end")
			if word == "Reactivate" {
				return fmt.Sprintf(`P ReactivateAccount {"account_id":%q}`, a)
			}
			return fmt.Sprintf(`P %sAccount {"account_id":%q,"confirm":%q}`, word, a, map[string]string{"Deactivate": "deactivate", "Delete": "delete"}[word])
		case 12:
			return fmt.Sprintf(`P %sDomain {"account_id":%q,"domain":"contoso.com"}`, pick("Claim", "Release").Draw(t, "claim"), a)
		case 13:
			return fmt.Sprintf(`P ErasePerson {"account_id":%q,"user_id":%q,"confirm":"erase"}`, a, u)
		case 14:
			return fmt.Sprintf(`P ErasePerson {"account_id":%q,"email":"%s@contoso.com","confirm":"erase"}`, a, userIDs.Draw(t, "email"))
		case 15:
			return fmt.Sprintf(`P %sSupportContact {"account_id":%q,"email":"%s@contoso.com"}`, pick("Add", "Remove").Draw(t, "contact"), a, userIDs.Draw(t, "email"))
		}
		return fmt.Sprintf(`%s %sLicense {"account_id":%q,"user_id":%q,"product":%q}`, pick("P", "M").Draw(t, "by"),
			pick("Assign", "Assign", "Unassign").Draw(t, "way"), a, u, products.Draw(t, "product"))
	})
}

// TestWalk sends random commands, and after each one checks what must hold.
func TestWalk(t *testing.T) {
	base := given(t, join(users, seats("o0", "contoso", "mitel_one_premier", 1), on("MitelOne"), on("MiTeamMeetings"),
		place("o1", "miteam_meetings", 2, `,"expires_at":"2026-03-10T00:00:00Z"`), place("o2", "mitel_one_essential", 1, soon),
		place("o3", "miteam_meetings", 1, later))...)
	rapid.Check(t, func(rt *rapid.T) {
		w := base.fork()
		for _, s := range rapid.SliceOfN(anyStep(), 1, walkSteps).Draw(rt, "steps") {
			before := freeze(t, w.rows)
			made, err := w.do(s)
			var refusal *rule.Refusal
			var invalid rule.Invalid // new data for an erased person
			if err != nil && !errors.As(err, &refusal) && !errors.As(err, &invalid) {
				rt.Fatalf("%s: %v", s, err)
			}
			before.untouched(t)
			if broken := w.broken(made); broken != "" || t.Failed() {
				rt.Fatalf("after %s: %s", s, broken)
			}
		}
		w.verify(t)
		if t.Failed() {
			rt.Fatal("the state does not come of its events")
		}
	})
}

// broken says what does not hold in the world after some events, or "".
func (w *world) broken(made []*events.Event) string {
	for _, e := range made {
		if p, ok := e.Data.(*events.UserLicenseAssigned); ok {
			if pool := account.Pools.Get(w.rows, p.AccountID, p.Product); pool.Assigned > pool.Total {
				return fmt.Sprintf("LIC-5: %+v", pool)
			}
		}
		if h := aggregates.Heads.Get(w.rows, e.AggregateID, e.Aggregate); h == nil || h.Position < e.Position {
			return fmt.Sprintf("head of %s is %+v", e.AggregateID, h)
		}
	}
	for _, id := range []string{"contoso", "fabrikam"} {
		if s := w.brokenPools(id); s != "" {
			return id + ": " + s
		}
		if s := w.brokenUsers(id); s != "" {
			return id + ": " + s
		}
	}
	return w.brokenIndexes()
}

// brokenPools: the sum of users' active licences is the pool's assigned seats,
// and the sum of the account's live orders its total.
func (w *world) brokenPools(id string) string {
	for _, product := range catalogue.Orderable() {
		assigned, total := 0, 0
		for _, u := range account.Users.Scan(w.rows, id) {
			if u.Has(product) {
				assigned++
			}
		}
		for o := range order.ByAccount.Scan(w.rows, id) {
			if o := order.Orders.Get(w.rows, o, ""); !o.Expired {
				for _, l := range o.Lines {
					if l.Product == product {
						total += l.Quantity
					}
				}
			}
		}
		var p account.Pool
		if row := account.Pools.Get(w.rows, id, product); row != nil {
			p = *row
		}
		if p.Assigned != assigned || p.Total != total {
			return fmt.Sprintf("pool %+v, users have %d, orders give %d", p, assigned, total)
		}
	}
	return ""
}

// brokenUsers: totals count the users, addresses find them unless they were
// erased, and nobody has two tiers of a family (LIC-4).
func (w *world) brokenUsers(id string) string {
	var want account.Counts
	erased := 0
	for name, u := range account.Users.Scan(w.rows, id) {
		want.Users++
		if u.Role == account.RoleAccountAdmin {
			want.Admins++
		}
		if u.Erased() {
			erased++
		} else if o := account.Emails.Get(w.rows, id, u.Email.Plain); o == nil || o.ID != name {
			return fmt.Sprintf("address of %s finds %+v", name, o)
		}
		tiers := 0
		for _, t := range catalogue.Tiers(account.MitelOne) {
			if u.Has(t) {
				tiers++
			}
		}
		if tiers > 1 {
			return fmt.Sprintf("%s has %d tiers", name, tiers)
		}
	}
	addresses := 0
	for range account.Emails.Scan(w.rows, id) {
		addresses++
	}
	var got account.Counts
	if row := account.Totals.Get(w.rows, id, ""); row != nil {
		got = *row
	}
	if got != want || addresses != want.Users-erased {
		return fmt.Sprintf("counts %+v, want %+v; %d addresses", got, want, addresses)
	}
	return ""
}

// brokenIndexes: claims and accounts agree, and the clock's list has just the
// assigned orders that will expire.
func (w *world) brokenIndexes() string {
	claims := 0
	for _, id := range []string{"contoso", "fabrikam"} {
		for _, d := range account.Accounts.Get(w.rows, id, "").Domains {
			claims++
			if o := account.Claims.Get(w.rows, d.Domain, ""); o == nil || o.ID != id {
				return fmt.Sprintf("%s claims %s, the index says %+v", id, d.Domain, o)
			}
		}
	}
	if o := account.Claims.Get(w.rows, "contoso.com", ""); claims == 0 && o != nil {
		return "a claim of nobody's"
	}
	expiring := 0
	for o := range order.ByPartner.Scan(w.rows, "acme") {
		if o := order.Orders.Get(w.rows, o, ""); o.AccountID != "" && !o.Expired && !o.Perpetual() {
			expiring++
		}
	}
	for range order.Expiring.Scan(w.rows, "") {
		expiring--
	}
	if expiring != 0 {
		return fmt.Sprintf("expiring orders differ by %d", expiring)
	}
	return ""
}
