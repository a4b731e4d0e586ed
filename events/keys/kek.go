package keys

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// KEK is a key-encryption key: the one that all keys of a store are wrapped
// under. It prints as nothing.
type KEK struct{ key [keyBytes]byte }

// Errors of key-encryption keys. Call the operator: without the right one no
// personal data can be read.
var (
	// ErrNoKEK: there is no key-encryption key where one is due.
	ErrNoKEK = errors.New("keys: no key-encryption key")
	// ErrWrongKEK: the keys are wrapped under another key-encryption key.
	ErrWrongKEK = errors.New("keys: the store is wrapped under another key-encryption key")
	// ErrGivenKEK: the key-encryption key stands in no file of the store's;
	// who gave it has to replace it.
	ErrGivenKEK = errors.New("keys: the key-encryption key was given, and stands in no file that could be written")
	// ErrBadKEK: the text is no key-encryption key.
	ErrBadKEK = errors.New("keys: a key-encryption key is 32 random bytes in base64 or hex (openssl rand -base64 32)")
)

// NewKEK makes a random key-encryption key.
func NewKEK() KEK { return KEK{newKey()} }

// ParseKEK reads the text of a key-encryption key, from a file or from the
// environment. Anything else is ErrBadKEK, without the text.
func ParseKEK(text string) (k KEK, err error) {
	text = strings.TrimSpace(text)
	var b []byte
	if len(text) == hex.EncodedLen(keyBytes) {
		b, err = hex.DecodeString(text)
	} else {
		b, err = base64.StdEncoding.DecodeString(text)
	}
	if err != nil || len(b) != keyBytes || zero(b) {
		return KEK{}, ErrBadKEK
	}
	copy(k.key[:], b)
	return k, nil
}

// Text is what ParseKEK reads: secret.
func (k KEK) Text() string { return base64.StdEncoding.EncodeToString(k.key[:]) + "\n" }

// String and GoString keep the key out of logs.
func (k KEK) String() string { return "KEK" }

// GoString is like String.
func (k KEK) GoString() string { return "keys.KEK{}" }

// id tells key-encryption keys apart and tells nothing about them.
func (k KEK) id() (id kekID) {
	b, err := hkdf.Key(sha256.New, k.key[:], nil, "seatledger kek id", len(id))
	if err != nil {
		panic(err) // the length is in range
	}
	return kekID(b)
}

type kekID [16]byte

// Secret is a secret of this ledger for the purpose name, always the same for
// the same name: for keyed hashes and message authentication codes.
func (s *Store) Secret(name string) (secret [32]byte) {
	b, err := hkdf.Key(sha256.New, s.secret[:], nil, "seatledger "+name, len(secret))
	if err != nil {
		panic(err) // the length is in range
	}
	return [32]byte(b)
}
