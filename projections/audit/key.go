package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// originHead begins the origin of a ledger that was not given one. What
// follows is random: two ledgers never share an origin by accident.
const (
	originHead  = "seatledger/"
	originBytes = 10
)

// Errors of the log's key.
var (
	// ErrNoKey: checkpoints were signed, and the key is not there. Bring it
	// back from where it was kept.
	ErrNoKey = errors.New("the log's key is missing")
	// ErrOrigin: the key is of a log with another origin.
	ErrOrigin = errors.New("the log has another origin")
)

// Key signs the checkpoints of one log. Its name is the log's origin.
type Key struct {
	signer note.Signer
	public string
}

// Origin is the log's name: the first line of its checkpoints.
func (k *Key) Origin() string { return k.signer.Name() }

// Public is the key that verifies, as C2SP writes it (vkey).
func (k *Key) Public() string { return k.public }

// OpenKey reads the key in a file. An origin that is not empty must be the
// key's.
func OpenKey(file, origin string) (*Key, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the log's key: %w", err)
	}
	k, err := parseKey(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("the log's key in %s: %w", file, err)
	}
	if origin != "" && origin != k.Origin() {
		return nil, fmt.Errorf("%w: the key in %s is of %q, not of %q", ErrOrigin, file, k.Origin(), origin)
	}
	return k, nil
}

// MakeKey makes a key, durable in a file that was not there. Without an origin
// it gets a random one.
func MakeKey(file, origin string) (*Key, error) {
	if origin == "" {
		id := make([]byte, originBytes)
		rand.Read(id)
		origin = originHead + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id))
	}
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, fmt.Errorf("the log's key: %w", err)
	}
	k, err := parseKey(secret)
	if err != nil {
		return nil, fmt.Errorf("origin %q: %w", origin, err)
	}
	return k, writeNew(file, []byte(secret+"\n"))
}

// parseKey reads a signer's key: PRIVATE+KEY+name+hash+base64(algorithm, seed).
func parseKey(secret string) (*Key, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(strings.SplitN(secret, "+", 5)[4])
	if err != nil || len(seed) != ed25519.SeedSize+1 {
		return nil, errors.New("not an Ed25519 key")
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), public)
	return &Key{signer, verifier}, err
}

// writeNew makes a file whole and durable, or not at all; never over another.
func writeNew(file string, data []byte) error {
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("the log's key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("the log's key: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// missing tells that a file is not there.
func missing(file string) bool {
	_, err := os.Stat(file)
	return errors.Is(err, fs.ErrNotExist)
}
