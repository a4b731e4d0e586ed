package events

import (
	"context"
	"errors"
	"iter"
)

// Errors of a journal, classed by what the caller does next.
var (
	// ErrConflict: the journal's last sequence is not the expected one.
	// Nothing was written; read what was, and decide again.
	ErrConflict = errors.New("journal: another frame came first")
	// ErrUnanswered: the frame may or may not have been written. Read the
	// journal's end and look for it.
	ErrUnanswered = errors.New("journal: no acknowledgement")
	// ErrNotWritten: the journal refused or could not be reached; nothing was
	// written. Try again later.
	ErrNotWritten = errors.New("journal: not written")
	// ErrGap: messages are missing in what was read. Call the operator.
	ErrGap = errors.New("journal: messages are missing")
)

// Message is one stored journal message.
type Message struct {
	Seq  uint64 // the journal's own sequence, from 1; not a position
	Data []byte
}

// Journal is the ledger's private log of frames: the only source of truth.
// Every implementation passes the suite in events/logtest.
type Journal interface {
	// Append stores one message behind the message numbered last, and returns
	// its sequence once it is durable. If the journal's end is not last it
	// fails with ErrConflict; see the other errors for what else may happen.
	// It never retries by itself.
	Append(ctx context.Context, last uint64, data []byte) (uint64, error)
	// Last is the sequence of the newest message, 0 when there is none.
	Last(ctx context.Context) (uint64, error)
	// Read yields the messages from the sequence from up to the end as it was
	// at the call, in order and without gaps; anything else is an error, and
	// ends it.
	Read(ctx context.Context, from uint64) iter.Seq2[Message, error]
	// MaxBytes is the largest message that Append takes.
	MaxBytes() int
}

// Feed is the public stream: one event a message, sequence = position. It can
// be made again from the journal, so it need not be durable by itself.
type Feed interface {
	// Last is the position of the newest message, 0 when there is none.
	Last(ctx context.Context) (uint64, error)
	// Publish stores the entries at the positions first, first+1, … and
	// returns when all are stored. It fails, without storing out of order,
	// when the feed's end is not first-1: ask Last, and go on from there.
	Publish(ctx context.Context, first uint64, entries []Entry) error
}
