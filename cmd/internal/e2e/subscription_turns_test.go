package e2e

import (
	"testing"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// try is a command on a subscription, by a role and its scope.
type try struct {
	role, scope, name string
	in                body
}

// leg is a step of a way through provisioning: what is refused before it, by
// its code, and where it leads.
type leg struct {
	try
	status, next string
	wrong        map[string][]try
}

func (b *bed) try(t try) *ledger.Answer { return b.As(t.role, t.scope).Do(t.name, t.in) }

// goes takes the steps, and kills the process behind each: the next one goes on
// from there.
func (b *bed) goes(legs ...leg) {
	b.Helper()
	for _, l := range legs {
		for code, tries := range l.wrong {
			for _, w := range tries {
				if a := b.try(w); a.Code != code {
					b.Errorf("before %s, %s %v by %s: want %s, got %s", l.name, w.name, w.in, w.role, code, shown(a))
				}
			}
		}
		at := accepted(b, b.try(l.try), l.name, l.in).Position
		b.crash()
		b.stood(at, l.status, l.next, b.Client)
	}
}

// An order of a partner and of a customer that the ledger knows neither of:
// both are made on the way, the process is killed behind each step, and each
// wrong turn has its code (SUB-1 to SUB-5, SUB-7 to SUB-9).
func TestSubscriptionOfNewOrganizations(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.taken("taken-site")
	sites := func(url, zone string, licences int) body {
		return onS("sites", []any{body{"site_url": url, "time_zone": zone, "licenses": licences}})
	}
	fresh := func(name string) body { return body{"name": name, "vertical": "retail", "country": "DE"} }
	by := func(role, scope, name string, in body) try { return try{role, scope, name, in} }
	received := onS("provisioning_contact", "new@fresh.example", "services", []any{body{"service": "meetings", "quantity": 5}})
	b.goes(
		leg{by("system", "", "ReceiveSubscription", received), "received", "DeclareOrderFor", map[string][]try{
			"not_found": {by("system", "", "ResendProvisioningMessage", onS())},
			"invalid_field": {by("system", "", "ReceiveSubscription", onS("provisioning_contact", "nobody", "services", []any{body{"service": "meetings", "quantity": 1}})),
				by("system", "", "ReceiveSubscription", onS("provisioning_contact", "a@b.example", "services", []any{}))}}},
		leg{by("system", "", "ResendProvisioningMessage", onS()), "received", "DeclareOrderFor", map[string][]try{
			"already_exists": {by("system", "", "ReceiveSubscription", received)}}},
		leg{by("system", "", "DeclareOrderFor", onS("for", "someone_else", "email", "zed@fresh.example")), "received", "DeclareOrderFor", map[string][]try{
			"invalid_field": {by("system", "", "DeclareOrderFor", onS("for", "someone_else")), by("system", "", "DeclareOrderFor", onS("for", "nobody"))},
			"wrong_step":    {by("system", "", "MapPartnerOrganization", onS("new_organization", fresh("Early")))},
			"forbidden":     {by("account_admin", "a", "DeclareOrderFor", onS("for", "customer"))}}},
		leg{by("system", "", "DeclareOrderFor", onS("for", "customer")), "received", "MapPartnerOrganization", nil},
		leg{by("system", "", "MapPartnerOrganization", onS("new_organization", fresh("Fresh Partner"))), "partner_mapped", "MapCustomerOrganization", map[string][]try{
			"not_found": {by("system", "", "MapPartnerOrganization", onS("partner_id", "nobody")), by("partner", "p", "MapPartnerOrganization", onS("partner_id", "p"))}}},
	)
	partner, _ := b.seen("/v1/subscriptions/s").View["partner_id"].(string)
	p := func(name string, in body) try { return by("partner", partner, name, in) }
	b.goes(
		leg{p("MapCustomerOrganization", onS("new_organization", fresh("Frisch & Söhne"))), "customer_mapped", "SetUpMeetings", map[string][]try{
			"not_found":  {p("MapCustomerOrganization", onS("account_id", "a")), by("partner", "p", "MapCustomerOrganization", onS("account_id", "a"))},
			"forbidden":  {by("system", "", "MapCustomerOrganization", onS("new_organization", fresh("No")))},
			"wrong_step": {p("SetUpMeetings", sites("fresh", "Europe/Berlin", 5)), p("CompleteSetup", onS())}}},
		leg{p("SetUpMeetings", sites("fresh", "Europe/Berlin", 5)), "setting_up", "CompleteSetup", map[string][]try{
			"site_url_taken":                {p("SetUpMeetings", sites("Taken-Site", "UTC", 5))},
			"license_distribution_mismatch": {p("SetUpMeetings", sites("fresh", "UTC", 4))},
			"invalid_field":                 {p("SetUpMeetings", sites("fresh", "Mars/Base", 5)), p("SetUpMeetings", sites("www.fresh", "UTC", 5)), p("SetUpMeetings", onS("sites", []any{}))},
			"service_not_ordered":           {p("SetUpCalling", onS("location", body{"name": "HQ", "country": "DE"}))},
			"service_not_set_up":            {p("CompleteSetup", onS())}}},
		leg{p("PostponeSetup", onS()), "setting_up", "CompleteSetup", map[string][]try{
			"setup_not_complete": {p("RequestFullAdministrator", onS())}}},
		leg{p("CompleteSetup", onS()), "provisioned", "", nil},
	)
	s := b.seen("/v1/subscriptions/s").View
	if s["partner_role"] != "full_admin" || s["sites"].([]any)[0].(map[string]any)["site_url"] != "fresh" {
		t.Errorf("%v", s)
	}
	a := b.seen("/v1/accounts/" + s["account_id"].(string)).View
	if a["partner_id"] != partner || a["name"] != "Frisch & Söhne" || a["kind"] != "webex" || a["business_type"] != "retail" {
		t.Errorf("%v", a)
	}
	for _, w := range []try{p("DeclareOrderFor", onS("for", "customer")), p("SetUpMeetings", sites("fresh", "UTC", 5)), p("ResendProvisioningMessage", onS()), p("CompleteSetup", onS())} {
		if a := b.try(w); a.Code != "already_provisioned" {
			t.Errorf("%s: %s", w.name, shown(a))
		}
	}
}

// taken has another subscription hold a site.
func (b *bed) taken(site string) {
	b.Helper()
	other := func(more ...any) body {
		in := onS(more...)
		in["subscription_id"] = "other"
		return in
	}
	b.done("ReceiveSubscription", other("provisioning_contact", "x@y.example", "services", []any{body{"service": "meetings", "quantity": 1}}))
	b.done("DeclareOrderFor", other("for", "customer"))
	b.done("MapPartnerOrganization", other("partner_id", "p"))
	b.done("MapCustomerOrganization", other("account_id", "a"))
	b.done("SetUpMeetings", other("sites", []any{body{"site_url": site, "time_zone": "UTC"}}))
}

// An order for the partner's own company: mapping the partner maps the
// customer, in one commit (SUB-2).
func TestSubscriptionOfOwnCompany(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.goes(
		leg{try{"system", "", "ReceiveSubscription", onS("provisioning_contact", "x@y.example", "services", []any{body{"service": "messaging", "quantity": 3}})},
			"received", "DeclareOrderFor", nil},
		leg{try{"system", "", "DeclareOrderFor", onS("for", "own_company")}, "received", "MapPartnerOrganization", nil},
		leg{try{"system", "", "MapPartnerOrganization", onS("partner_id", "p")}, "customer_mapped", "CompleteSetup", map[string][]try{
			"forbidden": {{"auditor", "", "MapPartnerOrganization", onS("partner_id", "p")}}}},
		leg{try{"partner", "p", "CompleteSetup", onS()}, "provisioned", "", map[string][]try{
			"service_not_ordered": {{"partner", "p", "SetUpMeetings", onS("sites", []any{body{"site_url": "x", "time_zone": "UTC"}})}}}},
	)
	if v := b.seen("/v1/subscriptions/s").View; v["account_id"] != "p" || v["order_for"] != "own_company" {
		t.Errorf("%v", v)
	}
	if items := b.seen("/v1/accounts/p/pools").Items(); len(items) != 1 || items[0]["product"] != "messaging" || items[0]["total"] != 3.0 {
		t.Errorf("%v", items)
	}
}
