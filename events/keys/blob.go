package keys

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"fmt"

	"github.com/oklog/ulid/v2"
)

// A sealed value is a format byte, and then nonce, ciphertext and tag of the
// padded text. The format byte and the person's id are authenticated with it,
// so that nobody's name can be passed off as somebody else's.
const (
	blobFormat = 1
	// padBytes: lengths are rounded up to multiples of it, since the length
	// of a name is a hint at the name.
	padBytes = 16
	padMark  = 0x80 // ends the text; zeros follow

	// MaxPlainBytes is the longest text that is sealed.
	MaxPlainBytes = 32 << 10

	maxBlobBytes = 1 + overheadBytes + MaxPlainBytes + padBytes
)

// Errors of sealed data.
var (
	// ErrTooLong: the text has more than MaxPlainBytes bytes. Fix it.
	ErrTooLong = fmt.Errorf("personal data is longer than %d bytes", MaxPlainBytes)
	// ErrSealed: the sealed data are damaged, or another person's. Call the
	// operator.
	ErrSealed = errors.New("sealed data does not open")
)

func blobAAD(id ulid.ULID) (aad [1 + len(ulid.ULID{})]byte) {
	aad[0] = blobFormat
	copy(aad[1:], id[:])
	return aad
}

func sealBlob(key cipher.AEAD, id ulid.ULID, plain string) []byte {
	n := (len(plain)/padBytes + 1) * padBytes
	text := make([]byte, n)
	copy(text, plain)
	text[len(plain)] = padMark
	aad := blobAAD(id)
	out := make([]byte, 1, 1+overheadBytes+n)
	out[0] = blobFormat
	return key.Seal(out, nil, text, aad[:]) // #nosec G407 -- the AEAD puts a random nonce of its own
}

func openBlob(key cipher.AEAD, id ulid.ULID, blob []byte) (string, error) {
	if len(blob) == 0 || len(blob) > maxBlobBytes {
		return "", fmt.Errorf("%w: %d bytes", ErrSealed, len(blob))
	}
	if blob[0] != blobFormat {
		return "", fmt.Errorf("%w: format %d is not known", ErrSealed, blob[0])
	}
	aad := blobAAD(id)
	text, err := key.Open(nil, nil, blob[1:], aad[:])
	if err != nil {
		return "", ErrSealed
	}
	end := bytes.LastIndexByte(text, padMark)
	if end < 0 || len(text)%padBytes != 0 || len(text)-end > padBytes || !zero(text[end+1:]) {
		return "", fmt.Errorf("%w: padding", ErrSealed)
	}
	return string(text[:end]), nil
}
