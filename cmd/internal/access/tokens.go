package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// Limits of tokens.
const (
	// MaxTokens is how many one ledger keeps.
	MaxTokens = 10_000
	// keepExpired is how long an expired token is still listed.
	keepExpired = 30 * 24 * time.Hour
	// secretBytes is how much chance is in a token: nobody guesses it, so a
	// plain hash is enough to keep it.
	secretBytes = 32
	// maxTokenBytes is the longest token that is looked at.
	maxTokenBytes = 8 << 10
)

// tokenHead begins the ledger's own tokens.
const tokenHead = "seatledger_"

// Token is what is kept of a token.
type Token struct {
	ID        string    `json:"id"`
	Name      string    `json:"name,omitzero"`
	Role      string    `json:"role"`
	Scope     string    `json:"scope,omitzero"` // the partner's or account's id
	SHA256    string    `json:"sha256"`         // of the whole token, in hex
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitzero"` // an actor
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// Partner is the partner that the token is of, or "".
func (k *Token) Partner() string {
	if k.ofAccount() {
		return ""
	}
	return k.Scope
}

// Account is the account that the token is of, or "".
func (k *Token) Account() string {
	if k.ofAccount() {
		return k.Scope
	}
	return ""
}

func (k *Token) ofAccount() bool {
	role, _ := roleOf(k.Role)
	return ofAccount.Has(role)
}

// ErrNoToken: there is no token with that id.
var ErrNoToken = errors.New("there is no such token")

// ErrTooManyTokens: MaxTokens are kept. Revoke some.
var ErrTooManyTokens = errors.New("there are too many tokens; revoke some")

// Tokens knows every token by its hash.
type Tokens struct {
	// Scope, if set, refuses what a token is to be of and is not there, as
	// rule.Invalid. It is set before tokens are made.
	Scope func(partner, account string) error

	dir string
	now func() time.Time
	mu  sync.Mutex // held while the file changes
	// known is replaced as a whole, so that requests wait for nobody.
	known atomic.Pointer[[]*known]
	index atomic.Pointer[map[hashHead][]*known]
}

// hashHead is the part of a hash that a token is found by. The rest is
// compared in constant time.
type hashHead [8]byte

// known is one token that may come in.
type known struct {
	Token
	hash   [sha256.Size]byte
	caller rule.Caller
	life   context.Context // ends when the token is revoked
	revoke context.CancelFunc
}

func know(k Token) (*known, error) {
	who, err := callerOf(k.Role, k.Partner(), k.Account(), k.ID)
	if err != nil {
		return nil, err
	}
	sum, err := hex.DecodeString(k.SHA256)
	if err != nil || len(sum) != sha256.Size {
		return nil, errors.New("sha256 is not 64 hexadecimal digits")
	}
	n := &known{Token: k, hash: [sha256.Size]byte(sum), caller: who}
	n.life, n.revoke = context.WithCancel(context.Background())
	return n, nil
}

// take makes a list of tokens the one that counts.
func (t *Tokens) take(all []*known) {
	index := make(map[hashHead][]*known, len(all))
	for _, k := range all {
		head := hashHead(k.hash[:])
		index[head] = append(index[head], k)
	}
	t.known.Store(&all)
	t.index.Store(&index)
}

// List is what is kept of the tokens, oldest first.
func (t *Tokens) List() []Token {
	all := *t.known.Load()
	list := make([]Token, len(all))
	for i, k := range all {
		list[i] = k.Token
	}
	return list
}

// Create makes a token and returns it in the clear: nobody sees it again.
// Errors are rule.Invalid, ErrTooManyTokens, or of the disk.
func (t *Tokens) Create(g Grant, by string) (secret string, made Token, err error) {
	now := t.now()
	if err := g.check(now); err != nil {
		return "", Token{}, err
	}
	if t.Scope != nil && g.Partner+g.Account != "" {
		if err := t.Scope(g.Partner, g.Account); err != nil {
			return "", Token{}, err
		}
	}
	secret, made = newToken(g, by, now)
	k, err := know(made)
	if err != nil {
		return "", Token{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(*t.known.Load()), func(k *known) bool {
		return !k.ExpiresAt.IsZero() && now.Sub(k.ExpiresAt) > keepExpired
	})
	if len(all) >= MaxTokens {
		return "", Token{}, ErrTooManyTokens
	}
	all = append(all, k)
	if err := t.write(all); err != nil {
		return "", Token{}, err
	}
	t.take(all)
	return secret, made, nil
}

func newToken(g Grant, by string, now time.Time) (secret string, made Token) {
	chance := make([]byte, secretBytes)
	rand.Read(chance)
	secret = tokenHead + base64.RawURLEncoding.EncodeToString(chance)
	sum := sha256.Sum256([]byte(secret))
	made = Token{
		ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Name: g.Name, Role: g.Role, Scope: g.Partner + g.Account,
		SHA256: hex.EncodeToString(sum[:]), CreatedAt: now.UTC(), CreatedBy: by,
	}
	if !g.ExpiresAt.IsZero() {
		made.ExpiresAt = g.ExpiresAt.UTC()
	}
	return secret, made
}

// Revoke ends a token at once, and what was opened with it. Errors are
// ErrNoToken, or of the disk.
func (t *Tokens) Revoke(id string) (Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := slices.Clone(*t.known.Load())
	i := slices.IndexFunc(all, func(k *known) bool { return k.ID == id })
	if i < 0 {
		return Token{}, ErrNoToken
	}
	gone := all[i]
	all = slices.Delete(all, i, i+1)
	if err := t.write(all); err != nil {
		return Token{}, fmt.Errorf("the token is not revoked: %w", err)
	}
	t.take(all)
	gone.revoke()
	return gone.Token, nil
}

// Ended reports that an id is of a token of the ledger's own kind that lets
// nobody in any more: it was revoked, or has expired. No other gets its id.
func (t *Tokens) Ended(id string) bool {
	if _, err := ulid.ParseStrict(id); err != nil {
		return false // an issuer's, or an actor of --dev
	}
	now := t.now()
	return !slices.ContainsFunc(*t.known.Load(), func(k *known) bool {
		return k.ID == id && (k.ExpiresAt.IsZero() || now.Before(k.ExpiresAt))
	})
}

// Check finds who holds a token. Errors are problems.
func (t *Tokens) Check(token string) (Pass, error) {
	sum := sha256.Sum256([]byte(token))
	for _, k := range (*t.index.Load())[hashHead(sum[:])] {
		if subtle.ConstantTimeCompare(sum[:], k.hash[:]) != 1 {
			continue
		}
		if !k.ExpiresAt.IsZero() && !t.now().Before(k.ExpiresAt) {
			return Pass{}, errExpired
		}
		return Pass{Caller: k.caller, Key: k.ID, Revoked: k.life, Expires: k.ExpiresAt}, nil
	}
	return Pass{}, errUnknown
}

// Refusals are made once: a flood of bad tokens must cost little.
var (
	errMissing = problem.New(problem.Unauthenticated, "send a token: Authorization: Bearer …")
	errTwice   = problem.New(problem.Unauthenticated, "send one token: there are several Authorization headers")
	errUnknown = problem.New(problem.Unauthenticated, "the token is not known here, or was revoked")
	errExpired = problem.New(problem.Unauthenticated, "the token has expired")
)

// own reports a token that looks like one of the ledger's own.
func own(token string) bool { return strings.HasPrefix(token, tokenHead) }
