package projections

import (
	"iter"
	"slices"

	"github.com/seatledger/seatledger/events"
)

// Matching yields the events that one of some filters lets through, in order,
// their personal data opened: From, To and Desc do not count. What a caller may
// see of them is the caller's to know. An error ends it.
func (s *Snapshot) Matching(filters ...EventFilter) iter.Seq2[*events.Event, error] {
	return func(yield func(*events.Event, error) bool) {
		var found []uint64
		for _, f := range filters {
			for from := uint64(1); from > 0; {
				m := s.match(f.terms(Audience{}), from, s.Position(), false)
				for position := range m.positions() {
					found = append(found, position)
				}
				if m.err != nil {
					yield(nil, m.err)
					return
				}
				if from = m.cut; from > 0 {
					from++
				}
			}
		}
		slices.Sort(found)
		for _, position := range slices.Compact(found) {
			e, err := s.Event(position)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Covers reports that a filter lets an event through, as the index does.
func (f EventFilter) Covers(e *events.Event) bool {
	if e.Position < f.From || f.To > 0 && e.Position > f.To {
		return false
	}
	has := postings{}
	has.add(e)
	for _, t := range f.terms(Audience{}) {
		t.block = uint32(e.Position >> blockBits)
		if has[t] == nil {
			return false
		}
	}
	return true
}
