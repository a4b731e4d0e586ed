package e2e

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// onS is a command on the subscription s.
func onS(more ...any) body {
	in := body{"subscription_id": "s"}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return in
}

// turn is a step of provisioning, and what is refused before it is done.
type turn struct {
	by     ledger.Client
	name   string
	in     body
	status string // after it
	next   string
	wrong  []wrongTurn
}

type wrongTurn struct {
	by   ledger.Client
	name string
	in   body
	code string
}

// stood wants the subscription as it stands after a step, for all who see it.
func (b *bed) stood(at uint64, status, next string, who ...ledger.Client) {
	b.Helper()
	for _, c := range who {
		a := c.Get("/v1/subscriptions/s", "min_position", decimal(at))
		got, _ := a.View["next_step"].(string)
		if a.Status != 200 || a.View["status"] != status || got != next {
			b.Fatalf("want %s, %s due: %s", status, next, shown(a))
		}
	}
}

// A Webex order goes from the message to the pools over the API alone: mapped
// by the partner, set up by the partner and the customer in turns, the process
// killed after every step (SUB-1 to SUB-11).
func TestSubscriptionFromMailToPools(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("RegisterPartner", body{"partner_id": "q", "name": "Other"})
	b.customer("q", "other")
	b.done("AddUser", body{"account_id": "p", "user_id": "mia", "email": "mia@partner.example", "name": "Mia"})
	b.done("AddUser", addUser("a", "ada"))
	system, partner, customer := b.As("system", ""), b.As("partner", "p"), b.As("account_admin", "a")
	sites := func(licences ...int) []any {
		var list []any
		for i, n := range licences {
			list = append(list, body{"site_url": fmt.Sprintf("site-%d", i), "time_zone": "Europe/Rome", "licenses": n})
		}
		return list
	}
	hq := onS("location", body{"name": "HQ", "country": "IT"})
	turns := []turn{
		{system, "ReceiveSubscription", onS("provisioning_contact", "mia@partner.example", "language", "it",
			"services", []any{body{"service": "meetings", "quantity": 10}, body{"service": "calling", "quantity": 4}, body{"service": "messaging", "quantity": 2}}),
			"received", "DeclareOrderFor", []wrongTurn{
				{partner, "DeclareOrderFor", onS("for", "customer"), "not_found"},
				{partner, "ReceiveSubscription", onS("provisioning_contact", "x@y.com", "services", []any{body{"service": "calling", "quantity": 1}}), "forbidden"}}},
		{partner, "DeclareOrderFor", onS("for", "customer"), "received", "MapPartnerOrganization", []wrongTurn{
			{partner, "MapPartnerOrganization", onS("partner_id", "p"), "wrong_step"},
			{b.As("partner", "q"), "DeclareOrderFor", onS("for", "customer"), "not_found"},
			{customer, "PostponeSetup", onS(), "not_found"},
			{partner, "DeclareOrderFor", onS("for", "someone_else"), "invalid_field"}}},
		{partner, "MapPartnerOrganization", onS("partner_id", "p"), "partner_mapped", "MapCustomerOrganization", []wrongTurn{
			{partner, "MapPartnerOrganization", onS("partner_id", "q"), "not_found"},
			{partner, "MapCustomerOrganization", onS("account_id", "a"), "wrong_step"}}},
		{partner, "MapCustomerOrganization", onS("account_id", "a"), "customer_mapped", "SetUpMeetings", []wrongTurn{
			{partner, "MapCustomerOrganization", onS("account_id", "other"), "not_found"},
			{partner, "SetUpMeetings", onS("sites", sites(10)), "wrong_step"},
			{partner, "DelegateServiceSetup", onS("admin_email", "ada@a.example"), "wrong_step"}}},
		{partner, "DelegateServiceSetup", onS("admin_email", "ada@a.example"), "customer_mapped", "SetUpMeetings", nil},
		{customer, "SetUpMeetings", onS("sites", sites(7, 3)), "setting_up", "SetUpCalling", []wrongTurn{
			{customer, "SetUpMeetings", onS("sites", sites(7, 4)), "license_distribution_mismatch"},
			{customer, "CompleteSetup", onS(), "service_not_set_up"},
			{b.As("account_admin", "other"), "SetUpMeetings", onS("sites", sites(7, 3)), "not_found"}}},
		{customer, "PostponeSetup", onS(), "setting_up", "SetUpCalling", nil},
		{partner, "SetUpCalling", hq, "setting_up", "CompleteSetup", []wrongTurn{
			{partner, "CompleteSetup", onS(), "service_not_set_up"},
			{partner, "RequestFullAdministrator", onS(), "setup_not_complete"}}},
		{customer, "CompleteSetup", onS(), "provisioned", "", nil},
	}
	for i, step := range turns {
		for _, w := range step.wrong {
			if a := w.by.Do(w.name, w.in); a.Code != w.code {
				t.Errorf("before step %d, %s %v: want %s, got %s", i, w.name, w.in, w.code, shown(a))
			}
		}
		a := accepted(t, step.by.Do(step.name, step.in), step.name, step.in)
		b.crash()
		// The process listens elsewhere now.
		for _, c := range []*ledger.Client{&system, &partner, &customer} {
			c.Base = b.Base
		}
		for j := range turns {
			turns[j].by.Base = b.Base
			for k := range turns[j].wrong {
				turns[j].wrong[k].by.Base = b.Base
			}
		}
		who := []ledger.Client{b.Client, system, partner}
		if i >= 3 {
			who = append(who, customer)
		}
		b.stood(a.Position, step.status, step.next, who...)
	}
	b.provisioned(partner, customer, turns)
}

