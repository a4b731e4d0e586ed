package projections

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// Stored keys are a prefix that ends in a zero byte, and for what is kept in
// versions a suffix: the position, inverted so that newer sorts first, and one
// byte that gives the suffix's length. Pebble splits keys there, so its bloom
// filters know prefixes, and "the row as of position P" is one seek within one
// prefix.
const (
	sentinel    = 0x00
	suffixBytes = 9 // of a version: eight of position, one of length
)

var errKey = errors.New("stored key is malformed")

// split returns the length of the prefix of a key. A key that ends in the
// sentinel is a prefix alone.
func split(k []byte) int {
	if len(k) == 0 {
		return 0
	}
	if n := int(k[len(k)-1]); n <= len(k) {
		return len(k) - n
	}
	return len(k)
}

func compare(a, b []byte) int {
	an, bn := split(a), split(b)
	if c := bytes.Compare(a[:an], b[:bn]); c != 0 {
		return c
	}
	return bytes.Compare(a[an:], b[bn:])
}

// separator shortens the prefix only, less its sentinel: versions of one row
// are told apart by their suffix, which has one length.
func separator(dst, a, b []byte) []byte {
	ap, bp := split(a)-1, split(b)-1
	if ap <= 0 || bp <= 0 || bytes.Equal(a[:ap], b[:bp]) {
		return append(dst, a...)
	}
	n := len(dst)
	dst = pebble.DefaultComparer.Separator(dst, a[:ap], b[:bp])
	if bytes.Equal(dst[n:], a[:ap]) {
		return append(dst[:n], a...)
	}
	return append(dst, sentinel)
}

func successor(dst, a []byte) []byte {
	ap := a[:split(a)]
	n := len(dst)
	dst = pebble.DefaultComparer.Successor(dst, ap)
	if bytes.Equal(dst[n:], ap) {
		return append(dst[:n], a...)
	}
	return append(dst, sentinel)
}

func validateKey(k []byte) error {
	if len(k) == 0 {
		return errKey
	}
	if n := k[len(k)-1]; n != sentinel && (n != suffixBytes || len(k) <= suffixBytes) {
		return fmt.Errorf("%w: %x", errKey, k)
	}
	return nil
}

// Comparer orders the store's keys. Its name is in every file: a change of
// the order needs another name.
var Comparer = (&pebble.Comparer{
	Name:                 "seatledger.versions.v1",
	Split:                split,
	Compare:              compare,
	Equal:                bytes.Equal,
	ComparePointSuffixes: bytes.Compare,
	CompareRangeSuffixes: bytes.Compare,
	AbbreviatedKey:       func(k []byte) uint64 { return pebble.DefaultComparer.AbbreviatedKey(k[:split(k)]) },
	Separator:            separator,
	Successor:            successor,
	ImmediateSuccessor:   func(dst, a []byte) []byte { return append(append(dst, a...), sentinel) },
	FormatKey:            func(k []byte) fmt.Formatter { return formatted(k) },
	ValidateKey:          validateKey,
}).EnsureDefaults()

// formatted shows a key in Pebble's tools: its prefix, and its position.
type formatted []byte

func (k formatted) Format(s fmt.State, _ rune) {
	n := split(k)
	fmt.Fprintf(s, "%q", []byte(k[:n]))
	if len(k)-n == suffixBytes {
		fmt.Fprintf(s, "@%d", positionOf(k))
	}
}
