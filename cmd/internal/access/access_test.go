package access

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

func request(host string, headers ...string) *http.Request {
	r, _ := http.NewRequest("GET", "http://"+host+"/", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func codeOf(err error) problem.Code {
	var p *problem.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}

func TestDevPlaysEveryRole(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    rule.Caller
	}{
		{nil, rule.Caller{Role: rule.Admin, Actor: "dev"}},
		{[]string{"Seatledger-Actor", "ann"}, rule.Caller{Role: rule.Admin, Actor: "ann"}},
		{[]string{"Seatledger-Role", "partner", "Seatledger-Scope", "acme"},
			rule.Caller{Role: rule.Partner, Partner: "acme", Actor: "dev"}},
		{[]string{"Seatledger-Role", "account_admin", "Seatledger-Scope", "contoso"},
			rule.Caller{Role: rule.AccountAdmin, Account: "contoso", Actor: "dev"}},
		{[]string{"Seatledger-Role", "micollab", "Seatledger-Scope", "contoso"},
			rule.Caller{Role: rule.MiCollab, Account: "contoso", Actor: "dev"}},
		{[]string{"Seatledger-Role", "consumer", "Seatledger-Scope", "acme"},
			rule.Caller{Role: rule.Consumer, Partner: "acme", Actor: "dev"}},
		{[]string{"Seatledger-Role", "auditor"}, rule.Caller{Role: rule.Auditor, Actor: "dev"}},
		{[]string{"Seatledger-Role", "auditor", "Seatledger-Scope", "acme"},
			rule.Caller{Role: rule.Auditor, Partner: "acme", Actor: "dev"}},
		{[]string{"Seatledger-Role", "system"}, rule.Caller{Role: rule.System, Actor: "dev"}},
		{[]string{"Seatledger-Role", "operator", "Seatledger-Scope", "acme"}, rule.Caller{Role: rule.Operator, Actor: "dev"}},
	} {
		if got, err := (Dev{}).Authenticate(request("localhost:8080", c.headers...)); err != nil || got.Caller != c.want {
			t.Errorf("%v: %+v %v", c.headers, got, err)
		}
	}
}

func TestDevRefusesByHeader(t *testing.T) {
	for _, c := range []struct {
		headers []string
		blames  string
	}{
		{[]string{"Seatledger-Role", "king"}, "header.Seatledger-Role"},
		{[]string{"Seatledger-Role", "ledger"}, "header.Seatledger-Role"},
		{[]string{"Seatledger-Role", "partner"}, "header.Seatledger-Scope"},
		{[]string{"Seatledger-Role", "account_admin"}, "header.Seatledger-Scope"},
		{[]string{"Seatledger-Role", "micollab"}, "header.Seatledger-Scope"},
		{[]string{"Seatledger-Role", "consumer"}, "header.Seatledger-Scope"},
		{[]string{"Seatledger-Role", "partner", "Seatledger-Scope", "a b"}, "header.Seatledger-Scope"},
		{[]string{"Seatledger-Actor", "a b"}, "header.Seatledger-Actor"},
		{[]string{"Seatledger-Actor", strings.Repeat("a", MaxActorBytes+1)}, "header.Seatledger-Actor"},
	} {
		_, err := (Dev{}).Authenticate(request("localhost:8080", c.headers...))
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != problem.InvalidRequest || p.Errors[0].Location != c.blames {
			t.Errorf("%v: %v", c.headers, err)
		}
	}
}

func TestDevAnswersToThisMachineOnly(t *testing.T) {
	for host, want := range map[string]problem.Code{
		"localhost:8080": "", "LOCALHOST": "", "console.localhost": "", "127.0.0.1:1": "", "127.1.2.3": "", "[::1]:80": "",
		"evil.example": problem.Forbidden, "localhost.evil.example:8080": problem.Forbidden, "10.0.0.1": problem.Forbidden,
	} {
		if _, err := (Dev{}).Authenticate(request(host)); codeOf(err) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// openFirst opens tokens as a first start does.
func openFirst(dir string) (*Tokens, string, error) {
	t, err := OpenTokens(dir, time.Now)
	if err != nil {
		return nil, "", err
	}
	file, _, err := t.First()
	return t, file, err
}

func TestFirstStartMakesTheAdminsToken(t *testing.T) {
	dir := t.TempDir()
	first, made, err := openFirst(dir)
	if err != nil || made != filepath.Join(dir, AdminFile) {
		t.Fatal(made, err)
	}
	token, _ := os.ReadFile(made)
	kept, _ := os.ReadFile(filepath.Join(dir, TokensFile))
	sum := sha256.Sum256(token)
	if len(token) < 43 || strings.Contains(string(kept), string(token)) || !strings.Contains(string(kept), hex.EncodeToString(sum[:])) {
		t.Errorf("token %s, kept %s", token, kept)
	}
	for _, name := range []string{AdminFile, TokensFile} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	again, made, err := openFirst(dir)
	if err != nil || made != "" {
		t.Fatal("a second start made another token", err)
	}
	for _, tokens := range []*Tokens{first, again} {
		who, err := (&Bearer{Tokens: tokens}).Authenticate(request("ledger.example", "Authorization", "bearer "+string(token)))
		if err != nil || who.Role != rule.Admin || who.Actor == "" {
			t.Errorf("%+v %v", who, err)
		}
	}
}

func TestTokensRefuse(t *testing.T) {
	tokens, file, err := openFirst(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(file)
	for _, authorization := range []string{"", "Bearer", "Bearer ", "Basic " + string(b), "Bearer x" + string(b), "Bearer " + string(b[:40])} {
		if _, err := (&Bearer{Tokens: tokens}).Authenticate(request("x", "Authorization", authorization)); codeOf(err) != problem.Unauthenticated {
			t.Errorf("%q: %v", authorization, err)
		}
	}
	// The headers of --dev mean nothing here.
	if _, err := (&Bearer{Tokens: tokens}).Authenticate(request("localhost", "Seatledger-Role", "admin")); codeOf(err) != problem.Unauthenticated {
		t.Error(err)
	}
}

// TestStartThatDiedBetween: the token was written, its hash was not.
func TestStartThatDiedBetween(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, AdminFile), []byte("lost"), 0o600)
	tokens, made, err := openFirst(dir)
	if err != nil || made == "" {
		t.Fatal(made, err)
	}
	b, _ := os.ReadFile(made)
	if _, err := (&Bearer{Tokens: tokens}).Authenticate(request("x", "Authorization", "Bearer "+string(b))); err != nil {
		t.Error(err)
	}
}

func TestDamagedTokensStopTheStart(t *testing.T) {
	for _, kept := range []string{``, `{}`, `[{"id":"1","role":"admin","scope":"acme","sha256":"` + strings.Repeat("0", 64) + `"}]`, `[{"id":"1","role":"king","sha256":"00","created_at":"2026-01-01T00:00:00Z"}]`,
		`[{"id":"1","role":"admin","sha256":"00","created_at":"2026-01-01T00:00:00Z"}]`,
		`[{"id":"1","role":"partner","sha256":"` + strings.Repeat("0", 64) + `","created_at":"2026-01-01T00:00:00Z"}]`} {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, TokensFile), []byte(kept), 0o600)
		if _, err := OpenTokens(dir, time.Now); err == nil {
			t.Errorf("%s is accepted", kept)
		}
	}
}
