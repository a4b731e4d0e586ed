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

// ErrEntryTooLarge reports an event over MaxEntryBytes.
var ErrEntryTooLarge = errors.New("event is larger than 65535 bytes")

// Entry is the canonical byte string of an event: its subject on a line, its
// CloudEvents attributes as "name: value" lines in sorted order, an empty
// line, and the payload's JSON. Values are percent-encoded as CloudEvents
// headers are. The layout is frozen; docs/entries.md specifies it.
type Entry []byte

// attribute names in the order in which an entry holds them.
const (
	hActor        = "ce-actor"
	hActorRole    = "ce-actorrole"
	hCausation    = "ce-causationid"
	hCommandID    = "ce-commandid"
	hCommandType  = "ce-commandtype"
	hCorrelation  = "ce-correlationid"
	hContentType  = "ce-datacontenttype"
	hSchema       = "ce-dataschema"
	hID           = "ce-id"
	hSource       = "ce-source"
	hSpec         = "ce-specversion"
	hSubject      = "ce-subject"
	hTime         = "ce-time"
	hTraceparent  = "ce-traceparent"
	hType         = "ce-type"
	specVersion   = "1.0"
	contentType   = "application/json"
	schemaURN     = "urn:seatledger:schema:"
	cloudTypeHead = "seatledger."
)

// Encode writes e's entry. The payload's personal data must be sealed
// ([ErrUnsealed]); the result has at most MaxEntryBytes ([ErrEntryTooLarge]).
func (t *Table) Encode(e *Event) (Entry, error) {
	k, ok := t.Kind(e.Type())
	if !ok {
		return nil, &UnknownKindError{e.Type()}
	}
	data, err := MarshalStrict(e.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Type(), err)
	}
	b := make([]byte, 0, 640+len(data))
	b = appendHead(b, e, k, k.Current())
	b = append(b, data...)
	if len(b) > MaxEntryBytes {
		return nil, fmt.Errorf("%s: %w", e.Type(), ErrEntryTooLarge)
	}
	return b, nil
}

// appendHead writes all of an entry but its data.
func appendHead(b []byte, e *Event, k *Kind, version int) []byte {
	b = append(b, subject(e.Partner, k.Aggregate, e.AggregateID, k.Type)...)
	b = append(b, '\n')
	b = appendAttr(b, hActor, e.Actor)
	b = appendAttr(b, hActorRole, e.ActorRole)
	b = appendAttr(b, hCausation, e.CausationID)
	b = appendAttr(b, hCommandID, e.CommandID)
	b = appendAttr(b, hCommandType, e.CommandType)
	b = appendAttr(b, hCorrelation, e.CorrelationID)
	b = appendAttr(b, hContentType, contentType)
	b = appendAttr(b, hSchema, schemaURN, k.SchemaName(version))
	b = appendAttr(b, hID, e.ID)
	b = appendAttr(b, hSource, "/partners/", e.Partner, "/", k.Aggregate, "s/", e.AggregateID)
	b = appendAttr(b, hSpec, specVersion)
	b = appendAttr(b, hSubject, e.AggregateID)
	b = appendAttr(b, hTime, e.Time.UTC().Format(TimeLayout))
	if e.Traceparent != "" {
		b = appendAttr(b, hTraceparent, e.Traceparent)
	}
	b = appendAttr(b, hType, k.CloudType(version))
	return append(b, '\n')
}

func appendAttr(b []byte, name string, values ...string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	for _, v := range values {
		b = appendEncoded(b, v)
	}
	return append(b, '\n')
}

// Decode reads an entry found at position. It accepts canonical bytes only:
// what it returns encodes to the same head again.
func (t *Table) Decode(position uint64, b Entry) (*Event, error) {
	h, err := Split(b)
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", position, err)
	}
	k, version, err := t.lookup(h.value(hType))
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", position, err)
	}
	e, err := h.event(position, k, version)
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", position, err)
	}
	var head [1024]byte
	if !bytes.Equal(appendHead(head[:0], e, k, version), b[:len(b)-len(h.Data)]) {
		return nil, fmt.Errorf("entry %d: %w", position, errNotCanonical)
	}
	if e.Data, err = k.Versions[version-1].Read(h.Data); err != nil {
		return nil, fmt.Errorf("entry %d: %s: %w", position, k.SchemaName(version), err)
	}
	return e, nil
}

var errNotCanonical = errors.New("entry is not canonical")

// Attr is one CloudEvents attribute as a header: name and encoded value.
type Attr struct{ Name, Value string }

// Head is an entry taken apart: what the feed's message is made of.
type Head struct {
	Subject string
	Attrs   []Attr
	Data    []byte
}

// Split takes an entry apart without reading its payload.
func Split(b Entry) (Head, error) {
	end := bytes.Index(b, []byte("\n\n"))
	if end < 0 || len(b) > MaxEntryBytes {
		return Head{}, errNotCanonical
	}
	lines := strings.Split(string(b[:end]), "\n")
	h := Head{Subject: lines[0], Attrs: make([]Attr, 0, len(lines)-1), Data: b[end+2:]}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			return Head{}, errNotCanonical
		}
		h.Attrs = append(h.Attrs, Attr{name, value})
	}
	return h, nil
}

func (h *Head) value(name string) string {
	for _, a := range h.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// event reads the attributes; the payload is still to be read.
func (h *Head) event(position uint64, k *Kind, version int) (*Event, error) {
	at, err := time.Parse(TimeLayout, h.value(hTime))
	if err != nil {
		return nil, errNotCanonical
	}
	part := strings.Split(h.Subject, ".")
	if len(part) != 5 {
		return nil, errNotCanonical
	}
	e := &Event{
		ID: h.value(hID), Position: position, Time: at, Version: version,
		Partner: part[1], Aggregate: k.Aggregate, AggregateID: part[3],
		Cause: Cause{
			ActorRole: h.value(hActorRole),
			CommandID: h.value(hCommandID), CommandType: h.value(hCommandType),
			CorrelationID: h.value(hCorrelation), CausationID: h.value(hCausation),
			Traceparent: h.value(hTraceparent),
		},
	}
	e.Actor, err = decodeValue(h.value(hActor))
	if err != nil {
		return nil, err
	}
	e.CorrelationID, err = decodeValue(e.CorrelationID)
	if err != nil {
		return nil, err
	}
	e.CausationID, err = decodeValue(e.CausationID)
	return e, err
}

// Stamp writes another time into an encoded entry, in place: what was encoded
// beside the writer gets its time when it is committed.
func (b Entry) Stamp(t time.Time) {
	const mark = "\n" + hTime + ": "
	at := bytes.Index(b, []byte(mark)) + len(mark)
	t.UTC().AppendFormat(b[at:at:at+len(TimeLayout)], TimeLayout)
}