// provisioned wants all that was set up to be the account's, and no step to be
// done again.
func (b *bed) provisioned(partner, customer ledger.Client, turns []turn) {
	b.Helper()
	end := decimal(b.end())
	for _, step := range turns[1:] {
		if a := step.by.Do(step.name, step.in); a.Status != 409 || a.Code != "already_provisioned" {
			b.Errorf("%s after all was done: %s", step.name, shown(a))
		}
	}
	pools := map[string]any{}
	for _, p := range b.seen("/v1/accounts/a/pools", "min_position", end).Items() {
		pools[p["product"].(string)] = p["available"]
	}
	if pools["meetings"] != 10.0 || pools["calling"] != 4.0 || pools["messaging"] != 2.0 {
		b.Errorf("pools: %v", pools)
	}
	if n := len(customer.Get("/v1/accounts/a/sites").Items()); n != 2 {
		b.Errorf("%d sites", n)
	}
	if l := partner.Get("/v1/accounts/a/locations").Items(); len(l) != 1 || l[0]["name"] != "HQ" {
		b.Errorf("locations: %v", l)
	}
	if a := b.As("partner", "q").Do("SetUpMeetings", onS("sites", []any{body{"site_url": "x", "time_zone": "UTC"}})); a.Code != "not_found" {
		b.Error(shown(a))
	}
	b.replayed(partner, customer)
	pdf := partner.Get("/v1/subscriptions/s/summary.pdf")
	if pdf.Status != 200 || !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) || pdf.LedgerPosition() == 0 {
		b.Errorf("summary.pdf: %d %.40q", pdf.Status, pdf.Body)
	}
	b.crash()
	partner.Base = b.Base
	if again := partner.Get("/v1/subscriptions/s/summary.pdf"); !bytes.Equal(again.Body, pdf.Body) {
		b.Error("another process makes another document of the same order")
	}
	partner.Do("AssignLicense", body{"account_id": "a", "user_id": "ada", "product": "calling"})
	past := b.seen("/v1/subscriptions/s", "as_of", decimal(b.end()-9))
	if past.View["status"] == "provisioned" {
		b.Errorf("of the past: %s", shown(past))
	}
}

// replayed wants the log alone to tell of the subscription what the views do,
// at every position, and its events to be the account's, too, for all who see it.
func (b *bed) replayed(partner, customer ledger.Client) {
	b.Helper()
	auditor := b.As("auditor", "p")
	for at := b.end(); at > 0; at-- {
		for _, c := range []ledger.Client{b.Client, auditor} {
			live, log := c.Get("/v1/subscriptions/s", "as_of", decimal(at)), c.Get("/v1/replay/subscriptions/s", "as_of", decimal(at))
			if live.Status != log.Status || live.Status == 200 && !bytes.Equal(live.Body, log.Body) {
				b.Fatalf("at %d the view is %s, and the log says %s", at, shown(live), shown(log))
			}
		}
	}
	d := auditor.Get("/v1/replay/diff/subscriptions/s", "from", "1")
	if !bytes.Contains(d.Body, []byte(`"field":"status","from":null,"to":"provisioned"`)) || !bytes.Contains(d.Body, []byte("CustomerOrganizationMapped")) {
		b.Errorf("diff: %s", shown(d))
	}
	for _, c := range []ledger.Client{b.Client, partner, customer} {
		if a := c.Get("/v1/subscriptions/s/explain"); !bytes.Contains(a.Body, []byte(`"rules":["SUB-10","SUB-5"]`)) {
			b.Errorf("explain: %s", shown(a))
		}
		for kind, n := range map[string]int{"CustomerOrganizationMapped": 1, "ServiceSetupDelegated": 1, "SetupPostponed": 1, "SubscriptionProvisioned": 1} {
			if items := c.Get("/v1/events", "account_id", "a", "type", kind).Items(); len(items) != n {
				b.Errorf("of account a there are %d of %s", len(items), kind)
			}
		}
	}
}

