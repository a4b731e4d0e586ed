package events

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"reflect"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"
	"pgregory.net/rapid"
)

func frames() *rapid.Generator[*Frame] {
	return rapid.Custom(func(t *rapid.T) *Frame {
		f := &Frame{
			Epoch: rapid.Uint64().Draw(t, "epoch"), First: rapid.Uint64().Draw(t, "first"),
			Part: rapid.Uint32().Draw(t, "part"), End: rapid.Bool().Draw(t, "end"),
			Commit: ulid.ULID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "commit")),
		}
		pad := strings.Repeat("x", rapid.SampledFrom([]int{0, 10, 3000, 70000}).Draw(t, "pad"))
		for _, s := range rapid.SliceOfN(rapid.String(), 0, 9).Draw(t, "entries") {
			f.Entries = append(f.Entries, Entry(s+pad))
		}
		for _, s := range rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "receipts") {
			f.Receipts = append(f.Receipts, Receipt{Key: [32]byte{1, byte(len(s))}, Request: [32]byte{2}, Answer: []byte(s)})
		}
		return f
	})
}

func TestFrameRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := frames().Draw(t, "frame")
		b := f.Encode()
		got, err := DecodeFrame(bytes.Clone(b))
		if err != nil {
			t.Fatal(err)
		}
		if !sameFrame(got, f) {
			t.Fatalf("got %+v, want %+v", got, f)
		}
	})
}

func sameFrame(a, b *Frame) bool {
	x, y := *a, *b
	x.Entries, y.Entries, x.Receipts, y.Receipts = nil, nil, nil, nil
	sameEntry := func(a, b Entry) bool { return bytes.Equal(a, b) }
	sameReceipt := func(a, b Receipt) bool {
		return a.Key == b.Key && a.Request == b.Request && bytes.Equal(a.Answer, b.Answer)
	}
	return reflect.DeepEqual(x, y) && equal(a.Entries, b.Entries, sameEntry) && equal(a.Receipts, b.Receipts, sameReceipt)
}

func equal[T any](a, b []T, same func(a, b T) bool) bool {
	for i := range a {
		if len(a) != len(b) || !same(a[i], b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// Whatever one bit is turned over, the frame is refused.
func TestFrameRefusesEveryFlippedBit(t *testing.T) {
	for _, size := range []int{40, compressFromBytes * 2} {
		f := Frame{Epoch: 1, First: 1, End: true, Entries: []Entry{bytes.Repeat([]byte("a"), size)}}
		b := f.Encode()
		for bit := range len(b) * 8 {
			b[bit/8] ^= 1 << (bit % 8)
			if _, err := DecodeFrame(b); !errors.Is(err, ErrFrame) {
				t.Fatalf("bit %d of %d bytes: %v", bit, len(b), err)
			}
			b[bit/8] ^= 1 << (bit % 8)
		}
		for n := range b {
			if _, err := DecodeFrame(b[:n]); !errors.Is(err, ErrFrame) {
				t.Fatalf("%d of %d bytes: %v", n, len(b), err)
			}
		}
	}
}

// resum makes the checksum right again.
func resum(b []byte) []byte {
	sum := len(b) - frameTailBytes
	return binary.BigEndian.AppendUint32(bytes.Clone(b[:sum]), crc32.Checksum(b[:sum], castagnoli))
}

func TestFrameRefusesWhatTheChecksumDoesNotSee(t *testing.T) {
	f := Frame{Epoch: 1, First: 1, End: true, Entries: []Entry{Entry("a"), Entry("bc")}, Receipts: []Receipt{{Answer: []byte("d")}}}
	const flags, entries, receipts, raw, stored = 4, 41, 45, 49, 53
	good := f.Encode()
	if _, err := DecodeFrame(resum(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		at   int
		to   byte
	}{
		{"unknown flag", flags, 0x80}, {"flag of compression", flags, flagEnd | flagCompressed},
		{"an entry more", entries + 3, 3}, {"an entry less", entries + 3, 1}, {"very many entries", entries, 0xff},
		{"a receipt more", receipts + 3, 2}, {"no receipt", receipts + 3, 0}, {"very many receipts", receipts, 0xff},
		{"unpacked length", raw + 3, 1}, {"huge unpacked length", raw, 0xff}, {"stored length", stored + 3, 1},
		{"length of an entry", frameHeadBytes, 0x7f}, {"open length", frameHeadBytes, 0x80},
	} {
		b := bytes.Clone(good)
		b[c.at] = c.to
		if _, err := DecodeFrame(resum(b)); !errors.Is(err, ErrFrame) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// Few bytes cannot ask for much memory.
func TestFrameRefusesBombs(t *testing.T) {
	f := Frame{End: true, Entries: []Entry{make([]byte, MaxFrameBytes)}}
	b := f.Encode()
	if _, err := DecodeFrame(b); !errors.Is(err, ErrFrame) {
		t.Errorf("a body of %d bytes in %d: %v", MaxFrameBytes, len(b), err)
	}
	binary.BigEndian.PutUint32(b[49:], MaxFrameBytes)
	if _, err := DecodeFrame(resum(b)); !errors.Is(err, ErrFrame) {
		t.Errorf("the same, understated: %v", err)
	}
}
