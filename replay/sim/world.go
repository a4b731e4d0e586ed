package sim

import (
	"fmt"
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
	worldOrders = 10
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
	return cs
}

func newCustomer(partner, id, kind string) Command {
	return Command{"CreateAccount", View{
		"partner_id": partner, "account_id": id, "kind": kind, "name": "Customer " + id, "country": "IT",
		"address": "Via Roma 1", "city": "Roma", "postal_code": "00100", "default_language": "it",
		"cloud_location": "EU", "support_contacts": []any{View{"email": "help@" + id + ".example", "name": "Help"}},
	}}
}

// Draw draws the next command and who sends it.
func (w World) Draw(t *rapid.T, now time.Time) (Command, Caller) {
	d := drawing{t, w, now}
	c := rapid.SampledFrom(weighted).Draw(t, "what")(d)
	return c, d.caller(c)
}

// drawing is one command being drawn.
type drawing struct {
	t   *rapid.T
	w   World
	now time.Time
}

func (d drawing) one(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(d.t, label)
}

func (d drawing) account() string { return d.one("account", d.w.Accounts...) }

func (d drawing) user() string {
	return fmt.Sprintf("u%d", rapid.IntRange(1, worldUsers).Draw(d.t, "user"))
}

func (d drawing) order() string {
	return fmt.Sprintf("%s-o%d", d.w.prefix, rapid.IntRange(1, worldOrders).Draw(d.t, "order"))
}

// caller is admin or the partner most of the time, and now and then somebody
// whose it is not.
func (d drawing) caller(c Command) Caller {
	account, _ := c.Body["account_id"].(string)
	if account == "" {
		account = d.w.Accounts[0]
	}
	server := Caller{"micollab", account}
	if c.Name == "AssignLicense" || c.Name == "UnassignLicense" {
		if rapid.IntRange(0, 2).Draw(d.t, "server") == 0 {
			return server
		}
	}
	return rapid.SampledFrom([]Caller{
		{"admin", ""}, {"admin", ""}, {"admin", ""}, {"partner", d.w.Partner}, {"partner", d.w.Partner},
		{"partner", d.w.Partner}, {"account_admin", account}, {"account_admin", account}, {"system", ""}, {"system", ""},
		{"partner", d.w.Rival}, {"account_admin", d.w.Accounts[1]}, server,
	}).Draw(d.t, "caller")
}
