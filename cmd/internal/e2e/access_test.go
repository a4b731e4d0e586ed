package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// guarded is a ledger outside --dev.
type guarded struct {
	*testing.T
	dir     string
	process *ledger.Process
	base    string
	token   string // the first admin's
	secrets []string
}

func startGuarded(t *testing.T, dir string, flags ...string) *guarded {
	t.Helper()
	p, err := ledger.StartGuarded(binaries.plain, dir, flags...)
	if err != nil {
		t.Fatal(err)
	}
	g := &guarded{T: t, dir: dir, process: p, base: "http://" + p.HTTP}
	t.Cleanup(p.Kill)
	b, err := os.ReadFile(filepath.Join(dir, "admin.token"))
	if err != nil {
		t.Fatal(err)
	}
	g.token, g.secrets = string(b), []string{string(b)}
	return g
}

// as is a caller with a token.
func (g *guarded) as(token string) ledger.Client {
	return ledger.Client{Base: g.base}.With("Authorization", "Bearer "+token)
}

// run runs a verb of the command line, and returns what it printed and its
// status.
func (g *guarded) run(args ...string) (out, complaint string, status int) {
	g.Helper()
	cmd := exec.Command(binaries.plain, args...)
	cmd.Env = append(os.Environ(), "SEATLEDGER_SERVER="+g.base, "SEATLEDGER_TOKEN="+g.token)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		g.Fatal(err)
	}
	return strings.TrimSpace(o.String()), e.String(), cmd.ProcessState.ExitCode()
}

// makes makes a token on the command line.
func (g *guarded) makes(flags ...string) (secret, id string) {
	g.Helper()
	out, complaint, status := g.run(append([]string{"token", "create", "-o", "json"}, flags...)...)
	var made struct{ ID, Token string }
	if err := json.Unmarshal([]byte(out), &made); err != nil || status != 0 || made.Token == "" {
		g.Fatalf("token create %v: %d %s %s", flags, status, out, complaint)
	}
	g.secrets = append(g.secrets, made.Token)
	return made.Token, made.ID
}

// status asks for a path and wants a status.
func (g *guarded) status(c ledger.Client, path string, want int) *ledger.Answer {
	g.Helper()
	a := c.Get(path)
	if a.Err != nil || a.Status != want {
		g.Errorf("GET %s: %s, want %d", path, shown(a), want)
	}
	return a
}

const person = "ann.secret@contoso.example"

// story makes a partner with an account, and a user of it.
func (g *guarded) story() {
	g.Helper()
	admin := g.as(g.token)
	for _, c := range []struct {
		name string
		body body
	}{
		{"RegisterPartner", body{"partner_id": "acme", "name": "Acme"}},
		{"RegisterPartner", body{"partner_id": "zeta", "name": "Zeta"}},
		{"CreateAccount", body{"account_id": "contoso", "partner_id": "acme", "name": "Contoso", "country": "IT", "address": "Via 1",
			"city": "Roma", "postal_code": "00100", "default_language": "it", "cloud_location": "EU",
			"support_contacts": []body{{"email": "help@contoso.example", "name": "Help"}}}},
		{"ClaimDomain", body{"account_id": "contoso", "domain": "contoso.example"}},
		{"AddUser", body{"account_id": "contoso", "user_id": "ann", "email": person, "name": "Ann Secret"}},
	} {
		accepted(g, admin.Do(c.name, c.body), c.name, c.body)
	}
}

// attempts waits for nothing: what was refused is listed at once.
func (g *guarded) attempts(c ledger.Client, query string) (list []string) {
	g.Helper()
	for _, i := range g.status(c, "/v1/attempts"+query, 200).Items() {
		list = append(list, fmt.Sprint(i["command"], ":", i["code"], ":", i["partner_id"]))
	}
	return list
}

