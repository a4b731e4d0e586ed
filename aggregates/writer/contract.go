package writer

import (
	"context"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Views is what the writer needs of the projections: rows as of the position
// that they have reached. It is asked beside the writer, never inside it.
type Views interface {
	// Position is the position that every view has reached. It never goes back.
	Position() uint64
	// Load returns the newest version of each row, nil where there is none,
	// and the position that they are all read at. Personal data is opened.
	Load(keys []row.Key) (rows []any, position uint64, err error)
	// Snapshot is a consistent reader of everything at Position; personal
	// data is opened. The caller closes it.
	Snapshot() (Snapshot, error)
	// Wait returns once Position is at least position.
	Wait(ctx context.Context, position uint64) error
	// Refs returns the ids and types of count events from position first on,
	// for the answer to a repeated command. They must be covered by Position.
	Refs(first uint64, count int) ([]EventRef, error)
	// Offer hands over a commit that is durable, in order, with its personal
	// data both sealed and open. It may block: that is the bound on how far
	// views can lag behind.
	Offer(c *events.Commit)
}

// Snapshot is a reader of rows at one position.
type Snapshot interface {
	row.Reader
	Position() uint64
	Err() error // the first error that a read met; its result is then void
	Close() error
}

// Request is one command on its way to be decided; its fields are checked.
type Request struct {
	Spec    *aggregates.Spec
	Command rule.Command
	Caller  rule.Caller
	Body    []byte // as received: what a repeated key is compared with

	IdempotencyKey string
	DryRun         bool
	Expected       *uint64 // expected_position
	CorrelationID  string
	CausationID    string
	Traceparent    string
}

// EventRef names one event of an answer.
type EventRef struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Position uint64 `json:"position"`
}

// MaxListedEvents is how many events an answer lists.
const MaxListedEvents = 1000

// Answer is what became of a command. Everything that it rests on is durable.
type Answer struct {
	CommandID   string         `json:"command_id"`
	Position    uint64         `json:"position"` // of its last event, or the log's end
	ID          string         `json:"id,omitzero"`
	Events      []EventRef     `json:"events"`
	EventsTotal int            `json:"events_total"`
	Warnings    []rule.Warning `json:"warnings,omitempty"`
	DryRun      bool           `json:"dry_run,omitzero"`
	Replayed    bool           `json:"-"` // answered from a receipt
}
