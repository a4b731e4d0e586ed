package keys

import (
	"fmt"
	"io"
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
