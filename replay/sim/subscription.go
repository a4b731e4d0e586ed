package sim

import (
	"fmt"
	"strings"
)

// Subscription is a Webex order on its way to an account (section 8).
type Subscription struct {
	ID, Partner, Account, For string
	Bought                    map[string]int // by service; never changed
	Sites, Location           string         // as they were given, one text each
	URLs                      []string       // of the sites
	Freed                     bool           // the URLs are free again
	Postponed, Provisioned    bool
}

func (m *Model) held(account string) (ids []string) {
	for _, id := range sorted(m.Subscriptions) {
		if m.Subscriptions[id].Account == account {
			ids = append(ids, id)
		}
	}
	return ids
}

// status is how far it is, and due the step that comes next (SUB-4).
func (s Subscription) status() (status, due string) {
	switch {
	case s.Provisioned:
		return "provisioned", ""
	case s.Partner == "":
		status = "received"
	case s.Account == "":
		status = "partner_mapped"
	case s.Sites == "" && s.Location == "":
		status = "customer_mapped"
	default:
		status = "setting_up"
	}
	switch {
	case s.For == "":
		due = "DeclareOrderFor"
	case s.Partner == "":
		due = "MapPartnerOrganization"
	case s.Account == "":
		due = "MapCustomerOrganization"
	case s.Bought["meetings"] > 0 && s.Sites == "":
		due = "SetUpMeetings"
	case s.Bought["calling"] > 0 && s.Location == "":
		due = "SetUpCalling"
	default:
		due = "CompleteSetup"
	}
	return status, due
}

// SubscriptionView is /v1/subscriptions/{subscription_id}.
func (m *Model) SubscriptionView(id string) View {
	s := m.Subscriptions[id]
	status, due := s.status()
	role := ""
	if s.Account != "" {
		role = "full_admin" // every account of these walks is the partner's
	}
	return View{
		"subscription_id": id, "status": status, "next_step": orAbsent(due), "postponed": s.Postponed,
		"order_for": orAbsent(s.For), "partner_id": orAbsent(s.Partner), "account_id": orAbsent(s.Account), "partner_role": orAbsent(role),
	}
}

func (s *step) subscription() Subscription { return s.m.Subscriptions[s.text("subscription_id")] }

// done records events of a subscription and keeps it; whatever is done resumes
// what was postponed (SUB-7).
func (s *step) done(sub Subscription, kinds ...string) string {
	sub.Postponed = false
	for _, k := range kinds {
		s.event(k)
	}
	s.m.Subscriptions[sub.ID] = sub
	return ""
}

func receiveSubscription(s *step) string {
	id := s.text("subscription_id")
	if _, ok := s.m.Subscriptions[id]; ok {
		return "already_exists"
	}
	bought := map[string]int{}
	for _, l := range s.body["services"].([]any) {
		l := l.(map[string]any)
		bought[l["service"].(string)] = l["quantity"].(int)
	}
	return s.done(Subscription{ID: id, Bought: bought}, "SubscriptionReceived")
}

func declareOrderFor(s *step) string { // SUB-2
	sub, why := s.subscription(), s.text("for")
	switch {
	case sub.Provisioned:
		return "already_provisioned"
	case why == "someone_else":
		return s.done(Subscription{ID: sub.ID, Bought: sub.Bought}, "ProvisioningDelegated")
	case why == sub.For:
		return ""
	}
	sub.For, sub.Account = why, ""
	if why == "own_company" && sub.Partner != "" {
		sub.Account = sub.Partner
		return s.done(sub, "OrderPurposeDeclared", "CustomerOrganizationMapped")
	}
	return s.done(sub, "OrderPurposeDeclared")
}

func mapPartner(s *step) string {
	sub, partner := s.subscription(), s.text("partner_id")
	switch {
	case sub.Provisioned:
		return "already_provisioned"
	case sub.For == "":
		return "wrong_step"
	case sub.Partner == partner:
		return ""
	}
	sub.Partner, sub.Account = partner, ""
	if sub.For == "own_company" {
		sub.Account = partner
		return s.done(sub, "PartnerOrganizationMapped", "CustomerOrganizationMapped")
	}
	return s.done(sub, "PartnerOrganizationMapped")
}

