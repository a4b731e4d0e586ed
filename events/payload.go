package events

import "iter"

// Payload is the part of an event that its kind defines. Payloads are values
// that are never changed once recorded; a new shape is a new version.
type Payload interface {
	// EventType is the event's name, a past participle such as
	// "OrderAssigned". It is part of the log's format for ever.
	EventType() string
}

// Personable is implemented by payloads and rows that hold personal data.
type Personable interface {
	// Persons yields every personal field that is set, each with the id of
	// the person it belongs to. The pointers are into the receiver.
	Persons() iter.Seq2[string, *Personal]
}
