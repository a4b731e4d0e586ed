package access

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// Limits of trust in an issuer.
const (
	// maxSkew is how far the issuer's clock may be off.
	maxSkew = time.Minute
	// keysStale is how long keys are good for that cannot be fetched anew.
	keysStale = time.Hour
	// maxRemembered is how many good tokens are not verified again.
	maxRemembered = 4096
	// actorHead begins actors that the issuer knows.
	actorHead = "oidc-"
	// actorBytes is how much of the hash an actor has.
	actorBytes = 18
)

// algorithms are the signatures that are believed: of key pairs only, so that
// a public key can never be taken for a secret.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
	oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// Issuer verifies the tokens of an OpenID Connect issuer. Run must run beside
// it.
type Issuer struct {
	url      string
	now      func() time.Time
	log      *slog.Logger
	client   *http.Client
	keys     keySet
	verifier *oidc.IDTokenVerifier

	mu         sync.Mutex
	good       map[[sha256.Size]byte]Pass
	generation uint64 // of the keys that good was verified with
}

// NewIssuer makes the verifier of an issuer's tokens for an audience. Nothing
// is fetched yet.
func NewIssuer(issuer, audience string, now func() time.Time, log *slog.Logger) *Issuer {
	i := &Issuer{url: issuer, now: now, log: log, client: boundedClient(), good: map[[sha256.Size]byte]Pass{}}
	i.keys.now = now
	i.keys.asked = make(chan struct{}, 1)
	// The library compares expiry to the letter and allows five minutes on the
	// other side: the times are checked here, with one skew for both.
	i.verifier = oidc.NewVerifier(issuer, &i.keys, &oidc.Config{
		ClientID: audience, SupportedSigningAlgs: algorithms, SkipExpiryCheck: true,
	})
	return i
}

// CheckIssuerURL reports an issuer that cannot be trusted: its keys must not
// come over a network in the clear.
func CheckIssuerURL(issuer string) error {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("must be the URL of an issuer, as https://id.example.com/realm")
	case u.Scheme == "http" && loopback(u.Host), u.Scheme == "https":
		return nil
	}
	return errors.New("must begin with https://")
}

// claims are what a token says besides what the library reads.
type claims struct {
	NotBefore *float64 `json:"nbf"`
	Role      string   `json:"seatledger_role"`
	Partner   string   `json:"seatledger_partner"`
	Account   string   `json:"seatledger_account"`
}

// Check verifies a token. Errors are problems: 401 if it is bad, 503 while
// nobody can know.
func (i *Issuer) Check(ctx context.Context, token string) (Pass, error) {
	generation := i.keys.generation()
	t, err := i.verifier.Verify(ctx, token)
	if err != nil {
		if errors.Is(i.keys.usable(), errNoKeys) {
			return Pass{}, errNoIssuer
		}
		return Pass{}, errForeign
	}
	var c claims
	if err := t.Claims(&c); err != nil {
		return Pass{}, errForeign
	}
	now := i.now()
	switch {
	case t.Subject == "":
		return Pass{}, errNoSubject
	case !now.Before(t.Expiry.Add(maxSkew)):
		return Pass{}, errExpired
	case c.NotBefore != nil && float64(now.Add(maxSkew).Unix()) < *c.NotBefore:
		return Pass{}, errEarly
	}
	who, err := callerOf(c.Role, c.Partner, c.Account, i.actor(t.Subject))
	if err != nil {
		return Pass{}, claimed(c)
	}
	pass := Pass{Caller: who, Key: who.Actor, Expires: t.Expiry.Add(maxSkew)}
	i.remember(token, pass, generation)
	return pass, nil
}

var (
	errNoIssuer = problem.New(problem.Unavailable, "the issuer of the token cannot be asked for its keys just now")
	// errForeign says nothing of the token: whoever sends bad ones learns little.
	errForeign   = problem.New(problem.Unauthenticated, "the token is not a good one of this ledger's issuer, for this ledger")
	errEarly     = problem.New(problem.Unauthenticated, "the token is not valid yet")
	errNoSubject = problem.New(problem.Unauthenticated, "the token names no subject")
)

// claimed says what is wrong with the claims, by their names.
func claimed(c claims) error {
	off := scopeErrors(c.Role, c.Partner, c.Account)[0]
	names := map[string]string{"role": "seatledger_role", "partner_id": "seatledger_partner", "account_id": "seatledger_account"}
	return problem.New(problem.Unauthenticated, "the token's claim %s %s", names[off.Field], off.Message)
}

// actor is what is recorded of a subject: no address, no name.
func (i *Issuer) actor(subject string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s", i.url, subject))
	return actorHead + base64.RawURLEncoding.EncodeToString(sum[:actorBytes])
}

// remember keeps a good token for as long as the keys that it was verified
// with.
func (i *Issuer) remember(token string, pass Pass, generation uint64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if generation != i.generation || len(i.good) >= maxRemembered {
		i.generation = generation
		clear(i.good)
	}
	i.good[sha256.Sum256([]byte(token))] = pass
}

// remembered finds a token that was verified with the keys of now.
func (i *Issuer) remembered(token string) (Pass, bool) {
	if i.keys.usable() != nil {
		return Pass{}, false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	pass, ok := i.good[sha256.Sum256([]byte(token))]
	return pass, ok && i.generation == i.keys.generation() && i.now().Before(pass.Expires)
}
