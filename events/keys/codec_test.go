package keys

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"
	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/events"
)

func TestSealThenOpenIsTheSame(t *testing.T) {
	s := openStore(t, t.TempDir(), Options{})
	person := personOf(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringN(1, 300, -1), rapid.Map(rapid.SliceOf(rapid.SampledFrom([]byte{0, padMark, 'a'})), func(b []byte) string { return "x" + string(b) })).Draw(t, "text")
		u := &events.UserAdded{PersonID: person, Name: events.Clear(text)}
		if err := s.Seal(u); err != nil {
			t.Fatal(err)
		}
		blob := u.Name.Sealed
		if (len(blob)-1-overheadBytes)%padBytes != 0 || len(text) > 3 && bytes.Contains(blob, []byte(text)) {
			t.Fatalf("%d bytes sealed for %d", len(blob), len(text))
		}
		u.Name.Plain = ""
		if err := s.Open(u); err != nil || u.Name.Plain != text {
			t.Fatalf("%q opened as %q: %v", text, u.Name.Plain, err)
		}
		i := rapid.IntRange(0, len(blob)-1).Draw(t, "byte")
		blob[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		u.Name.Plain = ""
		if err := s.Open(u); err == nil || u.Name.Plain != "" {
			t.Fatalf("opened with byte %d changed", i)
		}
	})
}

func TestKEKText(t *testing.T) {
	k := NewKEK()
	for _, text := range []string{k.Text(), fmt.Sprintf("%x", k.key), " " + strings.ToUpper(fmt.Sprintf("%x\n", k.key))} {
		if back, err := ParseKEK(text); err != nil || back != k {
			t.Fatal(err)
		}
	}
	if _, err := ParseKEK(strings.Repeat("0", 64)); err == nil {
		t.Fatal("zeros are a key")
	}
	for _, text := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k), fmt.Sprintf("%v", Options{KEK: &k})} {
		if strings.Contains(text, fmt.Sprintf("%x", k.key[:4])) || strings.Contains(text, fmt.Sprint(k.key[:4])) {
			t.Fatalf("prints as %s", text)
		}
	}
}

// With a good checksum, what is not canonical is refused all the same.
func TestSlotsAreCanonical(t *testing.T) {
	for name, spoil := range map[string]func(b []byte){
		"state":      func(b []byte) { b[0] = 3 },
		"reserved":   func(b []byte) { b[5] = 1 },
		"end":        func(b []byte) { b[slotEnd] = 1 },
		"no key":     func(b []byte) { clear(b[slotKey:slotEnd]) },
		"tomb's key": func(b []byte) { b[0] = byte(stateErased) },
	} {
		var b [slotBytes]byte
		(&slot{stateLive, ulid.Make(), wrapped{1, 2, 3}}).put(b[:])
		spoil(b[:])
		binary.BigEndian.PutUint32(b[slotSum:], crc32.Checksum(b[:slotSum], castagnoli))
		if _, err := readSlot(b[:]); !errors.Is(err, errContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSlot(f *testing.F) {
	var b [slotBytes]byte
	(&slot{stateErased, ulid.Make(), wrapped{}}).put(b[:])
	f.Add(b[:])
	(&slot{stateLive, ulid.Make(), wrapped{1, 2, 3}}).put(b[:])
	f.Add(b[:])
	f.Add(make([]byte, slotBytes))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) != slotBytes {
			return
		}
		s, err := readSlot(b)
		if err != nil {
			return
		}
		var back [slotBytes]byte
		s.put(back[:])
		if !bytes.Equal(back[:], b) {
			t.Fatalf("%x is read, and written as %x", b, back)
		}
	})
}

func FuzzSealed(f *testing.F) {
	key, id := newAEAD(&[keyBytes]byte{7}), ulid.MustParse("01J00000000000000000000000")
	aad := blobAAD(id)
	f.Add([]byte("not padded"), true)
	f.Add(append([]byte("15 bytes of text"[:15]), padMark), true)
	f.Add(sealBlob(key, id, "Ada"), false)
	f.Fuzz(func(t *testing.T, b []byte, authentic bool) {
		if !authentic { // whatever stands in a log
			if text, err := openBlob(key, id, b); err == nil && text != "Ada" {
				t.Fatalf("forged %q", text)
			}
			return
		}
		blob := key.Seal([]byte{blobFormat}, nil, b, aad[:]) // any padding, well sealed
		text, err := openBlob(key, id, blob)
		if err != nil {
			return
		}
		again, err := openBlob(key, id, sealBlob(key, id, text))
		if err != nil || again != text || len(text)/padBytes != (len(b)-1)/padBytes {
			t.Fatalf("%q from %x: %v", text, b, err)
		}
	})
}
