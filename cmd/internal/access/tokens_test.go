package access

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

func TestGrants(t *testing.T) {
	tokens, _, err := openFirst(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		grant  Grant
		blames string
	}{
		{Grant{Role: "partner", Partner: "acme"}, ""},
		{Grant{Role: "consumer", Partner: "acme"}, ""},
		{Grant{Role: "account_admin", Account: "contoso"}, ""},
		{Grant{Role: "micollab", Account: "contoso"}, ""},
		{Grant{Role: "auditor", Partner: "acme"}, ""},
		{Grant{Role: "auditor"}, ""}, {Grant{Role: "admin"}, ""}, {Grant{Role: "system"}, ""}, {Grant{Role: "operator"}, ""},
		{Grant{}, "role"},
		{Grant{Role: "king"}, "role"},
		{Grant{Role: "ledger"}, "role"},
		{Grant{Role: "partner"}, "partner_id"},
		{Grant{Role: "consumer"}, "partner_id"},
		{Grant{Role: "partner", Partner: "a b"}, "partner_id"},
		{Grant{Role: "partner", Partner: "acme", Account: "contoso"}, "account_id"},
		{Grant{Role: "account_admin"}, "account_id"},
		{Grant{Role: "micollab", Account: ">"}, "account_id"},
		{Grant{Role: "admin", Partner: "acme"}, "partner_id"},
		{Grant{Role: "operator", Account: "contoso"}, "account_id"},
		{Grant{Role: "admin", Name: strings.Repeat("x", MaxNameBytes+1)}, "name"},
		{Grant{Role: "admin", ExpiresAt: time.Now().Add(-time.Minute)}, "expires_at"},
	} {
		secret, made, err := tokens.Create(c.grant, "ann")
		var off rule.Invalid
		if errors.As(err, &off); (len(off) > 0) != (c.blames != "") || c.blames != "" && off[0].Field != c.blames {
			t.Errorf("%+v: %v", c.grant, err)
		}
		if c.blames != "" {
			continue
		}
		pass, err := tokens.Check(secret)
		if err != nil || pass.Role.String() != c.grant.Role || pass.Partner != c.grant.Partner || pass.Account != c.grant.Account || pass.Actor != made.ID {
			t.Errorf("%+v: %+v %v", c.grant, pass, err)
		}
	}
}

