package keys

import (
	"crypto/cipher"
	"errors"
	"fmt"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

// Seal seals every personal field of vs that is not sealed yet. Persons that
// are not known get keys; all of them are durable, with one fsync, before Seal
// returns. If it fails for the person or the length of any field
// (ErrPersonErased, ErrPersonID, ErrTooLong), it has changed nothing.
func (s *Store) Seal(vs ...events.Personable) error {
	missing, err := s.missing(vs)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		if err := s.create(missing); err != nil {
			return err
		}
	}
	ring := ring{store: s}
	for _, v := range vs {
		for person, p := range v.Persons() {
			if len(p.Sealed) > 0 {
				continue
			}
			key, err := ring.key(person)
			if err != nil {
				return err
			}
			p.Sealed = sealBlob(key, ring.id, p.Plain)
		}
	}
	return nil
}

// missing lists the persons without a key, each once, and tests all fields.
func (s *Store) missing(vs []events.Personable) (ids []ulid.ULID, err error) {
	var seen map[ulid.ULID]bool
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.file == nil {
		return nil, ErrClosed
	}
	for _, v := range vs {
		for person, p := range v.Persons() {
			if len(p.Sealed) > 0 {
				continue
			}
			id, err := personID(person)
			if err != nil {
				return nil, err
			}
			if len(p.Plain) > MaxPlainBytes {
				return nil, fmt.Errorf("person %s: %w", id, ErrTooLong)
			}
			at, ok := s.index[id]
			if p.Erased || ok && at.erased() {
				return nil, fmt.Errorf("person %s: %w", id, events.ErrPersonErased)
			}
			if ok || seen[id] {
				continue
			}
			if seen == nil {
				seen = map[ulid.ULID]bool{}
			}
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Open sets Plain on every sealed personal field of v, or Erased where the
// person was erased. It fails with ErrKeyMissing for a person of whom nothing
// is known, and with ErrSealed for data that do not open.
func (s *Store) Open(v events.Personable) error {
	ring := ring{store: s}
	for person, p := range v.Persons() {
		if len(p.Sealed) == 0 {
			continue
		}
		key, err := ring.key(person)
		switch {
		case errors.Is(err, events.ErrPersonErased):
			if !p.Erased || p.Plain != "" {
				p.Plain, p.Erased = "", true
			}
			continue
		case err != nil:
			return err
		case p.Plain != "":
			continue // open already, and perhaps shared with other readers
		}
		if p.Plain, err = openBlob(key, ring.id, p.Sealed); err != nil {
			return fmt.Errorf("person %s: %w", ring.id, err)
		}
	}
	return nil
}

// ring holds the key of the last person asked for: fields of one person stand
// next to each other.
type ring struct {
	store *Store
	name  string
	id    ulid.ULID
	last  cipher.AEAD
	err   error
}

func (r *ring) key(person string) (cipher.AEAD, error) {
	if person != r.name || person == "" {
		r.name = person
		if r.id, r.err = personID(person); r.err == nil {
			r.last, r.err = r.store.key(r.id)
		}
	}
	return r.last, r.err
}

func personID(person string) (ulid.ULID, error) {
	id, err := ulid.ParseStrict(person)
	if err != nil {
		return id, ErrPersonID // without the text: it may be a name
	}
	return id, nil
}

// key is the person's key, ready for use.
func (s *Store) key(id ulid.ULID) (cipher.AEAD, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.file == nil {
		return nil, ErrClosed
	}
	// The index is asked before the cache: a key that was erased while
	// somebody unwrapped it is never used again.
	at, ok := s.index[id]
	switch {
	case !ok:
		return nil, fmt.Errorf("person %s: %w", id, events.ErrKeyMissing)
	case at.erased():
		return nil, events.ErrPersonErased
	}
	key, young := s.cache.get(id)
	if key == nil {
		var err error
		if key, err = s.unwrapAt(id, at.slot()); err != nil {
			return nil, err
		}
	}
	if !young {
		s.cache.put(id, key)
	}
	return key, nil
}

// unwrapAt reads and unwraps a key; the caller holds mu.
func (s *Store) unwrapAt(id ulid.ULID, n uint32) (cipher.AEAD, error) {
	var b [slotBytes]byte
	if _, err := s.file.ReadAt(b[:], offset(n)); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	sl, err := readSlot(b[:])
	if err == nil && sl.id != id {
		err = errContent
	}
	if err == nil && sl.state == stateErased {
		return nil, events.ErrPersonErased // and not yet known to be durable
	}
	if err != nil {
		return nil, &DamagedError{nameSlots, int(n), offset(n), err}
	}
	key, err := unwrap(s.kek, &sl.key, personAAD(id))
	if err != nil {
		return nil, &DamagedError{nameSlots, int(n), offset(n), err}
	}
	defer clear(key[:])
	return newAEAD(&key), nil
}
