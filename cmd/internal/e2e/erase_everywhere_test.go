package e2e

import (
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
	"github.com/seatledger/seatledger/projections"
)

// zebedee is a person whose data are like nobody else's, in everything that
// people's data can be.
const (
	zebedee       = "zebedee.quagmire@quagmire-family.example"
	zebedeeLater  = "zeb.later@quagmire-late.example"
	zebedeeRow    = "zeb.later.still@quagmire-late.example" // of a file
	zebedeeFirst  = "Zebedeus"
	zebedeeLast   = "Quagmirious"
	zebedeePhone  = "+3906555019283"
	zebedeeDomain = "quagmire-family.example"
)

var zebedeesTraces = []string{"zebedee.quagmire", "zeb.later", zebedeeFirst, zebedeeLast, "3906555019283", zebedeeDomain, "quagmire-late.example"}

// inAnyWriting are words as they may stand in a file: also in capitals, as
// UTF-16, in hexadecimal, in base64 at every alignment.
func inAnyWriting(words []string) []string {
	all := inEveryForm(words)
	for _, w := range words {
		wide := make([]byte, 0, 2*len(w))
		for _, u := range utf16.Encode([]rune(w)) {
			wide = append(wide, byte(u), byte(u>>8))
		}
		all = append(all, strings.ToLower(w), strings.ToUpper(w), string(wide), hex.EncodeToString([]byte(w)))
	}
	return all
}

// useEverywhere leaves the person's data wherever a command can.
func (b *bed) useEverywhere() (positions []uint64) {
	b.Helper()
	do := func(name string, in body) {
		b.Helper()
		positions = append(positions, accepted(b, b.Keyed(zebedee+name).Do(name, in), name, in).Position)
	}
	b.founded()
	b.done("AddUser", addUser("a", "ada"))
	do("AddUser", body{"account_id": "a", "user_id": "u", "email": zebedee, "first_name": zebedeeFirst, "last_name": zebedeeLast})
	do("UpdateUser", body{"account_id": "a", "user_id": "u", "phone_number": zebedeePhone, "name": zebedeeFirst + " " + zebedeeLast})
	do("AddSupportContact", body{"account_id": "a", "email": zebedee, "name": zebedeeFirst})
	do("ReceiveSubscription", body{"subscription_id": "s", "provisioning_contact": zebedee, "services": []any{body{"service": "messaging", "quantity": 2}}})
	do("DeclareOrderFor", body{"subscription_id": "s", "for": "someone_else", "email": zebedee})
	b.done("DeclareOrderFor", onS("for", "customer"))
	b.done("MapPartnerOrganization", onS("partner_id", "p"))
	b.done("MapCustomerOrganization", onS("account_id", "a"))
	do("DelegateServiceSetup", body{"subscription_id": "s", "admin_email": zebedee})
	b.done("SetWholesalePackages", body{"account_id": "a", "packages": []any{body{"package": "webex_calling"}}, "complete": true})
	location := b.done("AddLocation", body{"account_id": "a", "name": "HQ", "country": "IT"}).ID
	do("AddWholesaleUsers", body{"account_id": "a", "users": []any{body{"email": zebedeeLater, "first_name": zebedeeFirst, "last_name": zebedeeLast,
		"package": "webex_calling", "location_id": location, "phone_number": "+39065550192834"}}})
	b.seats("p", "a", 3)
	b.done("AssignLicense", seat("a", "u"))
	return positions
}

