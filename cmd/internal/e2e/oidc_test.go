package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/go-jose/go-jose/v4"
)

const (
	oidcAudience = "seatledger"
	oidcSubject  = "ann.subject@idp.example"
)

// issuer is a library's issuer with two keys, and a stranger's that it does
// not know.
type issuer struct {
	url                string
	one, two, stranger *rsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{}
	for _, k := range []**rsa.PrivateKey{&i.one, &i.two, &i.stranger} {
		var err error
		if *k, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
	}
	s := &oidctest.Server{PublicKeys: []oidctest.PublicKey{
		{PublicKey: i.one.Public(), KeyID: "one", Algorithm: oidc.RS256}, {PublicKey: i.two.Public(), KeyID: "two", Algorithm: oidc.RS256}}}
	web := httptest.NewUnstartedServer(s)
	i.url = "http://" + web.Listener.Addr().String()
	s.SetIssuer(i.url)
	web.Start()
	t.Cleanup(web.Close)
	return i
}

// claims are those of a good token of a partner, but for what is changed.
func (i *issuer) claims(pairs ...any) string {
	b, _ := json.Marshal(changed(body{"iss": i.url, "aud": oidcAudience, "sub": oidcSubject, "exp": time.Now().Add(time.Hour).Unix(),
		"seatledger_role": "partner", "seatledger_partner": "acme"}, pairs...))
	return string(b)
}

func (i *issuer) signed(key *rsa.PrivateKey, id string, pairs ...any) string {
	return oidctest.SignIDToken(key, id, oidc.RS256, i.claims(pairs...))
}

// unsigned is a token that says of itself that nobody signed it.
func (i *issuer) unsigned() string {
	e := base64.RawURLEncoding.EncodeToString
	return e([]byte(`{"alg":"none","kid":"one"}`)) + "." + e([]byte(i.claims())) + "."
}

// symmetric is a token signed with the issuer's public key as if it were a
// secret.
func (i *issuer) symmetric(t *testing.T) string {
	t.Helper()
	public, _ := x509.MarshalPKIXPublicKey(i.one.Public())
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: public, KeyID: "one"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Sign([]byte(i.claims()))
	if err != nil {
		t.Fatal(err)
	}
	token, _ := out.CompactSerialize()
	return token
}

// TestTokensOfAnIssuer: the real binary takes an issuer's good tokens, and no
// others.
func TestTokensOfAnIssuer(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	g := startGuarded(t, filepath.Join(t.TempDir(), "data"), "--oidc-issuer", i.url, "--oidc-audience", oidcAudience)
	g.story()
	good := i.signed(i.one, "one")
	for deadline := time.Now().Add(30 * time.Second); g.as(good).Get("/v1/accounts").Status == 503 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond) // the keys are being fetched
	}
	g.status(g.as(good), "/v1/accounts/contoso", 200)
	g.status(g.as(good), "/v1/tokens", 403)
	g.status(g.as(i.signed(i.two, "two", "seatledger_partner", "zeta")), "/v1/accounts/contoso", 404)
	g.status(g.as(i.signed(i.two, "two", "aud", []string{"x", oidcAudience}, "seatledger_role", "account_admin", "seatledger_partner", nil,
		"seatledger_account", "contoso")), "/v1/accounts/contoso/users/ann", 200)

	parts := strings.Split(good, ".")
	richer := base64.RawURLEncoding.EncodeToString([]byte(i.claims("seatledger_role", "admin", "seatledger_partner", nil)))
	for what, token := range map[string]string{
		"expired":               i.signed(i.one, "one", "exp", time.Now().Add(-5*time.Minute).Unix()),
		"without an end":        i.signed(i.one, "one", "exp", nil),
		"not valid yet":         i.signed(i.one, "one", "nbf", time.Now().Add(5*time.Minute).Unix()),
		"another audience":      i.signed(i.one, "one", "aud", "other"),
		"no audience":           i.signed(i.one, "one", "aud", nil),
		"another issuer":        i.signed(i.one, "one", "iss", "https://evil.example"),
		"no subject":            i.signed(i.one, "one", "sub", nil),
		"alg none":              i.unsigned(),
		"the public key as one": i.symmetric(t),
		"a stranger's key":      i.signed(i.stranger, "one"),
		"swapped keys":          i.signed(i.one, "two"),
		"an unknown key":        i.signed(i.stranger, "three"),
		"other claims":          parts[0] + "." + richer + "." + parts[2],
		"no signature":          parts[0] + "." + parts[1] + ".",
		"an unknown role":       i.signed(i.one, "one", "seatledger_role", "king"),
		"the ledger's own role": i.signed(i.one, "one", "seatledger_role", "ledger"),
		"no scope":              i.signed(i.one, "one", "seatledger_partner", nil),
		"a wildcard for scope":  i.signed(i.one, "one", "seatledger_partner", ">"),
	} {
		a := g.as(token).Get("/v1/accounts")
		if wrong := refusal(a, 401, "unauthenticated"); wrong != "" || !strings.Contains(a.Header.Get("WWW-Authenticate"), "invalid_token") {
			t.Errorf("%s: %s", what, wrong)
		}
	}
	accepted(g, g.as(good).Do("AddUser", body{"account_id": "contoso", "user_id": "bob", "email": "bob@contoso.example", "name": "Bob"}), "AddUser", nil)
	if actor := g.as(g.token).Get("/v1/events", "user_id", "bob").Items()[0]["actor"]; !strings.HasPrefix(actor.(string), "oidc-") {
		t.Errorf("the actor is %v", actor)
	}
	if log := g.process.Log(); strings.Contains(log, oidcSubject) || strings.Contains(log, parts[1]) {
		t.Errorf("the log tells of tokens: %s", log)
	}
}
