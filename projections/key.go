package projections

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
)

// The first byte of every stored key, and behind a generation's number the
// byte of the area that a key belongs to.
const (
	spaceMeta = 0x01 // the live generation
	spaceData = 0x02 // then the generation's number in four bytes, and an area

	areaEntries = 'e' // position → entry
	areaGroups  = 'g' // scope, table, id, version → row; account, its postings, block → offsets of positions
	areaHeld    = 'h' // account, user, hash of a phone number → nothing: the user holds it
	areaIndex   = 'i' // field, value, block → offsets of positions
	areaMark    = 'm' // where the generation stands
	areaRows    = 'r' // table, scope, id, version → row
	areaTimes   = 't' // time → newest position of that time
)

const (
	generationBytes = 1 + 4
	areaBytes       = generationBytes + 1
)

// postingsTag stands where a table's tag would: behind an account, for the
// positions of its events.
const postingsTag = 0x01

// errScope reports a scope that would make keys ambiguous.
var errScope = errors.New("a row's scope holds a zero byte")

// keyspace writes the keys of one generation.
type keyspace struct {
	generation uint32
	secret     []byte // of hashed ids
}

func (s keyspace) area(dst []byte, area byte) []byte {
	dst = append(dst, spaceData)
	dst = binary.BigEndian.AppendUint32(dst, s.generation)
	return append(dst, area)
}

// scope is the head of the keys of all rows of a table's scope. Rows that one
// event changes have one scope as a rule, so they stand together, whatever
// their table: a memtable finds their place once. Rows stand by table where all
// of them are listed, or an erasure has to find them.
func (s keyspace) scope(dst []byte, table *row.Info, scope string) []byte {
	if byTable(table) {
		dst = append(s.area(dst, areaRows), table.Tag)
		dst = append(dst, scope...)
		return append(dst, sentinel)
	}
	return s.group(dst, scope, table.Tag)
}

func byTable(t *row.Info) bool { return t.Listed || t.SecretID || t.Forgets }

// group is the head of the keys of one kind within a scope.
func (s keyspace) group(dst []byte, scope string, tag byte) []byte {
	dst = append(s.area(dst, areaGroups), scope...)
	return append(dst, sentinel, tag, sentinel)
}

// keyBytes is at least what a row's key takes.
func keyBytes(k row.Key) int {
	return areaBytes + len(k.Scope) + 3 + max(len(k.ID), sha256.Size) + 1 + suffixBytes
}

// row is the prefix of the keys of all versions of a row.
func (s keyspace) row(dst []byte, k row.Key) []byte {
	dst = s.scope(dst, k.Table, k.Scope)
	if k.Table.SecretID {
		mac := hmac.New(sha256.New, s.secret)
		mac.Write([]byte(k.Scope))
		mac.Write([]byte{sentinel})
		mac.Write([]byte(k.ID))
		dst = mac.Sum(dst)
	} else {
		dst = append(dst, k.ID...)
	}
	return append(dst, sentinel)
}

func (s keyspace) entry(dst []byte, position uint64) []byte {
	dst = binary.BigEndian.AppendUint64(s.area(dst, areaEntries), position)
	return append(dst, sentinel)
}

func (s keyspace) time(dst []byte, t time.Time) []byte {
	dst = binary.BigEndian.AppendUint64(s.area(dst, areaTimes), uint64(t.UnixMicro())^(1<<63))
	return append(dst, sentinel)
}

func (s keyspace) mark(dst []byte) []byte { return append(s.area(dst, areaMark), sentinel) }

// posting is the key of a block of the history's index. A value holds no zero
// byte; a block number has four bytes.
func (s keyspace) posting(dst []byte, p posting) []byte {
	if p.field == byAccount {
		dst = s.group(dst, p.value, postingsTag)
	} else {
		dst = append(s.area(dst, areaIndex), byte(p.field))
		dst = append(dst, p.value...)
		dst = append(dst, sentinel)
	}
	dst = binary.BigEndian.AppendUint32(dst, p.block)
	return append(dst, sentinel)
}

// version appends the suffix of the version that a position made.
func version(dst []byte, position uint64) []byte {
	return append(binary.BigEndian.AppendUint64(dst, ^position), suffixBytes)
}

// positionOf is the position in a versioned key's suffix.
func positionOf(k []byte) uint64 { return ^binary.BigEndian.Uint64(k[len(k)-suffixBytes:]) }

// rowKey takes a stored key of a row apart. The id of a secret table is its
// hash.
func rowKey(table *row.Info, k []byte) (row.Key, error) {
	n := split(k)
	if n <= areaBytes+1 || k[n-1] != sentinel {
		return row.Key{}, errKey
	}
	k = k[areaBytes : n-1]
	if byTable(table) {
		k = k[1:]
	}
	scope, id, ok := bytes.Cut(k, []byte{sentinel})
	if !byTable(table) && ok {
		_, id, ok = bytes.Cut(id, []byte{sentinel})
	}
	if !ok {
		return row.Key{}, errKey
	}
	return row.Key{Table: table, Scope: string(scope), ID: string(id)}, nil
}

// after is the first prefix behind all keys that begin with p: an upper bound.
func after(p []byte) []byte {
	b := append([]byte(nil), p...)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != 0xff {
			b[i]++
			return append(b[:i+1], sentinel)
		}
	}
	return nil
}
