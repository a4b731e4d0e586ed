package keys

import (
	"bufio"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Rotate wraps every key anew under the key-encryption key to, and destroys
// the old file. If the key-encryption key stands in a file, that is replaced
// and destroyed too; if it was given, the caller gives the new one from now
// on. Reading and sealing under known keys go on meanwhile. After an error the
// store is whole under one of the two, and Open finds out which.
func (s *Store) Rotate(to KEK) error {
	if zero(to.key[:]) {
		return ErrBadKEK
	}
	s.write.Lock()
	defer s.write.Unlock()
	if s.broken != nil {
		return s.broken
	}
	kek := newAEAD(&to.key)
	h := header{to.id(), wrap(kek, &s.secret, secretAAD()), s.ragged}
	if err := s.prepare(to, h, kek); err != nil {
		return errors.Join(fmt.Errorf("keys: rotation: %w", err), s.abandon())
	}
	// The point of no return: from the rename on, the new key-encryption key
	// is the one that opens the store.
	if err := os.Rename(s.path(nameNew), s.path(nameSlots)); err != nil {
		return errors.Join(fmt.Errorf("keys: rotation: %w", err), s.abandon())
	}
	if err := s.adoptFile(kek); err != nil {
		s.broken = fmt.Errorf("%w: rotation: %w", ErrBroken, err)
		return s.broken
	}
	return nil
}

// Renew rotates to a new random key-encryption key, in its file. It fails with
// ErrGivenKEK where there is no file.
func (s *Store) Renew() error {
	if s.kekFile == "" {
		return ErrGivenKEK
	}
	return s.Rotate(NewKEK())
}

// prepare makes durable all that the rename needs: the new file, a second name
// for the old one, the new key-encryption key.
func (s *Store) prepare(to KEK, h header, kek cipher.AEAD) error {
	if s.kekFile != "" {
		if err := writeFile(s.kekFile+suffixNext, []byte(to.Text())); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(s.path(nameNew), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, loadSlots*slotBytes)
	_, err = w.Write(h.bytes())
	err = errors.Join(err, s.rewrap(w, kek), w.Flush(), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(s.path(nameSlots), s.path(nameOld)); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// rewrap copies every slot, live ones under kek, each at its place.
func (s *Store) rewrap(w io.Writer, kek cipher.AEAD) error {
	r := bufio.NewReaderSize(io.NewSectionReader(s.file, headerBytes, int64(s.slots)*slotBytes), loadSlots*slotBytes)
	var b [slotBytes]byte
	for n := range s.slots {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return err
		}
		sl, err := readSlot(b[:])
		if err == nil && sl.state == stateLive {
			var key [keyBytes]byte
			if key, err = unwrap(s.kek, &sl.key, personAAD(sl.id)); err == nil {
				sl.key = wrap(kek, &key, personAAD(sl.id))
			}
		}
		if err != nil {
			return &DamagedError{nameSlots, int(n), offset(n), err}
		}
		sl.put(b[:])
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	return nil
}

// adoptFile goes over to the new file, and destroys what it replaces.
func (s *Store) adoptFile(kek cipher.AEAD) error {
	f, err := os.OpenFile(s.path(nameSlots), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	s.mu.Lock()
	old := s.file
	s.file, s.kek = f, kek
	s.mu.Unlock()
	// The old key-encryption key goes only when the new file surely stays.
	if err := errors.Join(old.Close(), syncDir(s.dir)); err != nil {
		return err
	}
	if s.kekFile != "" {
		if err := adoptKEK(s.kekFile); err != nil {
			return err
		}
	}
	return scrub(s.path(nameOld))
}

// abandon removes what a rotation prepared.
func (s *Store) abandon() error {
	err := s.settle()
	if s.kekFile != "" {
		err = errors.Join(err, scrub(s.kekFile+suffixNext))
	}
	return err
}

// settle removes the files that a rotation left, at whatever point it ended.
func (s *Store) settle() error {
	if err := scrub(s.path(nameNew)); err != nil {
		return err
	}
	old, err := os.Stat(s.path(nameOld))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	live, liveErr := os.Stat(s.path(nameSlots))
	if err = errors.Join(err, liveErr); err != nil {
		return err
	}
	if os.SameFile(old, live) { // cut off before the rename: a second name only
		return errors.Join(os.Remove(s.path(nameOld)), syncDir(s.dir))
	}
	return scrub(s.path(nameOld))
}