func TestTokens(t *testing.T) {
	g := startGuarded(t, filepath.Join(t.TempDir(), "data"))
	nobody := ledger.Client{Base: g.base}
	for _, path := range []string{"/", "/readyz", "/metrics", "/openapi.json", "/v1/accounts", "/v1/tokens", "/v1/attempts", "/log/checkpoint", "/log/key", "/nowhere"} {
		if a := g.status(nobody.With("Seatledger-Role", "admin"), path, 401); a.Header.Get("WWW-Authenticate") != `Bearer realm="seatledger"` || a.Code != "unauthenticated" {
			t.Errorf("%s: %v %s", path, a.Header, a.Body)
		}
	}
	g.status(nobody, "/healthz", 200)
	if a := g.status(g.as("seatledger_no"), "/v1/accounts", 401); !strings.Contains(a.Header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("%v", a.Header)
	}
	g.story()

	acme, acmeID := g.makes("--role", "partner", "--partner", "acme", "--name", "erp", "--expires", "30d")
	zeta, _ := g.makes("--role", "partner", "--partner", "zeta")
	local, _ := g.makes("--role", "account_admin", "--account", "contoso")
	auditor, _ := g.makes("--role", "auditor", "--partner", "acme")
	operator, _ := g.makes("--role", "operator")
	g.status(g.as(acme), "/v1/accounts/contoso", 200)
	g.status(g.as(zeta), "/v1/accounts/contoso", 404)
	g.status(g.as(acme), "/v1/tokens", 403)
	if a := g.as(acme).Do("AddUser", body{"account_id": "contoso", "user_id": "x", "email": "bob.secret@contoso.example", "name": "Bob Secret", "colour": 1}); a.Status != 400 {
		t.Errorf("%s", shown(a))
	}
	for name, flags := range map[string][]string{
		"--partner": {"--role", "partner"}, "--account": {"--role", "micollab"}, "--role": {"--role", "king"}, "--expires": {"--role", "admin", "--expires", "soon"},
	} {
		if out, complaint, status := g.run(append([]string{"token", "create"}, flags...)...); status == 0 || !strings.Contains(complaint, name) {
			t.Errorf("%v: %d %s %s", flags, status, out, complaint)
		}
	}

	// Refused: by a rule, by role, by scope. Not kept: what is malformed.
	admin := g.as(g.token)
	g.as(acme).Do("AddUser", body{"account_id": "contoso", "user_id": "ann", "email": "eve.secret@contoso.example", "name": "Eve"})
	g.as(local).Do("PlaceOrder", body{"partner_id": "acme", "lines": []body{{"product": "miteam_meetings", "quantity": 1}}})
	g.as(zeta).Do("RemoveUser", body{"account_id": "contoso", "user_id": "ann"})
	if got := g.attempts(admin, ""); !slices.Equal(got, []string{"RemoveUser:not_found:zeta", "PlaceOrder:forbidden:acme", "AddUser:already_exists:acme"}) {
		t.Errorf("attempts: %v", got)
	}
	if got := g.attempts(g.as(auditor), ""); !slices.Equal(got, []string{"PlaceOrder:forbidden:acme", "AddUser:already_exists:acme"}) {
		t.Errorf("the auditor of acme sees %v", got)
	}
	if got := g.attempts(g.as(auditor), "?partner_id=zeta"); got != nil {
		t.Errorf("the auditor of acme sees %v of zeta", got)
	}
	g.status(g.as(acme), "/v1/attempts", 403)
	g.status(g.as(auditor), "/v1/operations", 403)

	g.revocation(acme, acmeID)
	kinds := map[string]int{}
	for _, o := range g.status(g.as(operator), "/v1/operations?limit=1000", 200).Items() {
		kinds[fmt.Sprint(o["kind"])]++
	}
	if kinds["started"] != 1 || kinds["token_made"] != 6 || kinds["token_revoked"] != 1 {
		t.Errorf("operations: %v", kinds)
	}
	g.afterwards(local)
}

// revocation ends a token, and the stream that was opened with it.
func (g *guarded) revocation(token, id string) {
	g.Helper()
	ctx, cancel := context.WithTimeout(g.Context(), 30*time.Second)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", g.base+"/v1/events/stream", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != 200 {
		g.Fatal(resp, err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Scan()
	begin := time.Now()
	if out, complaint, status := g.run("token", "revoke", id); status != 0 {
		g.Fatalf("%s %s", out, complaint)
	}
	for lines.Scan() {
	}
	if d := time.Since(begin); ctx.Err() != nil || d > 10*time.Second {
		g.Errorf("the stream went on for %s", d)
	}
	g.status(g.as(token), "/v1/accounts", 401)
	if _, complaint, status := g.run("token", "revoke", id); status != 1 || !strings.Contains(complaint, "no such token") {
		g.Errorf("revoked twice: %d %s", status, complaint)
	}
}

// afterwards looks at the stopped ledger: its folder, its log, and the next
// start.
func (g *guarded) afterwards(kept string) {
	g.Helper()
	if _, complaint, status := g.run("token", "list", "--data-dir", g.dir); status != 1 || !strings.Contains(complaint, "runs") {
		g.Errorf("the folder of a running ledger: %d %s", status, complaint)
	}
	if code, err := g.process.Stop(); code != 0 || err != nil {
		g.Fatalf("%d %v", code, err)
	}
	late, _ := g.makes("--role", "operator", "--data-dir", g.dir)
	if out, _, status := g.run("token", "list", "--data-dir", g.dir); status != 0 || strings.Count(out, `"id"`) != 6 || strings.Contains(out, "seatledger_") {
		g.Errorf("%d %s", status, out)
	}
	again := startGuarded(g.T, g.dir)
	again.status(again.as(kept), "/v1/accounts/contoso", 200)
	again.status(again.as(late), "/v1/accounts", 200)
	if got := again.attempts(again.as(late), ""); len(got) != 3 {
		g.Errorf("attempts after a restart: %v", got)
	}
	again.process.Kill()
	log := g.process.Log() + again.process.Log()
	for _, s := range append(g.secrets, late, "Secret") {
		if strings.Contains(log, s) {
			g.Errorf("the log has %q", s)
		}
	}
	if found := regexp.MustCompile(`[\w.]+@[\w.]+`).FindString(log); found != "" {
		g.Errorf("the log has %q", found)
	}
	if !strings.Contains(log, "admin.token") || strings.Contains(log, "level=ERROR") {
		g.Errorf("%s", log)
	}
	for _, folder := range []string{"attempts", "operations", "tokens.json"} {
		out, _ := exec.Command("grep", "-rlE", "@|Secret|"+strings.Join(g.secrets, "|"), filepath.Join(g.dir, folder)).Output()
		if len(out) > 0 {
			g.Errorf("secrets or persons in %s", out)
		}
	}
}

func TestPublicPaths(t *testing.T) {
	g := startGuarded(t, filepath.Join(t.TempDir(), "data"), "--public", "metrics,log,ready")
	g.story()
	nobody := ledger.Client{Base: g.base}
	g.eventually(20*time.Second, "an event is under a checkpoint", func() bool { return nobody.Get("/log/tile/0/000.p/1").Status == 200 })
	for path, want := range map[string]int{
		"/metrics": 200, "/readyz": 200, "/log/checkpoint": 200, "/log/key": 200, "/log/tile/0/000.p/1": 200,
		"/log/tile/entries/000.p/1": 401, "/log/tile/%65ntries/000.p/1": 401, "/v1/events": 401, "/": 401,
	} {
		g.status(nobody, path, want)
	}
	g.status(g.as(g.token), "/log/tile/entries/000.p/1", 200)
}
