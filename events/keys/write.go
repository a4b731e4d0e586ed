package keys

import (
	"errors"
	"fmt"

	"github.com/oklog/ulid/v2"
)

// growSlots is a run of empty slots (128 KiB): the file grows by whole ones.
const growSlots = 1024

// create makes the keys of those persons that have none, with one fsync. They
// are durable when it returns.
func (s *Store) create(ids []ulid.ULID) error {
	s.write.Lock()
	defer s.write.Unlock()
	var fresh []slot
	for _, id := range ids {
		if _, ok := s.index[id]; ok {
			continue // made by another call in the meantime
		}
		key := newKey()
		fresh = append(fresh, slot{stateLive, id, wrap(s.kek, &key, personAAD(id))})
		clear(key[:])
	}
	return s.commit(nil, fresh)
}

// change is a slot that is to stand at a place already taken.
type change struct {
	at uint32
	slot
}

// commit writes changed slots in place and fresh ones into empty places, and
// makes them known once they are durable. On an error nothing became known:
// the changes may or may not stand in the file, and may be tried again; the
// fresh slots are empty again, or the store is broken. The caller holds write
// and gives every person once.
func (s *Store) commit(changes []change, fresh []slot) error {
	if s.broken != nil {
		return s.broken
	}
	if len(changes)+len(fresh) == 0 {
		return nil
	}
	if err := s.reserve(len(fresh)); err != nil {
		return err
	}
	err := s.writeChanges(changes)
	if err == nil {
		err = s.writeSlots(s.free[:len(fresh)], fresh)
	}
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		return s.undo(len(fresh), err)
	}
	s.learn(changes, fresh)
	_ = s.tell() // it says less than it could, and is told again by the next commit
	return nil
}

// learn makes known what is durable.
func (s *Store) learn(changes []change, fresh []slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range changes {
		s.index[c.id] = c.place(c.at)
	}
	for i := range fresh {
		s.index[fresh[i].id] = fresh[i].place(s.free[i])
	}
	s.free = s.free[len(fresh):]
}

func (s *slot) place(at uint32) place {
	if s.state == stateErased {
		return place(at) | erasedBit
	}
	return place(at)
}

// undo empties the slots that a failed commit may have filled: a later start
// must not find a person there who has meanwhile been given another slot.
func (s *Store) undo(fresh int, cause error) error {
	cause = fmt.Errorf("keys: %w", cause)
	if fresh == 0 {
		return cause
	}
	err := errors.Join(s.writeSlots(s.free[:fresh], make([]slot, fresh)), s.file.Sync())
	if err != nil {
		s.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		return errors.Join(cause, s.broken)
	}
	return cause
}

// reserve makes sure of n empty slots. They are durable before one is used: so
// a file that ends within a run, and has a key in it, was cut off.
func (s *Store) reserve(n int) error {
	if n <= len(s.free) {
		return nil
	}
	more := (n - len(s.free) + growSlots - 1) / growSlots * growSlots
	if int64(s.slots)+int64(more) > int64(MaxPersons) {
		return ErrFull
	}
	at := make([]uint32, more)
	for i := range at {
		at[i] = s.slots + uint32(i)
	}
	if err := errors.Join(s.writeSlots(at, make([]slot, more)), s.file.Sync()); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	s.slots += uint32(more)
	s.free = append(s.free, at...)
	return nil
}

func (s *Store) writeChanges(changes []change) error {
	var b [slotBytes]byte
	for i := range changes {
		changes[i].put(b[:])
		if _, err := s.file.WriteAt(b[:], offset(changes[i].at)); err != nil {
			return err
		}
	}
	return nil
}

// writeSlots writes slots at the given places, neighbours in one write.
func (s *Store) writeSlots(at []uint32, slots []slot) error {
	for len(at) > 0 {
		n := 1
		for n < len(at) && n < loadSlots && at[n] == at[n-1]+1 {
			n++
		}
		b := make([]byte, n*slotBytes)
		for i := range n {
			slots[i].put(b[i*slotBytes:])
		}
		if _, err := s.file.WriteAt(b, offset(at[0])); err != nil {
			return err
		}
		at, slots = at[n:], slots[n:]
	}
	return nil
}
