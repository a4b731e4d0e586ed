package projections

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2"
)

func TestComparer(t *testing.T) {
	keys := keyspace{generation: 1}
	prefixes := [][]byte{
		keys.mark(nil), keys.entry(nil, 9), keys.entry(nil, 1<<40), liveKey,
		keys.posting(nil, posting{byUser, "u", 0x09000000}),
		append(keys.area(nil, areaRows), "uone\x00\x09\x00"...),
		append(keys.area(nil, areaRows), "uone\x00\x00"...),
	}
	suffixes := [][]byte{version(nil, 0), version(nil, 1), version(nil, 9), version(nil, 1<<63), version(nil, 1<<64-1)}
	if err := pebble.CheckComparer(Comparer, prefixes, suffixes); err != nil {
		t.Error(err)
	}
}

// randomKey makes keys that are often prefixes of each other, and often have
// bytes that look like the end of a key.
func randomKey(r *rand.Rand) []byte {
	b := make([]byte, r.IntN(4))
	for i := range b {
		b[i] = []byte{0, 1, 9, 'a', 0xff}[r.IntN(5)]
	}
	if b = append(b, sentinel); r.IntN(2) == 0 {
		b = version(b, r.Uint64N(4))
	}
	return b
}

func TestSeparatorsLieBetween(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		a, b := randomKey(r), randomKey(r)
		if c := compare(a, b); c > 0 {
			a, b = b, a
		} else if c == 0 {
			continue
		}
		s := separator([]byte("dst"), a, b)[3:]
		if validateKey(s) != nil || compare(a, s) > 0 || compare(s, b) >= 0 {
			t.Fatalf("separator of %x and %x: %x", a, b, s)
		}
		if s = successor([]byte("dst"), a)[3:]; validateKey(s) != nil || compare(a, s) > 0 {
			t.Fatalf("successor of %x: %x", a, s)
		}
		p := a[:split(a)]
		if n := Comparer.ImmediateSuccessor(nil, p); compare(p, n) >= 0 || compare(a, n) >= 0 || split(n) != len(n) {
			t.Fatalf("immediate successor of %x: %x", p, n)
		}
	}
}

func TestVersionsSortNewestFirst(t *testing.T) {
	p := []byte("row\x00")
	want := [][]byte{p, version(slices.Clone(p), 300), version(slices.Clone(p), 2), version(slices.Clone(p), 1), []byte("row\x00a\x00")}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compare)
	if !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("sorted: %x", got)
	}
	if positionOf(want[1]) != 300 {
		t.Errorf("position of %x: %d", want[1], positionOf(want[1]))
	}
}
