package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// binaries are built once: plain, and with the race detector where the tests
// run under it.
var binaries struct{ plain, raced string }

func TestMain(m *testing.M) {
	// As many walks as fit the time that the package has; -rapid.checks asks
	// for more.
	// A failure depends on the clock as well, so no file can repeat it.
	for name, value := range map[string]string{"rapid.checks": "12", "rapid.shrinktime": "10s", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "seatledger-e2e-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binaries.plain = filepath.Join(dir, "seatledger")
	binaries.raced = binaries.plain
	if err := ledger.Build(binaries.plain, false); err != nil {
		panic(err)
	}
	if raceDetector {
		binaries.raced = filepath.Join(dir, "seatledger-raced")
		if err := ledger.Build(binaries.raced, true); err != nil {
			panic(err)
		}
	}
	return m.Run()
}

// body is a command's body.
type body = map[string]any

// bed is a ledger under test: a data folder, and the process over it.
type bed struct {
	testing.TB
	binary, dir string
	flags       []string
	process     *ledger.Process
	ledger.Client
}

// start starts a ledger over a new folder.
func start(t testing.TB, flags ...string) *bed {
	t.Helper()
	return startOver(t, filepath.Join(t.TempDir(), "data"), binaries.plain, flags...)
}

// startRaced is start with the race detector, where the tests run under it.
func startRaced(t testing.TB) *bed {
	t.Helper()
	return startOver(t, filepath.Join(t.TempDir(), "data"), binaries.raced)
}

func startOver(t testing.TB, dir, binary string, flags ...string) *bed {
	t.Helper()
	b := &bed{TB: t, binary: binary, dir: dir, flags: flags}
	b.up()
	t.Cleanup(func() {
		b.process.Kill()
		if log := b.process.Log(); strings.Contains(log, "DATA RACE") || strings.Contains(log, "panic:") || t.Failed() {
			t.Errorf("the ledger's log:\n%s", tail(log, 8000))
		}
	})
	return b
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// up starts the process and waits until it is ready.
func (b *bed) up() {
	b.Helper()
	p, err := ledger.Start(b.binary, b.dir, b.flags...)
	if err != nil {
		b.Fatal(err)
	}
	b.process, b.Base = p, "http://"+p.HTTP
	if err := p.Ready(); err != nil {
		b.Fatal(err)
	}
}

// down stops the process, which must end well.
func (b *bed) down() {
	b.Helper()
	code, err := b.process.Stop()
	if err != nil || code != 0 {
		b.Fatalf("SIGTERM: exit %d, %v\n%s", code, err, tail(b.process.Log(), 4000))
	}
}

// crash kills the process and starts it again.
func (b *bed) crash() {
	b.Helper()
	b.process.Kill()
	b.up()
}

// done sends a command that must be accepted.
func (b *bed) done(name string, in any, options ...string) *ledger.Answer {
	b.Helper()
	return accepted(b, b.Do(name, in, options...), name, in)
}

func accepted(t testing.TB, a *ledger.Answer, name string, in any) *ledger.Answer {
	t.Helper()
	if a.Err != nil || a.Status != 200 {
		t.Fatalf("%s %v: %s", name, in, shown(a))
	}
	return a
}

// seen asks for a view, which must be there.
func (b *bed) seen(path string, options ...string) *ledger.Answer {
	b.Helper()
	a := b.Get(path, options...)
	if a.Err != nil || a.Status != 200 {
		b.Fatalf("GET %s %v: %s", path, options, shown(a))
	}
	return a
}

func shown(a *ledger.Answer) string {
	if a.Err != nil {
		return a.Err.Error()
	}
	return fmt.Sprintf("%d %s", a.Status, tail(string(a.Body), 600))
}

// refusal says in how an answer differs from a refusal; "" where it does not.
func refusal(a *ledger.Answer, status int, code string) string {
	kind := ""
	if a.Err == nil {
		kind = a.Header.Get("Content-Type")
	}
	if a.Err != nil || a.Status != status || a.Code != code || !strings.HasPrefix(kind, "application/problem+json") {
		return fmt.Sprintf("want %d %s as a problem, got %s (%s)", status, code, shown(a), kind)
	}
	return ""
}

// end is the position of the last event, whatever the views have reached: a
// dry run says what it was decided on.
func (b *bed) end() uint64 {
	b.Helper()
	return b.done("RegisterPartner", body{"name": "Nobody"}, "dry_run", "true").Position
}

// founded registers partner "p" and makes its account "a", with both
// integrations that licences need.
func (b *bed) founded() {
	b.Helper()
	b.done("RegisterPartner", body{"partner_id": "p", "name": "Partner"})
	b.customer("p", "a")
}

func (b *bed) customer(partner, account string) {
	b.Helper()
	b.done("CreateAccount", customer(partner, account))
	b.done("EnableMiTeamMeetingsIntegration", body{"account_id": account})
	b.done("EnableMitelOneIntegration", body{"account_id": account})
}

func customer(partner, account string) body {
	return body{
		"partner_id": partner, "account_id": account, "name": "Customer " + account, "country": "IT",
		"address": "Via Roma 1", "city": "Roma", "postal_code": "00100", "default_language": "it", "cloud_location": "EU",
		"support_contacts": []any{body{"email": "help@" + account + ".example", "name": "Help"}},
	}
}

// seats gives an account seats of MiTeam Meetings.
func (b *bed) seats(partner, account string, quantity int, more ...string) string {
	b.Helper()
	order := body{"partner_id": partner, "lines": []any{body{"product": "miteam_meetings", "quantity": quantity}}}
	for i := 0; i+1 < len(more); i += 2 {
		order[more[i]] = more[i+1]
	}
	id := b.done("PlaceOrder", order).ID
	b.done("AssignOrder", body{"order_id": id, "account_id": account})
	return id
}

func addUser(account, user string) body {
	return body{"account_id": account, "user_id": user, "email": user + "@" + account + ".example", "name": "User " + user}
}

func seat(account, user string) body {
	return body{"account_id": account, "user_id": user, "product": "miteam_meetings"}
}

// pool is the account's pool of MiTeam Meetings once the view has reached a
// position.
func (b *bed) pool(account string, at uint64) map[string]any {
	b.Helper()
	for _, p := range b.seen("/v1/accounts/"+account+"/pools", "min_position", decimal(at)).Items() {
		if p["product"] == "miteam_meetings" {
			return p
		}
	}
	b.Fatalf("account %s has no pool of miteam_meetings", account)
	return nil
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// history is every event from a position on, up to the end as it is now.
func (b *bed) history(from uint64, options ...string) []map[string]any {
	b.Helper()
	options = append([]string{"from", decimal(from), "limit", "1000", "order", "asc", "min_position", decimal(b.end())}, options...)
	return b.list("/v1/events", options...)
}

// list is all pages of a list.
func (b *bed) list(path string, options ...string) []map[string]any {
	b.Helper()
	page := b.seen(path, options...)
	all := page.Items()
	for {
		cursor, _ := page.View["next_cursor"].(string)
		if cursor == "" {
			return all
		}
		page = b.seen(path, append(options[:len(options):len(options)], "cursor", cursor)...)
		all = append(all, page.Items()...)
	}
}

// eventually waits until a thing is so; it says what is still not.
func (b *bed) eventually(within time.Duration, what string, so func() bool) {
	b.Helper()
	for deadline := time.Now().Add(within); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("still not after %s: %s", within, what)
		}
	}
}

// each runs a function for 0 to n-1 at once, and waits.
func each(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}
