package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// The files in the data folder.
const (
	AdminFile  = "admin.token" // the first token, in the clear, for its owner to take
	TokensFile = "tokens.json" // hashes of all tokens
)

// secretBytes is how much chance is in a token: nobody guesses it, so a plain
// hash is enough to keep it.
const secretBytes = 32

const tokenHead = "seatledger_"

// Token is what is kept of a token.
type Token struct {
	ID        string    `json:"id"`
	Role      string    `json:"role"`
	Scope     string    `json:"scope,omitzero"` // the partner's or account's id
	SHA256    string    `json:"sha256"`         // of the whole token, in hex
	CreatedAt time.Time `json:"created_at"`
}

// Tokens knows every token by its hash.
type Tokens struct{ known []known }

type known struct {
	hash   [sha256.Size]byte
	caller rule.Caller
}

// OpenTokens reads the tokens of a data folder. Where there are none it makes
// the admin's, and made is the file that it stands in.
func OpenTokens(dir string, now time.Time) (t *Tokens, made string, err error) {
	b, err := os.ReadFile(filepath.Join(dir, TokensFile))
	if errors.Is(err, fs.ErrNotExist) {
		if b, made, err = makeAdmin(dir, now); err != nil {
			return nil, "", err
		}
	}
	if err != nil {
		return nil, "", err
	}
	var kept []Token
	if err := json.Unmarshal(b, &kept, json.RejectUnknownMembers(true)); err != nil {
		return nil, "", fmt.Errorf("%s: %w", TokensFile, err)
	}
	t = new(Tokens)
	for _, k := range kept {
		if err := t.add(k); err != nil {
			return nil, "", fmt.Errorf("%s: token %s: %w", TokensFile, k.ID, err)
		}
	}
	return t, made, nil
}

func (t *Tokens) add(k Token) error {
	role, ok := roleOf(k.Role)
	if !ok || k.Role == "" {
		return fmt.Errorf("unknown role %q", k.Role)
	}
	who, err := Scoped(rule.Caller{Role: role, Actor: k.ID}, k.Scope)
	if err != nil {
		return err
	}
	sum, err := hex.DecodeString(k.SHA256)
	if err != nil || len(sum) != sha256.Size {
		return errors.New("sha256 is not 64 hexadecimal digits")
	}
	t.known = append(t.known, known{[sha256.Size]byte(sum), who})
	return nil
}

// makeAdmin writes the token before its hash: a start that dies between the
// two makes another one, instead of locking everybody out.
func makeAdmin(dir string, now time.Time) (kept []byte, file string, err error) {
	secret := make([]byte, secretBytes)
	rand.Read(secret)
	token := tokenHead + base64.RawURLEncoding.EncodeToString(secret)
	sum := sha256.Sum256([]byte(token))
	admin := Token{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Role: rule.Admin.String(),
		SHA256: hex.EncodeToString(sum[:]), CreatedAt: now.UTC()}
	if kept, err = json.Marshal([]Token{admin}, jsontext.Multiline(true)); err != nil {
		return nil, "", err
	}
	file = filepath.Join(dir, AdminFile)
	if err = writeDurably(file, []byte(token)); err != nil {
		return nil, "", err
	}
	return kept, file, writeDurably(filepath.Join(dir, TokensFile), kept)
}

// writeDurably replaces a file, readable by its owner only, in one step.
func writeDurably(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Authenticate finds the caller of a request's bearer token. Hashes are
// compared, in constant time, and all of them.
func (t *Tokens) Authenticate(r *http.Request) (rule.Caller, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return rule.Caller{}, problem.New(problem.Unauthenticated, "send a token: Authorization: Bearer …")
	}
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	var who *rule.Caller
	for i := range t.known {
		if subtle.ConstantTimeCompare(sum[:], t.known[i].hash[:]) == 1 {
			who = &t.known[i].caller
		}
	}
	if who == nil {
		return rule.Caller{}, problem.New(problem.Unauthenticated, "the token is not known here, or was revoked")
	}
	return *who, nil
}
