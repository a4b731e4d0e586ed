package spec

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/text/language"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/events"

	"github.com/go-json-experiment/json"
)

// show is a row of the rule book about what is shown, not about what is done.
type show struct {
	rules string
	given []string
	what  func(*world) any
	then  string // JSON; a part of what is shown
}

var (
	meetOff  = `{"product":"miteam_meetings","display":"none","on":false,"editable":false,"message":"No licenses","message_code":"no_licenses",`
	hasNone  = `"license":{"state":"none","since":null,"position":null}}`
	sixSeats = join(users, place("never", "miteam_meetings", 2, ""), place("late", "miteam_meetings", 2, `,"expires_at":"2027-01-01T00:00:00Z"`),
		place("early", "miteam_meetings", 2, `,"activates_at":"2026-03-01T09:00:00Z","expires_at":"2026-03-20T00:00:00Z"`),
		give("never", "contoso"), give("late", "contoso"), give("early", "contoso"), on("MiTeamMeetings"))
)

var shows = []show{
	{"SEC-1", users, meet("bob", "en"), meetOff + hasNone},
	{"SEC-1 INT-4", join(collabMeet, off("MiTeamMeetings")), meet("bob", "en"), meetOff + `"license":{"state":"active","position":20}}`},
	{"SEC-1 INT-5", join(bobMeets, off("MiTeamMeetings")), meet("bob", "en"), meetOff + `"license":{"state":"disabled","position":19,"since":"2026-03-01T09:00:13Z"}}`},
	{"SEC-1", join(users, on("MiCollab")), meet("bob", "en"), meetOff + hasNone},
	{"SEC-2", collabMeet, meet("bob", "en"), `{"display":"toggle","on":true,"editable":false,"message":null,"message_code":null,"license":{"state":"active"}}`},
	{"SEC-3", collabMeet, meet("eve", "en"), meetOff + hasNone},
	{"SEC-4", bobMeets, meet("bob", "en"), `{"display":"toggle","on":true,"editable":true,"message":null,"license":{"state":"active","position":17,"since":"2026-03-01T09:00:12Z"}}`},
	{"SEC-4 ORD-5", join(lapsed, expireMeet), meet("bob", "en"), `{"display":"toggle","on":true,"editable":true,"message":null}`},
	{"SEC-5", full, meet("eve", "en"), `{"display":"toggle","on":false,"editable":false,"message":"Licenses not available","message_code":"licenses_not_available",` + hasNone},
	{"SEC-5", join(users, on("MiTeamMeetings")), meet("eve", "en"), `{"display":"toggle","on":false,"editable":false,"message_code":"licenses_not_available"}`},
	{"SEC-6", bobMeets, meet("eve", "en"), `{"display":"toggle","on":false,"editable":true,"message":null,"message_code":null,` + hasNone},
	{"SEC-6 INT-5", join(bobMeets, off("MiTeamMeetings"), on("MiTeamMeetings")), meet("bob", "en"), `{"display":"toggle","on":false,"editable":true,"license":{"state":"disabled"}}`},
	{"SEC-1", users, meet("bob", "it-IT,en;q=0.5"), `{"message":"Nessuna licenza","message_code":"no_licenses"}`},
	{"SEC-1", users, meet("bob", "de-AT"), `{"message":"Keine Lizenzen"}`},
	{"SEC-5", full, meet("eve", "it"), `{"message":"Licenze non disponibili"}`},
	{"SEC-5", full, meet("eve", "de, en"), `{"message":"Lizenzen nicht verfügbar"}`},
	{"SEC-1", users, meet("bob", "fr"), `{"message":"No licenses"}`},
	{"SEC-1", users, meet("bob", ";;"), `{"message":"No licenses"}`},

	{"SEC-1 LIC-4", join(tiers, assign("P", "bob", "mitel_one_premier"), off("MitelOne")), one("bob"),
		`{"product":"mitel_one","tier":"premier","display":"none","on":false,"message_code":"no_licenses","license":{"state":"active"}}`},
	{"SEC-4 LIC-4", join(tiers, on("MiCollab"), assign("P", "bob", "mitel_one_premier")), one("bob"), `{"product":"mitel_one","tier":"premier","display":"toggle","on":true,"editable":true}`},
	{"SEC-6 LIC-4", tiers, one("bob"), `{"product":"mitel_one","tier":null,"display":"toggle","on":false,"editable":true,` + hasNone},
	{"SEC-5 LIC-4", join(users, seats("pre", "contoso", "mitel_one_premier", 1), on("MitelOne"), assign("P", "bob", "mitel_one_premier")), one("eve"),
		`{"product":"mitel_one","on":false,"editable":false,"message_code":"licenses_not_available"}`},
	{"SEC-6", users, func(w *world) any { return len(w.sections("bob", "en")) }, `2`},

	{"ACC-2", accounts, func(w *world) any { return w.account("contoso").CustomerNumberLabel() }, `"SAP Customer Number"`},
	{"ACC-2", partners, func(*world) any { return (&account.Account{Kind: "micloud_connect"}).CustomerNumberLabel() }, `"Billing Customer Number"`},
	{"ACC-3", accounts, func(w *world) any { return w.account("contoso").PBXType }, `""`},
	{"ACC-7", join(accounts, `C AddSupportContact {"account_id":"contoso","email":"desk@contoso.com"}`, `C AddSupportContact {"account_id":"contoso","email":"help@contoso.com","name":"New"}`),
		func(w *world) any { return w.account("contoso").SupportContacts }, `[{"email":"desk@contoso.com"},{"email":"help@contoso.com","name":"New"}]`},
	{"INT-6", collab, func(w *world) any { return w.account("contoso").CrossLaunch() }, `true`},
	{"INT-6", join(collab, off("MiCollab")), func(w *world) any { return w.account("contoso").CrossLaunch() }, `false`},

	{"ACC-6", join(sixSeats, assign("P", "ada", "miteam_meetings"), assign("P", "bob", "miteam_meetings"), assign("P", "eve", "miteam_meetings")), panel, `[
		{"order_id":"early","product":"miteam_meetings","quantity":2,"assigned":2,"remaining":0,"starts_at":"2026-03-01T09:00:00Z","expires_at":"2026-03-20T00:00:00Z"},
		{"order_id":"late","quantity":2,"assigned":1,"remaining":1},
		{"order_id":"never","quantity":2,"assigned":0,"remaining":2,"starts_at":"2026-03-01T09:00:09Z","expires_at":null}]`},
	{"ACC-6 ORD-5", join(sixSeats, assign("P", "ada", "miteam_meetings"), assign("P", "bob", "miteam_meetings"), assign("P", "eve", "miteam_meetings"), "wait 9000h",
		`L ExpireOrder {"order_id":"early"}`, `L ExpireOrder {"order_id":"late"}`), panel, `[{"order_id":"never","quantity":2,"assigned":2,"remaining":0}]`},
	{"ORD-5", join(lapsed, assign("P", "ada", "miteam_meetings"), expireMeet), pool, `{"total":0,"assigned":2,"available":0,"over_allocated":true}`},
	{"ORD-5", full, pool, `{"total":2,"assigned":2,"available":0,"over_allocated":false}`},
	{"INT-5", join(full, off("MiTeamMeetings")), pool, `{"total":2,"assigned":0,"available":2,"over_allocated":false}`},

	{"ORD-5", join(expires, assignMeet), due, `["2026-03-02T00:00:00.000000Z meet"]`},
	{"ORD-5", expires, due, `[]`},
	{"ORD-5 ORD-6", join(expires, assignMeet, unassignMeet), due, `[]`},
	{"ORD-5", join(lapsed, expireMeet), due, `[]`},

	{"SUB-11", ready, func(w *world) any { return w.sub("s") }, `{"services":` + allServices + `,"sites":[{"site_url":"contoso"}],"location":{"name":"HQ"},
		"partner_id":"acme","account_id":"contoso","received_at":"2026-03-01T09:00:10Z","partner_mapped_at":"2026-03-01T09:00:12Z","customer_mapped_at":"2026-03-01T09:00:13Z","provisioned_at":null}`},
	{"SUB-11", complete, func(w *world) any { return w.sub("s").ProvisionedAt }, `"2026-03-01T09:00:16Z"`},

	{"ORD-3 ORD-4", placed, ordered("meet", 0), `{"status":"unassigned","perpetual":true,"expiring_soon":false,"filters":["all","unassigned"]}`},
	{"ORD-3 ORD-4", join(placed, assignMeet), ordered("meet", 0), `{"status":"assigned","filters":["all"]}`},
	{"ORD-3", join(placed, cancelMeet), ordered("meet", 0), `{"status":"cancelled","expiring_soon":false,"filters":["all"]}`},
	{"ORD-3", join(accounts, place("meet", "miteam_meetings", 5, later)), ordered("meet", 0), `{"status":"pending_activation","filters":["all"]}`},
	{"ORD-3", join(accounts, place("meet", "miteam_meetings", 5, later)), ordered("meet", 15*time.Hour), `{"status":"unassigned"}`},
	{"ORD-3 ORD-4", expires, ordered("meet", 0), `{"status":"unassigned","perpetual":false,"expiring_soon":true,"filters":["all","unassigned","expiring"]}`},
	{"ORD-3 ORD-4", join(expires, assignMeet), ordered("meet", 0), `{"status":"assigned","expiring_soon":true,"filters":["all","expiring"]}`},
	{"ORD-3", join(expires, assignMeet), ordered("meet", 15*time.Hour), `{"status":"expired","expiring_soon":false,"filters":["all"]}`},
	{"ORD-3", join(expires, cancelMeet), ordered("meet", 15*time.Hour), `{"status":"cancelled","expiring_soon":false}`},
	{"ORD-4", join(accounts, place("Meet-1", "miteam_meetings", 5, `,"reseller_po":"RX","customer_po":"CX","sap_order_id":"SX"`), give("Meet-1", "contoso")), func(w *world) any {
		var found []string
		for _, q := range []string{"", "meet-", "rx", "cx", "sx", "CONTOSO", "Spa", "none"} {
			if order.Found(order.Orders.Get(w.rows, "Meet-1", ""), "Contoso SpA", q) {
				found = append(found, q)
			}
		}
		return found
	}, `["","meet-","rx","cx","sx","CONTOSO","Spa"]`},
}

