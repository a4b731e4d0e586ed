package events

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// Of reports, by the subject alone, that an entry belongs to the history of an
// aggregate. A replay decodes only what it needs.
func (b Entry) Of(aggregate, id string) bool {
	kind, is := b.of()
	return string(kind) == aggregate && string(is) == id
}

// OfKind reports, by the subject alone, that an entry belongs to the history of
// some aggregate of a kind, and is of one of the types, if any are given.
func (b Entry) OfKind(aggregate string, types ...string) bool {
	subject, _, _ := bytes.Cut(b, []byte{'\n'})
	kind, _ := b.of()
	return string(kind) == aggregate && (len(types) == 0 || slices.Contains(types, string(subject[bytes.LastIndexByte(subject, '.')+1:])))
}

// of is the subject's aggregate: its kind and its id.
func (b Entry) of() (kind, id []byte) {
	rest, _, _ := bytes.Cut(b, []byte{'\n'})
	for range 2 {
		_, rest, _ = bytes.Cut(rest, []byte{'.'})
	}
	kind, rest, _ = bytes.Cut(rest, []byte{'.'})
	id, _, _ = bytes.Cut(rest, []byte{'.'})
	return kind, id
}

// Time reads the time alone of an entry.
func (b Entry) Time() (time.Time, error) {
	const mark = "\n" + hTime + ": "
	at := bytes.Index(b, []byte(mark))
	if at < 0 || len(b) < at+len(mark)+len(TimeLayout) {
		return time.Time{}, fmt.Errorf("%w: no time", ErrNotCanonical)
	}
	at += len(mark)
	t, err := time.Parse(TimeLayout, string(b[at:at+len(TimeLayout)]))
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: time", ErrNotCanonical)
	}
	return t, nil
}
