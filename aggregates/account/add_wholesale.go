package account

import (
	"errors"
	"fmt"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// MaxUsersByHand is how many users one AddWholesaleUsers adds (WHS-1).
const MaxUsersByHand = 25

// WholesaleUser is a user to be added, as AddWholesaleUsers gives it.
type WholesaleUser struct {
	Email     string `json:"email" doc:"E-mail address, unique in the account"`
	FirstName string `json:"first_name,omitzero"`
	LastName  string `json:"last_name,omitzero"`
	Package   string `json:"package" doc:"The user's package, one that was set for the account"`
	Calling
}

// AddWholesaleUsers adds people with a package each: all of them, or none
// (WHS-1).
type AddWholesaleUsers struct {
	InAccount
	Users []WholesaleUser `json:"users" doc:"1 to 25 users"`
}

// Check reports unacceptable fields. That there are too many is a rule's to
// say, and comes behind another's (WHS-7).
func (c *AddWholesaleUsers) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	if len(c.Users) == 0 {
		k.Fail("users", "must have at least one user")
	}
	for i := range c.Users {
		u, path := &c.Users[i], fmt.Sprintf("users[%d].", i)
		k.Email(path+"email", &u.Email)
		k.OptionalText(path+"first_name", &u.FirstName, rule.MaxTextBytes)
		k.OptionalText(path+"last_name", &u.LastName, rule.MaxTextBytes)
		checkPackage(k, path+"package", u.Package)
		u.check(k, path)
	}
}

// Names names the account, and the locations that count.
func (c *AddWholesaleUsers) Names() rule.Names {
	n := c.InAccount.Names()
	for i := range c.Users {
		n.Locations = append(n.Locations, c.Users[i].location(catalogue.Find(c.Users[i].Package))...)
	}
	return n
}

// Decide adds all of them or none.
func (c *AddWholesaleUsers) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if err := a.directoryManaged(); err != nil {
		return rule.Decision{}, err
	}
	if len(c.Users) > MaxUsersByHand {
		return refused(rule.TooManyUsers, "%d users: by hand at most %d are added at a time", len(c.Users), MaxUsersByHand)
	}
	if i, err := a.notAddable(r, c.Users); err != nil {
		return rule.Decision{}, rule.Refuse(err.Code, "users[%d]: %s", i, err.Detail)
	}
	return a.add(c.Users, ctx)
}

// notAddable says of which user a rule refuses that it is added, and why; or
// nil. The first rule that refuses any decides (section 9).
func (a *Account) notAddable(r row.Reader, users []WholesaleUser) (int, *rule.Refusal) {
	for _, asks := range a.rulesOfAdding(r) {
		for i := range users {
			var refusal *rule.Refusal
			if errors.As(asks(&users[i], catalogue.Find(users[i].Package)), &refusal) {
				return i, refusal
			}
		}
	}
	return 0, nil
}

// add is the decision to add users.
func (a *Account) add(users []WholesaleUser, ctx *rule.Context) (rule.Decision, error) {
	var ps []events.Payload
	var warnings []rule.Warning
	var id string
	for i := range users {
		u, p := &users[i], catalogue.Find(users[i].Package)
		id = ctx.NewID()
		ps = append(ps, u.added(a.AccountID, id, ctx.NewID()))
		warnings = append(warnings, u.siteMissing(id, p)...)
	}
	d, err := a.decided(ps...)
	d.Warnings = warnings
	if len(users) == 1 {
		d.ID = id
	}
	return d, err
}

// rulesOfAdding are those that each user is under, in the order of their refusals.
// What the users before take of a limit, of addresses and of numbers counts.
func (a *Account) rulesOfAdding(r row.Reader) []func(*WholesaleUser, *catalogue.Product) error {
	emails, used, numbers := map[string]bool{}, map[string]int{}, a.numbers(r)
	return []func(*WholesaleUser, *catalogue.Product) error{
		func(_ *WholesaleUser, p *catalogue.Product) error { return notForUsers(p) },
		func(_ *WholesaleUser, p *catalogue.Product) error { return a.notOffered(r, p) },
		func(u *WholesaleUser, _ *catalogue.Product) error {
			if emails[u.Email] {
				return rule.Refuse(rule.EmailInUse, "another user of the command has this e-mail address")
			}
			emails[u.Email] = true
			return a.emailInUse(r, u.Email, "")
		},
		func(_ *WholesaleUser, p *catalogue.Product) error {
			used[p.ID]++
			return a.limitReached(r, p, used[p.ID])
		},
		func(u *WholesaleUser, p *catalogue.Product) error {
			u.Calling = u.over(Calling{}, p)
			return u.incomplete(p)
		},
		func(u *WholesaleUser, _ *catalogue.Product) error { return numbers.inUse("", u.Calling) },
	}
}

// added is the event that adds the user.
func (u *WholesaleUser) added(account, id, person string) *events.WholesaleUserAdded {
	return &events.WholesaleUserAdded{
		AccountID: account, UserID: id, PersonID: person, Email: events.Clear(u.Email),
		FirstName: events.Clear(u.FirstName), LastName: events.Clear(u.LastName), Package: u.Package,
		LocationID: u.LocationID, PhoneNumber: events.Clear(u.PhoneNumber), Extension: u.Extension, PreferredSite: u.PreferredSite,
	}
}

// directoryManaged refuses to add users to an account whose directory manages
// them, or nil (WHS-7).
func (a *Account) directoryManaged() error {
	if !a.DirectoryConnector {
		return nil
	}
	return rule.Refuse(rule.DirectoryManaged, "the directory connector of account %q is enabled: its directory adds users", a.AccountID)
}
