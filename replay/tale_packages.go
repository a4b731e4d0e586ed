package replay

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/events"
)

// holding is what a user has of wholesale: a package, where it is reached with
// it, and base licences.
type holding struct {
	pack      string // "" is none
	location  string
	extension string
	site      string // preferred for meetings
	phone     events.Personal
	base      []string
}

// tellPackages takes in what became of packages.
func (t *tale) tellPackages(e *events.Event) {
	switch p := e.Data.(type) {
	case *events.WholesalePackagesSet:
		t.packagesSet(e, p)
	case *events.WholesaleUserAdded:
		if p.UserID == t.q.User {
			t.joined(p.Name, p.FirstName, p.LastName)
			t.held = holding{location: p.LocationID, extension: p.Extension, site: p.PreferredSite, phone: p.PhoneNumber}
			rules := []string{"WHS-1", "WHS-2"}
			if imported(e) {
				rules = rules[1:]
			}
			t.packageGiven(e, "package_joined", p.Package, rules...)
		}
	case *events.UserPackageChanged:
		if p.UserID == t.q.User {
			t.packageChanged(e, p)
		}
	case *events.UserPackageUnassigned:
		if p.UserID == t.q.User {
			t.packageTaken(e, p)
		}
	default:
		t.tellBeside(e)
	}
}

// tellBeside takes in what a user has beside a package.
func (t *tale) tellBeside(e *events.Event) {
	switch p := e.Data.(type) {
	case *events.AddOnAssigned:
		if p.UserID == t.q.User && t.has(p.AddOn) {
			t.never, t.state, t.last = false, account.LicenseActive, e
			t.step(e, "add_on_given", fill{"package": nameOf(t.held.pack)}, "WHS-2")
		}
	case *events.AddOnUnassigned:
		if p.UserID == t.q.User && t.has(p.AddOn) {
			t.addOnTaken(e, p)
		}
	case *events.BaseLicensesAssigned:
		if p.UserID == t.q.User && t.kind == ofBase {
			t.never, t.state, t.last = false, account.LicenseActive, e
			t.held.base = append(t.held.base, p.BaseLicenses...)
			t.step(e, "base_given", fill{"base": licenceNames(p.BaseLicenses)}, "IMP-3", "IMP-4")
		}
	case *events.BaseLicensesRemoved:
		if p.UserID == t.q.User && t.kind == ofBase {
			t.held.base = slices.DeleteFunc(t.held.base, func(id string) bool { return slices.Contains(p.BaseLicenses, id) })
			if t.last = e; len(t.held.base) == 0 {
				t.state = account.LicenseNone
			}
			t.step(e, "base_taken", fill{"base": licenceNames(p.BaseLicenses)}, "IMP-3")
		}
	}
}

// packagesSet tells what the account may give out; of an add-on only where the
// list has it.
func (t *tale) packagesSet(e *events.Event, p *events.WholesalePackagesSet) {
	var list []string
	for _, set := range p.Packages {
		of := catalogue.Find(set.Package)
		if of == nil || t.kind == ofPackages && of.Kind != catalogue.Package || t.kind == ofAddOn && !t.has(of.ID) {
			continue
		}
		list = append(list, t.atMost(of.Name, set.Limit))
	}
	switch {
	case t.kind == ofPackages && len(list) == 0:
		t.step(e, "packages_set_none", nil, "WHS-2")
	case t.kind == ofPackages:
		t.step(e, "packages_set", fill{"packages": listed(list)}, "WHS-2", "WHS-6")
	case t.kind == ofAddOn && len(list) > 0:
		t.step(e, "add_on_set", fill{"packages": listed(list)}, "WHS-2", "WHS-6")
	}
}

// packageGiven tells that the user has a package from here on. Add-ons need
// one, and so their tale has it, too.
func (t *tale) packageGiven(e *events.Event, key, id string, rules ...string) {
	with := fill{"package": nameOf(id), "old": nameOf(t.held.pack)}
	t.held.pack = id
	switch t.kind {
	case ofPackages:
		t.never, t.state, t.tier, t.last = false, account.LicenseActive, id, e
		t.step(e, key, with, rules...)
		t.explainReach()
		t.explainSite(e)
	case ofAddOn:
		t.step(e, key, with, rules...)
	case ofSeats, ofBase:
		if _, added := e.Data.(*events.WholesaleUserAdded); added {
			t.step(e, "user_added", nil)
		}
	}
}

