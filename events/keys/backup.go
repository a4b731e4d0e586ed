package keys

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/oklog/ulid/v2"
)

// Backup writes a copy of the file of keys as of one moment. It is worth
// nothing without the key-encryption key, which is to be kept elsewhere. New
// keys and erasures wait until w has taken it all. A copy that comes back is
// the file "persons" of a folder; persons erased since must be erased again
// before it serves.
func (s *Store) Backup(w io.Writer) error {
	s.write.Lock()
	defer s.write.Unlock()
	if s.file == nil {
		return ErrClosed
	}
	if _, err := io.Copy(w, io.NewSectionReader(s.file, 0, offset(s.slots))); err != nil {
		return fmt.Errorf("keys: backup: %w", err)
	}
	return nil
}

// BackupHeld is Backup of a store that is not open, and held (see [Hold]). What
// a rotation left is settled by the next Open.
func BackupHeld(dir string, w io.Writer) error {
	f, err := os.Open(filepath.Join(dir, nameSlots))
	if err != nil {
		return fmt.Errorf("keys: backup: %w", err)
	}
	defer f.Close()
	if _, err := io.Copy(w, f); err != nil {
		return fmt.Errorf("keys: backup: %w", err)
	}
	return nil
}

// Restore makes the folder of a store from a backup of its file of keys, and
// the text of the key-encryption key; nil is one that lies elsewhere. Open it to
// see whether they belong together; erase again who was erased since.
func Restore(dir string, persons io.Reader, kek []byte) error {
	if err := makeDir(dir); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if kek != nil {
		if _, err := ParseKEK(string(kek)); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, nameKEK), kek); err != nil {
			return fmt.Errorf("keys: restore: %w", err)
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, nameSlots), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keys: restore: %w", err)
	}
	_, err = io.Copy(f, persons)
	if err = errors.Join(err, f.Sync(), f.Close(), syncDir(dir)); err != nil {
		return fmt.Errorf("keys: restore: %w", err)
	}
	return nil
}

// Unknown are those of the persons of whom the store has neither a key nor a
// tombstone: what is sealed for them cannot be read, and stops whoever reads.
func (s *Store) Unknown(persons iter.Seq[ulid.ULID]) (ids []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for id := range persons {
		if _, ok := s.index[id]; !ok {
			ids = append(ids, id.String())
		}
	}
	return ids
}

// Erased tells whether a person was erased.
func (s *Store) Erased(person string) bool {
	id, err := personID(person)
	s.mu.RLock()
	defer s.mu.RUnlock()
	at, ok := s.index[id]
	return err == nil && ok && at.erased()
}