func mapCustomer(s *step) string {
	sub, account := s.subscription(), s.text("account_id")
	switch {
	case sub.Provisioned:
		return "already_provisioned"
	case sub.Partner == "":
		return "wrong_step"
	case sub.Account == account:
		return ""
	}
	sub.Account = account
	return s.done(sub, "CustomerOrganizationMapped")
}

// mapped says why a subscription cannot be set up now, or "".
func (s *step) mapped(sub Subscription) string {
	switch {
	case sub.Account != "" && s.m.Accounts[sub.Account].Status == "deleted":
		return "not_found"
	case sub.Account != "" && s.m.Accounts[sub.Account].Status != "active":
		return "account_deactivated"
	case sub.Provisioned:
		return "already_provisioned"
	case sub.Account == "":
		return "wrong_step"
	}
	return ""
}

func setUpMeetings(s *step) string { // SUB-8
	sub, sum := s.subscription(), 0
	if code := s.mapped(sub); code != "" {
		return code
	}
	if sub.Bought["meetings"] == 0 {
		return "service_not_ordered"
	}
	var texts, urls []string
	list := s.body["sites"].([]any)
	for _, site := range list {
		site := site.(map[string]any)
		url := site["site_url"].(string)
		n, given := site["licenses"].(int)
		if !given && len(list) == 1 {
			n = sub.Bought["meetings"]
		}
		sum += n
		urls, texts = append(urls, url), append(texts, fmt.Sprint(url, "=", n))
		for _, other := range s.m.Subscriptions {
			for _, taken := range other.URLs {
				if taken == url && !other.Freed && other.ID != sub.ID {
					return "site_url_taken"
				}
			}
		}
	}
	if sum != sub.Bought["meetings"] {
		return "license_distribution_mismatch"
	}
	if text := strings.Join(texts, " "); text != sub.Sites {
		sub.Sites, sub.URLs = text, urls
		return s.done(sub, "MeetingSitesConfigured")
	}
	return ""
}

func setUpCalling(s *step) string { // SUB-9
	sub := s.subscription()
	if code := s.mapped(sub); code != "" {
		return code
	}
	if sub.Bought["calling"] == 0 {
		return "service_not_ordered"
	}
	l := s.body["location"].(map[string]any)
	if text := fmt.Sprint(l["name"], l["country"]); text != sub.Location {
		sub.Location = text
		return s.done(sub, "CallingLocationConfigured")
	}
	return ""
}

func postponeSetup(s *step) string { // SUB-7
	sub := s.subscription()
	if code := s.mapped(sub); code != "" && code != "wrong_step" {
		return code
	}
	if sub.Postponed {
		return ""
	}
	s.done(sub, "SetupPostponed")
	sub.Postponed = true
	s.m.Subscriptions[sub.ID] = sub
	return ""
}

func completeSetup(s *step) string { // SUB-10
	sub := s.subscription()
	if code := s.mapped(sub); code != "" {
		return code
	}
	if sub.Bought["meetings"] > 0 && sub.Sites == "" || sub.Bought["calling"] > 0 && sub.Location == "" {
		return "service_not_set_up"
	}
	sub.Provisioned = true
	kinds, a := []string{"SubscriptionProvisioned"}, s.m.Accounts[sub.Account]
	for _, service := range sorted(sub.Bought) {
		kinds = append(kinds, "LicensesAdded")
		a.Total[service] += sub.Bought[service]
	}
	s.keep(a)
	return s.done(sub, kinds...)
}

// orphan takes subscriptions from an account that is deleted (ACC-5, SUB-7).
func (m *Model) orphan(account string) {
	for _, id := range m.held(account) {
		sub := m.Subscriptions[id]
		if sub.Provisioned {
			sub.Freed = true
		} else {
			sub.Account, sub.Sites, sub.URLs = "", "", nil
		}
		m.Subscriptions[id] = sub
	}
}
