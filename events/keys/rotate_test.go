package keys

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seatledger/seatledger/events"
)

func TestRotateWithTheFile(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	u, gone := sealed(t, s, personOf(t)), sealed(t, s, personOf(t))
	if err := s.Erase(gone.PersonID); err != nil {
		t.Fatal(err)
	}
	before, secret := files(t, dir), s.Secret("x")
	key := wrappedOf(t, s, u.PersonID)
	held, err := os.Open(filepath.Join(dir, nameSlots)) // the old file, by whoever has it open
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()

	next := NewKEK()
	if err := s.Rotate(next); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, s, stored(t, u))
	late := sealed(t, s, personOf(t))
	after := files(t, dir)
	if len(after) != 4 || string(after[nameKEK]) != next.Text() {
		t.Fatalf("left in the folder: %d files", len(after))
	}
	mustLeaveNoTrace(t, dir, key)
	mustLeaveNoTrace(t, dir, bytes.TrimSpace(before[nameKEK]))
	old := make([]byte, len(before[nameSlots]))
	if n, err := held.ReadAt(old, 0); err != nil || !zero(old[:n]) {
		t.Fatalf("the old file was not overwritten: %v", err)
	}
	closeStore(t, s)

	s = openStore(t, dir, Options{MustExist: true})
	mustOpen(t, s, stored(t, u))
	mustOpen(t, s, late)
	mustBeErased(t, s, gone)
	if s.Secret("x") != secret {
		t.Fatal("rotation changed the ledger's secrets")
	}
}

func TestRotateWithAGivenKEK(t *testing.T) {
	dir, first, second := t.TempDir(), NewKEK(), NewKEK()
	s := openStore(t, dir, Options{KEK: &first})
	u := sealed(t, s, personOf(t))
	if err := s.Rotate(second); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	_, err := Open(dir, Options{KEK: &first})
	if !errors.Is(err, ErrWrongKEK) {
		t.Fatal(err)
	}
	mustNotTell(t, err, first.Text(), second.Text())
	mustOpen(t, openStore(t, dir, Options{KEK: &second}), u)
}

// A rotation ends at every point at which it can; the next start finishes it
// or undoes it, and the one after that finds nothing left.
func TestRotationCutOff(t *testing.T) {
	for cut := range 6 {
		dir := t.TempDir()
		s := openStore(t, dir, Options{})
		u := sealed(t, s, personOf(t))
		next := NewKEK()
		cutOff(t, s, next, cut)
		closeStore(t, s)
		for range 2 {
			s = openStore(t, dir, Options{MustExist: true})
			mustOpen(t, s, stored(t, u))
			closeStore(t, s)
		}
		left := files(t, dir)
		rotated := string(left[nameKEK]) == next.Text()
		if len(left) != 4 || rotated != (cut >= 3) {
			t.Fatalf("cut %d: rotated=%v, %d files", cut, rotated, len(left))
		}
	}
}

// cutOff does the first steps of a rotation.
func cutOff(t *testing.T, s *Store, to KEK, steps int) {
	t.Helper()
	kek := newAEAD(&to.key)
	h := header{to.id(), wrap(kek, &s.secret, secretAAD()), s.ragged}
	for i, step := range []func() error{
		func() error { return s.prepare(to, h, kek) },
		func() error { return os.Truncate(s.path(nameNew), 700) }, // not all of it was written
		func() error {
			return errors.Join(os.Remove(s.path(nameNew)), os.Remove(s.path(nameOld)), s.prepare(to, h, kek), os.Rename(s.path(nameNew), s.path(nameSlots)))
		},
		func() error { return scrub(s.kekFile) },
		func() error { return os.Rename(s.kekFile+suffixNext, s.kekFile) },
	} {
		if i >= steps {
			return
		}
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRotationThatCannotBeginChangesNothing(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	u := sealed(t, s, personOf(t))
	if err := os.Mkdir(s.path(nameNew), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Rotate(NewKEK()); err == nil {
		t.Fatal("rotated through a folder")
	}
	if err := os.RemoveAll(s.path(nameNew)); err != nil {
		t.Fatal(err)
	}
	if left := files(t, dir); len(left) != 4 {
		t.Fatalf("%d files are left", len(left))
	}
	sealed(t, s, personOf(t))
	closeStore(t, s)
	mustOpen(t, openStore(t, dir, Options{}), u)
	if err := s.Rotate(KEK{}); !errors.Is(err, ErrBadKEK) {
		t.Fatal(err)
	}
}

func TestKEKsThatAreNotTheOne(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	u := sealed(t, s, personOf(t))
	closeStore(t, s)
	kek, file := filepath.Join(dir, nameKEK), files(t, dir)[nameKEK]

	for text, want := range map[string]error{"": ErrBadKEK, "c2hvcnQ=": ErrBadKEK, NewKEK().Text(): ErrWrongKEK} {
		if err := os.WriteFile(kek, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(dir, Options{})
		if !errors.Is(err, want) {
			t.Fatalf("got %v, want %v", err, want)
		}
		if text != "" {
			mustNotTell(t, err, text)
		}
	}
	if err := os.Remove(kek); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrNoKEK) {
		t.Fatalf("made a new key-encryption key over an old store: %v", err)
	}
	given, err := ParseKEK(string(file))
	if err != nil {
		t.Fatal(err)
	}
	mustOpen(t, openStore(t, dir, Options{KEK: &given}), u)
}

func TestFirstStart(t *testing.T) {
	if _, err := Open(t.TempDir(), Options{MustExist: true}); !errors.Is(err, ErrNoStore) {
		t.Fatal(err)
	}
	if _, err := Open(t.TempDir(), Options{KEKFile: filepath.Join(t.TempDir(), "none")}); !errors.Is(err, ErrNoKEK) {
		t.Fatal(err)
	}
	var _ events.Sealer = openStore(t, t.TempDir(), Options{})
}
