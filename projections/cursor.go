package projections

import (
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
	cursorVersion   = 1
	cursorHeadBytes = 1 + 8 + 8
	cursorMACBytes  = 16
	// maxCursorBytes is far above what any list makes.
	maxCursorBytes = 512
)

// cursor says where a list goes on: in the state of its first page, behind
// the item last looked at.
type cursor struct {
	position uint64
	time     time.Time // what the clock said for the first page
	after    string
}

// encode signs the cursor together with what it belongs to, so that it goes on
// with nothing else.
func (c cursor) encode(key, belongs []byte) string {
	b := []byte{cursorVersion}
	b = binary.BigEndian.AppendUint64(b, c.position)
	b = binary.BigEndian.AppendUint64(b, uint64(c.time.UnixMicro()))
	b = append(b, c.after...)
	return base64.RawURLEncoding.EncodeToString(append(b, cursorMAC(key, belongs, b)...))
}

func cursorMAC(key, belongs, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(belongs))))
	mac.Write(belongs)
	mac.Write(body)
	return mac.Sum(nil)[:cursorMACBytes]
}

// decodeCursor reads a cursor whose signature is still to be checked: the
// list that it is given to does.
func decodeCursor(s string) (c cursor, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(s) > maxCursorBytes || len(b) < cursorHeadBytes+cursorMACBytes || b[0] != cursorVersion {
		return c, ErrCursor
	}
	c.position = binary.BigEndian.Uint64(b[1:])
	c.time = time.UnixMicro(int64(binary.BigEndian.Uint64(b[9:]))).UTC()
	c.after = string(b[cursorHeadBytes : len(b)-cursorMACBytes])
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

// place reads where a page begins, and what its list is signed by: its name,
// its filters and who asks.
func (s *Snapshot) place(list string, a Audience, filter any, p Page) (after string, belongs []byte, err error) {
	belongs, err = events.MarshalStrict([]any{list, a.Caller.Role, a.Caller.Partner, a.Caller.Account, filter})
	if err != nil || p.Cursor == "" {
		return "", belongs, err
	}
	c, err := decodeCursor(p.Cursor)
	if err != nil {
		return "", nil, err
	}
	if c.position != s.Position() || c.encode(s.store.cursorKey, belongs) != p.Cursor {
		return "", nil, ErrCursor
	}
	return c.after, belongs, nil
}

// next is the cursor behind an item.
func (s *Snapshot) next(belongs []byte, after string) string {
	return cursor{s.Position(), s.Time, after}.encode(s.store.cursorKey, belongs)
}
