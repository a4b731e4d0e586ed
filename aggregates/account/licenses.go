package account

import (
	"maps"
	"slices"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// LicenseOf are the fields of commands on one licence of a user.
type LicenseOf struct {
	OfUser
	Product string `json:"product" doc:"Product of kind licence or service"`
}

// Check reports unacceptable fields.
func (c *LicenseOf) Check(k *rule.Checker) {
	c.OfUser.Check(k)
	k.OneOf("product", c.Product, catalogue.Assignable()...)
}

// Permit: MiCollab's server manages no other products than its own (LIC-2).
func (c *LicenseOf) Permit(who rule.Caller) error {
	if p := catalogue.Find(c.Product); who.Role == rule.MiCollab && p != nil && p.ManagedBy != MiCollab {
		return rule.Refuse(rule.Forbidden, "MiCollab manages no licences of %s", c.Product)
	}
	return nil
}

// AssignLicense gives a user a seat of a product.
type AssignLicense struct{ LicenseOf }

// Decide checks, in this order, who manages the product, its integration, and
// the seats (LIC-1). Another tier of the same family is given back (LIC-4).
func (c *AssignLicense) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	p := catalogue.Find(c.Product)
	if err := a.notManageable(p, ctx.Caller.Role); err != nil {
		return rule.Decision{}, err
	}
	if err := a.notIntegrated(p); err != nil {
		return rule.Decision{}, err
	}
	if u.Has(p.ID) {
		return rule.Decision{}, nil
	}
	if err := a.noSeats(r, p.ID, 1); err != nil {
		return rule.Decision{}, err
	}
	return a.decided(u.given(a.AccountID, p)...)
}

// given is what giving the user a product records: another tier of the same
// family is given back (LIC-4).
func (u *User) given(account string, p *catalogue.Product) []events.Payload {
	var ps []events.Payload
	for _, tier := range catalogue.Tiers(p.Family) {
		if u.Has(tier) {
			ps = append(ps, u.unassigned(account, tier, ReasonTierChanged))
		}
	}
	return append(ps, &events.UserLicenseAssigned{AccountID: account, UserID: u.UserID, Product: p.ID})
}

// UnassignLicense takes a user's seat back.
type UnassignLicense struct{ LicenseOf }

// Decide asks only who manages the product: giving back needs no integration
// (LIC-3).
func (c *UnassignLicense) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	if err := a.notManageable(catalogue.Find(c.Product), ctx.Caller.Role); err != nil {
		return rule.Decision{}, err
	}
	if !u.Has(c.Product) {
		return rule.Decision{}, nil
	}
	return a.decided(u.unassigned(a.AccountID, c.Product, ""))
}

// notManageable says why a caller may not assign or take away a product as
// things stand, or nil (LIC-1, LIC-2). Admin counts as partner.
func (a *Account) notManageable(p *catalogue.Product, who rule.Role) error {
	managed := p.ManagedBy != "" && a.Enabled(p.ManagedBy)
	switch {
	case who == rule.MiCollab && !managed:
		return rule.Refuse(rule.NotManagedByMiCollab, "the MiCollab integration of account %q is disabled: licences are managed by hand", a.AccountID)
	case who != rule.MiCollab && managed:
		return rule.Refuse(rule.ManagedByMiCollab, "the MiCollab integration of account %q is enabled: its server manages %s licences", a.AccountID, p.Name)
	}
	return nil
}

// notIntegrated says that a product's integration is off, or nil (LIC-1, LIC-4).
func (a *Account) notIntegrated(p *catalogue.Product) error {
	if p.Integration == "" || a.Enabled(p.Integration) {
		return nil
	}
	i, _ := events.IntegrationByID(p.Integration)
	return rule.Refuse(rule.IntegrationDisabled, "the %s integration of account %q is disabled", i.Name, a.AccountID)
}

// noSeats says that the account's pool has not n seats left, or nil (LIC-5,
// ORD-5).
func (a *Account) noSeats(r row.Reader, product string, n int) error {
	free := Pools.Get(r, a.AccountID, product).Available()
	switch {
	case free >= n:
		return nil
	case free > 0:
		return rule.Refuse(rule.NoLicensesAvailable, "account %q has %d %s licences available, not %d", a.AccountID, free, product, n)
	}
	return rule.Refuse(rule.NoLicensesAvailable, "account %q has no %s licence available", a.AccountID, product)
}

func (u *User) unassigned(account, product, reason string) events.Payload {
	return &events.UserLicenseUnassigned{AccountID: account, UserID: u.UserID, Product: product, Reason: reason}
}

// release gives back all that the user has, by product.
func (u *User) release(account, reason string) []events.Payload {
	if len(u.Licenses) == 0 {
		return nil
	}
	var ps []events.Payload
	for _, product := range slices.Sorted(maps.Keys(u.Licenses)) {
		if u.Has(product) {
			ps = append(ps, u.unassigned(account, product, reason))
		}
	}
	return ps
}