func TestTokensOutliveTheProcessAndSecretsAreNotKept(t *testing.T) {
	dir := t.TempDir()
	tokens, _, _ := openFirst(dir)
	secret, made, err := tokens.Create(Grant{Role: "partner", Partner: "acme", Name: "erp", ExpiresAt: time.Now().Add(time.Hour)}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(filepath.Join(dir, TokensFile))
	if strings.Contains(string(b), secret) || !strings.Contains(string(b), made.ID) {
		t.Errorf("%s", b)
	}
	again, err := OpenTokens(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if pass, err := again.Check(secret); err != nil || pass.Partner != "acme" {
		t.Errorf("%+v %v", pass, err)
	}
	if _, err := again.Revoke(made.ID); err != nil {
		t.Fatal(err)
	}
	if again, err = OpenTokens(dir, time.Now); err != nil || len(again.List()) != 1 {
		t.Fatalf("%v %v", again.List(), err)
	}
	if _, err := again.Check(secret); codeOf(err) != problem.Unauthenticated {
		t.Errorf("revoked, then started again: %v", err)
	}
}

func TestRevokedAtOnce(t *testing.T) {
	tokens, _, _ := openFirst(t.TempDir())
	secret, made, _ := tokens.Create(Grant{Role: "admin"}, "ann")
	pass, err := tokens.Check(secret)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := pass.Bound(t.Context())
	defer cancel()
	if _, err := tokens.Revoke(made.ID); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
		t.Error("what was opened goes on")
	}
	if _, err := tokens.Check(secret); codeOf(err) != problem.Unauthenticated {
		t.Errorf("%v", err)
	}
	if _, err := tokens.Revoke(made.ID); !errors.Is(err, ErrNoToken) {
		t.Errorf("revoked twice: %v", err)
	}
}

func TestExpiry(t *testing.T) {
	c := &clock{}
	tokens, err := OpenTokens(t.TempDir(), c.now)
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := tokens.Create(Grant{Role: "operator", ExpiresAt: time.Now().Add(time.Hour)}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	pass, err := tokens.Check(secret)
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := deadline(t, &pass); !ok || time.Until(at) > time.Hour {
		t.Errorf("what is opened ends at %v", at)
	}
	c.ahead.Store(int64(time.Hour + time.Second))
	if _, err := tokens.Check(secret); codeOf(err) != problem.Unauthenticated || !strings.Contains(err.Error(), "expired") {
		t.Errorf("%v", err)
	}
	c.ahead.Store(int64(time.Hour + keepExpired + time.Minute))
	if _, _, err := tokens.Create(Grant{Role: "operator"}, "ann"); err != nil || len(tokens.List()) != 1 {
		t.Errorf("%v %v", tokens.List(), err)
	}
}

func deadline(t *testing.T, p *Pass) (time.Time, bool) {
	ctx, cancel := p.Bound(context.WithoutCancel(t.Context()))
	defer cancel()
	return ctx.Deadline()
}

func TestAdminsTokenIsMadeWhereThereIsNone(t *testing.T) {
	dir := t.TempDir()
	tokens, _ := OpenTokens(dir, time.Now)
	if _, _, err := tokens.Create(Grant{Role: "auditor"}, "dev"); err != nil { // as in --dev
		t.Fatal(err)
	}
	_, file, err := openFirst(dir)
	if err != nil || file == "" {
		t.Errorf("%q %v", file, err)
	}
}

func TestRates(t *testing.T) {
	tokens, _, _ := openFirst(t.TempDir())
	good, _, _ := tokens.Create(Grant{Role: "admin"}, "ann")
	other, _, _ := tokens.Create(Grant{Role: "admin"}, "ann")
	door := &Bearer{Tokens: tokens, Limits: NewLimits(5, 3)}
	count := func(token, address string) (codes map[problem.Code]int) {
		codes = map[problem.Code]int{}
		for range 30 {
			r := request("x", "Authorization", "Bearer "+token)
			r.RemoteAddr = address
			_, err := door.Authenticate(r)
			codes[codeOf(err)]++
		}
		return codes
	}
	if c := count("bad", "192.0.2.1:1"); c[problem.Unauthenticated] < 6 || c[problem.Unauthenticated] > 8 || c[problem.RateLimited] < 20 {
		t.Errorf("bad tokens: %v", c)
	}
	if c := count(good, "192.0.2.1:2"); c[""] < 10 || c[""] > 12 || c[problem.RateLimited] < 15 {
		t.Errorf("good tokens from the same address: %v", c)
	}
	if c := count(other, "192.0.2.1:2"); c[""] < 10 {
		t.Errorf("another caller: %v", c)
	}
	if c := count("bad", "192.0.2.2:1"); c[problem.Unauthenticated] < 6 {
		t.Errorf("another address: %v", c)
	}
	count("bad", "[2001:db8::1]:1")
	if c := count("bad", "[2001:db8::2]:1"); c[problem.Unauthenticated] > 2 {
		t.Errorf("the same customer's addresses: %v", c)
	}
}

func BenchmarkBadToken(b *testing.B) {
	tokens, err := OpenTokens(b.TempDir(), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	door := &Bearer{Tokens: tokens, Limits: NewLimits(DefaultCallerRate, DefaultAddressRate)}
	r := request("x", "Authorization", "Bearer "+tokenHead+strings.Repeat("x", 43))
	r.RemoteAddr = "192.0.2.1:1"
	for b.Loop() {
		if _, err := door.Authenticate(r); err == nil {
			b.Fatal("it came in")
		}
	}
}
