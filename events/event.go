package events

import "time"

// NoPartner stands in subjects for the partner of what belongs to none.
const NoPartner = "_"

// TimeLayout is how an entry writes its time: UTC, always microseconds, so
// that times sort as text and have one width.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// Tick is the resolution of event times.
const Tick = time.Microsecond

// Draft is what a decision says should be recorded: a payload and whose it is.
// Position, id, time and command are added when it is committed.
type Draft struct {
	Partner     string // partner id, or NoPartner
	AggregateID string
	Data        Payload
}

// Cause says who asked for an event, and by which command.
type Cause struct {
	Actor         string // opaque id of who acted; never an address
	ActorRole     string
	CommandID     string // ULID
	CommandType   string // the command's name
	CorrelationID string // the command's id unless the caller gave one
	CausationID   string // what caused the command; the command's id unless known
	Traceparent   string // W3C trace context, if the caller sent one
}

// Event is one recorded fact.
type Event struct {
	ID       string    // ULID
	Position uint64    // place in the log, from 1
	Time     time.Time // UTC; never earlier than that of the position before
	Version  int       // of the payload as recorded; Data is lifted to the newest

	Partner     string
	Aggregate   string // kind of aggregate: "account", "order", …
	AggregateID string
	Cause
	Data Payload
}

// Type is the event's name, such as "OrderAssigned".
func (e *Event) Type() string { return e.Data.EventType() }

// Subject is the event's NATS subject in the feed.
func (e *Event) Subject() string {
	return string(appendSubject(nil, e.Partner, e.Aggregate, e.AggregateID, e.Type()))
}
