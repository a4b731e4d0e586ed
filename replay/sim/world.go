package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// World is a small set of names, so that commands drawn at random meet one
// another: two accounts, four users in each, few seats.
type World struct {
	Partner, Rival string
	Accounts       []string // of Partner
	prefix         string
}

// Sizes of the world, in things.
const (
	worldUsers  = 4
	worldOrders = 30
	worldSeats  = 3 // at most, in one line of an order
)

// NewWorld makes a world whose ids all begin with prefix.
func NewWorld(prefix string) World {
	return World{
		Partner: prefix + "-partner", Rival: prefix + "-rival",
		Accounts: []string{prefix + "-one", prefix + "-two"}, prefix: prefix,
	}
}

// Founding is what happens before the first command is drawn.
func (w World) Founding() []Command {
	cs := []Command{
		{"RegisterPartner", View{"partner_id": w.Partner, "name": "Partner " + w.Partner}},
		{"RegisterPartner", View{"partner_id": w.Rival, "name": "Rival", "country": "DE"}},
	}
	for i, id := range w.Accounts {
		cs = append(cs, newCustomer(w.Partner, id, []string{"cloudlink", "micloud_connect"}[i%2]))
	}
	for _, id := range w.Accounts {
		cs = append(cs,
			Command{"EnableMiTeamMeetingsIntegration", View{"account_id": id}},
			Command{"EnableMitelOneIntegration", View{"account_id": id}})
		for i := range worldUsers - 1 {
			user := fmt.Sprintf("u%d", i+1)
			cs = append(cs, Command{"AddUser", View{
				"account_id": id, "user_id": user, "email": user + "@" + id + ".example", "name": "User " + user,
			}})
		}
	}
	order := w.prefix + "-o1"
	cs = append(cs, w.webexFounding()...)
	return append(cs,
		Command{"PlaceOrder", View{"partner_id": w.Partner, "order_id": order, "lines": []any{View{"product": Meetings, "quantity": 2}}}},
		Command{"AssignOrder", View{"order_id": order, "account_id": w.Accounts[0]}})
}

func newCustomer(partner, id, kind string) Command {
	return Command{"CreateAccount", View{
		"partner_id": partner, "account_id": id, "kind": kind, "name": "Customer " + id, "country": "IT",
		"address": "Via Roma 1", "city": "Roma", "postal_code": "00100", "default_language": "it",
		"cloud_location": "EU", "support_contacts": []any{View{"email": "help@" + id + ".example", "name": "Help"}},
	}}
}

// Draw draws the next command and who sends it.
func (w World) Draw(t *rapid.T, m *Model, now time.Time) (Command, Caller) {
	s := rapid.Custom(func(t *rapid.T) sending {
		d := drawing{t, w, m, now}
		c := weighted[d.upTo(len(weighted))](d)
		return sending{c, d.caller(c)}
	}).Draw(t, "command")
	return s.c, s.by
}

// sending is one thing for rapid to draw, and one line to show.
type sending struct {
	c  Command
	by Caller
}

// drawing is one command being drawn.
type drawing struct {
	t   *rapid.T
	w   World
	m   *Model
	now time.Time
}

// sixteen is drawn from evenly: rapid's own ranges and samples favour their
// beginnings, and what stands at the end of a list would hardly ever come.
var sixteen = rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})

// upTo draws a number from 0 to n-1, n being at most 256.
func (d drawing) upTo(n int) int {
	high, low := sixteen.Draw(d.t, "high")[0], sixteen.Draw(d.t, "low")[0]
	return (16*high + low) * n / 256
}

func (d drawing) one(from ...string) string { return from[d.upTo(len(from))] }

func (d drawing) account() string { return d.one(d.w.Accounts...) }

func (d drawing) user() string {
	return fmt.Sprintf("u%d", 1+d.upTo(worldUsers))
}

// order is the id of an order in one of the states, or else any order's.
func (d drawing) order(states ...string) string {
	var ids, placedIDs []string
	for i := range worldOrders {
		id := fmt.Sprintf("%s-o%d", d.w.prefix, i+1)
		o, placed := d.m.Orders[id]
		if placed {
			placedIDs = append(placedIDs, id)
		}
		if placed && slices.Contains(states, o.Status(d.now)) || !placed && slices.Contains(states, "") {
			ids = append(ids, id)
		}
	}
	switch {
	case d.oneIn(4) && len(placedIDs) > 0:
		return d.one(placedIDs...)
	case len(ids) > 0 && !d.oneIn(20):
		return d.one(ids...)
	}
	return fmt.Sprintf("%s-o%d", d.w.prefix, 1+d.upTo(worldOrders))
}

func (d drawing) oneIn(n int) bool { return d.upTo(n) == n-1 }

// caller is admin or the partner most of the time, and now and then somebody
// whose it is not.
func (d drawing) caller(c Command) Caller {
	account, _ := c.Body["account_id"].(string)
	if account == "" {
		account = d.w.Accounts[0]
	}
	server := Caller{"micollab", account}
	if c.Name == "AssignLicense" || c.Name == "UnassignLicense" {
		if d.oneIn(8) || d.m.Accounts[account].on("micollab") && d.oneIn(2) {
			return server
		}
	}
	callers := []Caller{{"partner", d.w.Partner}, {"account_admin", account}, {"system", ""}, server}
	if !d.oneIn(10) {
		callers = slices.DeleteFunc(callers, func(by Caller) bool {
			return !strings.Contains(commandTable[c.Name].roles, letters[by.Role]+" ") || by == server
		})
		callers = append(callers, Caller{"admin", ""})
	} else {
		callers = append(callers, Caller{"partner", d.w.Rival}, Caller{"account_admin", d.w.Accounts[1]})
	}
	return callers[d.upTo(len(callers))]
}
