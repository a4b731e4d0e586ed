package keys

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/seatledger/seatledger/events"
)

func TestSealedThenOpenedAfterRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	s := openStore(t, dir, Options{})
	person := personOf(t)
	u := sealed(t, s, person)
	again := sealed(t, s, person)
	if string(u.Email.Sealed) == string(again.Email.Sealed) {
		t.Fatal("the same text sealed twice is the same")
	}
	if len(u.FirstName.Sealed) != len(u.LastName.Sealed) {
		t.Fatal("lengths of short names differ")
	}
	secret := s.Secret("e-mail")
	closeStore(t, s)

	s = openStore(t, dir, Options{MustExist: true})
	mustOpen(t, s, u)
	mustOpen(t, s, again)
	if s.Secret("e-mail") != secret || s.Secret("cursor") == secret {
		t.Fatal("secrets are not of the ledger and of the name")
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir, Options{})
	sealed(t, s, personOf(t))
	if err := s.Rotate(NewKEK()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("folder: %v %v", info.Mode(), err)
	}
	for name := range files(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != 0o600 {
			t.Fatalf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

func TestOneProcess(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrLocked) {
		t.Fatalf("opened twice: %v", err)
	}
	closeStore(t, s)
	openStore(t, dir, Options{})
}

func TestUnknownPersonIsNotErased(t *testing.T) {
	u := sealed(t, openStore(t, t.TempDir(), Options{}), personOf(t))
	other := openStore(t, t.TempDir(), Options{})
	if err := other.Open(u); !errors.Is(err, events.ErrKeyMissing) || u.Email.Erased {
		t.Fatalf("erased=%v: %v", u.Email.Erased, err)
	}
	sealed(t, other, u.PersonID) // another key for the same person
	if err := other.Open(u); !errors.Is(err, ErrSealed) || u.Email.Plain != "" {
		t.Fatalf("opened with another key: %v", err)
	}
}

func TestSealedDataBelongToOnePerson(t *testing.T) {
	s := openStore(t, t.TempDir(), Options{})
	a, b := sealed(t, s, personOf(t)), sealed(t, s, personOf(t))
	a.Email.Sealed = b.Email.Sealed
	if err := s.Open(a); !errors.Is(err, ErrSealed) || a.Email.Plain != "" {
		t.Fatalf("opened another person's data: %v", err)
	}
}

func TestSealRefusesWhatItCannotSeal(t *testing.T) {
	s := openStore(t, t.TempDir(), Options{})
	good := user(personOf(t))
	bad := user("ada@example.com")
	err := s.Seal(good, bad)
	if !errors.Is(err, ErrPersonID) || good.Email.Sealed != nil {
		t.Fatalf("sealed=%x: %v", good.Email.Sealed, err)
	}
	mustNotTell(t, err, "ada@example.com")
	long := user(personOf(t))
	long.Name = events.Clear(string(make([]byte, MaxPlainBytes+1)))
	if err := s.Seal(long); !errors.Is(err, ErrTooLong) {
		t.Fatal(err)
	}
	if len(s.index) != 0 {
		t.Fatalf("%d keys made for what was refused", len(s.index))
	}
}

func TestClosed(t *testing.T) {
	s := openStore(t, t.TempDir(), Options{})
	u := sealed(t, s, personOf(t))
	closeStore(t, s)
	closeStore(t, s)
	for name, err := range map[string]error{
		"Seal": s.Seal(user(personOf(t))), "Open": s.Open(u), "Erase": s.Erase(u.PersonID), "Rotate": s.Rotate(NewKEK()),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBackupOpensElsewhere(t *testing.T) {
	kek := NewKEK()
	s := openStore(t, t.TempDir(), Options{KEK: &kek})
	u := sealed(t, s, personOf(t))
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, nameSlots))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Backup(f), f.Close(), s.Erase(u.PersonID)); err != nil {
		t.Fatal(err)
	}
	old := openStore(t, dir, Options{KEK: &kek, MustExist: true})
	if err := old.Erase(u.PersonID); err != nil { // as a restore does
		t.Fatal(err)
	}
	mustBeErased(t, old, u)
	mustBeErased(t, s, u)
}

func TestManyAtOnce(t *testing.T) {
	s := openStore(t, t.TempDir(), Options{})
	shared := make([]string, 20)
	for i := range shared {
		shared[i] = personOf(t)
	}
	gone, both := sealed(t, s, personOf(t)), user(shared[0])
	if err := s.Seal(both); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 40 {
				person := shared[(i*7+g)%len(shared)]
				u := user(person)
				if err := s.Seal(u, user(person), user(personOf(t))); err != nil {
					t.Error(err)
					return
				}
				u = &events.UserAdded{PersonID: person, Email: events.Personal{Sealed: u.Email.Sealed}}
				if err := s.Open(u); err != nil || u.Email.Plain != "ada@example.com" {
					t.Errorf("%q: %v", u.Email.Plain, err)
				}
				// Sealed and open already, and shared: it must not be written.
				if err := s.Open(both); err != nil || both.Email.Plain != "ada@example.com" {
					t.Errorf("%q: %v", both.Email.Plain, err)
				}
				lost := *gone
				if err := s.Open(&lost); err != nil || lost.Email.Plain == "" && !lost.Email.Erased {
					t.Errorf("%+v: %v", lost.Email, err)
				}
			}
		})
	}
	wg.Go(func() {
		if err := errors.Join(s.Rotate(NewKEK()), s.Erase(gone.PersonID), s.Rotate(NewKEK())); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	mustBeErased(t, s, gone)
	if want := len(shared) + 1 + 8*40; len(s.index) != want {
		t.Fatalf("%d persons, want %d", len(s.index), want)
	}
}
