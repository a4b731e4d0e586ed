package keys

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seatledger/seatledger/events"
)

// made is a closed store of three persons in order of their slots.
func made(t *testing.T) (dir string, file []byte, users []*events.UserAdded) {
	t.Helper()
	dir = t.TempDir()
	s := openStore(t, dir, Options{})
	for range 3 {
		users = append(users, sealed(t, s, personOf(t)))
	}
	closeStore(t, s)
	return dir, files(t, dir)[nameSlots], users
}

func rewrite(t *testing.T, dir string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, nameSlots), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// tells makes the tally what a process that dies leaves, once n persons were
// durable in the first slots.
func tells(t *testing.T, dir string, n uint32) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, nameTally), tally{n, n}.bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A slot that was being written when the process died ends in zeros. A file that
// ends in it, or behind it, was cut off.
func TestTornLastSlotIsDropped(t *testing.T) {
	dir, file, users := made(t)
	for cut := range slotBytes {
		for _, padded := range []bool{false, true} {
			b := append([]byte(nil), file[:offset(2)+int64(cut)]...)
			if padded {
				b = append(b, make([]byte, len(file)-len(b))...)
			}
			// A checksum that is half there has to count as damage.
			if padded && cut > slotSum {
				continue
			}
			rewrite(t, dir, b)
			tells(t, dir, 2)
			if !padded {
				if _, err := Open(dir, Options{}); !errors.Is(err, errCutOff) {
					t.Fatalf("cut off at %d: %v", cut, err)
				}
				continue
			}
			s := openStore(t, dir, Options{})
			mustOpen(t, s, stored(t, users[0]))
			mustOpen(t, s, stored(t, users[1]))
			if err := s.Open(stored(t, users[2])); !errors.Is(err, events.ErrKeyMissing) {
				t.Fatalf("cut at %d: %v", cut, err)
			}
			again := sealed(t, s, users[2].PersonID)
			closeStore(t, s)
			if n := len(files(t, dir)[nameSlots]) - headerBytes; n%slotBytes != 0 {
				t.Fatalf("cut at %d: %d bytes of slots", cut, n)
			}
			s = openStore(t, dir, Options{})
			mustOpen(t, s, again)
			closeStore(t, s)
		}
	}
}

func TestEveryFlippedBitIsNamed(t *testing.T) {
	dir, file, _ := made(t)
	for i := int64(0); i < offset(3); i++ {
		b := append([]byte(nil), file...)
		b[i] ^= 1 << (i % 8)
		rewrite(t, dir, b)
		_, err := Open(dir, Options{})
		var d *DamagedError
		if !errors.As(err, &d) {
			t.Fatalf("byte %d: %v", i, err)
		}
		want := int((i - headerBytes) / slotBytes)
		if i < headerBytes {
			want = -1
		}
		if d.Slot != want || d.File != nameSlots || want >= 0 && d.Offset != offset(uint32(want)) {
			t.Fatalf("byte %d is told as %v", i, d)
		}
	}
}

func TestTornSlotInTheMiddleIsDamage(t *testing.T) {
	dir, file, _ := made(t)
	clear(file[offset(1)+40 : offset(2)])
	rewrite(t, dir, file)
	_, err := Open(dir, Options{})
	want := fmt.Sprintf("keys: file persons: slot 1 at byte %d is damaged: half written", headerBytes+slotBytes)
	if err == nil || err.Error() != want {
		t.Fatalf("got %v, want %s", err, want)
	}
}

func TestTruncatedHeaderIsDamage(t *testing.T) {
	dir, file, _ := made(t)
	for cut := 0; cut < headerBytes; cut += 17 {
		rewrite(t, dir, file[:cut])
		var d *DamagedError
		if _, err := Open(dir, Options{}); !errors.As(err, &d) || d.Slot != -1 {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
}

// Slots exchanged whole have good checksums; their keys do not open.
func TestExchangedSlots(t *testing.T) {
	dir, file, users := made(t)
	copy(file[offset(0)+slotKey:], file[offset(1)+slotKey:offset(1)+slotEnd])
	s, err := readSlot(file[offset(1):offset(2)])
	if err != nil {
		t.Fatal(err)
	}
	first, _ := readSlot(make([]byte, slotBytes))
	first.state, first.key = stateLive, s.key
	copy(first.id[:], file[offset(0)+slotID:])
	first.put(file[offset(0):])
	rewrite(t, dir, file)
	st := openStore(t, dir, Options{})
	var d *DamagedError
	if err := st.Open(stored(t, users[0])); !errors.As(err, &d) || d.Slot != 0 {
		t.Fatal(err)
	}
	closeStore(t, st)

	s.put(file[offset(0):]) // one person in two slots
	rewrite(t, dir, file)
	if _, err := Open(dir, Options{}); !errors.As(err, &d) || d.Slot != 1 {
		t.Fatal(err)
	}
}

func TestHolesAreUsedAgain(t *testing.T) {
	dir, file, users := made(t)
	clear(file[offset(1):offset(2)]) // never reached the disk
	rewrite(t, dir, file)
	tells(t, dir, 1)
	s := openStore(t, dir, Options{})
	fresh := sealed(t, s, personOf(t))
	if at := s.index[mustID(t, fresh.PersonID)]; at.slot() != 1 {
		t.Fatalf("in slot %d", at.slot())
	}
	mustOpen(t, s, stored(t, users[2]))
}
