package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"

	"github.com/oklog/ulid/v2"
)

// Sizes in bytes.
const (
	keyBytes      = 32
	overheadBytes = 12 + 16 // nonce before, tag behind
	wrappedBytes  = overheadBytes + keyBytes
)

// wrapped is a key under the key-encryption key: nonce, ciphertext, tag.
type wrapped [wrappedBytes]byte

var errUnwrap = errors.New("wrapped key does not open")

// newAEAD is AES-256-GCM that puts a random nonce before what it seals. A
// person's key, and a key-encryption key, seal far less than the 2^32 messages
// for which random nonces of 96 bits are safe.
func newAEAD(key *[keyBytes]byte) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // the key's length is in its type
	}
	a, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size of GCM
	}
	return a
}

func newKey() (k [keyBytes]byte) {
	_, _ = rand.Read(k[:]) // never fails: it ends the process instead
	return k
}

// personAAD ties a wrapped key to its person: slots cannot be exchanged.
func personAAD(id ulid.ULID) []byte { return append([]byte("person key "), id[:]...) }

// secretAAD ties the ledger's own key to its place in the header.
func secretAAD() []byte { return []byte("ledger key") }

func wrap(kek cipher.AEAD, key *[keyBytes]byte, aad []byte) (w wrapped) {
	kek.Seal(w[:0], nil, key[:], aad) // #nosec G407 -- the AEAD puts a random nonce of its own
	return w
}

func unwrap(kek cipher.AEAD, w *wrapped, aad []byte) (key [keyBytes]byte, err error) {
	b, err := kek.Open(nil, nil, w[:], aad)
	if err != nil || len(b) != keyBytes {
		return key, errUnwrap
	}
	copy(key[:], b)
	clear(b)
	return key, nil
}
