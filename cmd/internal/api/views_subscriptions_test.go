package api

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// addUser makes a user of an account, last at work so many days ago; -1: never.
func (s *server) addUser(account, user, email string, days int) {
	s.t.Helper()
	s.do("AddUser", fmt.Sprintf(`{"account_id":%q,"user_id":%q,"email":%q,"name":"N"}`, account, user, email))
	if days >= 0 {
		at := time.Now().UTC().AddDate(0, 0, -days).Format(time.RFC3339)
		s.do("RecordUserActivity", fmt.Sprintf(`{"account_id":%q,"user_id":%q,"at":%q}`, account, user, at))
	}
}

func (s *server) account(partner, id string) {
	s.t.Helper()
	s.do("CreateAccount", fmt.Sprintf(`{"account_id":%q,"partner_id":%q,"name":"Firm %[1]s","country":"IT","address":"Via 1",`+
		`"city":"Roma","postal_code":"00100","default_language":"it","cloud_location":"EU",`+
		`"support_contacts":[{"email":"help@%[1]s.example","name":"Help"}]}`, id, partner))
}

func (s *server) receive(id, contact string) {
	s.t.Helper()
	s.do("ReceiveSubscription", fmt.Sprintf(`{"subscription_id":%q,"provisioning_contact":%q,"services":[{"service":"messaging","quantity":3}]}`, id, contact))
}

// SUB-3: three outcomes, what is told of an organisation, and their order.
func TestOrganizationMatches(t *testing.T) {
	s := newLedger(t)
	s.do("RegisterPartner", `{"partner_id":"acme","name":"Acme","email_domains":["registered.example"]}`)
	s.do("RegisterPartner", `{"partner_id":"zeta","name":"Zeta"}`)
	for _, id := range []string{"verified", "claimed", "recent", "idle", "gone", "closed"} {
		s.account("zeta", id)
		s.addUser(id, "u", "user@old.example", -1)
	}
	s.addUser("acme", "ann", "ann@acme.example", 3)
	s.addUser("zeta", "zoe", "zoe@acme.example", -1)
	for id, days := range map[string]int{"recent": 10, "idle": 400, "verified": 500, "claimed": 500} {
		s.addUser(id, "worker", "worker@shop.example", days)
	}
	s.addUser("recent", "second", "second@gmail.com", 20)
	s.addUser("gone", "worker", "worker@shop.example", 1)
	s.addUser("closed", "worker", "worker@shop.example", 1)
	s.do("ClaimDomain", `{"account_id":"verified","domain":"proved.example"}`)
	s.do("VerifyDomain", `{"account_id":"verified","domain":"proved.example"}`)
	s.do("ClaimDomain", `{"account_id":"claimed","domain":"shop.example"}`)
	s.do("DeleteAccount", `{"account_id":"gone","confirm":"delete"}`)
	s.do("DeactivateAccount", `{"account_id":"closed","confirm":"deactivate"}`)
	for id, contact := range map[string]string{"a": "ann@acme.example", "b": "bob@acme.example", "c": "new@shop.example",
		"d": "new@gmail.com", "e": "x@registered.example", "f": "worker@shop.example", "g": "x@nowhere.example"} {
		s.receive(id, contact)
	}
	for _, c := range []struct{ query, outcome, ids string }{
		{"a/organization-matches?side=partner", "matched_by_email", "acme"},
		{"b/organization-matches?side=partner", "matched_by_domain", "acme zeta"},
		{"e/organization-matches?side=partner", "matched_by_domain", "acme"},
		{"g/organization-matches?side=partner", "no_match", ""},
		{"d/organization-matches?side=customer", "no_match", ""},
		{"a/organization-matches?side=customer", "no_match", ""},
		{"c/organization-matches?side=customer", "matched_by_domain", "claimed recent idle verified"},
		{"f/organization-matches?side=customer", "matched_by_email", "recent idle claimed verified"},
		{"f/organization-matches?side=customer&domain=shop.example", "matched_by_domain", "claimed recent idle verified"},
		{"g/organization-matches?side=customer&domain=Proved.example.", "matched_by_domain", "verified"},
		{"g/organization-matches?side=customer&domain=gmail.com", "no_match", ""},
		{"g/organization-matches?side=partner&domain=acme.example", "matched_by_domain", "acme zeta"},
		{"f/organization-matches?side=customer&as_of=3", "", ""},
	} {
		r := s.send("GET", "/v1/subscriptions/"+c.query, "")
		if c.outcome == "" {
			r.fails(t, 404, "not_found", "")
			continue
		}
		v, _ := s.get("/v1/subscriptions/" + c.query)
		if got := s.ids("/v1/subscriptions/"+c.query, "id"); v["outcome"] != c.outcome || got != c.ids || v["message"] == "" {
			t.Errorf("%s: %v %q", c.query, v, got)
		}
		// The indexes by address know the present only; the past is looked
		// through, and says the same.
		s.do("ReportProblem", `{"account_id":"claimed","summary":"so that there is a past"}`)
		past := s.ids("/v1/subscriptions/"+c.query+"&as_of="+r.Header.Get(PositionHeader), "id")
		if past != c.ids {
			t.Errorf("%s, of the past: %q", c.query, past)
		}
	}
	s.send("GET", "/v1/subscriptions/a/organization-matches", "").fails(t, 400, "invalid_request", "query.side")
	s.send("GET", "/v1/subscriptions/a/organization-matches?side=other", "").fails(t, 422, "invalid_field", "query.side")
	s.send("GET", "/v1/subscriptions/a/organization-matches?side=partner&domain=x", "").fails(t, 422, "invalid_field", "query.domain")

	v, _ := s.get("/v1/subscriptions/c/organization-matches?side=customer", "Accept-Language", "it")
	if v["message"] != "Trovate organizzazioni corrispondenti in base all'indirizzo e-mail." {
		t.Error(v["message"])
	}
	for _, item := range v["items"].([]any) {
		m := item.(map[string]any)
		unlikely := map[any]bool{"claimed": true, "recent": false, "idle": true, "verified": false}[m["id"]]
		active := map[any]float64{"recent": 2}[m["id"]]
		if m["unlikely"] != unlikely || m["active_users"] != active || m["name"] != fmt.Sprint("Firm ", m["id"]) || m["last_activity_at"] == nil {
			t.Errorf("%v", m)
		}
		if len(m) != 7 {
			t.Errorf("another's organisation is shown with %v", m)
		}
	}
}

