package keys

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/oklog/ulid/v2"
)

// loadSlots is how many slots are read at once.
const loadSlots = 4096

// begin makes a new store, and its key-encryption key if that is ours to make.
func (s *Store) begin(o Options) (*os.File, error) {
	if o.MustExist {
		return nil, ErrNoStore
	}
	k, err := s.firstKEK(o)
	if err != nil {
		return nil, err
	}
	secret := newKey()
	h := header{kek: k.id(), secret: wrap(newAEAD(&k.key), &secret, secretAAD())}
	if err := writeFile(s.path(nameSlots), h.bytes()); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return os.OpenFile(s.path(nameSlots), os.O_RDWR, 0)
}

// load reads the whole file, tests every slot and makes the index.
func (s *Store) load(f *os.File, o Options) error {
	head := make([]byte, headerBytes)
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("keys: %w", err)
	}
	h, err := readHeader(head)
	if err != nil {
		return &DamagedError{File: nameSlots, Slot: -1, Err: err}
	}
	k, err := s.findKEK(o, h.kek)
	if err != nil {
		return err
	}
	s.kek = newAEAD(&k.key)
	if s.secret, err = unwrap(s.kek, &h.secret, secretAAD()); err != nil {
		return &DamagedError{File: nameSlots, Slot: -1, Err: err}
	}
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	s.ragged = h.ragged
	if s.slots = uint32((info.Size() - headerBytes) / slotBytes); !s.ragged {
		if s.slots, err = wholeRuns(f, info.Size()); err != nil {
			return err
		}
	}
	if err := s.loadSlots(f); err != nil {
		return err
	}
	if err := s.complete(); err != nil {
		return err
	}
	if err := f.Truncate(offset(s.slots)); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	// What the last process wrote may stand in the page cache alone.
	if err := f.Sync(); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// wholeRuns is how many slots stand in whole runs. A part of one behind them is
// what a growth left that was cut off, and empty; or else the file was.
func wholeRuns(f *os.File, size int64) (uint32, error) {
	runs := (size - headerBytes) / (growSlots * slotBytes)
	slots := uint32(runs * growSlots)
	rest := make([]byte, size-offset(slots))
	if _, err := f.ReadAt(rest, offset(slots)); err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("keys: %w", err)
	}
	if !zero(rest) {
		return 0, &DamagedError{nameSlots, int(slots), size, errCutOff}
	}
	return slots, nil
}

// errCutOff: keys that were there are not.
var errCutOff = errors.New("the file was cut off: restore the keys from their backup")

func (s *Store) loadSlots(f *os.File) error {
	s.index = make(map[ulid.ULID]place, s.slots)
	buf := make([]byte, loadSlots*slotBytes)
	for n := uint32(0); n < s.slots; n += loadSlots {
		b := buf[:min(loadSlots, s.slots-n)*slotBytes]
		if _, err := f.ReadAt(b, offset(n)); err != nil {
			return fmt.Errorf("keys: %w", err)
		}
		for i := n; len(b) > 0; i, b = i+1, b[slotBytes:] {
			if err := s.adopt(f, i, b[:slotBytes]); err != nil {
				return err
			}
		}
	}
	return nil
}

// adopt takes the slot numbered n into the index.
func (s *Store) adopt(f *os.File, n uint32, b []byte) error {
	sl, err := readSlot(b)
	if errors.Is(err, errTorn) && n >= s.told.floor && s.lastUsed(f, n) {
		_, err = f.WriteAt(make([]byte, slotBytes), offset(n))
	}
	if err != nil {
		return &DamagedError{nameSlots, int(n), offset(n), err}
	}
	if sl.state == stateFree && n < s.told.floor {
		return &DamagedError{nameSlots, int(n), offset(n), errEmptied}
	}
	if sl.state == stateFree {
		s.free = append(s.free, n)
		return nil
	}
	if other, ok := s.index[sl.id]; ok {
		return &DamagedError{nameSlots, int(n), offset(n), fmt.Errorf("its person has slot %d", other.slot())}
	}
	at := place(n)
	if sl.state == stateErased {
		at |= erasedBit
	}
	s.index[sl.id] = at
	return nil
}

// lastUsed reports that every slot behind the one numbered n is empty.
func (s *Store) lastUsed(f *os.File, n uint32) bool {
	rest := io.NewSectionReader(f, offset(n+1), offset(s.slots)-offset(n+1))
	buf := make([]byte, loadSlots*slotBytes)
	for {
		k, err := io.ReadFull(rest, buf)
		if !zero(buf[:k]) {
			return false
		}
		if err != nil {
			return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		}
	}
}
