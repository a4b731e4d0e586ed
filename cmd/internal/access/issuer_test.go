package access

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

const audience = "seatledger"

// authority is an OpenID Connect issuer.
type authority struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []jose.JSONWebKey // public
	down    bool
	body    []byte // instead of the keys
	fetches atomic.Int64
}

func newAuthority(t *testing.T, keys ...*signer) *authority {
	a := &authority{}
	a.publish(keys...)
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q,"authorization_endpoint":%[1]q,"token_endpoint":%[1]q}`, a.URL, a.URL+"/keys")
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		a.fetches.Add(1)
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.body != nil {
			w.Write(a.body)
			return
		}
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: a.keys})
	})
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func (a *authority) publish(keys ...*signer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys = nil
	for _, k := range keys {
		a.keys = append(a.keys, k.public())
	}
}

func (a *authority) set(down bool, body []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.down, a.body = down, body
}

// signer is a key pair with its id.
type signer struct {
	id  string
	alg jose.SignatureAlgorithm
	key crypto.Signer
}

func rsaSigner(id string) *signer {
	k, _ := rsa.GenerateKey(rand.Reader, 2048)
	return &signer{id, jose.RS256, k}
}

func (s *signer) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: s.key.Public(), KeyID: s.id, Algorithm: string(s.alg), Use: "sig"}
}

// sign makes a token of claims, under the id of this key or another.
func (s *signer) sign(t *testing.T, id string, claims map[string]any) string {
	t.Helper()
	return signed(t, s.alg, s.key, id, claims)
}

func signed(t *testing.T, alg jose.SignatureAlgorithm, key any, id string, claims map[string]any) string {
	t.Helper()
	sig, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(claims)
	out, err := sig.Sign(b)
	if err != nil {
		t.Fatal(err)
	}
	token, err := out.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// clock is a clock that a test sets.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (a *authority) trusted(t *testing.T, c *clock) *Issuer {
	t.Helper()
	i := NewIssuer(a.URL, audience, c.now, slog.New(slog.DiscardHandler))
	done := make(chan struct{})
	ctx := t.Context()
	go func() { i.Run(ctx); close(done) }()
	return i
}

// ready waits for the issuer's first keys.
func ready(t *testing.T, i *Issuer) *Issuer {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); i.keys.usable() != nil; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no keys")
		}
	}
	return i
}

func (a *authority) claims(change map[string]any) map[string]any {
	c := map[string]any{
		"iss": a.URL, "aud": audience, "sub": "ann@example.com", "exp": time.Now().Add(time.Hour).Unix(),
		"iat": time.Now().Unix(), "seatledger_role": "partner", "seatledger_partner": "acme",
	}
	maps.Copy(c, change)
	for name, v := range c {
		if v == nil {
			delete(c, name)
		}
	}
	return c
}

func TestIssuersTokens(t *testing.T) {
	one, two := rsaSigner("one"), &signer{id: "two", alg: jose.ES256}
	two.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	stranger := rsaSigner("one")
	a := newAuthority(t, one, two)
	i := ready(t, a.trusted(t, &clock{}))
	at := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	publicPEM, _ := x509.MarshalPKIXPublicKey(one.key.Public())
	none := func(claims map[string]any) string {
		b, _ := json.Marshal(claims)
		e := base64.RawURLEncoding.EncodeToString
		return e([]byte(`{"alg":"none","kid":"one"}`)) + "." + e(b) + "."
	}
	good := one.sign(t, "one", a.claims(nil))
	for name, c := range map[string]struct {
		token string
		says  string // "" is accepted
	}{
		"good":                      {good, ""},
		"another algorithm":         {two.sign(t, "two", a.claims(nil)), ""},
		"one of several audiences":  {one.sign(t, "one", a.claims(map[string]any{"aud": []string{"x", audience}})), ""},
		"expired within the skew":   {one.sign(t, "one", a.claims(map[string]any{"exp": at(-30 * time.Second)})), ""},
		"early within the skew":     {one.sign(t, "one", a.claims(map[string]any{"nbf": at(30 * time.Second)})), ""},
		"expired":                   {one.sign(t, "one", a.claims(map[string]any{"exp": at(-2 * time.Minute)})), "expired"},
		"without an end":            {one.sign(t, "one", a.claims(map[string]any{"exp": nil})), "expired"},
		"not yet valid":             {one.sign(t, "one", a.claims(map[string]any{"nbf": at(2 * time.Minute)})), "not valid yet"},
		"wrong audience":            {one.sign(t, "one", a.claims(map[string]any{"aud": "other"})), "not a good one"},
		"no audience":               {one.sign(t, "one", a.claims(map[string]any{"aud": nil})), "not a good one"},
		"wrong issuer":              {one.sign(t, "one", a.claims(map[string]any{"iss": "https://evil.example"})), "not a good one"},
		"no subject":                {one.sign(t, "one", a.claims(map[string]any{"sub": nil})), "subject"},
		"alg none":                  {none(a.claims(nil)), "not a good one"},
		"secret of the public key":  {signed(t, jose.HS256, publicPEM, "one", a.claims(nil)), "not a good one"},
		"a stranger's key":          {stranger.sign(t, "one", a.claims(nil)), "not a good one"},
		"swapped keys":              {one.sign(t, "two", a.claims(nil)), "not a good one"},
		"unknown key":               {stranger.sign(t, "three", a.claims(nil)), "not a good one"},
		"changed after signing":     {good[:len(good)-4] + "AAAA", "not a good one"},
		"no token":                  {"nonsense", "not a good one"},
		"unknown role":              {one.sign(t, "one", a.claims(map[string]any{"seatledger_role": "king"})), "seatledger_role must be one of"},
		"the ledger's role":         {one.sign(t, "one", a.claims(map[string]any{"seatledger_role": "ledger"})), "seatledger_role must be one of"},
		"no role":                   {one.sign(t, "one", a.claims(map[string]any{"seatledger_role": nil})), "seatledger_role must be one of"},
		"no partner":                {one.sign(t, "one", a.claims(map[string]any{"seatledger_partner": nil})), "seatledger_partner must be given"},
		"a bad partner":             {one.sign(t, "one", a.claims(map[string]any{"seatledger_partner": "a.>"})), "seatledger_partner must be"},
		"no account":                {one.sign(t, "one", a.claims(map[string]any{"seatledger_role": "micollab", "seatledger_partner": nil})), "seatledger_account must be given"},
		"a scope that has no place": {one.sign(t, "one", a.claims(map[string]any{"seatledger_role": "admin"})), "seatledger_partner must be left out"},
		"claims of another type":    {one.sign(t, "one", a.claims(map[string]any{"seatledger_role": 7})), "not a good one"},
	} {
		pass, err := i.Check(t.Context(), c.token)
		if c.says == "" {
			if err != nil || pass.Role != rule.Partner || pass.Partner != "acme" || pass.Expires.IsZero() {
				t.Errorf("%s: %+v, %v", name, pass, err)
			}
			continue
		}
		if codeOf(err) != problem.Unauthenticated || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if _, known := i.remembered(c.token); known {
			t.Errorf("%s: is remembered as good", name)
		}
	}
}

func TestActorTellsNothingOfTheSubject(t *testing.T) {
	k := rsaSigner("one")
	a := newAuthority(t, k)
	i := ready(t, a.trusted(t, &clock{}))
	actors := map[string]bool{}
	for _, sub := range []string{"ann@example.com", "bob@example.com", "ann@example.com"} {
		pass, err := i.Check(t.Context(), k.sign(t, "one", a.claims(map[string]any{"sub": sub})))
		if err != nil || strings.Contains(pass.Actor, "@") || strings.Contains(pass.Actor, "ann") || !VisibleASCII(pass.Actor, MaxActorBytes) {
			t.Errorf("%+v %v", pass, err)
		}
		actors[pass.Actor] = true
	}
	if len(actors) != 2 {
		t.Errorf("%v", actors)
	}
}

func TestRotatedKeys(t *testing.T) {
	old, next := rsaSigner("old"), rsaSigner("new")
	a, c := newAuthority(t, old), &clock{}
	i := ready(t, a.trusted(t, c))
	before, after := old.sign(t, "old", a.claims(nil)), next.sign(t, "new", a.claims(nil))
	if _, err := i.Check(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if _, known := i.remembered(before); !known {
		t.Error("a good token is verified each time")
	}
	a.publish(next)
	c.ahead.Add(int64(keysPause + time.Second))
	if _, err := i.Check(t.Context(), after); err != nil {
		t.Errorf("a new key: %v", err)
	}
	if _, known := i.remembered(before); known {
		t.Error("a token of a key that is gone is remembered as good")
	}
	if _, err := i.Check(t.Context(), before); codeOf(err) != problem.Unauthenticated {
		t.Errorf("a key that is gone: %v", err)
	}
}

// TestMadeUpKeysFetchNothing: who names keys that there are not makes the
// ledger ask once, not each time.
func TestMadeUpKeysFetchNothing(t *testing.T) {
	k := rsaSigner("one")
	a, c := newAuthority(t, k), &clock{}
	i := ready(t, a.trusted(t, c))
	before := a.fetches.Load()
	for n := range 50 {
		if _, err := i.Check(t.Context(), k.sign(t, fmt.Sprint(n), a.claims(nil))); codeOf(err) != problem.Unauthenticated {
			t.Fatal(err)
		}
	}
	if n := a.fetches.Load() - before; n > 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestIssuerThatIsDown(t *testing.T) {
	k := rsaSigner("one")
	a, c := newAuthority(t, k), &clock{}
	a.set(true, nil)
	i := a.trusted(t, c)
	dir := t.TempDir()
	tokens, _, err := openFirst(dir)
	if err != nil {
		t.Fatal(err)
	}
	door := &Bearer{Tokens: tokens, Issuer: i}
	token := k.sign(t, "one", a.claims(nil))
	if _, err := door.Authenticate(request("x", "Authorization", "Bearer "+token)); codeOf(err) != problem.Unavailable {
		t.Errorf("while it is down: %v", err)
	}
	own, _, err := tokens.Create(Grant{Role: "operator"}, "t")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := door.Authenticate(request("x", "Authorization", "Bearer "+own)); err != nil {
		t.Errorf("the ledger's own token: %v", err)
	}
	a.set(false, nil)
	ready(t, i)
	if _, err := door.Authenticate(request("x", "Authorization", "Bearer "+token)); err != nil {
		t.Errorf("when it is up again: %v", err)
	}
	// Keys that nobody could fetch anew are not good for ever.
	a.set(true, nil)
	c.ahead.Store(int64(keysStale + time.Minute))
	late := k.sign(t, "one", a.claims(map[string]any{"exp": time.Now().Add(9 * time.Hour).Unix()}))
	if _, err := door.Authenticate(request("x", "Authorization", "Bearer "+late)); codeOf(err) != problem.Unavailable {
		t.Errorf("stale keys: %v", err)
	}
}

func TestFetchesAreBounded(t *testing.T) {
	a := newAuthority(t, rsaSigner("one"))
	i := NewIssuer(a.URL, audience, time.Now, slog.New(slog.DiscardHandler))
	for name, body := range map[string][]byte{
		"too much":  []byte(`{"keys":[` + strings.Repeat(" ", maxFetchBytes) + `]}`),
		"too many":  []byte(`{"keys":[{}` + strings.Repeat(",{}", maxKeys) + `]}`),
		"no keys":   []byte(`{"keys":[]}`),
		"not JSON":  []byte(`<html>`),
		"no object": []byte(`[]`),
	} {
		a.set(false, body)
		if err := i.fetch(t.Context()); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	a.set(false, nil)
	if err := i.fetch(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestIssuerURLs(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://id.example/realm": true, "http://127.0.0.1:9/x": true, "http://localhost": true,
		"http://id.example": false, "id.example": false, "https://": false, "https://u:p@id.example": false, "file:///x": false, "https://a?b": false,
	} {
		if err := CheckIssuerURL(url); (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}
