package keys

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/events"
)

// crowd makes keys of n persons with one fsync.
func crowd(t testing.TB, s *Store, n int) (users []*events.UserAdded) {
	t.Helper()
	var vs []events.Personable
	for range n {
		u := user(personOf(t))
		users, vs = append(users, u), append(vs, u)
	}
	if err := s.Seal(vs...); err != nil {
		t.Fatal(err)
	}
	return users
}

// pageBytes is what a disk loses at once.
const pageBytes = 4096

// Zeros over any page, and a cut anywhere, stop the start, and are named,
// unless nobody's key was there.
func TestLostKeysStopTheStart(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	crowd(t, s, 2*growSlots+40)
	closeStore(t, s)
	file := files(t, dir)[nameSlots]
	for at := 0; at < len(file); at += pageBytes {
		lost := bytes.Clone(file)
		clear(lost[at:min(at+pageBytes, len(lost))])
		opens(t, dir, lost, at >= int(offset(2*growSlots+40)))
		opens(t, dir, file[:at], false)
	}
	for _, runs := range []uint32{0, 1, 2} {
		opens(t, dir, file[:offset(runs*growSlots)], false)
	}
	opens(t, dir, file, true)
}

// opens wants the store to open with such a file, or to name it.
func opens(t *testing.T, dir string, file []byte, well bool) {
	t.Helper()
	rewrite(t, dir, file)
	s, err := Open(dir, Options{})
	var d *DamagedError
	switch {
	case err == nil:
		closeStore(t, s)
		if !well {
			t.Fatalf("%d bytes are taken for whole", len(file))
		}
	case well || !errors.As(err, &d) || d.File != nameSlots:
		t.Fatalf("%d bytes: %v", len(file), err)
	}
}

// Whatever a crash left of the last commit, and whatever the disk then loses of
// the file: the store opens with every person that was told of, or not at all.
func TestNobodyIsLostUnnoticed(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir := t.TempDir()
		s := openStore(t, dir, Options{})
		var told []*events.UserAdded
		for range rapid.IntRange(1, 4).Draw(r, "commits") {
			told = append(told, crowd(t, s, rapid.IntRange(1, 700).Draw(r, "persons"))...)
		}
		erased := rapid.IntRange(0, len(told)-1).Draw(r, "erased")
		if err := s.Erase(told[erased].PersonID); err != nil {
			t.Fatal(err)
		}
		count := files(t, dir)[nameTally]
		last := crowd(t, s, rapid.IntRange(1, 700).Draw(r, "last"))
		closeStore(t, s)
		file := files(t, dir)[nameSlots]
		if rapid.Bool().Draw(r, "killed") { // sectors of the last commit landed, or did not
			if err := os.WriteFile(filepath.Join(dir, nameTally), count, 0o600); err != nil {
				t.Fatal(err)
			}
			for n := len(told); n < len(told)+len(last); n++ {
				if rapid.Bool().Draw(r, "lost") {
					clear(file[offset(uint32(n)):offset(uint32(n+1))])
				}
			}
		} else {
			told = append(told, last...)
		}
		lose(r, &file)
		rewrite(t, dir, file)
		s, err := Open(dir, Options{})
		if err != nil {
			return
		}
		for i, u := range told {
			if again := stored(t, u); s.Open(again) != nil || again.Email.Erased != (i == erased) {
				r.Fatalf("person %d of %d is lost", i, len(told))
			}
		}
		closeStore(t, s)
	})
}

// lose is what a disk does.
func lose(r *rapid.T, file *[]byte) {
	at := rapid.IntRange(0, len(*file)-1).Draw(r, "at")
	switch rapid.SampledFrom([]string{"nothing", "page", "cut", "run"}).Draw(r, "loses") {
	case "page":
		at -= at % pageBytes
		clear((*file)[at:min(at+pageBytes, len(*file))])
	case "cut":
		*file = (*file)[:at]
	case "run":
		runs := (len(*file) - headerBytes) / (growSlots * slotBytes)
		*file = (*file)[:offset(uint32(at%(runs+1))*growSlots)]
	}
}

// A tally that is damaged is named, with what to do; one that is not there is
// made again.
func TestDamagedTally(t *testing.T) {
	dir, _, users := made(t)
	whole := files(t, dir)[nameTally]
	for i := range whole {
		for _, b := range [][]byte{whole[:i], append(bytes.Clone(whole[:i]), append([]byte{whole[i] ^ 1}, whole[i+1:]...)...)} {
			if err := os.WriteFile(filepath.Join(dir, nameTally), b, 0o600); err != nil {
				t.Fatal(err)
			}
			var d *DamagedError
			if _, err := Open(dir, Options{}); !errors.As(err, &d) || d.File != nameTally || !strings.Contains(err.Error(), "remove it") {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
	if err := os.Remove(filepath.Join(dir, nameTally)); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir, Options{})
	mustOpen(t, s, stored(t, users[2]))
	if again := files(t, dir)[nameTally]; !bytes.Equal(again, whole) {
		t.Errorf("the tally is %x, and was %x", again, whole)
	}
}

// A commit makes one fsync, none of them of the tally, and the tally says it all
// the same to whoever comes after a kill; one that cannot be written lags.
func TestTallyIsTold(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	f := &faulty{medium: s.tally}
	s.tally = f
	crowd(t, s, 5)
	if got, err := readTally(files(t, dir)[nameTally]); err != nil || got != (tally{5, 5}) || f.synced != 0 {
		t.Errorf("%+v, %v, %d fsyncs", got, err, f.synced)
	}
	f.writes = []fault{fails}
	u := sealed(t, s, personOf(t))
	if got, err := readTally(files(t, dir)[nameTally]); err != nil || got != (tally{5, 5}) {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.Erase(u.PersonID); err != nil { // it changes nothing, but tells
		t.Fatal(err)
	}
	if got, err := readTally(files(t, dir)[nameTally]); err != nil || got != (tally{6, 6}) {
		t.Errorf("%+v, %v", got, err)
	}
}
