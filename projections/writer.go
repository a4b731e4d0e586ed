package projections

import (
	"fmt"
	"strings"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/events"
)

// Snapshot is the state at Position, for decisions that read much.
func (s *Store) Snapshot() (aggregates.Snapshot, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	snap.Time = s.opt.Now().UTC()
	return snap, nil
}

// Refs names count events from position first on.
func (s *Store) Refs(first uint64, count int) ([]aggregates.EventRef, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	last := first + uint64(count) - 1
	if last > snap.Position() {
		return nil, fmt.Errorf("%w: position %d", ErrBeyondEnd, last)
	}
	refs := make([]aggregates.EventRef, 0, count)
	for b, err := range snap.entries(first, last) {
		if err != nil {
			return nil, err
		}
		r, err := ref(first+uint64(len(refs)), b)
		if err != nil {
			return nil, err
		}
		refs = append(refs, r)
	}
	return refs, nil
}

// Entries returns at most n entries from position first on. Those of late are
// in memory.
func (s *Store) Entries(first uint64, n int) ([]events.Entry, error) {
	s.mu.Lock()
	late := s.recent.from(first, n)
	s.mu.Unlock()
	if late != nil {
		return late, nil
	}
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	var list []events.Entry
	for b, err := range snap.entries(first, snap.Position()) {
		if err != nil {
			return nil, err
		}
		if list = append(list, b); len(list) == n {
			break
		}
	}
	return list, nil
}

// ref reads an entry's head only.
func ref(position uint64, b events.Entry) (aggregates.EventRef, error) {
	h, err := events.Split(b)
	if err != nil {
		return aggregates.EventRef{}, fmt.Errorf("entry %d: %w", position, err)
	}
	r := aggregates.EventRef{Position: position, Type: h.Subject[strings.LastIndexByte(h.Subject, '.')+1:]}
	for _, a := range h.Attrs {
		if a.Name == "ce-id" {
			r.ID = a.Value
		}
	}
	return r, nil
}
