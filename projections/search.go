package projections

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/cockroachdb/pebble/v2"
)

// search goes through the blocks of the first term's list, the rarest, and
// keeps of each what stands in the other lists' blocks too.
func (m *matching) search(yield func(uint64) bool) {
	keys, t := m.s.rows.keys, m.terms[0]
	t.block = uint32(m.from >> blockBits)
	lower := keys.posting(nil, t)
	t.block = uint32(m.to >> blockBits)
	it, err := m.s.pebble.NewIter(&pebble.IterOptions{
		LowerBound: lower, UpperBound: append(keys.posting(nil, t), sentinel),
	})
	if err != nil {
		m.err = err
		return
	}
	defer func() { m.err = errors.Join(m.err, it.Close()) }()
	first, next := it.First, it.Next
	if m.desc {
		first, next = it.Last, it.Prev
	}
	looked := 0
	for ok := first(); ok; ok = next() {
		if len(it.Key()) != len(lower) {
			continue // of a longer value that begins with this one and a zero byte
		}
		block := binary.BigEndian.Uint32(it.Key()[len(lower)-5:])
		if looked++; looked > MaxBlocks {
			m.cut = m.edge(block)
			return
		}
		value, err := it.ValueAndErr()
		if err != nil {
			m.err = err
			return
		}
		if !m.block(block, value, yield) {
			return
		}
	}
}

// edge is the position that the search had reached before a block.
func (m *matching) edge(block uint32) uint64 {
	if m.desc {
		return (uint64(block) + 1) << blockBits
	}
	return uint64(block)<<blockBits - 1
}

// block yields what of one block stands in all lists.
func (m *matching) block(block uint32, value []byte, yield func(uint64) bool) bool {
	found := offsets(nil, block, value)
	for _, t := range m.terms[1:] {
		if len(found) == 0 {
			return true
		}
		t.block = block
		b, err := get(m.s.pebble, m.s.rows.keys.posting(nil, t))
		if err != nil {
			m.err = err
			return false
		}
		found = both(found, offsets(nil, block, b))
	}
	if m.desc {
		slices.Reverse(found)
	}
	for _, at := range found {
		if at >= m.from && at <= m.to && !yield(at) {
			return false
		}
	}
	return true
}

// both keeps of a what is in b; both ascend.
func both(a, b []uint64) []uint64 {
	kept := a[:0]
	for _, n := range a {
		for len(b) > 0 && b[0] < n {
			b = b[1:]
		}
		if len(b) > 0 && b[0] == n {
			kept = append(kept, n)
		}
	}
	return kept
}