// SUB-1: who finds an unmapped subscription in the list, page by page.
func TestUnmappedSubscriptions(t *testing.T) {
	s := newLedger(t)
	s.story()
	s.addUser("acme", "mia", "mia@acme.example", -1)
	s.receive("hidden", "someone@else.example")
	s.receive("vis-1", "mia@acme.example")
	s.receive("alpha", "new@acme.example")
	for _, c := range []struct {
		caller []string
		want   string
	}{
		{as("admin", ""), "alpha hidden vis-1 web"}, {as("system", ""), "alpha hidden vis-1 web"}, {as("operator", ""), "alpha hidden vis-1 web"},
		{as("partner", "acme"), "alpha vis-1 web"}, {as("auditor", "acme"), "alpha vis-1 web"}, {as("partner", "zeta"), ""},
		{as("account_admin", "contoso"), "web"}, {as("account_admin", "initech"), ""},
	} {
		if got := s.ids("/v1/subscriptions", "subscription_id", c.caller...); got != c.want {
			t.Errorf("%v: %q, want %q", c.caller, got, c.want)
		}
	}
	var paged []string
	for cursor := ""; ; {
		v, _ := s.get("/v1/subscriptions?limit=1&cursor="+cursor, as("partner", "acme")...)
		for _, i := range v["items"].([]any) {
			paged = append(paged, fmt.Sprint(i.(map[string]any)["subscription_id"]))
		}
		s.do("ReportProblem", `{"account_id":"contoso","summary":"the list is stable meanwhile"}`)
		if cursor, _ = v["next_cursor"].(string); cursor == "" {
			break
		}
	}
	if got := strings.Join(paged, " "); got != "alpha vis-1 web" {
		t.Errorf("in pages: %q", got)
	}
	if got := s.ids("/v1/subscriptions?status=setting_up&account_id=contoso&q=WE", "subscription_id"); got != "web" {
		t.Errorf("filtered: %q", got)
	}
	v, _ := s.get("/v1/subscriptions/web", as("account_admin", "contoso")...)
	if v["status"] != "setting_up" || v["next_step"] != "CompleteSetup" || v["partner_role"] != "full_admin" || v["order_for"] != "customer" ||
		v["provisioning_contact"] != "mia@contoso.example" || v["location"].(map[string]any)["name"] != "Firm office" {
		t.Errorf("%v", v)
	}
}

