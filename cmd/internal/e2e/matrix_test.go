package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// Every thing is there three times, by what its id begins with: the callers'
// own, somebody else's, and not at all. The last two must look the same.
const (
	own   = "own-"
	alien = "alien-"
	ghost = "ghost-"
)

// page is docs/authorization.md: who may do what, as it is promised.
type page struct {
	callers  []string // the titles of the columns
	commands map[string][]string
	paths    map[string][]string // by method and path
}

// readPage reads the promises.
func readPage(t *testing.T) *page {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "authorization.md"))
	if err != nil {
		t.Fatal(err)
	}
	p := &page{commands: map[string][]string{}, paths: map[string][]string{}}
	into := map[string][]string(nil)
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		switch first := cells[0]; {
		case len(cells) < 5 || first == "---":
		case strings.HasPrefix(first, "POST /v1/commands"):
			p.callers, into = cells[1:], p.commands
		case first == "path":
			into = p.paths
		default:
			into[first] = cells[1:]
		}
	}
	if len(p.callers) != 9 || len(p.commands) < 60 || len(p.paths) < 50 {
		t.Fatalf("%d callers, %d commands, %d paths", len(p.callers), len(p.commands), len(p.paths))
	}
	return p
}

// peopled is a guarded ledger in which everything is there, twice.
type peopled struct {
	*guarded
	*page
	tokens map[string]ledger.Client // by the title of a column
	jobs   map[string]string        // imports, by whose they are
	tested int
}

func people(t *testing.T) *peopled {
	p := &peopled{guarded: startGuarded(t, filepath.Join(t.TempDir(), "data")), page: readPage(t), tokens: map[string]ledger.Client{},
		jobs: map[string]string{ghost: "01J00000000000000000000000"}}
	for _, whose := range []string{own, alien} {
		p.found(whose)
	}
	for _, title := range p.callers {
		role, of, bound := strings.Cut(title, " of a ")
		asked := body{"role": role}
		switch {
		case bound, role == "partner", role == "consumer":
			asked["partner_id"] = own + "p"
		case role == "account_admin", role == "micollab":
			asked["account_id"] = own + "a"
		}
		_ = of
		raw, _ := json.Marshal(asked)
		made := p.as(p.token).Send("POST", "/v1/tokens", raw)
		secret, _ := made.View["token"].(string)
		if made.Status != 200 || secret == "" {
			t.Fatalf("%v: %s", asked, shown(made))
		}
		p.tokens[title] = p.as(secret)
		p.secrets = append(p.secrets, secret)
	}
	return p
}

// found makes one of each thing.
func (p *peopled) found(whose string) {
	p.Helper()
	admin, a := p.as(p.token), whose+"a"
	domain := strings.TrimSuffix(whose, "-") + ".example"
	s := body{"subscription_id": whose + "s"}
	for _, c := range []struct {
		name string
		in   body
	}{
		{"RegisterPartner", body{"partner_id": whose + "p", "name": whose + "partner"}},
		{"CreateAccount", body{"account_id": a, "partner_id": whose + "p", "name": whose + "account", "country": "IT", "address": "Via 1", "city": "Roma",
			"postal_code": "1", "default_language": "it", "cloud_location": "EU", "support_contacts": []body{{"email": "help@" + domain}}}},
		{"ClaimDomain", body{"account_id": a, "domain": domain}},
		{"EnableMiTeamMeetingsIntegration", body{"account_id": a}},
		{"AddUser", body{"account_id": a, "user_id": whose + "u", "email": "u@" + domain, "name": whose + "user"}},
		{"RegisterConsumerUser", body{"email": "free@" + domain}},
		{"AddLocation", body{"account_id": a, "location_id": whose + "l", "name": "HQ", "country": "IT"}},
		{"PlaceOrder", body{"order_id": whose + "o", "partner_id": whose + "p", "lines": []body{{"product": "miteam_meetings", "quantity": 3}}}},
		{"AssignOrder", body{"order_id": whose + "o", "account_id": a}},
		{"AssignLicense", body{"account_id": a, "user_id": whose + "u", "product": "miteam_meetings"}},
		{"SetWholesalePackages", body{"account_id": a, "complete": true, "packages": []body{{"package": "webex_meetings"}}}},
		{"ReceiveSubscription", body{"subscription_id": whose + "s", "provisioning_contact": "buyer@" + domain, "services": []body{{"service": "meetings", "quantity": 1}}}},
		{"DeclareOrderFor", changed(s, "for", "customer")},
		{"MapPartnerOrganization", changed(s, "partner_id", whose+"p")},
		{"MapCustomerOrganization", changed(s, "account_id", a)},
	} {
		accepted(p, admin.Do(c.name, c.in), c.name, c.in)
	}
	job := admin.Send("POST", "/v1/accounts/"+a+"/imports?behavior=add_only", []byte("User ID/Email (Required),Webex Meetings\r\nrow@"+domain+",TRUE\r\n"))
	if p.jobs[whose], _ = job.View["id"].(string); p.jobs[whose] == "" {
		p.Fatalf("an import: %s", shown(job))
	}
	for deadline := time.Now().Add(time.Minute); admin.Get("/v1/imports/" + p.jobs[whose]).View["state"] != "completed"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.Fatalf("the import does not end: %s", admin.Get("/v1/imports/"+p.jobs[whose]).Body)
		}
	}
}

// twin is what an answer about a thing that is not there says, if the thing
// was somebody else's.
func twin(text string) string { return strings.ReplaceAll(text, alien, ghost) }

// alike reports that two answers cannot be told apart, but for the ids asked
// about.
func alike(theirs, none *ledger.Answer) bool {
	for _, h := range []string{"Content-Type", "Cache-Control", "Ledger-Position", "Retry-After"} {
		if theirs.Header.Get(h) != none.Header.Get(h) {
			return false
		}
	}
	return theirs.Err == nil && none.Err == nil && theirs.Status == none.Status && twin(string(theirs.Body)) == string(none.Body)
}

// answered is an answer, and what it was an answer to.
type answered struct {
	*ledger.Answer
	title, name string
	in          body
}

func (a *answered) String() string {
	in, _ := json.Marshal(a.in)
	return a.name + " by " + a.title + " " + string(in)
}