// tryEverywhere sends the person's data in requests that are refused.
func (b *bed) tryEverywhere() {
	b.Helper()
	user := body{"account_id": "a", "email": zebedee, "first_name": zebedeeFirst}
	for name, in := range map[string]any{
		"AddUser":               user,
		"UpdateUser":            body{"account_id": "a", "user_id": "ada", "email": zebedee},
		"AddSupportContact":     body{"account_id": zebedee, "email": zebedee, "name": zebedeeLast},
		"RemoveSupportContact":  body{"account_id": "nowhere", "email": zebedee},
		"AssignLicense":         body{"account_id": "a", "user_id": "u", "product": zebedeeLast},
		"ErasePerson":           body{"account_id": "a", "email": zebedee, "confirm": zebedeeFirst},
		"InviteUser":            body{"account_id": "a", zebedee: zebedeeLast},
		"ReceiveSubscription":   body{"subscription_id": "s", "provisioning_contact": zebedee, "services": []any{body{"service": "messaging", "quantity": 2}}},
		"ClaimDomain":           []byte(`{"account_id":"a","domain":"` + zebedee + `"`),
		zebedeeFirst:            user,
		"RemoveWholesaleUser":   body{"account_id": "a", "user_id": zebedeeLast + "@"},
		"UnassignUserPackage":   body{"account_id": "a", "user_id": zebedee},
		"DeactivateAccount":     body{"account_id": "a", "confirm": zebedee},
		"RecordUserActivity":    body{"account_id": "a", "user_id": "u", "at": zebedeeFirst},
		"EnablePrivilege":       body{"account_id": "a", "integration": zebedeeLast, "privilege": zebedee},
		"RecordCustomerNumber/": body{zebedee: zebedee},
	} {
		if a := b.Do(name, in); a.Err != nil || a.Status < 400 {
			b.Fatalf("%s %v is not refused: %s", name, in, shown(a))
		}
	}
	b.done("AddUser", body{"account_id": "a", "email": "other-" + zebedee, "first_name": zebedeeFirst}, "dry_run", "true")
	for _, path := range []string{"/v1/accounts/a/users", "/v1/orders", "/v1/accounts", "/v1/subscriptions", "/v1/events", "/v1/attempts"} {
		for _, name := range []string{"q", "actor", "user_id", "cursor", zebedeeFirst} {
			b.Get(path, name, zebedee)
		}
	}
	b.Get("/v1/subscriptions/s/organization-matches", "side", "customer", "domain", zebedeeDomain)
	b.Get("/v1/" + url.PathEscape(zebedee))
	b.Get("/v1/accounts/a/users/" + url.PathEscape(zebedee))
}

// answers are those of every path that can be asked, as the API's own document
// lists them, now and as of positions.
func (b *bed) answers(positions ...uint64) map[string]string {
	b.Helper()
	ids := map[string]string{"account_id": "a", "user_id": "u", "subscription_id": "s", "partner_id": "p", "position": "6", "L": "0", "N": "000.p/1"}
	all, end := map[string]string{"log": b.process.Log()}, decimal(b.end())
	for _, job := range b.list("/v1/imports") {
		ids["id"], _ = job["id"].(string)
		for _, c := range []ledger.Client{b.Client, b.As("partner", "p"), b.As("account_admin", "a"), b.As("auditor", "")} {
			all[fmt.Sprint("errors.csv of ", ids["id"], c.Header.Get("Seatledger-Role"))] = string(c.Get("/v1/imports/" + ids["id"] + "/errors.csv").Body)
		}
	}
	for _, c := range []ledger.Client{b.Client, b.As("partner", "p"), b.As("account_admin", "a"), b.As("auditor", "")} {
		paths, _ := b.seen("/openapi.json").View["paths"].(map[string]any)
		for path, methods := range paths {
			if methods, _ := methods.(map[string]any); methods["get"] == nil || strings.HasSuffix(path, "/stream") || strings.HasSuffix(path, "/verify") {
				continue
			}
			full := path
			for name, id := range ids {
				full = strings.ReplaceAll(full, "{"+name+"}", id)
			}
			looks := [][]string{nil, {"min_position", end}}
			for _, p := range positions {
				if c.Header != nil && p != positions[len(positions)-1] {
					continue // other roles: one moment of the past
				}
				looks = append(looks, []string{"as_of", decimal(p)})
			}
			for _, look := range looks {
				a := c.Get(full, append(look, "side", "customer")...)
				if a.Status == 400 { // it takes no side, or no moment
					a = c.Get(full, look...)
				}
				if a.Status == 400 {
					a = c.Get(full)
				}
				if a.Err != nil || a.Status >= 500 {
					b.Fatalf("%s %v: %s", full, look, shown(a))
				}
				all[fmt.Sprint(full, look, c.Header.Get("Seatledger-Role"))] = string(a.Body) + fmt.Sprint(a.Header)
			}
		}
	}
	return all
}

// said by the verbs of the command line.
func (b *bed) verbs() map[string]string {
	b.Helper()
	all := map[string]string{}
	for _, args := range [][]string{
		{"replay", "show", "account", "a"}, {"replay", "diff", "--from", "1", "--to", decimal(b.end()), "account", "a"},
		{"replay", "explain", "user", "a", "u"}, {"replay", "export", "--format", "ndjson"}, {"replay", "export", "--format", "csv"},
		{"get", "users", "a"}, {"get", "events"}, {"get", "subscriptions", "a"},
	} {
		out, status := b.said(append(args, "--server", b.Base)...)
		if status != 0 {
			b.Fatalf("%v: %d %s", args, status, out)
		}
		all[strings.Join(args, " ")] = out
	}
	return all
}

// traces are the words that some text has, and where.
func traces(texts map[string]string, words []string) (found []string) {
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		for _, w := range words {
			if strings.Contains(texts[name], w) {
				found = append(found, fmt.Sprintf("%q is in %s", w, name))
			}
		}
	}
	return found
}

