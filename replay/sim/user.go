package sim

import (
	"maps"
	"slices"
)

var userFields = []string{"email", "first_name", "last_name", "name", "role", "phone_number", "extension", "preferred_site"}

func addUser(s *step) string {
	a, id := s.account(), s.text("user_id")
	if a.Directory {
		s.or("directory_managed") // section 9 says so of wholesale users
	}
	u := User{map[string]string{"role": "user"}, map[string]License{}}
	for _, f := range userFields {
		if v := s.text(f); v != "" {
			u.Fields[f] = v
		}
	}
	_, exists := a.Users[id]
	used := a.emailUsed(u.Fields["email"], id)
	switch {
	case !named(u):
		if exists {
			s.or("already_exists")
		}
		if used {
			s.or("email_in_use")
		}
		return "name_required"
	case exists:
		s.or("email_in_use")
		return "already_exists"
	case used:
		return "email_in_use"
	}
	a.Users[id] = u
	s.event("UserAdded")
	s.keep(a)
	return ""
}

// named reports that a user has one of the three names (LIC-6).
func named(u User) bool {
	return u.Fields["first_name"]+u.Fields["last_name"]+u.Fields["name"] != ""
}

func (a Account) emailUsed(email, except string) bool {
	for id, u := range a.Users {
		if id != except && u.Fields["email"] == email {
			return true
		}
	}
	return false
}

func (a Account) admins() int {
	n := 0
	for _, u := range a.Users {
		if u.Fields["role"] == "account_admin" {
			n++
		}
	}
	return n
}

func updateUser(s *step) string {
	a, id := s.account(), s.text("user_id")
	u := a.Users[id]
	before := maps.Clone(u.Fields)
	for _, f := range userFields {
		if v, given := s.body[f]; given {
			u.Fields[f] = v.(string)
		}
	}
	if a.emailUsed(u.Fields["email"], id) {
		return "email_in_use"
	}
	if before["role"] == "account_admin" && a.admins() == 0 {
		s.or("last_account_admin") // LIC-6 speaks of removal only
	}
	if !maps.Equal(before, u.Fields) {
		s.event("UserUpdated")
	}
	s.keep(a)
	return ""
}

func recordActivity(s *step) string {
	s.event("UserActivityRecorded")
	return ""
}

func removeUser(s *step) string { // LIC-6
	a, id := s.account(), s.text("user_id")
	byPartner := s.caller.Role == "partner" || s.caller.Role == "admin"
	if a.Users[id].Fields["role"] == "account_admin" && a.admins() == 1 && !byPartner {
		return "last_account_admin"
	}
	s.event("UserRemoved")
	s.releaseAll(a.Users[id])
	delete(a.Users, id)
	s.keep(a)
	return ""
}

// services come by a subscription and are assigned with no integration.
var services = []string{"meetings", "calling", "messaging"}

func assignable(s *step) bool {
	p := s.text("product")
	return p == Meetings || slices.Contains(Tiers, p) || slices.Contains(services, p)
}

func assignLicense(s *step) string { // LIC-1 to LIC-4
	a, id, product := s.account(), s.text("user_id"), s.text("product")
	if code := s.manage(a, product); code != "" {
		return code
	}
	if needs := integrationOf(product); needs != "" && !a.on(needs) {
		return "integration_disabled"
	}
	mine := a.Users[id].Licenses
	if mine[product].State == "active" {
		return ""
	}
	if a.available(product) == 0 {
		return "no_licenses_available"
	}
	if slices.Contains(Tiers, product) {
		for _, other := range Tiers {
			if mine[other].State == "active" {
				s.event("UserLicenseUnassigned")
				delete(mine, other)
			}
		}
	}
	mine[product] = License{"active", s.event("UserLicenseAssigned")}
	s.keep(a)
	return ""
}

func unassignLicense(s *step) string {
	a, id, product := s.account(), s.text("user_id"), s.text("product")
	if code := s.manage(a, product); code != "" {
		return code
	}
	if a.Users[id].Licenses[product].State == "active" {
		s.event("UserLicenseUnassigned")
		delete(a.Users[id].Licenses, product)
	}
	s.keep(a)
	return ""
}

// manage is who may touch a licence at all: MiTeam Meetings is either
// MiCollab's or people's (LIC-1, LIC-2); nothing else is ever MiCollab's.
func (s *step) manage(a Account, product string) string {
	byServer := s.caller.Role == "micollab"
	switch {
	case product != Meetings:
		return ""
	case byServer && !a.on("micollab"):
		return "not_managed_by_micollab"
	case !byServer && a.on("micollab"):
		return "managed_by_micollab"
	}
	return ""
}

func integrationOf(product string) string {
	switch {
	case product == Meetings:
		return "miteam_meetings"
	case slices.Contains(Tiers, product):
		return "mitel_one"
	}
	return ""
}
