package sim

import "maps"

// infoFields are what UpdateAccountInformation may change (ACC-1).
var infoFields = []string{"name", "country", "state", "address", "city", "postal_code", "default_language", "business_type"}

func newAccount(id, partner, kind string, at uint64) Account {
	return Account{
		ID: id, Partner: partner, Kind: kind, Status: "active", Created: at,
		Info: map[string]string{}, Contacts: map[string]string{}, Switches: map[string]Switch{},
		Privileges: map[string]bool{}, Domains: map[string]bool{}, Total: map[string]int{}, Packages: map[string]int{}, Users: map[string]User{},
	}
}

func registerPartner(s *step) string {
	id := s.text("partner_id")
	_, partner := s.m.Partners[id]
	_, account := s.m.Accounts[id]
	if partner || account {
		return "already_exists"
	}
	s.event("PartnerRegistered")
	s.m.Partners[id] = Partner{s.text("name"), s.text("country")}
	a := newAccount(id, id, "", s.event("AccountCreated"))
	a.Own = true
	a.Info["name"] = s.text("name")
	s.keep(a)
	return ""
}

func createAccount(s *step) string {
	id := s.text("account_id")
	if _, ok := s.m.Accounts[id]; ok {
		return "already_exists"
	}
	kind := s.text("kind")
	if kind == "" {
		kind = "cloudlink"
	}
	a := newAccount(id, s.text("partner_id"), kind, s.event("AccountCreated"))
	a.CloudLocation = s.text("cloud_location")
	for _, f := range infoFields {
		if v := s.text(f); v != "" {
			a.Info[f] = v
		}
	}
	for _, c := range s.body["support_contacts"].([]any) {
		c := c.(map[string]any)
		name, _ := c["name"].(string)
		a.Contacts[c["email"].(string)] = name
	}
	s.keep(a)
	return ""
}

func updateAccount(s *step) string {
	a := s.account()
	before := maps.Clone(a.Info)
	for _, f := range infoFields {
		if v, given := s.body[f]; given {
			a.Info[f] = v.(string)
		}
	}
	if !maps.Equal(before, a.Info) {
		s.event("AccountInformationUpdated")
	}
	s.keep(a)
	return ""
}

func recordCustomerNumber(s *step) string {
	a := s.account()
	if v := s.text("customer_number"); a.CustomerNumber != v {
		a.CustomerNumber = v
		s.event("CustomerNumberRecorded")
	}
	s.keep(a)
	return ""
}

func completeOnboarding(s *step) string { // ACC-3
	a := s.account()
	if !a.on("cloudlink_gateway") {
		return "gateway_not_integrated"
	}
	if v := s.text("pbx_type"); a.PBX != v {
		a.PBX = v
		s.event("GatewayOnboardingCompleted")
	}
	s.keep(a)
	return ""
}

func addContact(s *step) string {
	a := s.account()
	email := s.text("email")
	if _, ok := a.Contacts[email]; !ok {
		a.Contacts[email] = s.text("name")
		s.event("SupportContactAdded")
	}
	s.keep(a)
	return ""
}

func removeContact(s *step) string { // ACC-4
	a := s.account()
	email := s.text("email")
	if _, ok := a.Contacts[email]; !ok {
		s.or("not_found")
		return ""
	}
	if len(a.Contacts) == 1 && !a.Own {
		return "last_support_contact"
	}
	delete(a.Contacts, email)
	s.event("SupportContactRemoved")
	s.keep(a)
	return ""
}

// confirmed checks the word and that the account is a customer's (ACC-5).
func (s *step) confirmed(a Account, word string) string {
	switch {
	case a.Own && s.text("confirm") != word:
		s.or("own_account")
		return "confirmation_required"
	case a.Own:
		return "own_account"
	case s.text("confirm") != word:
		return "confirmation_required"
	}
	return ""
}

func deactivate(s *step) string {
	a := s.account()
	if code := s.confirmed(a, "deactivate"); code != "" {
		return code
	}
	return s.status(a, "deactivated", "AccountDeactivated")
}

func reactivate(s *step) string { return s.status(s.account(), "active", "AccountReactivated") }

func (s *step) status(a Account, status, event string) string {
	if a.Status != status {
		a.Status = status
		s.event(event)
	}
	s.keep(a)
	return ""
}

func deleteAccount(s *step) string {
	a := s.account()
	if code := s.confirmed(a, "delete"); code != "" {
		return code
	}
	s.event("AccountDeleted")
	for _, id := range sorted(a.Users) {
		s.releaseAll(a.Users[id])
	}
	a.Status = "deleted"
	clear(a.Domains)
	s.m.orphan(a.ID)
	s.keep(a)
	return ""
}

// releaseAll gives back every licence of a user.
func (s *step) releaseAll(u User) {
	for _, p := range sorted(u.Licenses) {
		if u.Licenses[p].State == "active" {
			s.event("UserLicenseUnassigned")
		}
		delete(u.Licenses, p)
	}
}
