package projections

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// shown is a view as a client gets it.
func shown(t *testing.T, v any, err error) map[string]any {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func mustHave(t *testing.T, m map[string]any, path string, want any) {
	t.Helper()
	var v any = m
	for name := range strings.SplitSeq(path, ".") {
		v = v.(map[string]any)[name]
	}
	if !reflect.DeepEqual(v, want) {
		t.Errorf("%s is %v, not %v", path, v, want)
	}
}

func isNotFound(err error) bool {
	var r *rule.Refusal
	return errors.As(err, &r) && r.Code == rule.NotFound
}

func TestAccountView(t *testing.T) { // ACC-2, ACC-3, INT-6
	l := newLedger(t)
	l.found()
	l.commit(draft{"acme", "acme-one", &events.IntegrationSwitched{AccountID: "acme-one", Integration: "micollab", Enabled: true}},
		draft{"acme", "acme-one", &events.PrivilegeEnabled{AccountID: "acme-one", Integration: "micollab", Privilege: "guest_access_consent"}})
	on := l.position - 1
	l.commit(draft{"acme", "own", &events.AccountCreated{AccountID: "own", PartnerID: "acme", Own: true, Kind: "micloud_connect", Name: "Own"}})
	s := l.replayed()
	now := at(t, s, AsOf{})
	v, err := AccountByID(now, as(rule.Admin), "acme-one")
	m := shown(t, v, err)
	for _, i := range events.Integrations {
		want := map[string]any{"enabled": false}
		if i.ID == "micollab" {
			want = map[string]any{"enabled": true, "position": float64(on), "since": l.commits[len(l.commits)-2].Events[0].Time.Format(time.RFC3339)}
		}
		mustHave(t, m, "integrations."+i.ID, want)
		if i.Mitel {
			mustHave(t, m, "privileges."+i.ID, map[string]any{"delegated_authentication": false, "guest_access_consent": i.ID == "micollab"})
		}
	}
	if n, p := len(m["integrations"].(map[string]any)), len(m["privileges"].(map[string]any)); n != 11 || p != 7 {
		t.Errorf("%d integrations, %d privileges", n, p)
	}
	mustHave(t, m, "cross_launch", true)
	mustHave(t, m, "call_services", map[string]any{"bandwidth_optimization": false})
	mustHave(t, m, "customer_number_label", "SAP Customer Number")
	mustHave(t, m, "own", false)
	mustHave(t, m, "support_contacts", []any{map[string]any{"email": "help@acme-one.example", "name": "Help"}})
	for _, absent := range []string{"customer_number", "pbx_type", "country", "business_type"} {
		if _, ok := m[absent]; ok {
			t.Errorf("%s is there, though not known", absent)
		}
	}
	v, err = AccountByID(now, as(rule.Operator), "own")
	mustHave(t, shown(t, v, err), "customer_number_label", "Billing Customer Number")
	v, err = AccountByID(at(t, s, AtPosition(on-1)), as(rule.Operator), "acme-one")
	m = shown(t, v, err)
	mustHave(t, m, "cross_launch", false)
	if c := m["support_contacts"].([]any)[0].(map[string]any)["email"].(map[string]any); c["sealed"] == nil {
		t.Errorf("an operator sees %v", c)
	}
	if _, err := AccountByID(at(t, s, AtPosition(1)), as(rule.Admin), "acme-one"); !isNotFound(err) {
		t.Errorf("before it was created: %v", err)
	}
}

func TestLists(t *testing.T) { // ORD-4
	l := newLedger(t)
	l.found()
	l.commit(draft{"acme", "acme-two", &events.AccountDeleted{AccountID: "acme-two"}})
	l.commit(draft{"zeta", "loose", &events.OrderPlaced{OrderID: "loose", PartnerID: "zeta", CustomerPO: "Blue-7",
		Lines: []events.Line{{Product: "mitel_one_elite", Quantity: 1}}, ExpiresAt: l.now.Add(20 * 24 * time.Hour)}})
	snap := at(t, l.replayed(), AsOf{})
	admin, zeta := rule.Caller{Role: rule.Admin}, rule.Caller{Role: rule.Partner, Partner: "zeta"}
	one, nobody := rule.Caller{Role: rule.AccountAdmin, Account: "acme-one"}, rule.Caller{Role: rule.Partner}
	accounts := func(c rule.Caller, f AccountFilter) (ids []string, err error) {
		l, err := Accounts(snap, Audience{Caller: c}, f, Page{})
		for _, v := range l.Items {
			ids = append(ids, v.AccountID)
		}
		return ids, err
	}
	orders := func(c rule.Caller, f OrderFilter) (ids []string, err error) {
		l, err := Orders(snap, Audience{Caller: c}, f, Page{})
		for _, v := range l.Items {
			ids = append(ids, v.OrderID)
		}
		return ids, err
	}
	partners := func(c rule.Caller, f PartnerFilter) (ids []string, err error) {
		l, err := Partners(snap, Audience{Caller: c}, f, Page{})
		for _, v := range l.Items {
			ids = append(ids, v.PartnerID)
		}
		return ids, err
	}
	check := func(name, want string) func([]string, error) {
		return func(ids []string, err error) {
			if got := strings.Join(ids, " "); got != want || err != nil {
				t.Errorf("%s: %q, not %q (%v)", name, got, want, err)
			}
		}
	}
	check("all accounts", "acme-one zeta-one zeta-two")(accounts(admin, AccountFilter{}))
	check("of a partner", "acme-one")(accounts(admin, AccountFilter{Partner: "acme"}))
	check("deleted", "acme-two")(accounts(admin, AccountFilter{Status: "deleted"}))
	check("found by name", "zeta-two")(accounts(admin, AccountFilter{Query: " ACCOUNT zeta-t"}))
	check("a partner's own", "zeta-one zeta-two")(accounts(zeta, AccountFilter{}))
	check("another partner's", "")(accounts(zeta, AccountFilter{Partner: "acme"}))
	check("an account's own", "acme-one")(accounts(one, AccountFilter{}))
	check("nobody's", "")(accounts(nobody, AccountFilter{}))

	check("all orders", "loose order-001 order-002 order-003 order-004")(orders(admin, OrderFilter{Status: "all"}))
	check("a partner's orders", "loose order-003 order-004")(orders(zeta, OrderFilter{}))
	check("unassigned", "loose")(orders(zeta, OrderFilter{Status: "unassigned"}))
	check("expiring", "loose")(orders(admin, OrderFilter{Status: "expiring"}))
	check("expired", "")(orders(admin, OrderFilter{Status: "expired"}))
	check("of an account", "order-003")(orders(admin, OrderFilter{Account: "zeta-one"}))
	check("of another's account", "")(orders(zeta, OrderFilter{Account: "acme-one"}))
	check("of a product", "loose")(orders(admin, OrderFilter{Product: "mitel_one_elite"}))
	check("found by PO", "loose")(orders(admin, OrderFilter{Query: "blue-"}))
	check("found by the account's name", "order-004")(orders(admin, OrderFilter{Query: "account zeta-two"}))

	check("partners", "acme zeta")(partners(admin, PartnerFilter{}))
	check("partners by name", "zeta")(partners(admin, PartnerFilter{Query: "ner ZE"}))
	check("the partner itself", "zeta")(partners(zeta, PartnerFilter{}))
	check("an account's partners", "")(partners(one, PartnerFilter{}))
}

func TestOutOfScopeIsNotFound(t *testing.T) {
	l := newLedger(t)
	l.found()
	u := l.addUser("acme-one").Events[0].Data.(*events.UserAdded).UserID
	snap := at(t, l.replayed(), AsOf{})
	for name, who := range map[string]rule.Caller{
		"another partner": {Role: rule.Partner, Partner: "zeta"}, "another account": {Role: rule.AccountAdmin, Account: "zeta-one"},
	} {
		a := Audience{Caller: who, Language: "en"}
		_, e1 := AccountByID(snap, a, "acme-one")
		_, e2 := OrderByID(snap, a, "order-001")
		_, e3 := PartnerByID(snap, a, "acme")
		_, e4 := UserByID(snap, a, "acme-one", u)
		_, e5 := Users(snap, a, UserFilter{Account: "acme-one"}, Page{})
		_, e6 := Pools(snap, a, "acme-one")
		_, e7 := Subscriptions(snap, a, "acme-one")
		_, e8 := AccountOrders(snap, a, OrderFilter{Account: "acme-one"}, Page{})
		_, e9 := UsageOf(snap, a, UsageFilter{Account: "acme-one"})
		for i, err := range []error{e1, e2, e3, e4, e5, e6, e7, e8, e9} {
			if !isNotFound(err) {
				t.Errorf("%s, view %d: %v", name, i+1, err)
			}
		}
	}
	if _, err := UserByID(snap, as(rule.Admin), "acme-one", "nobody"); !isNotFound(err) {
		t.Errorf("a user that is not: %v", err)
	}
}

func TestUserView(t *testing.T) { // SEC-1, SEC-4
	l := newLedger(t)
	l.found()
	u := l.addUser("acme-one").Events[0].Data.(*events.UserAdded)
	l.addUser("acme-one")
	l.commit(draft{"acme", "acme-one", &events.UserLicenseAssigned{AccountID: "acme-one", UserID: u.UserID, Product: "miteam_meetings"}})
	s := l.replayed()
	l.commit(draft{"acme", "acme-one", &events.IntegrationSwitched{AccountID: "acme-one", Integration: "miteam_meetings", Enabled: true}})
	later := l.replayed()
	italian := as(rule.Admin)
	italian.Language = "it"
	section := func(s *Store) map[string]any {
		v, err := UserByID(at(t, s, AsOf{}), italian, "acme-one", u.UserID)
		m := shown(t, v, err)
		mustHave(t, m, "email", u.Email.Plain)
		mustHave(t, m, "state", "active")
		if _, ok := m["name"]; ok {
			t.Error("a name is there, though not known")
		}
		return m["products_and_licenses"].([]any)[0].(map[string]any)
	}
	mustHave(t, section(s), "message", "Nessuna licenza")
	mustHave(t, section(s), "license.state", "active")
	mustHave(t, section(later), "on", true)
	users := func(a Audience, f UserFilter) int {
		t.Helper()
		f.Account = "acme-one"
		l, err := Users(at(t, s, AsOf{}), a, f, Page{})
		if err != nil {
			t.Fatal(err)
		}
		return len(l.Items)
	}
	for _, c := range []struct {
		f    UserFilter
		who  rule.Role
		want int
	}{
		{UserFilter{}, rule.Admin, 2}, {UserFilter{Product: "miteam_meetings"}, rule.Admin, 1}, {UserFilter{Product: "mitel_one"}, rule.Admin, 0},
		{UserFilter{Role: "account_admin"}, rule.Admin, 0}, {UserFilter{State: "active"}, rule.Admin, 2},
		{UserFilter{Query: "first " + u.UserID}, rule.Admin, 1}, {UserFilter{Query: "MAIL.example"}, rule.Admin, 2},
		{UserFilter{Query: "mail.example"}, rule.Operator, 0}, {UserFilter{Query: u.UserID}, rule.Operator, 1},
	} {
		if n := users(as(c.who), c.f); n != c.want {
			t.Errorf("%s, %+v: %d users, not %d", c.who, c.f, n, c.want)
		}
	}
}

func TestPoolsAndPanel(t *testing.T) { // ORD-5, ACC-6
	l := newLedger(t)
	l.found()
	l.order("acme", "acme-one", "miteam_meetings", 2)
	for i := range 3 {
		u := l.addUser("acme-one").Events[0].Data.(*events.UserAdded).UserID
		l.commit(draft{"acme", "acme-one", &events.UserLicenseAssigned{AccountID: "acme-one", UserID: u, Product: "miteam_meetings"}})
		if i == 1 {
			l.commit(draft{"acme", "acme-one", &events.LicensesExpired{AccountID: "acme-one", OrderID: "order-001", Product: "miteam_meetings", Quantity: 500}},
				draft{"acme", "order-001", &events.OrderExpired{OrderID: "order-001", AccountID: "acme-one"}})
		}
	}
	s := l.replayed()
	pools, err := Pools(at(t, s, AsOf{}), as(rule.Admin), "acme-one")
	if want := []Pool{{"miteam_meetings", 2, 3, 0, true}}; err != nil || !slices.Equal(pools.Items, want) {
		t.Errorf("pools %+v, not %+v (%v)", pools.Items, want, err)
	}
	panel, err := Subscriptions(at(t, s, AsOf{}), as(rule.Admin), "acme-one")
	if err != nil || len(panel.Items) != 1 || panel.Items[0].Assigned != 2 || panel.Items[0].Remaining != 0 {
		t.Errorf("panel %+v (%v)", panel.Items, err)
	}
	o, err := OrderByID(at(t, s, AsOf{}), as(rule.Admin), "order-001")
	mustHave(t, shown(t, o, err), "status", "expired")
}

func TestUsage(t *testing.T) {
	l := newLedger(t)
	l.found() // 500 seats of each account, on the first day
	day := 24 * time.Hour
	for range 3 {
		l.now = l.now.Add(day)
		u := l.addUser("acme-one").Events[0].Data.(*events.UserAdded).UserID
		l.commit(draft{"acme", "acme-one", &events.UserLicenseAssigned{AccountID: "acme-one", UserID: u, Product: "miteam_meetings"}})
	}
	l.now = l.now.Add(day)
	snap := at(t, l.replayed(), AsOf{})
	usage := func(f UsageFilter) string {
		f.Account = "acme-one"
		items, err := UsageOf(snap, as(rule.Admin), f)
		if err != nil {
			return err.Error()
		}
		var b []string
		for _, i := range items.Items {
			b = append(b, fmt.Sprintf("%s-%s:%d/%d", i.From.Format("0102T15"), i.To.Format("0102T15"), i.Assigned, i.Total))
		}
		return strings.Join(b, " ")
	}
	for _, c := range []struct {
		f    UsageFilter
		want string
	}{
		{UsageFilter{}, "0105T00-0106T00:0/500 0106T00-0107T00:1/500 0107T00-0108T00:2/500 0108T00-0109T00:3/500 0109T00-0109T08:3/500"},
		{UsageFilter{Bucket: "week", Product: "miteam_meetings"}, "0105T00-0109T08:3/500"},
		{UsageFilter{Bucket: "month", To: start.Add(2 * day)}, "0101T00-0107T08:1/500"},
		{UsageFilter{Bucket: "hour", From: start.Add(day), To: start.Add(day + time.Hour)}, "0106T08-0106T09:1/500"},
		{UsageFilter{Product: "mitel_one_elite"}, ""},
		{UsageFilter{Bucket: "minute"}, "query.bucket: must be hour, day, week or month"},
		{UsageFilter{From: start, To: start}, "query.from: must be earlier than to"},
		{UsageFilter{Bucket: "hour", From: start.AddDate(-1, 0, 0)}, "query.from: gives more than 1000 buckets"},
	} {
		if got := usage(c.f); got != c.want {
			t.Errorf("%+v: %s, not %s", c.f, got, c.want)
		}
	}
}
