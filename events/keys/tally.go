package keys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
)

// tally is how much the file of keys surely holds. It stands in a file of its
// own, overwritten in place (it is within a sector) when what it counts is
// durable. It is not fsynced then: after a loss of power it may say less than
// there is, never more.
type tally struct {
	used  uint32 // slots with a person
	floor uint32 // every slot below this number is one of them
}

// Layout of the file of the tally, in bytes.
const (
	tallyMagic = "SLTALLY1"
	tallyUsed  = len(tallyMagic)
	tallyFloor = tallyUsed + 4
	tallySum   = tallyFloor + 4
	tallyBytes = tallySum + 4
)

var (
	// errTally: the tally is damaged, and the keys may be whole.
	errTally = errors.New("bring it back with persons from a backup of the folder; or, if persons is known to be whole, remove it")
	// errEmptied: a slot held a person, and is empty.
	errEmptied = errors.New("it held a person and is empty: restore the keys from their backup")
	// errFewer: there are fewer persons than there were.
	errFewer = errors.New("persons are missing: restore the keys from their backup")
)

func (t tally) bytes() []byte {
	b := make([]byte, tallyBytes)
	copy(b, tallyMagic)
	binary.BigEndian.PutUint32(b[tallyUsed:], t.used)
	binary.BigEndian.PutUint32(b[tallyFloor:], t.floor)
	binary.BigEndian.PutUint32(b[tallySum:], crc32.Checksum(b[:tallySum], castagnoli))
	return b
}

// readTally reads what bytes wrote and nothing else.
func readTally(b []byte) (t tally, err error) {
	if len(b) != tallyBytes || string(b[:tallyUsed]) != tallyMagic ||
		crc32.Checksum(b[:tallySum], castagnoli) != binary.BigEndian.Uint32(b[tallySum:]) {
		return t, &DamagedError{File: nameTally, Slot: -1, Err: errTally}
	}
	return tally{binary.BigEndian.Uint32(b[tallyUsed:]), binary.BigEndian.Uint32(b[tallyFloor:])}, nil
}

// recall reads the tally. A store from before there were tallies has none, nor
// has one whose keys came out of a backup.
func (s *Store) recall() error {
	b, err := os.ReadFile(s.path(nameTally))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	s.told, err = readTally(b)
	return err
}

// complete refuses a file of keys that has less than was told. It is loaded.
func (s *Store) complete() error {
	switch {
	case s.slots < s.told.floor:
		return &DamagedError{nameSlots, int(s.slots), offset(s.slots), errCutOff}
	case uint32(len(s.index)) < s.told.used:
		return &DamagedError{nameSlots, int(s.floor()), offset(s.floor()), errFewer}
	}
	return nil
}

// floor is the first empty slot.
func (s *Store) floor() uint32 {
	if len(s.free) > 0 {
		return s.free[0]
	}
	return s.slots
}

// openTally makes the tally durable as it is now, and ready to be overwritten.
// What it counts is durable.
func (s *Store) openTally() error {
	f, err := os.OpenFile(s.path(nameTally), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		s.told = s.now()
		if err = writeFile(s.path(nameTally), s.told.bytes()); err == nil {
			f, err = os.OpenFile(s.path(nameTally), os.O_RDWR, 0)
		}
	}
	if err == nil {
		s.tally = f
		err = s.tell()
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// now is what there is to tell.
func (s *Store) now() tally { return tally{uint32(len(s.index)), s.floor()} }

// tell overwrites the tally, if it says something else. What it counts is
// durable.
func (s *Store) tell() error {
	now := s.now()
	if now == s.told {
		return nil
	}
	if _, err := s.tally.WriteAt(now.bytes(), 0); err != nil {
		return err
	}
	s.told = now
	return nil
}

// closeTally makes it durable that all is there.
func (s *Store) closeTally() error {
	if s.tally == nil {
		return nil
	}
	return errors.Join(s.tell(), s.tally.Sync(), s.tally.Close())
}
