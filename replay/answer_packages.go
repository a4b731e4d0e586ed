package replay

import (
	"strconv"
	"strings"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// endPackages draws the conclusion of a tale of packages, of an add-on or of
// base licences.
func (t *tale) endPackages(s *projections.Snapshot) (title string, c conclusion) {
	switch t.kind {
	case ofPackages:
		return t.endOfPackages(s)
	case ofAddOn:
		return t.endOfAddOn(s)
	}
	return t.endOfUnpooled()
}

// endOfPackages says which package the user has and why, and of one that was
// asked about and that the user has not, why not.
func (t *tale) endOfPackages(s *projections.Snapshot) (title string, c conclusion) {
	other := t.other()
	switch {
	case other != nil:
		title = t.say("title_not_package", fill{"package": other.Name})
	case t.state == account.LicenseActive:
		title = t.say("title_package", fill{"package": nameOf(t.tier)})
	default:
		title = t.say("title_no_package", nil)
	}
	if t.lost(&c) {
		return title, c
	}
	had := fill{"package": nameOf(t.tier), "event": t.cite(t.last)}
	switch {
	case t.state == account.LicenseActive && other != nil:
		c.add(t.say("answer_package_other", had), "WHS-2")
	case t.state == account.LicenseActive:
		c.add(t.say("answer_package", had), "WHS-2")
		t.andReach(&c)
		return title, c
	case t.never:
		c.add(t.say("answer_package_never", nil))
	default:
		c.add(t.say("answer_package_taken", had), "WHS-2")
	}
	if other != nil {
		t.couldHave(s, &c, other)
	} else {
		t.couldHaveAny(s, &c)
	}
	return title, c
}

// other is the package that was asked about, if the user has not that one.
func (t *tale) other() *catalogue.Product {
	if p := catalogue.Find(t.q.Product); p != nil && p.ID != t.held.pack {
		return p
	}
	return nil
}

// lost says that the user, or the account, is no more.
func (t *tale) lost(c *conclusion) bool {
	switch {
	case t.deleted != nil:
		c.add(t.say("answer_package_account_deleted", fill{"event": t.cite(t.deleted)}), "ACC-5")
	case t.gone != nil:
		c.add(t.say("answer_package_gone", fill{"event": t.cite(t.gone)}), "LIC-6")
	default:
		return false
	}
	return true
}

// andReach adds what the package needs, and has.
func (t *tale) andReach(c *conclusion) {
	p := catalogue.Find(t.held.pack)
	if p.Calling {
		c.add(t.say("calling_reach", fill{"reach": listed(t.reach())}), "WHS-3")
	}
	if p.Meetings && t.held.site == "" {
		c.add(t.say("site_missing", nil), "WHS-4")
	}
}

// couldHave says what stands in the way of a package, if anything does.
func (t *tale) couldHave(s *projections.Snapshot, c *conclusion, p *catalogue.Product) {
	set := account.Packages.Get(s, t.q.Account, p.ID)
	switch {
	case set == nil || !set.Offered:
		c.add(t.say("now_not_offered", fill{"package": p.Name}), "WHS-2")
	case atLimit(set):
		c.add(t.say("now_limit", t.used(p, set)), "WHS-2")
	case t.held.pack != "":
		c.add(t.say("now_change", fill{"package": p.Name, "old": nameOf(t.held.pack)}), "WHS-5")
	default:
		c.add(t.say("now_package", fill{"package": p.Name}), "WHS-2")
	}
}

// couldHaveAny names the packages that can be given now.
func (t *tale) couldHaveAny(s *projections.Snapshot, c *conclusion) {
	var free, taken []string
	for _, id := range catalogue.UserPackages() {
		p, set := catalogue.Find(id), account.Packages.Get(s, t.q.Account, id)
		switch {
		case set == nil || !set.Offered:
		case atLimit(set):
			taken = append(taken, t.text("used_of", t.used(p, set)))
		default:
			free = append(free, p.Name)
		}
	}
	switch {
	case len(free) > 0:
		c.add(t.say("now_packages", fill{"packages": listed(free)}), "WHS-2")
	case len(taken) > 0:
		c.add(t.say("now_packages_limit", fill{"packages": listed(taken)}), "WHS-2")
	default:
		c.add(t.say("now_packages_none", nil), "WHS-2")
	}
}

func atLimit(set *account.Package) bool {
	left := set.Available()
	return left != nil && *left == 0
}

// used fills in how many users have what has a limit.
func (t *tale) used(p *catalogue.Product, set *account.Package) fill {
	return fill{"package": p.Name, "used": strconv.Itoa(set.Used), "limit": strconv.Itoa(*set.Limit)}
}

func (t *tale) endOfAddOn(s *projections.Snapshot) (title string, c conclusion) {
	if t.state == account.LicenseActive {
		c.add(t.say("answer_add_on", fill{"package": nameOf(t.held.pack), "event": t.cite(t.last)}), "WHS-2")
		return t.say("title_add_on", nil), c
	}
	title = t.say("title_no_add_on", nil)
	if t.lost(&c) {
		return title, c
	}
	p := catalogue.Find(t.id)
	if t.never {
		c.add(t.say("answer_add_on_never", nil))
	} else {
		c.add(t.say("answer_add_on_taken", fill{"event": t.cite(t.last)}), t.lastRules()...)
	}
	set, needs := account.Packages.Get(s, t.q.Account, p.ID), fill{"packages": t.oneOf(p.Requires), "package": nameOf(t.held.pack)}
	switch {
	case t.held.pack == "":
		c.add(t.say("now_add_on_needs_any", needs), "WHS-2")
	case !topic{tiers: p.Requires}.has(t.held.pack):
		c.add(t.say("now_add_on_needs", needs), "WHS-2")
	case set != nil && atLimit(set):
		c.add(t.say("now_limit", t.used(p, set)), "WHS-2")
	default:
		c.add(t.say("now_add_on", needs), "WHS-2")
	}
	return title, c
}

func (t *tale) endOfUnpooled() (title string, c conclusion) {
	if t.state == account.LicenseActive {
		c.add(t.say("answer_base", fill{"base": licenceNames(t.held.base), "event": t.cite(t.last)}), "IMP-3", "IMP-4")
		return t.say("title_base", nil), c
	}
	title = t.say("title_no_base", nil)
	switch {
	case t.lost(&c):
	case t.never:
		c.add(t.say("answer_base_never", nil), "IMP-3", "IMP-4")
	default:
		c.add(t.say("answer_base_taken", fill{"event": t.cite(t.last)}), "IMP-3")
	}
	return title, c
}

// atMost names what an account may give out, with its limit.
func (t *tale) atMost(name string, limit *int) string {
	if limit == nil {
		return name
	}
	return t.text("at_most", fill{"package": name, "limit": strconv.Itoa(*limit)})
}

// oneOf names products of which one is needed.
func (t *tale) oneOf(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = nameOf(id)
	}
	if len(names) < 2 {
		return listed(names)
	}
	return t.text("either", fill{"some": listed(names[:len(names)-1]), "last": names[len(names)-1]})
}

// licenceNames are what base licences are called in files of users.
func licenceNames(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = catalogue.Find(id).Heading
	}
	return listed(names)
}

func listed(list []string) string { return strings.Join(list, ", ") }

// imported reports that an event was made by a row of a file of users.
func imported(e *events.Event) bool {
	return e.CommandType == "ImportRow" || e.CommandType == "ImportUser"
}

// importRule is the rule that a row did its work by: only adding and removing
// takes anything away.
func importRule(e *events.Event) string {
	switch p := e.Data.(type) {
	case *events.UserPackageChanged:
		if p.OldPackage != "" && p.OldPackage != p.Package {
			return "IMP-3"
		}
	case *events.UserPackageUnassigned, *events.AddOnUnassigned, *events.UserLicenseUnassigned, *events.WholesaleUserRemoved:
		return "IMP-3"
	}
	return "IMP-2"
}
