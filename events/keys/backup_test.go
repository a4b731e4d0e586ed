package keys

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/oklog/ulid/v2"
)

// A store that is restored opens what was sealed, knows who was erased, and who
// it never knew; it needs its own key-encryption key.
func TestRestore(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	kept, gone, later := sealed(t, s, personOf(t)), sealed(t, s, personOf(t)), personOf(t)
	if err := s.Erase(gone.PersonID); err != nil {
		t.Fatal(err)
	}
	var running, stopped bytes.Buffer
	if err := s.Backup(&running); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	if err := s.Backup(&running); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed store: %v", err)
	}
	if err := BackupHeld(dir, &stopped); err != nil || !bytes.Equal(stopped.Bytes(), running.Bytes()) {
		t.Errorf("stopped: %v", err)
	}
	kek, err := os.ReadFile(filepath.Join(dir, nameKEK))
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "keys")
	if err := Restore(to, bytes.NewReader(running.Bytes()), kek); err != nil {
		t.Fatal(err)
	}
	if err := Restore(to, bytes.NewReader(running.Bytes()), kek); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a store that is there: %v", err)
	}
	r := openStore(t, to, Options{MustExist: true})
	if err := r.Open(kept); err != nil || kept.Email.Plain != "ada@example.com" {
		t.Errorf("%+v, %v", kept, err)
	}
	mustBeErased(t, r, gone)
	if r.Erased(kept.PersonID) || !r.Erased(gone.PersonID) || r.Erased(later) || r.Erased("nobody") {
		t.Error("it does not know who was erased")
	}
	var ids []ulid.ULID
	for _, id := range []string{kept.PersonID, gone.PersonID, later} {
		ids = append(ids, ulid.MustParse(id))
	}
	if unknown := r.Unknown(slices.Values(ids)); len(unknown) != 1 || unknown[0] != later {
		t.Errorf("unknown are %v, want %s", unknown, later)
	}
	other := NewKEK()
	foreign := filepath.Join(t.TempDir(), "keys")
	if err := Restore(foreign, bytes.NewReader(running.Bytes()), []byte(other.Text())); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(foreign, Options{MustExist: true}); !errors.Is(err, ErrWrongKEK) {
		t.Errorf("under another key: %v", err)
	}
	if err := Restore(filepath.Join(t.TempDir(), "keys"), &running, []byte("x")); !errors.Is(err, ErrBadKEK) {
		t.Errorf("under no key: %v", err)
	}
}
