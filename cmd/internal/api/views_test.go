package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/projections"
)

// callers play every role, those with a scope inside and outside of the story's
// first partner and account.
var callers = map[string][]string{
	"admin": as("admin", ""), "system": as("system", ""), "operator": as("operator", ""), "auditor": as("auditor", ""),
	"partner": as("partner", "acme"), "account_admin": as("account_admin", "contoso"), "micollab": as("micollab", "contoso"),
	"consumer": as("consumer", "acme"), "auditor of acme": as("auditor", "acme"),
	"other partner": as("partner", "zeta"), "other account_admin": as("account_admin", "initech"),
	"other micollab": as("micollab", "initech"), "auditor of zeta": as("auditor", "zeta"),
}

// matrix says what is answered to whom: the roles in the order of columns.
var columns = []string{"admin", "partner", "account_admin", "micollab", "system", "operator", "auditor", "consumer",
	"auditor of acme", "other partner", "other account_admin", "other micollab", "auditor of zeta"}

var matrix = []struct{ path, answers string }{
	//                                  admin part acct mico syst oper audi cons aacm opar oacc omic azet
	{"/v1/accounts" /*            */, "200 200 200 403 200 200 200 403 200 200 200 403 200"},
	{"/v1/accounts/contoso" /*    */, "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/accounts/contoso/domains", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/accounts/contoso/orders", "200 200 403 403 200 200 200 403 200 404 403 403 404"},
	{"/v1/accounts/contoso/subscriptions", "200 200 403 403 403 200 200 403 200 404 403 403 404"},
	{"/v1/accounts/contoso/pools", "200 200 200 200 200 200 200 403 200 404 404 404 404"},
	{"/v1/accounts/contoso/sites", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/accounts/contoso/locations", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/accounts/contoso/convertible-users", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/accounts/contoso/messages", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/accounts/contoso/packages", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/accounts/contoso/users", "200 200 200 200 200 200 200 403 200 404 404 404 404"},
	{"/v1/accounts/contoso/users/ann", "200 200 200 200 200 200 200 403 200 404 404 404 404"},
	{"/v1/accounts/contoso/users.csv", "200 200 200 403 403 403 200 403 200 404 404 403 404"},
	{"/v1/orders", "200 200 403 403 200 200 200 403 200 200 403 403 200"},
	{"/v1/orders/acme-order", "200 200 403 403 200 200 200 403 200 404 403 403 404"},
	{"/v1/orders/acme-spare", "200 200 403 403 200 200 200 403 200 404 403 403 404"},
	{"/v1/partners", "200 200 403 403 200 200 200 403 200 200 403 403 200"},
	{"/v1/partners/acme", "200 200 403 403 200 200 200 403 200 404 403 403 404"},
	{"/v1/catalogue", "200 200 200 403 200 200 200 403 200 200 200 403 200"},
	{"/v1/subscriptions", "200 200 200 403 200 200 200 403 200 200 200 403 200"},
	{"/v1/subscriptions/web", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/subscriptions/web/organization-matches?side=customer", "200 200 403 403 200 200 200 403 200 404 403 403 404"},
	{"/v1/subscriptions/web/summary", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/subscriptions/web/summary.pdf", "200 200 200 403 200 200 200 403 200 404 404 403 404"},
	{"/v1/events", "200 200 200 403 403 200 200 403 200 200 200 403 200"},
	{"/v1/accounts/contoso/users/ann/explain", "200 200 200 403 403 200 200 403 200 404 404 403 404"},
	{"/v1/replay/accounts/contoso", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/accounts/contoso/pools", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/accounts/contoso/users/ann", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/orders/acme-order", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/partners/acme", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/diff/accounts/contoso?from=1", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/diff/accounts/contoso/pools?from=1", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/diff/accounts/contoso/users/ann?from=1", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/diff/orders/acme-order?from=1", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/replay/diff/partners/acme?from=1", "200 403 403 403 403 200 200 403 200 403 403 403 404"},
	{"/v1/usage?account_id=contoso", "200 200 200 403 403 200 200 403 200 404 404 403 404"},
}

func TestWhoSeesWhat(t *testing.T) {
	s := newLedger(t)
	s.story()
	covered := map[string]bool{}
	for _, row := range matrix {
		for i, want := range strings.Fields(row.answers) {
			r := s.send("GET", row.path, "", callers[columns[i]]...)
			if fmt.Sprint(r.StatusCode) != want {
				t.Errorf("%s for %s: %d, want %s: %s", row.path, columns[i], r.StatusCode, want, r.body)
			}
			switch r.StatusCode {
			case 403:
				r.fails(t, 403, problem.Forbidden, "")
			case 404:
				r.fails(t, 404, problem.NotFound, "")
			}
			if r.StatusCode != 200 && strings.Contains(string(r.body), "Firm") {
				t.Errorf("%s for %s tells too much: %s", row.path, columns[i], r.body)
			}
		}
		covered[patternOf(row.path)] = true
	}
	for i := range views {
		if !covered[views[i].path] {
			t.Errorf("%s is not in the matrix", views[i].path)
		}
	}
}

// patternOf finds the row of the table that a path of the matrix is of.
func patternOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	r := strings.NewReplacer("/contoso", "/{account_id}", "/ann", "/{user_id}", "/web", "/{subscription_id}",
		"/acme-order", "/{order_id}", "/acme-spare", "/{order_id}", "/acme", "/{partner_id}")
	return r.Replace(path)
}

func TestListsShowWhatIsTheCallersOnly(t *testing.T) {
	s := newLedger(t)
	s.story()
	for _, c := range []struct {
		path, field string
		caller      []string
		want        string
	}{
		{"/v1/accounts", "account_id", as("admin", ""), "acme contoso initech zeta"},
		{"/v1/accounts", "account_id", as("partner", "acme"), "acme contoso"},
		{"/v1/accounts?partner_id=zeta", "account_id", as("partner", "acme"), ""},
		{"/v1/accounts?q=init", "account_id", as("admin", ""), "initech"},
		{"/v1/accounts?status=deleted", "account_id", as("admin", ""), ""},
		{"/v1/accounts", "account_id", as("account_admin", "contoso"), "contoso"},
		{"/v1/accounts", "account_id", as("account_admin", "nobody"), ""},
		{"/v1/partners", "partner_id", as("partner", "zeta"), "zeta"},
		{"/v1/orders?status=unassigned", "order_id", as("admin", ""), "acme-spare zeta-spare"},
		{"/v1/orders?account_id=contoso", "order_id", as("admin", ""), "acme-order"},
		{"/v1/orders", "order_id", as("auditor", "zeta"), "zeta-order zeta-spare"},
		{"/v1/accounts/contoso/orders", "order_id", as("partner", "acme"), "acme-order"},
		{"/v1/accounts/contoso/domains", "domain", as("account_admin", "contoso"), "contoso.example"},
		{"/v1/accounts/contoso/pools", "available", as("micollab", "contoso"), "4"},
		{"/v1/accounts/contoso/subscriptions", "remaining", as("partner", "acme"), "4"},
		{"/v1/accounts/contoso/users?product=miteam_meetings", "user_id", as("micollab", "contoso"), "ann"},
		{"/v1/accounts/contoso/users?role=account_admin", "user_id", as("admin", ""), ""},
		{"/v1/events?type=UserAdded", "aggregate_id", as("admin", ""), "contoso initech"},
		{"/v1/events?type=UserAdded&order=desc", "aggregate_id", as("operator", ""), "initech contoso"},
		{"/v1/events?type=UserAdded", "aggregate_id", as("partner", "zeta"), "initech"},
		{"/v1/events?type=OrderAssigned", "aggregate_id", as("account_admin", "contoso"), ""},
		{"/v1/events?user_id=ann", "type", as("account_admin", "contoso"), "UserAdded UserLicenseAssigned"},
		{"/v1/events?from=2&to=3", "position", as("admin", ""), "2 3"},
		{"/v1/usage?account_id=contoso&bucket=hour&product=miteam_meetings", "assigned", as("partner", "acme"), "1"},
	} {
		if got := s.ids(c.path, c.field, c.caller...); got != c.want {
			t.Errorf("%s for %s: %q, want %q", c.path, c.caller[1], got, c.want)
		}
	}
}

// TestPersonalData: who may see persons reads them, everybody else the seal.
func TestPersonalData(t *testing.T) {
	s := newLedger(t)
	s.story()
	for _, c := range []struct {
		path string
		who  []string
		open bool
	}{
		{"/v1/accounts/contoso/users/ann", as("partner", "acme"), true},
		{"/v1/accounts/contoso/users/ann", as("account_admin", "contoso"), true},
		{"/v1/accounts/contoso/users/ann", as("operator", ""), false},
		{"/v1/events?type=UserAdded", as("auditor", ""), true},
		{"/v1/events?type=UserAdded", as("operator", ""), false},
	} {
		body := string(s.send("GET", c.path, "", c.who...).body)
		if strings.Contains(body, "ann@contoso.example") != c.open || strings.Contains(body, `{"sealed":`) == c.open {
			t.Errorf("%s for %s: %s", c.path, c.who[1], body)
		}
	}
}

func TestAnswersCarryTheirPlace(t *testing.T) {
	s := newLedger(t)
	end := s.story()
	_, r := s.get("/v1/accounts/contoso/users/ann")
	h := r.Header
	if h.Get("Ledger-Position") != fmt.Sprint(end) || h.Get("Cache-Control") != "private, no-cache" ||
		!strings.Contains(h.Get("Vary"), "Accept-Language") || !strings.HasPrefix(h.Get("ETag"), `"`) {
		t.Errorf("%v", h)
	}
	tags := map[string]bool{h.Get("ETag"): true}
	for _, other := range [][]string{as("operator", ""), {"Accept-Language", "de"}, {"Accept-Language", "it"}, as("partner", "acme")} {
		_, o := s.get("/v1/accounts/contoso/users/ann", other...)
		tags[o.Header.Get("ETag")] = true
	}
	if len(tags) != 5 {
		t.Errorf("role and language are not in the ETag: %v", tags)
	}
	for _, match := range []string{h.Get("ETag"), `"x", W/` + h.Get("ETag"), "*"} {
		r := s.send("GET", "/v1/accounts/contoso/users/ann", "", "If-None-Match", match)
		if r.StatusCode != 304 || len(r.body) != 0 || r.Header.Get("ETag") != h.Get("ETag") || r.Header.Get("Ledger-Position") == "" {
			t.Errorf("%s: %d %v", match, r.StatusCode, r.Header)
		}
	}
	s.do("EnableMiCCIntegration", `{"account_id":"contoso"}`)
	if r := s.send("GET", fmt.Sprintf("/v1/accounts/contoso/users/ann?min_position=%d", end+1), "", "If-None-Match", h.Get("ETag")); r.StatusCode != 200 {
		t.Errorf("the position is not in the ETag: %d", r.StatusCode)
	}
	if r := s.send("HEAD", "/v1/accounts/contoso", ""); r.StatusCode != 200 || len(r.body) != 0 || r.ContentLength <= 0 {
		t.Errorf("HEAD: %d %d", r.StatusCode, r.ContentLength)
	}
}

func TestLanguages(t *testing.T) {
	s := newLedger(t)
	s.story()
	end := s.do("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`).Position
	path := fmt.Sprintf("/v1/accounts/contoso/users/ann?min_position=%d", end)
	for accept, message := range map[string]string{"": "No licenses", "it": "Nessuna licenza", "de-AT,de;q=0.9": "Keine Lizenzen",
		"fr, it;q=0.5": "Nessuna licenza", "fr": "No licenses", "rubbish;;": "No licenses"} {
		if _, r := s.get(path, "Accept-Language", accept); !strings.Contains(string(r.body), message) {
			t.Errorf("%q: no %q in %s", accept, message, r.body)
		}
	}
}

func TestReadYourWrites(t *testing.T) {
	s := newLedger(t)
	s.story()
	for i := range 50 {
		id := fmt.Sprintf("user-%d", i)
		a := s.do("AddUser", fmt.Sprintf(`{"account_id":"contoso","user_id":%q,"email":"%[1]s@contoso.example","name":"N"}`, id))
		s.get(fmt.Sprintf("/v1/accounts/contoso/users/%s?min_position=%d", id, a.Position))
		s.get(fmt.Sprintf("/v1/accounts/contoso/users/%s?as_of=%d", id, a.Position))
		s.send("GET", fmt.Sprintf("/v1/accounts/contoso/users/%s?as_of=%d", id, a.Position-1), "").fails(t, 404, problem.NotFound, "")
	}
}

func TestMinPositionThatDoesNotCome(t *testing.T) {
	t.Parallel()
	s := newLedger(t)
	end := s.story()
	start := time.Now()
	r := s.send("GET", fmt.Sprintf("/v1/accounts?min_position=%d", end+1), "")
	r.fails(t, 503, problem.ViewBehind, "")
	if took := time.Since(start); took < projections.MaxWait || took > 2*projections.MaxWait || r.Header.Get("Retry-After") == "" {
		t.Errorf("answered after %v, %v", took, r.Header)
	}
}

func TestAsOf(t *testing.T) {
	s := newLedger(t)
	end := s.story()
	before := time.Now().UTC()
	s.do("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	for _, asOf := range []string{fmt.Sprint(end), before.Format(time.RFC3339Nano)} {
		v, r := s.get("/v1/accounts/contoso/users/ann?as_of=" + asOf)
		license := v["products_and_licenses"].([]any)[0].(map[string]any)["license"].(map[string]any)
		if license["state"] != "active" || r.Header.Get("Ledger-Position") != fmt.Sprint(end) {
			t.Errorf("as_of=%s: %s at %s", asOf, r.body, r.Header.Get("Ledger-Position"))
		}
	}
	if ids := s.ids("/v1/accounts?as_of=0", "account_id"); ids != "" {
		t.Errorf("before the first event: %s", ids)
	}
	for _, asOf := range []string{"999999", "18446744073709551616", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)} {
		s.send("GET", "/v1/accounts?as_of="+asOf, "").fails(t, 422, problem.InvalidField, "query.as_of")
	}
}

func TestPages(t *testing.T) {
	s := newLedger(t)
	s.story()
	var last uint64
	for i := range 5 {
		last = s.do("AddUser", fmt.Sprintf(`{"account_id":"contoso","user_id":"u%d","email":"u%[1]d@contoso.example","name":"N"}`, i)).Position
	}
	var all []string
	path, cursor := fmt.Sprintf("/v1/accounts/contoso/users?limit=2&min_position=%d", last), ""
	for range 10 {
		v, _ := s.get(path + cursor)
		for _, item := range v["items"].([]any) {
			all = append(all, item.(map[string]any)["user_id"].(string))
		}
		// What comes meanwhile does not move the pages.
		s.do("AddUser", fmt.Sprintf(`{"account_id":"contoso","user_id":"a%d","email":"a%[1]d@contoso.example","name":"N"}`, len(all)))
		next, more := v["next_cursor"]
		if !more {
			break
		}
		cursor = "&cursor=" + next.(string)
	}
	if got := strings.Join(all, " "); got != "ann u0 u1 u2 u3 u4" {
		t.Errorf("pages: %s", got)
	}
	s.send("GET", path+"&role=user"+cursor, "").fails(t, 422, problem.InvalidField, "query.cursor")
	s.send("GET", path+cursor, "", as("operator", "")...).fails(t, 422, problem.InvalidField, "query.cursor")
	s.send("GET", path+"&cursor=nonsense", "").fails(t, 422, problem.InvalidField, "query.cursor")
}

func TestBadQueries(t *testing.T) {
	s := newLedger(t)
	for query, c := range map[string]struct {
		status   int
		location string
	}{
		"limit=0": {422, "query.limit"}, "limit=1001": {422, "query.limit"}, "limit=-1": {422, "query.limit"},
		"limit=99999999999999999999": {422, "query.limit"}, "limit=ten": {400, "query.limit"}, "limit=1.5": {400, "query.limit"},
		"limit=1&limit=2": {400, "query.limit"}, "colour=red": {400, "query.colour"}, "min_position=x": {400, "query.min_position"},
		"min_position=-1": {400, "query.min_position"}, "as_of=yesterday": {400, "query.as_of"}, "partner_id=a+b": {422, "query.partner_id"},
		"status=odd": {422, "query.status"}, "q=" + strings.Repeat("q", 513): {422, "query.q"}, "%zz=1": {400, ""},
	} {
		code := problem.InvalidField
		if c.status == 400 {
			code = problem.InvalidRequest
		}
		s.send("GET", "/v1/accounts?"+query, "").fails(t, c.status, code, c.location)
	}
	s.send("GET", "/v1/events?type=a%00b", "").fails(t, 422, problem.InvalidField, "query.type")
	s.send("GET", "/v1/usage", "").fails(t, 400, problem.InvalidRequest, "query.account_id")
	s.send("GET", "/v1/usage?account_id=contoso&from=12", "").fails(t, 400, problem.InvalidRequest, "query.from")
	s.send("GET", "/v1/events?order=sideways", "").fails(t, 422, problem.InvalidField, "query.order")
	// Shape comes before the role, and the role before values.
	s.send("GET", "/v1/accounts?limit=x", "", as("micollab", "c")...).fails(t, 400, problem.InvalidRequest, "")
	s.send("GET", "/v1/accounts?limit=0", "", as("micollab", "c")...).fails(t, 403, problem.Forbidden, "")
	s.send("GET", "/v1/accounts/a%2Fb", "").fails(t, 404, problem.NotFound, "")
	s.send("GET", "/v1/accounts/a%00b", "").fails(t, 404, problem.NotFound, "")
	s.send("GET", "/v1/accounts/contoso/users/a%20b", "").fails(t, 404, problem.NotFound, "")
}
