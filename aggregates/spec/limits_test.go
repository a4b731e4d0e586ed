package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/events"
)

// sealingOverheadBytes is more than any sealing adds to what it seals.
const sealingOverheadBytes = 64

// The largest commands that pass the checks make events that fit an entry,
// sealed and with the longest ids.
func TestLargestEntries(t *testing.T) {
	id, text := strings.Repeat("i", rule.MaxIDBytes), strings.Repeat(`"`, rule.MaxTextBytes)
	quoted := strings.Repeat(`\"`, rule.MaxTextBytes)
	for name, body := range map[string]string{
		"CreateAccount": fmt.Sprintf(`A CreateAccount {"account_id":%q,"partner_id":"acme","name":"%[2]s","country":"IT","state":"%[2]s","address":"%[2]s","city":"%[2]s","postal_code":"1",`+
			`"default_language":"it","cloud_location":"EU","business_type":"%[2]s","support_contacts":[%[3]s]}`, id, quoted, contacts(account.MaxSupportContacts, 0)),
		"CreateAccount, long contacts": fmt.Sprintf(`A CreateAccount {"account_id":%q,"partner_id":"acme","name":"N","country":"IT","address":"A","city":"C","postal_code":"1",`+
			`"default_language":"it","cloud_location":"EU","support_contacts":[%s]}`, id, contacts(account.MaxContactsBytes/(rule.MaxTextBytes+15), rule.MaxTextBytes)),
		"RegisterPartner": fmt.Sprintf(`A RegisterPartner {"partner_id":%q,"name":"%s","email_domains":[%s]}`, id, quoted, domains(partner.MaxEmailDomains)),
		"ReportProblem":   fmt.Sprintf(`A ReportProblem {"account_id":"contoso","summary":"%s"}`, strings.Repeat(`\"`, rule.MaxLongTextBytes)),
		"UpdateUser": fmt.Sprintf(`A UpdateUser {"account_id":"contoso","user_id":"bob","email":%[2]q,"first_name":"%[1]s","last_name":"%[1]s","name":"%[1]s","preferred_site":"%[1]s"}`,
			quoted, longEmail),
		"SetUpMeetings":           onSub("P", "SetUpMeetings", `,"sites":[`+largeSites+`]`),
		"MapCustomerOrganization": onSub("P", "MapCustomerOrganization", fmt.Sprintf(`,"new_organization":{"name":"%[1]s","vertical":"%[1]s","country":"IT"}`, quoted)),
		"SetUpCalling":            onSub("P", "SetUpCalling", fmt.Sprintf(`,"location":{"name":"%[1]s","country":"IT","address":"%[1]s","city":"%[1]s","postal_code":"1"}`, quoted)),
	} {
		w := given(t, mapped...)
		made, err := w.do(body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		largest := 0
		for _, e := range made {
			sealWide(e.Data)
			e.Actor, e.CorrelationID, e.CausationID = text, text, text
			b, err := events.Kinds.Encode(e)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			largest = max(largest, len(b))
		}
		t.Logf("%s: %d bytes", name, largest)
	}
}

// largeSites are the most sites, with the longest names.
var largeSites = func() string {
	list := make([]string, subscription.MaxSites)
	for i := range list {
		list[i] = fmt.Sprintf(`{"site_url":"s%02d%s","time_zone":"America/Argentina/ComodRivadavia","early_release":true,"licenses":%d}`,
			i, strings.Repeat("l", 60), map[bool]int{true: 10}[i == 0])
	}
	return strings.Join(list, ",")
}()

// longEmail has 250 bytes.
var longEmail = strings.Repeat("l", 60) + "@" + strings.Repeat("d23456789.", 18) + "example.com"

func contacts(n, nameBytes int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"email":"c%02d@contoso.com","name":"%s"}`, i, strings.Repeat("n", nameBytes))
		if nameBytes == 0 {
			list[i] = fmt.Sprintf(`{"email":"c%02d%s"}`, i, longEmail[13:])
		}
	}
	return strings.Join(list, ",")
}

func domains(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"d%02d.%sexample.com"`, i, strings.Repeat("d23456789.", 23))
	}
	return strings.Join(list, ",")
}

func sealWide(v any) {
	if p, ok := v.(events.Personable); ok {
		for _, f := range p.Persons() {
			f.Sealed = make([]byte, len(f.Plain)+sealingOverheadBytes)
		}
	}
}

// One more than a limit is a field that is not acceptable.
func TestLimits(t *testing.T) {
	lines := strings.Repeat(`{"product":"miteam_meetings","quantity":1},`, 101)
	for when, field := range map[string]string{
		fmt.Sprintf(`A RegisterPartner {"name":"N","email_domains":[%s]}`, domains(partner.MaxEmailDomains+1)):                                "email_domains",
		`A PlaceOrder {"partner_id":"acme","lines":[` + strings.TrimSuffix(lines, ",") + `]}`:                                                 "lines",
		strings.Replace(newAccount("acme", "n"), `{"email":"help@n.com","name":"Help"}`, contacts(account.MaxSupportContacts+1, 1), 1):        "support_contacts",
		strings.Replace(newAccount("acme", "n"), `{"email":"help@n.com","name":"Help"}`, contacts(account.MaxSupportContacts, 256), 1):        "support_contacts",
		fmt.Sprintf(`A ReportProblem {"account_id":"contoso","summary":"%s"}`, strings.Repeat("s", rule.MaxLongTextBytes+1)):                  "summary",
		fmt.Sprintf(`A AddUser {"account_id":"contoso","email":"a@b.com","name":"%s"}`, strings.Repeat("s", rule.MaxTextBytes+1)):             "name",
		fmt.Sprintf(`A AddUser {"account_id":"contoso","user_id":"%s","email":"a@b.com","name":"N"}`, strings.Repeat("s", rule.MaxIDBytes+1)): "user_id",
	} {
		got := strings.Join(answer(given(t, accounts...).do(when)), " ")
		if !strings.Contains(got, "invalid "+field) {
			t.Errorf("%.80s: %s", when, got)
		}
	}
}

// An account has at most 100 support contacts, however they came.
func TestMostContacts(t *testing.T) {
	w := given(t, accounts...)
	for i := range account.MaxSupportContacts - 1 {
		if _, err := w.do(fmt.Sprintf(`P AddSupportContact {"account_id":"contoso","email":"c%d@contoso.com"}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := answer(w.do(`P AddSupportContact {"account_id":"contoso","email":"more@contoso.com"}`)); got[0] != "invalid email" {
		t.Error(got)
	}
	if got := answer(w.do(`P AddSupportContact {"account_id":"contoso","email":"c1@contoso.com","name":"One"}`)); compare(then("SupportContactAdded"), got) != "" {
		t.Error(got)
	}
}