// SUB-11: the summary is a real document, in the caller's language, the same
// bytes every time, and readable.
func TestSummaryDocument(t *testing.T) {
	s := newLedger(t)
	s.story()
	s.do("UpdateAccountInformation", `{"account_id":"contoso","name":"Żółw Ωmega Жук 東京支社 서울 & Söhne"}`)
	var sites []string
	for i := range 100 {
		sites = append(sites, fmt.Sprintf(`{"site_url":"site-%02d","time_zone":"Europe/Rome","licenses":%d}`, i, map[bool]int{true: 9}[i == 0]))
	}
	s.do("SetUpMeetings", `{"subscription_id":"web","sites":[`+strings.Join(sites, ",")+`]}`)
	s.do("CompleteSetup", `{"subscription_id":"web"}`)
	const path = "/v1/subscriptions/web/summary.pdf"
	first := s.send("GET", path, "")
	if first.StatusCode != 200 || first.Header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(first.body, []byte("%PDF-1.")) {
		t.Fatalf("%d %v %.20q", first.StatusCode, first.Header, first.body)
	}
	if again := s.send("GET", path, ""); !bytes.Equal(again.body, first.body) {
		t.Error("the same summary has other bytes")
	}
	if r := s.send("GET", path, "", "If-None-Match", first.Header.Get("ETag")); r.StatusCode != 304 {
		t.Errorf("unchanged, and answered with %d", r.StatusCode)
	}
	if len(first.body) > 400<<10 {
		t.Errorf("%d bytes", len(first.body))
	}
	text := textOf(t, first.body)
	for _, want := range []string{"Order summary web", "Żółw Ωmega Жук 東京支社 서울 & Söhne", "Partner acme", "mia@contoso.example", "site-00.webex.com",
		"site-99.webex.com", "Webex Meetings service", "Firm office", "provisioned"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if text := textOf(t, s.send("GET", path, "", "Accept-Language", "it").body); !strings.Contains(text, "Riepilogo ordine web") {
		t.Error(text)
	}
	if text := textOf(t, s.send("GET", path, "", as("operator", "")...).body); strings.Contains(text, "mia@") || !strings.Contains(text, "not shown") {
		t.Error("an operator reads the contact's address")
	}
	blank := inked(t, first.body)
	if len(blank) < 3 {
		t.Fatalf("%d pages", len(blank))
	}
	for i, ink := range blank {
		if ink < 500 {
			t.Errorf("page %d has %d dark points", i+1, ink)
		}
	}
	v, _ := s.get("/v1/subscriptions/web/summary")
	if v["partner"].(map[string]any)["name"] != "Partner acme" || len(v["sites"].([]any)) != 100 || v["provisioned_at"] == nil || v["status"] != "provisioned" {
		t.Errorf("%v", v)
	}
	if got := strings.Fields(s.ids("/v1/accounts/contoso/sites", "site_url")); len(got) != 100 || got[1] != "site-01" {
		t.Errorf("sites: %v", got)
	}
	if got := s.ids("/v1/accounts/contoso/locations", "name"); got != "Firm office" {
		t.Errorf("locations: %q", got)
	}
}

// textOf is the text of a PDF, as another program reads it.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	c.Stdin = bytes.NewReader(pdf)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v %s", err, out)
	}
	return string(out)
}

// inked counts the dark points of each page, as another program draws it.
func inked(t *testing.T, pdf []byte) (points []int) {
	t.Helper()
	dir := os.Getenv("SUMMARY_PAGES")
	if dir == "" {
		dir = t.TempDir()
	}
	c := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-r", "72", "-", filepath.Join(dir, "page"))
	c.Stdin = bytes.NewReader(pdf)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v %s", err, out)
	}
	pages, _ := filepath.Glob(filepath.Join(dir, "page*.png"))
	for _, name := range pages {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
			for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
				if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
					n++
				}
			}
		}
		points = append(points, n)
	}
	return points
}
