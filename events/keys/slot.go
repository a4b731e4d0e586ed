package keys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/oklog/ulid/v2"
)

// Layout of the file, in bytes.
const (
	headerBytes = 512
	slotBytes   = 128 // divides a sector: a slot is written whole or not at all

	slotID  = 8 // offsets in a slot; byte 0 is the state
	slotKey = 24
	slotEnd = slotKey + wrappedBytes // zeros from here on
	slotSum = slotBytes - 4
)

// state of a slot; part of the file's format.
type state byte

const (
	stateFree   state = 0 // all bytes are zero
	stateLive   state = 1 // a person with a key
	stateErased state = 2 // a tombstone: the key is zeros
)

// slot is what the file says about one person.
type slot struct {
	state state
	id    ulid.ULID
	key   wrapped
}

var (
	errTorn    = errors.New("half written")
	errSum     = errors.New("checksum is wrong")
	errContent = errors.New("content is not canonical")
)

// DamagedError says where the file of keys is damaged. Call the operator: a
// backup of the keys may have the slot.
type DamagedError struct {
	File   string // its name in the folder
	Slot   int    // from 0; -1 is the header
	Offset int64  // of the slot, in bytes
	Err    error
}

func (e *DamagedError) Error() string {
	if e.Slot < 0 {
		return fmt.Sprintf("keys: file %s: header is damaged: %v", e.File, e.Err)
	}
	return fmt.Sprintf("keys: file %s: slot %d at byte %d is damaged: %v", e.File, e.Slot, e.Offset, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// put writes the slot over b, which has slotBytes bytes.
func (s *slot) put(b []byte) {
	clear(b[:slotBytes])
	if s.state == stateFree {
		return
	}
	b[0] = byte(s.state)
	copy(b[slotID:], s.id[:])
	copy(b[slotKey:], s.key[:])
	binary.BigEndian.PutUint32(b[slotSum:], crc32.Checksum(b[:slotSum], castagnoli))
}

// readSlot reads what put wrote and nothing else. A slot whose end was never
// written is errTorn.
func readSlot(b []byte) (slot, error) {
	if zero(b) {
		return slot{}, nil
	}
	sum := binary.BigEndian.Uint32(b[slotSum:])
	if crc32.Checksum(b[:slotSum], castagnoli) != sum {
		if sum == 0 {
			return slot{}, errTorn
		}
		return slot{}, errSum
	}
	s := slot{state: state(b[0]), id: ulid.ULID(b[slotID:slotKey]), key: wrapped(b[slotKey:slotEnd])}
	noKey := zero(s.key[:])
	if !zero(b[1:slotID]) || !zero(b[slotEnd:slotSum]) ||
		!(s.state == stateLive && !noKey || s.state == stateErased && noKey) {
		return slot{}, errContent
	}
	return s, nil
}

func zero(b []byte) bool {
	for len(b) >= 8 {
		if binary.NativeEndian.Uint64(b) != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// offset is where the slot numbered n begins.
func offset(n uint32) int64 { return headerBytes + int64(n)*slotBytes }
