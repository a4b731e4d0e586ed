package sim

import "strings"

// Packages of the walks: the first is a calling package, with a limit now and
// then, the second has meetings only, the third is never offered.
const (
	callingPackage  = "webex_calling"
	meetingsPackage = "webex_meetings"
	anotherPackage  = "webex_suite"
	addOn           = "attendant_console" // needs callingPackage
)

// unlimited is the limit of a package that any number of users may have.
const unlimited = -1

func (a Account) use(pack string) int {
	n := 0
	for _, u := range a.Users {
		if u.Fields["package"] == pack {
			n++
		}
	}
	return n
}

func setPackages(s *step) string { // WHS-6
	a, set := s.account(), map[string]int{}
	for _, p := range s.body["packages"].([]any) {
		p := p.(map[string]any)
		limit, given := p["limit"].(int)
		if !given {
			limit = unlimited
		} else if limit < a.use(p["package"].(string)) {
			return "limit_below_use"
		}
		set[p["package"].(string)] = limit
	}
	same := len(set) == len(a.Packages)
	for id, limit := range a.Packages {
		now, kept := set[id]
		if !kept && a.use(id) > 0 {
			return "limit_below_use"
		}
		same = same && kept && now == limit
	}
	if !same {
		a.Packages = set
		s.event("WholesalePackagesSet")
	}
	s.keep(a)
	return ""
}

func addLocation(s *step) string {
	a := s.account()
	s.event("LocationAdded")
	s.keep(a)
	return ""
}

// changePackage: refusals in the order of section 9, then WHS-3 and WHS-5.
func changePackage(s *step) string {
	a, id, pack := s.account(), s.text("user_id"), s.text("package")
	u := a.Users[id]
	limit, offered := a.Packages[pack]
	old, location, extension := u.Fields["package"], u.Fields["location_id"], u.Fields["extension"]
	if v := s.text("location_id"); v != "" {
		location = v
	}
	if v := s.text("extension"); v != "" {
		extension = v
	}
	if pack == meetingsPackage {
		location, extension = "", ""
	}
	switch {
	case !offered:
		return "package_not_offered"
	case pack != old && limit != unlimited && a.use(pack) >= limit:
		return "package_limit_reached"
	case pack != meetingsPackage && (location == "" || extension == ""):
		return "calling_information_required"
	}
	for other, v := range a.Users {
		if other != id && extension != "" && v.Fields["location_id"] == location && v.Fields["extension"] == extension {
			return "number_in_use"
		}
	}
	if old == pack && u.Fields["location_id"] == location && u.Fields["extension"] == extension {
		return ""
	}
	if pack != callingPackage {
		s.addOnOff(u)
	}
	u.Fields["package"], u.Fields["location_id"], u.Fields["extension"] = pack, location, extension
	s.event("UserPackageChanged")
	s.keep(a)
	return ""
}

func (s *step) addOnOff(u User) {
	if u.Fields["add_on"] != "" {
		delete(u.Fields, "add_on")
		s.event("AddOnUnassigned")
	}
}

func unassignPackage(s *step) string {
	a := s.account()
	u := a.Users[s.text("user_id")]
	if u.Fields["package"] != "" {
		s.addOnOff(u)
		for _, f := range []string{"package", "location_id", "extension"} {
			delete(u.Fields, f)
		}
		s.event("UserPackageUnassigned")
	}
	s.keep(a)
	return ""
}

func switchAddOn(on bool) func(*step) string {
	return func(s *step) string {
		a := s.account()
		u := a.Users[s.text("user_id")]
		has := u.Fields["add_on"] != ""
		switch {
		case on && u.Fields["package"] != callingPackage:
			return "package_required"
		case on && !has:
			u.Fields["add_on"] = addOn
			s.event("AddOnAssigned")
		case !on && has:
			s.addOnOff(u)
		}
		s.keep(a)
		return ""
	}
}

// packageView is what a user's view has of the package.
func (u User) packageView(v View) {
	v["package"], v["location_id"] = orAbsent(u.Fields["package"]), orAbsent(u.Fields["location_id"])
	v["add_ons"] = Absent{}
	if on := u.Fields["add_on"]; on != "" {
		v["add_ons"] = []any{strings.Clone(on)}
	}
}
