package account

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Reasons of AddOnUnassigned; without one it was asked for by hand.
const (
	ReasonPackageChanged    = "package_changed"
	ReasonPackageUnassigned = "package_unassigned"
)

// ChangeUserPackage gives a user another package, or one anew (WHS-5).
type ChangeUserPackage struct {
	OfUser
	Package string `json:"package" doc:"The package to have; one that was set for the account"`
	Calling
}

// Check reports unacceptable fields.
func (c *ChangeUserPackage) Check(k *rule.Checker) {
	c.OfUser.Check(k)
	checkPackage(k, "package", c.Package)
	c.Calling.check(k, "")
}

// Names names account and user, and the location if it counts.
func (c *ChangeUserPackage) Names() rule.Names {
	n := c.OfUser.Names()
	n.Locations = c.location(catalogue.Find(c.Package))
	return n
}

// Decide releases the old package and takes the new one in one commit; only
// the new one's limit counts.
func (c *ChangeUserPackage) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	p := catalogue.Find(c.Package)
	if u.Erased() && c.PhoneNumber != "" && p.Calling {
		return rule.Decision{}, rule.Invalid{{Field: "phone_number", Message: erasedMessage}}
	}
	ps, err := a.changePackage(r, u, p, c.Calling)
	if err != nil || len(ps) == 0 {
		return rule.Decision{}, err
	}
	d, err := a.decided(ps...)
	now := c.over(u.calling(), p)
	d.Warnings = now.siteMissing(u.UserID, p)
	return d, err
}

// changePackage is what gives a user the package p, and what is given of
// calling; nothing where that changes nothing. Refusals come in the order of
// section 9.
func (a *Account) changePackage(r row.Reader, u *User, p *catalogue.Product, given Calling) ([]events.Payload, error) {
	if err := notForUsers(p); err != nil {
		return nil, err
	}
	if err := a.notOffered(r, p); err != nil {
		return nil, err
	}
	if u.Package != p.ID {
		if err := a.limitReached(r, p, 1); err != nil {
			return nil, err
		}
	}
	now := given.over(u.calling(), p)
	if err := now.incomplete(p); err != nil {
		return nil, err
	}
	if err := a.numbers(r).inUse(u.UserID, now); err != nil {
		return nil, err
	}
	e := &events.UserPackageChanged{AccountID: a.AccountID, UserID: u.UserID, PersonID: u.PersonID,
		OldPackage: u.Package, Package: p.ID, Changes: now.changes(u, p)}
	if u.Package == p.ID && e.Changes == (events.CallingChanges{}) {
		return nil, nil
	}
	return append(u.addOnsOff(a.AccountID, p, ReasonPackageChanged), e), nil
}

// addOnsOff takes those add-ons away that need another package than p; nil is
// no package.
func (u *User) addOnsOff(account string, p *catalogue.Product, reason string) []events.Payload {
	var ps []events.Payload
	for _, id := range u.AddOns {
		if p == nil || !slices.Contains(catalogue.Find(id).Requires, p.ID) {
			ps = append(ps, &events.AddOnUnassigned{AccountID: account, UserID: u.UserID, AddOn: id, Reason: reason})
		}
	}
	return ps
}

// UnassignUserPackage takes a user's package away, and frees its numbers.
type UnassignUserPackage struct{ OfUser }

// Decide takes the add-ons away that come with it.
func (c *UnassignUserPackage) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	return a.decided(a.unassignPackage(u)...)
}

func (a *Account) unassignPackage(u *User) []events.Payload {
	if u.Package == "" {
		return nil
	}
	return append(u.addOnsOff(a.AccountID, nil, ReasonPackageUnassigned),
		&events.UserPackageUnassigned{AccountID: a.AccountID, UserID: u.UserID, Package: u.Package})
}

// AddOnOf are the fields of commands on a user's add-on.
type AddOnOf struct {
	OfUser
	AddOn string `json:"add_on" doc:"Product of kind add_on"`
}

// Check reports unacceptable fields. What is the account's alone is a rule's
// to refuse.
func (c *AddOnOf) Check(k *rule.Checker) {
	c.OfUser.Check(k)
	if p := catalogue.Find(c.AddOn); p == nil || p.Kind != catalogue.AccountOnly {
		k.OneOf("add_on", c.AddOn, catalogue.AddOns()...)
	}
}

// AssignAddOn gives a user something beside its package.
type AssignAddOn struct{ AddOnOf }

// Decide wants one of the packages that the add-on needs. An add-on need not
// be set for the account; where it is, with a limit, the limit holds (WHS-2).
func (c *AssignAddOn) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	p := catalogue.Find(c.AddOn)
	switch {
	case p.Kind != catalogue.AddOn:
		return refused(rule.PackageNotForUsers, "%s is the account's, not a user's", p.Name)
	case !slices.Contains(p.Requires, u.Package):
		return refused(rule.PackageRequired, "%s needs one of the packages %v", p.Name, p.Requires)
	case slices.Contains(u.AddOns, p.ID):
		return rule.Decision{}, nil
	}
	if err := a.limitReached(r, p, 1); err != nil {
		return rule.Decision{}, err
	}
	return a.decided(&events.AddOnAssigned{AccountID: a.AccountID, UserID: u.UserID, AddOn: p.ID})
}

// UnassignAddOn takes an add-on away from a user.
type UnassignAddOn struct{ AddOnOf }

// Decide records the change, if it is one.
func (c *UnassignAddOn) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	if p := catalogue.Find(c.AddOn); p.Kind != catalogue.AddOn {
		return refused(rule.PackageNotForUsers, "%s is the account's, not a user's", p.Name)
	}
	if !slices.Contains(u.AddOns, c.AddOn) {
		return rule.Decision{}, nil
	}
	return a.decided(&events.AddOnUnassigned{AccountID: a.AccountID, UserID: u.UserID, AddOn: c.AddOn})
}

// RemoveWholesaleUser takes a person out of an account; package and numbers
// are free again.
type RemoveWholesaleUser struct{ OfUser }

// Decide releases what licences the user has; the last account_admin is the
// partner's to remove (LIC-6).
func (c *RemoveWholesaleUser) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	ps, err := a.removeWholesale(r, u, ctx)
	if err != nil {
		return rule.Decision{}, err
	}
	return a.decided(ps...)
}

func (a *Account) removeWholesale(r row.Reader, u *User, ctx *rule.Context) ([]events.Payload, error) {
	if err := a.lastAdmin(r, u, ctx.Caller.Role); err != nil {
		return nil, err
	}
	return append(u.release(a.AccountID, ReasonUserRemoved),
		&events.WholesaleUserRemoved{AccountID: a.AccountID, UserID: u.UserID}), nil
}
