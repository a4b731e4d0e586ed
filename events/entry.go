package events

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// MaxEntryBytes is the largest entry: a C2SP entry bundle has 16 bits for it.
const MaxEntryBytes = 65_535

// Errors of entries.
var (
	// ErrEntryTooLarge reports an event over MaxEntryBytes.
	ErrEntryTooLarge = errors.New("event is larger than 65535 bytes")
	// ErrNotCanonical reports an entry that Encode would never have written.
	ErrNotCanonical = errors.New("entry is not canonical")
	// ErrNotToken reports an id that cannot stand in a subject.
	ErrNotToken = errors.New("not made of A-Z a-z 0-9 _ -")
)

// Entry is the canonical byte string of an event: its subject on a line, its
// CloudEvents attributes as "name: value" lines in sorted order, an empty
// line, and the payload's JSON. Values are percent-encoded as CloudEvents
// headers are. The layout is frozen; docs/entries.md specifies it.
type Entry []byte

// Encode writes e's entry. The payload's personal data must be sealed
// ([ErrUnsealed]), the ids must fit a subject ([ErrNotToken]) and the result
// has at most MaxEntryBytes ([ErrEntryTooLarge]). Times are cut to [Tick].
func (t *Table) Encode(e *Event) (Entry, error) {
	v, ok := t.current[e.Type()]
	if !ok {
		return nil, &UnknownKindError{e.Type()}
	}
	data, err := MarshalStrict(e.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Type(), err)
	}
	if err := checkTokens(e.Partner, e.AggregateID); err != nil {
		return nil, fmt.Errorf("%s: %w", e.Type(), err)
	}
	b := v.appendHead(make([]byte, 0, 768+len(data)), e)
	b = append(b, data...)
	if len(b) > MaxEntryBytes {
		return nil, fmt.Errorf("%s: %w", e.Type(), ErrEntryTooLarge)
	}
	return b, nil
}

// checkTokens keeps out of subjects what Decode would not find again there.
func checkTokens(ids ...string) error {
	for _, id := range ids {
		if !isToken(id) {
			return fmt.Errorf("id %q: %w", id, ErrNotToken)
		}
	}
	return nil
}

func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return s != ""
}

// Decode reads an entry found at position. It accepts canonical bytes only:
// what it returns encodes to the same head again.
func (t *Table) Decode(position uint64, b Entry) (*Event, error) {
	e, err := t.decode(position, b)
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", position, err)
	}
	return e, nil
}

func (t *Table) decode(position uint64, b Entry) (*Event, error) {
	h, err := Split(b)
	if err != nil {
		return nil, err
	}
	v, err := t.lookup(h.value(hType))
	if err != nil {
		return nil, err
	}
	e, err := h.event(position, v)
	if err != nil {
		return nil, err
	}
	var room [1024]byte
	if head := v.appendHead(room[:0], e); !bytes.Equal(head, b[:len(b)-len(h.Data)]) {
		return nil, fmt.Errorf("%w at %q", ErrNotCanonical, differs(b, head))
	}
	if e.Data, err = v.kind.Versions[v.version-1].Read(h.Data); err != nil {
		return nil, fmt.Errorf("%s: %w", v.kind.SchemaName(v.version), err)
	}
	return e, nil
}

// differs finds the first line of got that is not want's.
func differs(got, want []byte) []byte {
	wants := bytes.Split(want, []byte("\n"))
	for i, line := range bytes.Split(got, []byte("\n")) {
		if i >= len(wants) || !bytes.Equal(line, wants[i]) {
			return line
		}
	}
	return nil
}

// Attr is one CloudEvents attribute as a header: name and encoded value.
type Attr struct{ Name, Value string }

// Head is an entry taken apart: what the feed's message is made of.
type Head struct {
	Subject string
	Attrs   []Attr
	Data    []byte
}

// Split takes an entry apart without reading its payload, nor checking more of
// its head than its shape.
func Split(b Entry) (Head, error) {
	end := bytes.Index(b, []byte("\n\n"))
	if end < 0 || len(b) > MaxEntryBytes {
		return Head{}, fmt.Errorf("%w: no head", ErrNotCanonical)
	}
	subject, rest, _ := strings.Cut(string(b[:end]), "\n")
	h := Head{Subject: subject, Attrs: make([]Attr, 0, attributes), Data: b[end+2:]}
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			return Head{}, fmt.Errorf("%w at %q", ErrNotCanonical, line)
		}
		h.Attrs = append(h.Attrs, Attr{name, value})
	}
	return h, nil
}

// Join is the opposite of Split.
func (h *Head) Join() Entry {
	b := append(make([]byte, 0, 768+len(h.Data)), h.Subject...)
	b = append(b, '\n')
	for _, a := range h.Attrs {
		b = append(append(append(b, a.Name...), ": "...), a.Value...)
		b = append(b, '\n')
	}
	return append(append(b, '\n'), h.Data...)
}

func (h *Head) value(name string) string {
	for _, a := range h.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// event reads the attributes; the payload is still to be read. What it takes
// on trust here is compared when the head is encoded again.
func (h *Head) event(position uint64, v *typed) (*Event, error) {
	at, err := time.Parse(TimeLayout, h.value(hTime))
	if err != nil {
		return nil, fmt.Errorf("%w: time %q", ErrNotCanonical, h.value(hTime))
	}
	part := strings.SplitN(h.Subject, ".", subjectParts+1)
	if len(part) != subjectParts || !isToken(part[1]) || !isToken(part[3]) {
		return nil, fmt.Errorf("%w: subject %q", ErrNotCanonical, h.Subject)
	}
	e := &Event{
		Position: position, Time: at, Version: v.version,
		Partner: part[1], Aggregate: v.kind.Aggregate, AggregateID: part[3],
	}
	for _, f := range e.texts() {
		if *f.value, err = decodeValue(h.value(f.name)); err != nil {
			return nil, fmt.Errorf("%w: %s", err, f.name)
		}
	}
	return e, nil
}

// Stamp writes another time into an encoded entry, in place: what was encoded
// beside the writer gets its time when it is committed.
func (b Entry) Stamp(t time.Time) {
	const mark = "\n" + hTime + ": "
	at := bytes.Index(b, []byte(mark)) + len(mark)
	var room [len(TimeLayout) + 8]byte // formatting takes more than it leaves
	copy(b[at:at+len(TimeLayout)], t.UTC().AppendFormat(room[:0], TimeLayout))
}