func TestShows(t *testing.T) {
	for i, s := range slices.Concat(shows, conversionShows, messageShows) {
		t.Run(fmt.Sprintf("%03d %s", i, s.rules), func(t *testing.T) {
			w := given(t, s.given...)
			b, err := json.Marshal(s.what(w))
			if err != nil {
				t.Fatal(err)
			}
			if diff := subset("shown", parse(s.then), parse(string(b))); diff != "" {
				t.Errorf("%s, in %s", diff, b)
			}
		})
	}
}

func (w *world) account(id string) *account.Account { return account.Accounts.Get(w.rows, id, "") }

func (w *world) sections(user, accept string) []account.Section {
	pools := func(product string) *account.Pool { return account.Pools.Get(w.rows, "contoso", product) }
	return account.Sections(w.account("contoso"), account.Users.Get(w.rows, "contoso", user), pools, account.SectionLanguage(accept))
}

func meet(user, accept string) func(*world) any {
	return func(w *world) any { return w.sections(user, accept)[0] }
}

func one(user string) func(*world) any {
	return func(w *world) any { return w.sections(user, language.English.String())[1] }
}

func panel(w *world) any {
	var orders []*order.Order
	for id := range order.ByAccount.Scan(w.rows, "contoso") {
		orders = append(orders, order.Orders.Get(w.rows, id, ""))
	}
	return order.Allocate(orders, func(p string) int { return account.Pools.Get(w.rows, "contoso", p).Assigned })
}

