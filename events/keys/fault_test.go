package keys

import (
	"errors"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

var errDisk = errors.New("scripted fault")

// faulty is a file whose next writes or syncs fail. Those with landed are done
// all the same.
type faulty struct {
	medium
	writes, syncs []fault // one each, in order; then all is well
	synced        int
}

type fault int

const (
	fine fault = iota
	fails
	lands // and fails
)

func (f *faulty) WriteAt(b []byte, at int64) (int, error) {
	switch next(&f.writes) {
	case fails:
		return 0, errDisk
	case lands:
		_, _ = f.medium.WriteAt(b, at)
		return 0, errDisk
	}
	return f.medium.WriteAt(b, at)
}

func (f *faulty) Sync() error {
	f.synced++
	if next(&f.syncs) != fine {
		return errDisk
	}
	return f.medium.Sync()
}

func next(script *[]fault) (f fault) {
	if len(*script) > 0 {
		f, *script = (*script)[0], (*script)[1:]
	}
	return f
}

func mustID(t testing.TB, person string) ulid.ULID {
	t.Helper()
	id, err := personID(person)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestOneFsyncForManyKeys(t *testing.T) {
	s := openStore(t, t.TempDir(), Options{})
	f := &faulty{medium: s.file}
	s.file = f
	var vs []events.Personable
	for range 3000 {
		u := user(personOf(t))
		vs = append(vs, u, user(u.PersonID))
	}
	if err := s.Seal(vs...); err != nil {
		t.Fatal(err)
	}
	if f.synced != 2 || len(s.index) != 3000 { // one of them for the file that grows
		t.Fatalf("%d fsyncs for %d keys", f.synced, len(s.index))
	}
	if err := s.Seal(user(vs[0].(*events.UserAdded).PersonID)); err != nil || f.synced != 2 {
		t.Fatalf("%d fsyncs: %v", f.synced, err)
	}
}

// Every write of a new key fails once, not landed and landed; the person has
// no key then, now and after a restart, and gets one at the next attempt.
func TestFailedNewKeys(t *testing.T) {
	for name, script := range map[string]faulty{
		"growth fails": {writes: []fault{fails}}, "growth lands": {writes: []fault{lands}},
		"slot fails": {writes: []fault{fine, fails}}, "slot lands": {writes: []fault{fine, lands}},
		"sync": {syncs: []fault{fails}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openStore(t, dir, Options{})
			script.medium = s.file
			s.file = &script
			lost, u := personOf(t), user(personOf(t))
			if err := s.Seal(user(lost), u); !errors.Is(err, errDisk) || u.Email.Sealed != nil {
				t.Fatal(err)
			}
			kept := sealed(t, s, u.PersonID)
			closeStore(t, s)
			s = openStore(t, dir, Options{})
			mustOpen(t, s, kept)
			if _, ok := s.index[mustID(t, lost)]; ok || len(s.index) != 1 {
				t.Fatalf("%d persons", len(s.index))
			}
		})
	}
}

func TestBrokenStoreStillReads(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	u := sealed(t, s, personOf(t))
	// The sync fails, and so does emptying the slots again.
	s.file = &faulty{medium: s.file, syncs: []fault{fails}, writes: []fault{fine, fails}}
	late := user(personOf(t))
	if err := s.Seal(late); !errors.Is(err, ErrBroken) {
		t.Fatal(err)
	}
	if err := s.Seal(user(personOf(t))); !errors.Is(err, ErrBroken) {
		t.Fatalf("a broken store wrote: %v", err)
	}
	mustOpen(t, s, stored(t, u))
	sealed(t, s, u.PersonID)
	closeStore(t, s)
	s = openStore(t, dir, Options{})
	mustOpen(t, s, sealed(t, s, late.PersonID)) // its slot had landed: no second one
	if len(s.index) != 2 {
		t.Fatalf("%d persons", len(s.index))
	}
}

func TestFailedErasureIsTriedAgain(t *testing.T) {
	for name, script := range map[string]faulty{
		"fails": {writes: []fault{fails}}, "lands": {writes: []fault{lands}}, "sync": {syncs: []fault{fails}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openStore(t, dir, Options{})
			u, stranger := sealed(t, s, personOf(t)), personOf(t)
			key := wrappedOf(t, s, u.PersonID)
			script.medium = s.file
			s.file = &script
			if err := s.Erase(u.PersonID, stranger); !errors.Is(err, errDisk) {
				t.Fatal(err)
			}
			if err := s.Erase(u.PersonID, stranger, u.PersonID); err != nil {
				t.Fatal(err)
			}
			mustBeErased(t, s, u)
			closeStore(t, s)
			mustLeaveNoTrace(t, dir, key)
			mustBeErased(t, openStore(t, dir, Options{}), u)
		})
	}
}