// A partner that did not create the customer is its provisioning admin; full
// rights are asked for when all is done, and granted by the customer (SUB-5).
func TestFullAdministrator(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("RegisterPartner", body{"partner_id": "q", "name": "Other"})
	b.customer("q", "other")
	b.done("AddUser", body{"account_id": "p", "user_id": "mia", "email": "mia@partner.example", "name": "Mia"})
	b.done("AddUser", addUser("other", "ida"))
	// The process is killed behind each step, and listens elsewhere then.
	partner := func() ledger.Client { return b.As("partner", "p") }
	customer := func() ledger.Client { return b.As("account_admin", "other") }
	b.done("ReceiveSubscription", onS("provisioning_contact", "mia@partner.example", "services", []any{body{"service": "messaging", "quantity": 1}}))
	role := func(want string) {
		t.Helper()
		a := partner().Get("/v1/subscriptions/s", "min_position", decimal(b.end()))
		if a.View["partner_role"] != want {
			t.Errorf("want %s: %s", want, shown(a))
		}
	}
	do := func(c func() ledger.Client, name string, in body) {
		t.Helper()
		accepted(t, c().Do(name, in), name, in)
		b.crash()
	}
	do(partner, "DeclareOrderFor", onS("for", "customer"))
	do(partner, "MapPartnerOrganization", onS("partner_id", "p"))
	match := partner().Get("/v1/subscriptions/s/organization-matches", "side", "customer", "domain", "other.example", "min_position", decimal(b.end()))
	if items := match.Items(); len(items) != 1 || items[0]["id"] != "other" || match.View["outcome"] != "matched_by_domain" {
		t.Fatal(shown(match))
	}
	do(partner, "MapCustomerOrganization", onS("account_id", "other"))
	role("provisioning_admin")
	if a := partner().Get("/v1/accounts/other"); a.Status != 404 {
		t.Error(shown(a))
	}
	do(partner, "CompleteSetup", onS())
	if a := customer().Do("GrantFullAdministrator", onS()); a.Code != "not_requested" {
		t.Error(shown(a))
	}
	do(partner, "RequestFullAdministrator", onS())
	role("provisioning_admin")
	do(customer, "GrantFullAdministrator", onS())
	role("full_admin")
	// Who provisioned it is erased, and nothing shows the address any more.
	b.done("ErasePerson", body{"account_id": "p", "email": "mia@partner.example", "confirm": "erase"})
	for _, path := range []string{"/v1/subscriptions/s", "/v1/subscriptions/s/summary", "/v1/events"} {
		if a := b.seen(path, "min_position", decimal(b.end())); bytes.Contains(a.Body, []byte("mia@partner")) || !bytes.Contains(a.Body, []byte(`{"erased":true}`)) {
			t.Errorf("%s: %s", path, shown(a))
		}
	}
}

// Deleting an account is prepared beside the writer: it releases sites of
// subscriptions, which are not the account's rows, and what is not provisioned
// is mapped again. Everything that is stored can be made again of the log
// (SUB-7, SUB-8).
func TestDeletedAccountReleasesSites(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.customer("p", "next")
	b.done("AddUser", body{"account_id": "p", "user_id": "mia", "email": "mia@partner.example", "name": "Mia"})
	b.done("AddUser", addUser("next", "nia"))
	step := func(id, name string, more ...any) *ledger.Answer {
		in := onS(more...)
		in["subscription_id"] = id
		return b.Do(name, in)
	}
	site := func(url string) []any { return []any{body{"site_url": url, "time_zone": "UTC"}} }
	for _, id := range []string{"s", "open"} {
		for _, s := range [][]any{
			{"ReceiveSubscription", "provisioning_contact", "mia@partner.example", "services", []any{body{"service": "meetings", "quantity": 3}}},
			{"DeclareOrderFor", "for", "customer"}, {"MapPartnerOrganization", "partner_id", "p"},
			{"MapCustomerOrganization", "account_id", "a"}, {"SetUpMeetings", "sites", site("site-" + id)},
		} {
			accepted(t, step(id, s[0].(string), s[1:]...), s[0].(string), s)
		}
	}
	accepted(t, step("s", "CompleteSetup"), "CompleteSetup", "s")
	b.done("DeleteAccount", body{"account_id": "a", "confirm": "delete"})
	if a := step("open", "CompleteSetup"); a.Code != "wrong_step" {
		t.Error(shown(a))
	}
	accepted(t, step("open", "MapCustomerOrganization", "account_id", "next"), "MapCustomerOrganization", "next")
	accepted(t, step("open", "SetUpMeetings", "sites", site("site-s")), "SetUpMeetings", "site-s")
	b.crash()
	accepted(t, step("open", "CompleteSetup"), "CompleteSetup", "open")
	at := decimal(b.end())
	if items := b.seen("/v1/accounts/next/sites", "min_position", at).Items(); len(items) != 1 || items[0]["site_url"] != "site-s" {
		t.Errorf("%v", items)
	}
	if items := b.seen("/v1/accounts/a/sites").Items(); len(items) != 0 {
		t.Errorf("a deleted account has %v", items)
	}
	b.done("ErasePerson", body{"account_id": "p", "email": "mia@partner.example", "confirm": "erase"})
	b.done("ErasePerson", body{"account_id": "next", "user_id": "nia", "confirm": "erase"})
	b.seen("/v1/subscriptions", "min_position", decimal(b.end()))
	verdict := b.Get("/v1/replay/verify")
	lines := bytes.Split(bytes.TrimSpace(verdict.Body), []byte("\n"))
	if last := lines[len(lines)-1]; verdict.Status != 200 || !bytes.Contains(last, []byte(`"findings":0,"parts"`)) {
		t.Errorf("verify: %s", tail(string(verdict.Body), 1500))
	}
}
