package writer

import (
	"context"
	"errors"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// ErrUnavailable: the log does not acknowledge; nothing is known to be
// recorded. Send the same again later, with the same idempotency key.
var ErrUnavailable = errors.New("the log does not acknowledge")

// ErrBusy: too many commands wait. Send the same again later.
var ErrBusy = errors.New("too many commands are waiting")

// Views is what the writer needs of the projections: rows as of the position
// that they have reached. It is asked beside the writer, never inside it.
type Views interface {
	// Snapshot is a consistent reader of everything that the views have
	// reached; personal data is opened. The caller closes it.
	Snapshot() (aggregates.Snapshot, error)
	// Seq is the journal sequence of the newest commit that every view has
	// taken. It never goes back.
	Seq() uint64
	// WaitSeq returns once Seq is at least seq.
	WaitSeq(ctx context.Context, seq uint64) error
	// Wait returns once the views have reached a position. The keys of persons
	// who were erased up to there are destroyed by then.
	Wait(ctx context.Context, position uint64) error
	// Refs returns the ids and types of count events from position first on,
	// for the answer to a repeated command. They must be covered by Position.
	Refs(first uint64, count int) ([]aggregates.EventRef, error)
	// Offer hands over a commit that is durable, in order, with its personal
	// data both sealed and open. It may block: that is the bound on how far
	// views can lag behind.
	Offer(c *events.Commit)
	// Expect says that everything up to a position is durable, and will be
	// offered: who asks from now on is to be answered with it.
	Expect(position uint64)
}

// Place is a place in the log that the views have reached.
type Place struct {
	Seq      uint64    // journal sequence of the last whole commit
	Position uint64    // of its last event
	Time     time.Time // of that event
}

// Request is one command on its way to be decided; its fields are checked.
type Request struct {
	Spec    *aggregates.Spec
	Command rule.Command
	Caller  rule.Caller
	Body    []byte // as received: what a repeated key is compared with

	IdempotencyKey string
	// KeyScope is what the key is unique in, beside all scopes of callers; ""
	// is the caller's own.
	KeyScope      string
	DryRun        bool
	Expected      *uint64 // expected_position
	CorrelationID string
	CausationID   string
	Traceparent   string
}

// MaxListedEvents is how many events an answer lists.
const MaxListedEvents = 1000

// Answer is what became of a command. Everything that it rests on is durable.
type Answer struct {
	CommandID   string                `json:"command_id"`
	Position    uint64                `json:"position"` // of its last event, or the log's end
	ID          string                `json:"id,omitzero"`
	Events      []aggregates.EventRef `json:"events"`
	EventsTotal int                   `json:"events_total"`
	Warnings    []rule.Warning        `json:"warnings,omitempty"`
	DryRun      bool                  `json:"dry_run,omitzero"`
	Replayed    bool                  `json:"-"` // answered from a receipt
	Refused     *rule.Refusal         `json:"-"` // see rule.Decision
}
