package sim

import "slices"

// enable is Enable{X}Integration (INT-1, INT-2).
func enable(i integration) func(*step) string {
	return func(s *step) string {
		a := s.account()
		if a.on(i.id) {
			return ""
		}
		a.Switches[i.id] = Switch{true, s.event(i.name + "IntegrationEnabled")}
		for _, p := range privileges {
			if key := i.id + "/" + p; i.mitel && !a.Privileges[key] {
				a.Privileges[key] = true
				s.event("PrivilegeEnabled")
			}
		}
		s.keep(a)
		return ""
	}
}

// disable is Disable{X}Integration (INT-3 to INT-6).
func disable(i integration) func(*step) string {
	return func(s *step) string {
		a := s.account()
		if !a.on(i.id) {
			return ""
		}
		a.Switches[i.id] = Switch{false, s.event(i.name + "IntegrationDisabled")}
		if i.id == "miteam_meetings" && !a.on("micollab") {
			for _, id := range sorted(a.Users) {
				if a.Users[id].Licenses[Meetings].State == "active" {
					a.Users[id].Licenses[Meetings] = License{"disabled", s.event("UserLicenseDisabled")}
				}
			}
		}
		s.keep(a)
		return ""
	}
}

func aPrivilege(s *step) bool {
	known := slices.ContainsFunc(integrations, func(i integration) bool { return i.id == s.text("integration") })
	return known && slices.Contains(privileges, s.text("privilege"))
}

func privilege(on bool) func(*step) string {
	return func(s *step) string {
		a := s.account()
		for _, i := range integrations {
			if i.id == s.text("integration") && !i.mitel {
				return "no_such_privilege"
			}
		}
		key := s.text("integration") + "/" + s.text("privilege")
		if a.Privileges[key] != on {
			a.Privileges[key] = on
			s.event("Privilege" + onOff(on))
		}
		s.keep(a)
		return ""
	}
}

func onOff(on bool) string {
	if on {
		return "Enabled"
	}
	return "Disabled"
}

func bandwidth(on bool) func(*step) string {
	return func(s *step) string {
		a := s.account()
		if a.Bandwidth != on {
			a.Bandwidth = on
			s.event("BandwidthOptimization" + onOff(on))
		}
		s.keep(a)
		return ""
	}
}

func directory(on bool) func(*step) string {
	return func(s *step) string {
		a := s.account()
		if a.Directory != on {
			a.Directory = on
			s.event("DirectoryConnector" + onOff(on))
		}
		s.keep(a)
		return ""
	}
}

func reportProblem(s *step) string {
	s.event("ProblemReported")
	return ""
}

var publicDomains = []string{"gmail.com", "yahoo.com", "icloud.com"}

func claimDomain(s *step) string { // ACC-8
	a, domain := s.account(), s.text("domain")
	if slices.Contains(publicDomains, domain) {
		return "public_email_domain"
	}
	if s.claimedElsewhere(a, domain) {
		return "domain_claimed_elsewhere"
	}
	if _, mine := a.Domains[domain]; !mine {
		a.Domains[domain] = false
		s.event("DomainClaimed")
	}
	s.keep(a)
	return ""
}

// claimedElsewhere reports that another account claims the domain (ACC-8).
func (s *step) claimedElsewhere(a Account, domain string) bool {
	for id, other := range s.m.Accounts {
		if _, claimed := other.Domains[domain]; claimed && id != a.ID {
			return true
		}
	}
	return false
}

func verifyDomain(s *step) string {
	a, domain := s.account(), s.text("domain")
	verified, mine := a.Domains[domain]
	switch {
	case s.claimedElsewhere(a, domain):
		return "domain_claimed_elsewhere"
	case !mine:
		return "not_found"
	}
	if !verified {
		a.Domains[domain] = true
		s.event("DomainVerified")
	}
	s.keep(a)
	return ""
}

func releaseDomain(s *step) string {
	a, domain := s.account(), s.text("domain")
	if _, mine := a.Domains[domain]; !mine {
		s.or("not_found")
		return ""
	}
	delete(a.Domains, domain)
	s.event("DomainReleased")
	s.keep(a)
	return ""
}
