package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// firstKEK is the key-encryption key of a store that is about to begin. Only
// the file in the store's own folder is made when it is missing.
func (s *Store) firstKEK(o Options) (KEK, error) {
	if o.KEK != nil {
		return *o.KEK, nil
	}
	k, err := readKEK(s.kekFile)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if o.KEKFile != "" {
		return KEK{}, fmt.Errorf("%w: %s", ErrNoKEK, s.kekFile)
	}
	k = NewKEK()
	return k, writeFile(s.kekFile, []byte(k.Text()))
}

// findKEK is the key-encryption key that the store is wrapped under. A
// rotation that was cut off leaves two files; the store says which one counts.
func (s *Store) findKEK(o Options, want kekID) (KEK, error) {
	if o.KEK != nil {
		if o.KEK.id() != want {
			return KEK{}, ErrWrongKEK
		}
		return *o.KEK, nil
	}
	next := s.kekFile + suffixNext
	if k, err := readKEK(next); err == nil && k.id() == want {
		return k, adoptKEK(s.kekFile)
	}
	k, err := readKEK(s.kekFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return KEK{}, fmt.Errorf("%w: %s", ErrNoKEK, s.kekFile)
	case err != nil:
		return KEK{}, err
	case k.id() != want:
		return KEK{}, fmt.Errorf("%w than that in %s", ErrWrongKEK, s.kekFile)
	}
	return k, scrub(next)
}

// adoptKEK puts the next key-encryption key in the place of the one before,
// which is destroyed.
func adoptKEK(path string) error {
	if err := scrub(path); err != nil {
		return err
	}
	if err := os.Rename(path+suffixNext, path); err != nil {
		return err
	}
	return syncParent(path)
}

func readKEK(path string) (KEK, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return KEK{}, fmt.Errorf("keys: %w", err)
	}
	k, err := ParseKEK(string(b))
	if err != nil {
		return KEK{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}
