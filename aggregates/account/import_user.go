package account

import (
	"maps"
	"slices"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// What becomes of FALSE in a file of users (IMP-3, IMP-4).
const (
	AddOnly      = "add_only"
	AddAndRemove = "add_and_remove"
)

// ImportUser does what one row of a file of wholesale users says: it adds a
// user, changes or removes the one with the address (IMP-2 to IMP-5). What is
// left out or empty changes nothing.
type ImportUser struct {
	InAccount
	Behavior     string          `json:"behavior" doc:"add_only or add_and_remove"`
	Email        string          `json:"email" doc:"E-mail address, which finds the user"`
	FirstName    string          `json:"first_name,omitzero"`
	LastName     string          `json:"last_name,omitzero"`
	Name         string          `json:"name,omitzero" doc:"Display name"`
	Packages     map[string]bool `json:"packages,omitzero" doc:"By package: true has it, false takes it away; left out changes nothing"`
	BaseLicenses map[string]bool `json:"base_licenses,omitzero" doc:"By base licence (messaging, meetings, calling): true has it, false takes it away"`
	Calling
}

// Check reports unacceptable fields.
func (c *ImportUser) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.OneOf("behavior", c.Behavior, AddOnly, AddAndRemove)
	k.Email("email", &c.Email)
	k.OptionalText("first_name", &c.FirstName, rule.MaxTextBytes)
	k.OptionalText("last_name", &c.LastName, rule.MaxTextBytes)
	k.OptionalText("name", &c.Name, rule.MaxTextBytes)
	for _, id := range slices.Sorted(maps.Keys(c.Packages)) {
		k.OneOf("packages", id, catalogue.UserPackages()...)
	}
	for _, id := range slices.Sorted(maps.Keys(c.BaseLicenses)) {
		k.OneOf("base_licenses", id, BaseLicenses...)
	}
	c.Calling.check(k, "")
}

// Decide finds out whether the row adds, changes or removes. Its refusals come
// in the order of IMP-2, then of section 9.
func (c *ImportUser) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	var u *User
	if o := Emails.Get(r, a.AccountID, EmailKey(c.Email)); o != nil {
		u = Users.Get(r, a.AccountID, o.ID)
	}
	want, err := c.wanted(u)
	switch {
	case err != nil:
		return rule.Decision{}, err
	case c.deletes() && u == nil:
		return rule.Decision{}, nil
	case c.deletes():
		return c.decided(a, u.UserID)(a.removeWholesale(r, u, ctx))
	case want == nil && u == nil:
		return refused(rule.PackageRequired, "a new user needs a package")
	}
	if id := c.LocationID; id != "" && Locations.Get(r, a.AccountID, id) == nil {
		// The cell is not repeated: it may hold anything, a person's name in the
		// wrong column, too, and what becomes of a row is recorded.
		return refused(rule.NotFound, "account %q has no location of that name or id", a.AccountID)
	}
	if u == nil {
		return c.add(r, ctx, a, want)
	}
	return c.change(r, a, u, want)
}

// wanted is the package that the row says TRUE to, or nil; a user has one, and
// another one must be taken away by the row (IMP-2).
func (c *ImportUser) wanted(u *User) (*catalogue.Product, error) {
	var want *catalogue.Product
	for _, id := range catalogue.UserPackages() {
		switch {
		case !c.Packages[id]:
		case want != nil:
			return nil, rule.Refuse(rule.TwoPackages, "a user has one package, the row has %s and %s", want.ID, id)
		default:
			want = catalogue.Find(id)
		}
	}
	if want != nil && u != nil && u.Package != "" && u.Package != want.ID && !c.drops(u.Package) {
		return nil, rule.Refuse(rule.TwoPackages, "user %q has %s, which the row does not take away", u.UserID, u.Package)
	}
	return want, nil
}

// drops reports that the row takes a package away.
func (c *ImportUser) drops(id string) bool {
	has, said := c.Packages[id]
	return said && !has && c.Behavior == AddAndRemove
}

// deletes reports that the row says FALSE to every package there is (IMP-3).
func (c *ImportUser) deletes() bool {
	return !slices.ContainsFunc(catalogue.UserPackages(), func(id string) bool { return !c.drops(id) })
}

// add adds one user by the rules of AddWholesaleUsers.
func (c *ImportUser) add(r row.Reader, ctx *rule.Context, a *Account, p *catalogue.Product) (rule.Decision, error) {
	if err := a.directoryManaged(); err != nil {
		return rule.Decision{}, err
	}
	one := []WholesaleUser{{Email: c.Email, FirstName: c.FirstName, LastName: c.LastName, Package: p.ID, Calling: c.Calling}}
	if _, err := a.notAddable(r, one); err != nil {
		return rule.Decision{}, err
	}
	d, err := a.add(one, ctx)
	d.Drafts[0].Data.(*events.WholesaleUserAdded).Name = events.Clear(c.Name)
	return c.beside(d, a, &User{UserID: d.ID}), err
}

// change brings a user to what the row says.
func (c *ImportUser) change(r row.Reader, a *Account, u *User, want *catalogue.Product) (rule.Decision, error) {
	changes := events.UserChanges{
		FirstName: changedPersonal(u.FirstName, given(c.FirstName)),
		LastName:  changedPersonal(u.LastName, given(c.LastName)),
		Name:      changedPersonal(u.Name, given(c.Name)),
	}
	var then []events.Payload
	var err error
	switch {
	case want != nil && want.ID != u.Package:
		then, err = a.changePackage(r, u, want, c.Calling)
	case want == nil && c.drops(u.Package):
		then = a.unassignPackage(u)
		changes.PreferredSite = changedText(u.PreferredSite, given(c.PreferredSite))
	default:
		err = a.recall(r, u, c.Calling, &changes)
	}
	if err != nil {
		return rule.Decision{}, err
	}
	var ps []events.Payload
	if changes != (events.UserChanges{}) {
		ps = append(ps, &events.UserUpdated{AccountID: a.AccountID, UserID: u.UserID, PersonID: u.PersonID, Changes: changes})
	}
	d, err := c.decided(a, u.UserID)(append(ps, then...), nil)
	if want != nil {
		now := c.over(u.calling(), want)
		d.Warnings = now.siteMissing(u.UserID, want)
	}
	return c.beside(d, a, u), err
}

// recall changes how a user is reached who keeps its package.
func (a *Account) recall(r row.Reader, u *User, c Calling, changes *events.UserChanges) error {
	p := catalogue.Find(u.Package)
	now := c.over(u.calling(), p)
	if !u.Wholesale { // keeps what it has: only what a package brings is taken with it
		now = Calling{u.LocationID, u.PhoneNumber.Plain, u.Extension, now.PreferredSite}
	}
	if err := a.numbers(r).inUse(u.UserID, now); err != nil {
		return err
	}
	of := now.changes(u, p)
	changes.LocationID, changes.PhoneNumber, changes.Extension, changes.PreferredSite = of.LocationID, of.PhoneNumber, of.Extension, of.PreferredSite
	return nil
}

// decided makes the decision of what was found to be done to a user.
func (c *ImportUser) decided(a *Account, user string) func([]events.Payload, error) (rule.Decision, error) {
	return func(ps []events.Payload, err error) (rule.Decision, error) {
		if err != nil {
			return rule.Decision{}, err
		}
		d, err := a.decided(ps...)
		d.ID = user
		return d, err
	}
}

// given is a value that was given, or nil.
func given(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}
