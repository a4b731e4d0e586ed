package account

import (
	"fmt"
	"slices"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Package is the row of what an account may give out, and does: a package, an
// add-on, or what is the account's alone.
type Package struct {
	Package string `json:"package"`
	Offered bool   `json:"offered"`
	Limit   *int   `json:"limit,omitzero"` // users who may have it; absent: any number
	Used    int    `json:"used"`           // users who have it
}

// Available is how many users more may have it; no number where it has no
// limit.
func (p *Package) Available() *int {
	if p.Limit == nil {
		return nil
	}
	left := max(0, *p.Limit-p.Used)
	return &left
}

// full reports that n users more would pass the limit (WHS-2).
func (p *Package) full(n int) bool { return p != nil && p.Limit != nil && p.Used+n > *p.Limit }

// PackageSetting is a package that an account may give out, as
// SetWholesalePackages gives it.
type PackageSetting struct {
	Package string `json:"package" doc:"Product of kind package, add_on or account_only"`
	Limit   *int   `json:"limit,omitzero" doc:"How many users may have it; any number if left out"`
}

// SetWholesalePackages sets the complete list of packages that an account may
// give out; what is not in it is taken away (WHS-2, WHS-6).
type SetWholesalePackages struct {
	InAccount
	Packages []PackageSetting `json:"packages" doc:"All packages of the account, each once"`
	Complete bool             `json:"complete" doc:"true: the list is complete, and packages that are not in it are taken away"`
}

// Check reports unacceptable fields.
func (c *SetWholesalePackages) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	var seen []string
	for i, p := range c.Packages {
		path := fmt.Sprintf("packages[%d].", i)
		k.OneOf(path+"package", p.Package, catalogue.Wholesale()...)
		if slices.Contains(seen, p.Package) {
			k.Fail(path+"package", "stands twice")
		}
		seen = append(seen, p.Package)
		if p.Limit != nil && (*p.Limit < 0 || *p.Limit > rule.MaxQuantity) {
			k.Fail(path+"limit", "must be from 0 to %d", rule.MaxQuantity)
		}
	}
	if !c.Complete {
		k.Fail("complete", "must be true: the list is always complete")
	}
}

// Decide refuses limits below what is in use (WHS-6). An add-on without a row
// in the list has no limit, and so is never below.
func (c *SetWholesalePackages) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, changed := c.load(r), false
	set := []events.WholesalePackage{}
	for _, id := range catalogue.Wholesale() {
		old := Packages.Get(r, a.AccountID, id)
		if old == nil {
			old = &Package{Package: id}
		}
		i := slices.IndexFunc(c.Packages, func(p PackageSetting) bool { return p.Package == id })
		if i < 0 {
			if old.Offered && old.Used > 0 && catalogue.Find(id).Kind == catalogue.Package {
				return refused(rule.LimitBelowUse, "%d users have %s: it cannot be taken away", old.Used, id)
			}
			changed = changed || old.Offered
			continue
		}
		limit := c.Packages[i].Limit
		if limit != nil && *limit < old.Used {
			return refused(rule.LimitBelowUse, "%d users have %s: its limit cannot be %d", old.Used, id, *limit)
		}
		changed = changed || !old.Offered || !sameLimit(old.Limit, limit)
		set = append(set, events.WholesalePackage{Package: id, Limit: limit})
	}
	if !changed {
		return rule.Decision{}, nil
	}
	return a.decided(&events.WholesalePackagesSet{AccountID: a.AccountID, Packages: set})
}

func sameLimit(a, b *int) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// checkPackage checks the id of what is asked for as a user's package.
func checkPackage(k *rule.Checker, field, id string) {
	if !slices.Contains(catalogue.Wholesale(), id) {
		k.OneOf(field, id, catalogue.UserPackages()...)
	}
}

// notForUsers refuses what is no user's package, or nil (WHS-2).
func notForUsers(p *catalogue.Product) error {
	if p.Kind == catalogue.Package {
		return nil
	}
	return rule.Refuse(rule.PackageNotForUsers, "%s is not a user's package", p.Name)
}

// notOffered refuses a package that was not set for the account, or nil
// (WHS-2).
func (a *Account) notOffered(r row.Reader, p *catalogue.Product) error {
	if set := Packages.Get(r, a.AccountID, p.ID); set != nil && set.Offered {
		return nil
	}
	return rule.Refuse(rule.PackageNotOffered, "%s is not among the packages of account %q", p.Name, a.AccountID)
}

// limitReached refuses n users more with a package or add-on, or nil (WHS-2).
func (a *Account) limitReached(r row.Reader, p *catalogue.Product, n int) error {
	set := Packages.Get(r, a.AccountID, p.ID)
	if !set.full(n) {
		return nil
	}
	return rule.Refuse(rule.PackageLimitReached, "%d users of account %q have %s, and its limit is %d", set.Used, a.AccountID, p.Name, *set.Limit)
}