// packageChanged: another package, one anew, or the same with other numbers.
func (t *tale) packageChanged(e *events.Event, p *events.UserPackageChanged) {
	had := t.reach()
	changed(&t.held.location, p.Changes.LocationID)
	changed(&t.held.extension, p.Changes.Extension)
	changed(&t.held.site, p.Changes.PreferredSite)
	if c := p.Changes.PhoneNumber; c != nil {
		t.held.phone = c.New
	}
	switch p.OldPackage {
	case p.Package:
		if t.kind == ofPackages {
			t.step(e, "package_reach", nil, "WHS-3", "WHS-5")
			t.explainReach()
		}
	case "":
		t.packageGiven(e, "package_given", p.Package, "WHS-2")
	default:
		t.held.pack = p.OldPackage
		t.packageGiven(e, "package_changed", p.Package, "WHS-5", "WHS-2")
		if t.kind == ofPackages && len(had) > 0 && len(t.reach()) == 0 {
			t.addTo("numbers_freed")
		}
	}
}

func changed(field *string, c *events.Change) {
	if c != nil {
		*field = c.New
	}
}

func (t *tale) packageTaken(e *events.Event, p *events.UserPackageUnassigned) {
	had := t.reach()
	t.held = holding{site: t.held.site, base: t.held.base}
	if t.kind == ofPackages {
		t.state, t.last = account.LicenseNone, e
	}
	if t.kind == ofPackages || t.kind == ofAddOn {
		t.step(e, "package_taken", fill{"package": nameOf(p.Package)}, "WHS-2")
		if t.kind == ofPackages && len(had) > 0 {
			t.addTo("numbers_freed", "WHS-3")
		}
	}
}

// reached takes in where the user is reached; it matters with calling.
func (t *tale) reached(e *events.Event, c *events.UserChanges) {
	changed(&t.held.location, c.LocationID)
	changed(&t.held.extension, c.Extension)
	changed(&t.held.site, c.PreferredSite)
	if c.PhoneNumber != nil {
		t.held.phone = c.PhoneNumber.New
	}
	p := catalogue.Find(t.held.pack)
	if t.kind == ofPackages && p != nil && p.Calling && (c.LocationID != nil || c.Extension != nil || c.PhoneNumber != nil) {
		t.step(e, "package_reach", nil, "WHS-3")
		t.explainReach()
	}
}

func (t *tale) addOnTaken(e *events.Event, p *events.AddOnUnassigned) {
	t.state, t.last = account.LicenseNone, e
	switch p.Reason {
	case account.ReasonPackageChanged:
		t.step(e, "add_on_taken_changed", nil, "WHS-2", "WHS-5")
	case account.ReasonPackageUnassigned:
		t.step(e, "add_on_taken_unassigned", nil, "WHS-2")
	default:
		t.step(e, "add_on_taken", nil, "WHS-2")
	}
}

// joined notes that the user is in the account, as one who never was.
func (t *tale) joined(names ...events.Personal) {
	t.known, t.gone, t.held = true, nil, holding{}
	t.call(names...)
}

// left: whoever leaves has nothing any more.
func (t *tale) left(e *events.Event) {
	t.gone, t.state, t.last, t.held = e, account.LicenseNone, e, holding{}
	if t.kind == ofSeats {
		t.step(e, "user_removed", nil, "LIC-3")
		return
	}
	t.step(e, "package_user_removed", nil, "LIC-6")
}

// explainReach adds to the step that was told last where the user is reached.
func (t *tale) explainReach() {
	if p := catalogue.Find(t.held.pack); p != nil && p.Calling {
		t.addWith("calling_reach", fill{"reach": listed(t.reach())}, "WHS-3")
	}
}

// explainSite adds that a preferred site is missing.
func (t *tale) explainSite(e *events.Event) {
	p := catalogue.Find(t.held.pack)
	switch {
	case p == nil || !p.Meetings || t.held.site != "":
	case imported(e):
		t.addTo("site_missing", "WHS-4", "IMP-5")
	default:
		t.addTo("site_missing", "WHS-4")
	}
}

// reach is where the user is reached, in words. A phone number that may not be
// shown, or was erased, is one still.
func (t *tale) reach() (list []string) {
	if t.held.location != "" {
		list = append(list, t.text("reach_location", fill{"location": t.held.location}))
	}
	if t.held.extension != "" {
		list = append(list, t.text("reach_extension", fill{"extension": t.held.extension}))
	}
	switch phone := t.shows(t.held.phone); {
	case phone != "":
		list = append(list, t.text("reach_phone", fill{"phone": phone}))
	case !t.held.phone.IsZero():
		list = append(list, t.text("reach_hidden", nil))
	}
	return list
}
