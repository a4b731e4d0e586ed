package projections

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/seatledger/seatledger/events"
)

// ErrCursor: the cursor is not one of this list, with these filters and for
// this caller. Begin at the first page.
var ErrCursor = errors.New("the cursor is not of this list")

const (
	cursorVersion   = 2
	cursorHeadBytes = 8 + 8 + sha256.Size
	// maxCursorBytes is far above what any list makes.
	maxCursorBytes = 512
)

// cursor says where a list goes on: in the state of its first page, behind
// the item last looked at.
type cursor struct {
	position uint64
	time     time.Time // what the clock said for the first page
	belongs  [sha256.Size]byte
	after    string
}

// cursors seals cursors: the item last looked at may be one that the caller is
// not to know of.
type cursors struct {
	aead     cipher.AEAD
	nonceKey []byte
}

func newCursors(key, nonceKey []byte) cursors {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // a key of the wrong size
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the block size of GCM
	}
	return cursors{aead, nonceKey}
}

// seal writes a cursor. The nonce is made of what is sealed, so that the same
// page always has the same cursor, and the same ETag.
func (s cursors) seal(c cursor) string {
	b := binary.BigEndian.AppendUint64(nil, c.position)
	b = binary.BigEndian.AppendUint64(b, uint64(c.time.UnixMicro()))
	b = append(append(b, c.belongs[:]...), c.after...)
	mac := hmac.New(sha256.New, s.nonceKey)
	mac.Write(b)
	nonce := mac.Sum(nil)[:s.aead.NonceSize()]
	sealed := s.aead.Seal(append([]byte{cursorVersion}, nonce...), nonce, b, nil)
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// open reads a cursor that seal wrote; any other is ErrCursor.
func (s cursors) open(text string) (c cursor, err error) {
	if len(text) > maxCursorBytes {
		return c, ErrCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	head := 1 + s.aead.NonceSize()
	if err != nil || len(b) < head || b[0] != cursorVersion {
		return c, ErrCursor
	}
	if b, err = s.aead.Open(nil, b[1:head], b[head:], nil); err != nil || len(b) < cursorHeadBytes {
		return c, ErrCursor
	}
	c.position = binary.BigEndian.Uint64(b)
	c.time = time.UnixMicro(int64(binary.BigEndian.Uint64(b[8:]))).UTC()
	c.belongs = [sha256.Size]byte(b[16:])
	c.after = string(b[cursorHeadBytes:])
	return c, nil
}

// Page asks for one page of a list.
type Page struct {
	Limit  int    // 1 to MaxLimit; 0 is DefaultLimit
	Cursor string // of the page before; then the snapshot is that of Resume
}

// Limits of a page.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
	// MaxLooked is how many rows one page looks at; when filters let fewer
	// through than asked for, the page ends there and has a cursor.
	MaxLooked = 20_000
)

func (p Page) limit() int {
	if p.Limit <= 0 {
		return DefaultLimit
	}
	return min(p.Limit, MaxLimit)
}

// belonging is what a list's cursors belong to: its name, its filters and who
// asks.
func belonging(list string, a Audience, filter any) ([sha256.Size]byte, error) {
	whose, err := events.MarshalStrict([]any{list, a.Caller.Role, a.Caller.Partner, a.Caller.Account, filter})
	return sha256.Sum256(whose), err
}

// place reads where a page begins, and what its cursors belong to.
func (s *Snapshot) place(list string, a Audience, filter any, p Page) (after string, belongs [sha256.Size]byte, err error) {
	belongs, err = belonging(list, a, filter)
	if err != nil || p.Cursor == "" {
		return "", belongs, err
	}
	c, err := s.store.cursors.open(p.Cursor)
	if err != nil || c.position != s.Position() || !hmac.Equal(c.belongs[:], belongs[:]) {
		return "", belongs, ErrCursor
	}
	return c.after, belongs, nil
}

// beside begins the names of lists that are not of the log: no view has such a
// name.
const beside = "beside the log: "

// Mark is the cursor behind an item of a list that is not of the log. It is
// sealed like that of any other.
func (s *Store) Mark(list string, a Audience, filter any, after string) (string, error) {
	belongs, err := belonging(beside+list, a, filter)
	return s.cursors.seal(cursor{time: time.UnixMicro(0), belongs: belongs, after: after}), err
}

// Marked reads what Mark wrote for the same list, filters and caller; any other
// cursor is ErrCursor.
func (s *Store) Marked(list string, a Audience, filter any, text string) (after string, err error) {
	belongs, err := belonging(beside+list, a, filter)
	if err != nil {
		return "", err
	}
	c, err := s.cursors.open(text)
	if err != nil || !hmac.Equal(c.belongs[:], belongs[:]) {
		return "", ErrCursor
	}
	return c.after, nil
}

// next is the cursor behind an item.
func (s *Snapshot) next(belongs [sha256.Size]byte, after string) string {
	return s.store.cursors.seal(cursor{s.Position(), s.Time, belongs, after})
}
