package sim

import (
	"maps"
	"slices"
	"time"
)

// Model is one state of the world. It is never changed once made.
type Model struct {
	Position uint64 // of the last event
	Partners map[string]Partner
	Accounts map[string]Account
	Orders   map[string]Order

	Subscriptions map[string]Subscription
}

// Partner is a partner organisation.
type Partner struct{ Name, Country string }

// Account is a customer's account, or a partner's own.
type Account struct {
	ID, Partner, Kind, Status string
	Own                       bool
	Info                      map[string]string // the editable fields, by name
	CloudLocation             string
	PBX, CustomerNumber       string
	Contacts                  map[string]string // name by e-mail address
	Switches                  map[string]Switch // integrations that were ever switched
	Privileges                map[string]bool   // "integration/privilege"
	Bandwidth, Directory      bool
	Domains                   map[string]bool // verified, by domain
	Total                     map[string]int  // seats, by product
	Packages                  map[string]int  // limits of the wholesale packages that are offered
	Users                     map[string]User
	Created                   uint64
}

// Switch is the state of an integration and the event that put it there.
type Switch struct {
	On       bool
	Position uint64
}

// User is a user of an account.
type User struct {
	Fields   map[string]string
	Licenses map[string]License // by product
}

// License is a user's entitlement; a user without one has no entry.
type License struct {
	State    string // "active" or "disabled"
	Position uint64
}

// Line is one line of an order.
type Line struct {
	Product  string
	Quantity int
}

// Order is what a partner bought.
type Order struct {
	ID, Partner, Account string
	Lines                []Line
	Marks                map[string]string // PO numbers and the like
	Activates, Expires   time.Time         // zero: at once, never
	Placed, Assigned     uint64            // positions
	Cancelled, Expired   bool
}

// New is the empty world.
func New() *Model {
	return &Model{Partners: map[string]Partner{}, Accounts: map[string]Account{}, Orders: map[string]Order{}, Subscriptions: map[string]Subscription{}}
}

// clone copies everything that a command may change.
func (m *Model) clone() *Model {
	n := &Model{Position: m.Position, Partners: maps.Clone(m.Partners), Accounts: map[string]Account{}, Orders: maps.Clone(m.Orders),
		Subscriptions: maps.Clone(m.Subscriptions)}
	for id, a := range m.Accounts {
		n.Accounts[id] = a.clone()
	}
	return n
}

func (a Account) clone() Account {
	a.Info, a.Contacts, a.Switches = maps.Clone(a.Info), maps.Clone(a.Contacts), maps.Clone(a.Switches)
	a.Privileges, a.Domains, a.Total = maps.Clone(a.Privileges), maps.Clone(a.Domains), maps.Clone(a.Total)
	a.Packages = maps.Clone(a.Packages)
	users := map[string]User{}
	for id, u := range a.Users {
		users[id] = User{maps.Clone(u.Fields), maps.Clone(u.Licenses)}
	}
	a.Users = users
	return a
}

// on reports that an integration is enabled.
func (a Account) on(integration string) bool { return a.Switches[integration].On }

// assigned counts the seats of a product that users hold.
func (a Account) assigned(product string) int {
	n := 0
	for _, u := range a.Users {
		if u.Licenses[product].State == "active" {
			n++
		}
	}
	return n
}

// available is what may still be assigned of a product, never below 0 (ORD-5).
func (a Account) available(product string) int {
	return max(0, a.Total[product]-a.assigned(product))
}

// sorted lists the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Status is an order's status at a moment: the first that applies (ORD-3).
func (o Order) Status(now time.Time) string {
	switch {
	case o.Cancelled:
		return "cancelled"
	case o.Expired, !o.Expires.IsZero() && !now.Before(o.Expires):
		return "expired"
	case !o.Activates.IsZero() && now.Before(o.Activates):
		return "pending_activation"
	case o.Account != "":
		return "assigned"
	}
	return "unassigned"
}

// At is the same world once things happened up to a position that do not
// concern it.
func (m *Model) At(position uint64) *Model {
	n := *m
	n.Position = position
	return &n
}