// inFiles is where the words stand in the data folder, in any writing,
// compressed or not.
func (b *bed) inFiles(words []string) (found []string) {
	b.Helper()
	contents, err := ledger.Contents(b.dir, projections.Comparer)
	if err != nil || len(contents) < 5 {
		b.Fatalf("%d files were read: %v", len(contents), err)
	}
	for _, c := range contents {
		for _, w := range words {
			if c.Holds(w) {
				found = append(found, fmt.Sprintf("%q is in %s", w, c.Path))
			}
		}
	}
	return found
}

// A person's data are used in every way there is, in what is accepted and in
// what is refused. Once the person is erased no answer at any moment, no line
// of the log, no metric, no export and no byte of any file has any of it: not
// compressed, not deleted but uncompacted, not after a restart, a rebuild or
// an old copy of the keys.
func TestErasureLeavesNoTraceAnywhere(t *testing.T) {
	t.Parallel()
	b := start(t, "--log-level", "debug")
	positions := b.useEverywhere()
	b.tryEverywhere()
	positions = append(positions, b.importEverywhere())
	before := b.answers(positions...)
	for _, w := range zebedeesTraces {
		if len(traces(before, []string{w})) < 3 {
			t.Errorf("before, only %v", traces(before, []string{w}))
		}
	}
	old := b.secrets() // kept from before the erasure: log, keys, and all
	b.backedUp(old)
	oldKeys := filepath.Join(t.TempDir(), "keys")
	if err := os.CopyFS(oldKeys, os.DirFS(filepath.Join(b.dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	unfinished := b.importInterrupted()
	if found := b.inFiles([]string{zebedeeDomain}); len(found) == 0 {
		t.Error("the domain, which views know until the erasure, is found nowhere: what looks for it is blind")
	}
	sealed := b.inFiles(inAnyWriting([]string{"zebedee.quagmire", "zeb.later.still", zebedeeFirst, zebedeeLast, "3906555019283"}))
	// Letters to send are for people to read; nothing else is.
	if found := slices.DeleteFunc(sealed, func(f string) bool { return strings.Contains(f, "/outbox/") }); len(found) > 0 {
		t.Errorf("in the clear: %v", found)
	}
	b.up()
	b.Send("POST", "/v1/imports/"+unfinished+"/cancel", nil)
	b.eventually(time.Minute, "the unfinished import has ended", func() bool { s := b.job(unfinished)["state"]; return s == "cancelled" || s == "completed" })

	for _, email := range []string{zebedee, zebedeeLater, zebedeeRow} {
		if out := b.done("ErasePerson", body{"account_id": "a", "email": email, "confirm": "erase"}); len(out.Events) == 0 {
			t.Fatalf("nothing was erased: %s", out.Body)
		}
	}
	newer := old
	newer.log, newer.keys, newer.checkpoint = filepath.Join(t.TempDir(), "log"), filepath.Join(t.TempDir(), "keys"), filepath.Join(t.TempDir(), "checkpoint")
	b.backedUp(newer)
	words := inAnyWriting(zebedeesTraces)
	b.forgot("at once", words, positions)
	b.eventually(2*time.Minute, "the files are clean while the ledger runs", func() bool { return len(b.inFiles(words)) == 0 })
	for _, stage := range []struct {
		name   string
		change func()
	}{
		{"after a restart", func() {}},
		{"with an old copy of the keys", func() {
			if err := os.CopyFS(filepath.Join(b.dir, "keys.new"), os.DirFS(oldKeys)); err != nil {
				t.Fatal(err)
			}
			b.replaceKeys("keys.new")
		}},
		{"after a rebuild", func() {
			if err := os.RemoveAll(filepath.Join(b.dir, "views")); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		b.down()
		if found := b.inFiles(words); len(found) > 0 {
			t.Errorf("before %s: %v", stage.name, found)
		}
		stage.change()
		b.up()
		b.forgot(stage.name, words, positions)
	}
	b.down()
	if found := b.inFiles(words); len(found) > 0 {
		t.Errorf("at last: %v", found)
	}
	b.restoredForgets(old, newer, words, positions)
}

// forgot wants nothing of the erased person in any answer, and the others there.
func (b *bed) forgot(stage string, words []string, positions []uint64) {
	b.Helper()
	texts := b.answers(positions...)
	maps.Copy(texts, b.verbs())
	if found := traces(texts, words); len(found) > 0 {
		b.Errorf("%s: %v", stage, found[:min(len(found), 10)])
	}
	if !strings.Contains(texts["/v1/accounts/a/users/u[]"], `{"erased":true}`) || !strings.Contains(texts["/v1/accounts/a/users/ada[]"]+texts["/v1/accounts/a/users[]"], "ada@a.example") {
		b.Errorf("%s: %s", stage, texts["/v1/accounts/a/users[]"])
	}
}