// due lists what the ledger's clock has to watch.
func due(w *world) any {
	ids := []string{}
	for id := range order.Expiring.Scan(w.rows, "") {
		ids = append(ids, id)
	}
	return ids
}

func pool(w *world) any {
	p := account.Pools.Get(w.rows, "contoso", "miteam_meetings")
	return map[string]any{"total": p.Total, "assigned": p.Assigned, "available": p.Available(), "over_allocated": p.OverAllocated()}
}

func ordered(id string, after time.Duration) func(*world) any {
	return func(w *world) any {
		o, at, within := order.Orders.Get(w.rows, id, ""), w.now.Add(after), order.DefaultExpiringWithin
		var filters []string
		for _, f := range []string{order.FilterAll, order.Unassigned, order.FilterExpiring} {
			if order.Matches(o, f, at, within) {
				filters = append(filters, f)
			}
		}
		return map[string]any{"status": order.Status(o, at), "perpetual": o.Perpetual(), "expiring_soon": order.ExpiringSoon(o, at, within), "filters": filters}
	}
}

// A user who came without names may stay so, but is not left so by a command
// on names (LIC-6).
func TestNameless(t *testing.T) {
	w := given(t, accounts...)
	if _, err := w.record(caller("L"), "Import", []events.Draft{w.account("contoso").Draft(&events.UserAdded{
		AccountID: "contoso", UserID: "bob", PersonID: "b", Email: events.Clear("bob@contoso.com"), Role: account.RoleUser})}); err != nil {
		t.Fatal(err)
	}
	for fields, want := range map[string]string{
		`"extension":"12"`:                "UserUpdated",
		`"extension":""`:                  "nothing",
		`"name":""`:                       "refused name_required",
		`"first_name":"","last_name":""`:  "refused name_required",
		`"first_name":"","last_name":"B"`: "UserUpdated",
	} {
		got := answer(w.fork().do(`P UpdateUser {"account_id":"contoso","user_id":"bob",` + fields + `}`))
		if diff := compare(then(want), got); diff != "" {
			t.Errorf("%s: %s: %s", fields, diff, got)
		}
	}
}

// A service that a subscription brought shows once the account has it, and is
// assigned with no integration.
func TestServices(t *testing.T) {
	w := given(t, users...)
	a := w.account("contoso")
	if _, err := w.record(caller("L"), "CompleteSetup", []events.Draft{
		a.Draft(&events.LicensesAdded{AccountID: "contoso", OrderID: "sub", Product: "messaging", Quantity: 1})}); err != nil {
		t.Fatal(err)
	}
	if got := answer(w.do(assign("C", "bob", "messaging"))); compare(then("UserLicenseAssigned"), got) != "" {
		t.Error(got)
	}
	if got := answer(w.do(assign("C", "eve", "messaging"))); compare(then("refused no_licenses_available"), got) != "" {
		t.Error(got)
	}
	if s := w.sections("bob", "en"); len(s) != 3 || s[2].Product != "messaging" || !s[2].On || !s[2].Editable {
		t.Errorf("%+v", s)
	}
	w.verify(t)
}
