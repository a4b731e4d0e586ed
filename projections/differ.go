package projections

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/row"
)

// Difference is one stored value that two snapshots do not agree on; nil is
// one that is not there.
type Difference struct {
	Name     string // of what it is, as "users/contoso/ada at position 12"
	Position uint64 // that made it, 0 where none alone did
	A, B     []byte
}

// Differences compares everything that is stored at two snapshots of two
// stores with the same key, at the same journal message. It goes on behind a
// difference; an error ends it. counted, if it is not nil, is called for every
// value.
func Differences(a, b *Snapshot, counted func()) iter.Seq2[Difference, error] {
	return func(yield func(Difference, error) bool) {
		if a.end.seq != b.end.seq || a.end.position != b.end.position {
			yield(Difference{}, fmt.Errorf("%w: positions %d and %d", ErrGap, a.end.position, b.end.position))
			return
		}
		x, errX := a.stored()
		y, errY := b.stored()
		if err := errors.Join(errX, errY); err != nil {
			yield(Difference{}, err)
			return
		}
		defer x.Close()
		defer y.Close()
		if counted == nil {
			counted = func() {}
		}
		compareAll(a.store.opt.Tables, x, y, counted, yield)
		if err := errors.Join(x.Error(), y.Error()); err != nil {
			yield(Difference{}, err)
		}
	}
}

// stored walks over all that the snapshot's generation holds.
func (s *Snapshot) stored() (*pebble.Iterator, error) {
	k := s.rows.keys
	return s.pebble.NewIter(&pebble.IterOptions{
		LowerBound: k.area(nil, sentinel), UpperBound: keyspace{generation: k.generation + 1}.area(nil, sentinel),
	})
}

// compareAll walks over both in step.
func compareAll(tables []*row.Info, x, y *pebble.Iterator, counted func(), yield func(Difference, error) bool) {
	okX, okY := x.First(), y.First()
	for ; (okX || okY) && x.Error() == nil && y.Error() == nil; counted() {
		order := 0
		switch {
		case !okY:
			order = -1
		case !okX:
			order = 1
		default:
			order = compare(inGeneration(x), inGeneration(y))
		}
		if order != 0 || !bytes.Equal(x.Value(), y.Value()) {
			if !yield(difference(tables, x, y, order), nil) {
				return
			}
		}
		if order <= 0 {
			okX = x.Next()
		}
		if order >= 0 {
			okY = y.Next()
		}
	}
}

// difference takes the values that differ; a negative order is of x alone, a
// positive one of y.
func difference(tables []*row.Info, x, y *pebble.Iterator, order int) (d Difference) {
	k := []byte(nil)
	if order <= 0 {
		k, d.A = inGeneration(x), append([]byte{}, x.Value()...)
	}
	if order >= 0 {
		k, d.B = inGeneration(y), append([]byte{}, y.Value()...)
	}
	d.Name = nameOf(tables, k)
	switch n := split(k); {
	case k[0] == areaEntries:
		d.Position = binary.BigEndian.Uint64(k[1:])
	case n < len(k):
		d.Position = positionOf(k)
	}
	return d
}

// inGeneration is a stored key without the number of its generation.
func inGeneration(it *pebble.Iterator) []byte { return it.Key()[generationBytes:] }

// nameOf says in words what is stored under a key.
func nameOf(tables []*row.Info, k []byte) string {
	n := split(k)
	switch k[0] {
	case areaMark:
		return "mark"
	case areaEntries:
		return fmt.Sprintf("entry at position %d", binary.BigEndian.Uint64(k[1:]))
	case areaTimes:
		t := time.UnixMicro(int64(binary.BigEndian.Uint64(k[1:]) ^ (1 << 63)))
		return "position of time " + t.UTC().Format(time.RFC3339Nano)
	case areaHeld:
		return fmt.Sprintf("holder %q", k[1:n-1])
	case areaIndex:
		return fmt.Sprintf("index %q", k[1:n-1])
	}
	name := rowName(tables, k[0], string(k[1:n-1]))
	if n < len(k) {
		name += fmt.Sprintf(" at position %d", positionOf(k))
	}
	return name
}

// rowName says in words which row stands under the prefix of a key; or which
// account's part of the index.
func rowName(tables []*row.Info, area byte, prefix string) string {
	tag, id := prefix[:min(1, len(prefix))], prefix[min(1, len(prefix)):]
	if area == areaGroups {
		scope, rest, _ := strings.Cut(prefix, "\x00")
		tag, id, _ = strings.Cut(rest, "\x00")
		id = scope + "\x00" + id
	}
	for _, t := range tables {
		if string(t.Tag) == tag {
			return fmt.Sprintf("%s %q", t.Name, id)
		}
	}
	return fmt.Sprintf("index %q", id)
}
