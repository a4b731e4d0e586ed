package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"

	"github.com/seatledger/seatledger/events"
)

// Both is the journal and its copy as one [events.Journal]: what it
// acknowledges is durable in both.
type Both struct {
	journal events.Journal
	copy    *Copy
	log     *slog.Logger

	turn chan struct{} // one append or settling at a time; all below belongs to who has it
	end  uint64        // newest message that is in both
	// doubt: an append did not end well, so behind end they may differ.
	doubt   bool
	pending chan error // of a write to the copy that was not waited for
}

var _ events.Journal = (*Both)(nil)

// newBoth joins a journal and a copy that are alike up to end.
func newBoth(j events.Journal, c *Copy, end uint64, log *slog.Logger) *Both {
	return &Both{journal: j, copy: c, log: log, turn: make(chan struct{}, 1), end: end, doubt: true}
}

// lock takes the turn.
func (b *Both) lock(ctx context.Context) error {
	select {
	case b.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Both) unlock() { <-b.turn }

// Append stores one message in both. The journal's refusals are passed on as
// they are. When the journal took it and the copy did not, nobody can be told
// that it is recorded yet: that is ErrUnanswered, and whoever looks for it
// finds it once the copy has it too.
func (b *Both) Append(ctx context.Context, last uint64, data []byte) (uint64, error) {
	if len(data) > b.MaxBytes() {
		return 0, fmt.Errorf("%w: %d bytes are more than %d", events.ErrNotWritten, len(data), b.MaxBytes())
	}
	if err := errors.Join(ctx.Err(), b.lock(ctx)); err != nil {
		return 0, fmt.Errorf("%w: %w", events.ErrNotWritten, err)
	}
	defer b.unlock()
	if err := b.ready(ctx, last); err != nil {
		return 0, err
	}
	p, err := b.copy.begin(last+1, data)
	if err != nil {
		b.doubt = true
		return 0, fmt.Errorf("%w: %w", events.ErrNotWritten, err)
	}
	return b.append(ctx, p, last, data)
}

// ready makes sure that the next message can stand behind last.
func (b *Both) ready(ctx context.Context, last uint64) error {
	err := b.settle(ctx)
	if err == nil && last != b.end {
		b.doubt = true // another writer's may have come
		err = b.settle(ctx)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", events.ErrNotWritten, err)
	}
	if last != b.end {
		return fmt.Errorf("%w: the last is %d, not %d", events.ErrConflict, b.end, last)
	}
	return nil
}

// append writes to both at once. It waits for the copy as long as ctx lets it:
// what is written later is settled before anything else is.
func (b *Both) append(ctx context.Context, p put, last uint64, data []byte) (uint64, error) {
	b.doubt = true
	b.pending = make(chan error, 1)
	go func(done chan<- error) { done <- p.commit() }(b.pending)
	seq, err := b.journal.Append(ctx, last, data)
	copied := b.copied(ctx)
	switch {
	case err == nil && copied == nil && seq == last+1:
		b.end, b.doubt = seq, false
		return seq, nil
	case err == nil && copied == nil:
		return 0, fmt.Errorf("%w: stored as %d behind %d", events.ErrUnanswered, seq, last)
	case err == nil:
		return 0, fmt.Errorf("%w: the journal has it, the copy not yet: %w", events.ErrUnanswered, copied)
	case copied == nil && !errors.Is(err, events.ErrUnanswered):
		// It is not in the journal for sure. Should this go wrong, settle
		// does it before the next frame.
		_ = b.copy.Truncate(last)
	}
	return 0, err
}

// copied waits for the copy's write.
func (b *Both) copied(ctx context.Context) error {
	if b.pending == nil {
		return nil
	}
	select {
	case err := <-b.pending:
		b.pending = nil
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Last is the newest message that is durable in both, once they are alike.
func (b *Both) Last(ctx context.Context) (uint64, error) {
	if err := b.lock(ctx); err != nil {
		return 0, err
	}
	defer b.unlock()
	last, err := b.journal.Last(ctx)
	if err != nil {
		return 0, err
	}
	b.doubt = b.doubt || last != b.end || b.copy.isSick()
	if err := b.settle(ctx); err != nil {
		return 0, err
	}
	return b.end, nil
}

// Read yields the messages that are in both, each compared. A difference is
// an [ErrProof].
func (b *Both) Read(ctx context.Context, from uint64) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		last, err := b.Last(ctx)
		if err == nil {
			err = b.read(ctx, max(from, b.copy.o.First), last, yield)
		}
		if err != nil {
			yield(events.Message{}, err)
		}
	}
}

func (b *Both) read(ctx context.Context, from, last uint64, yield func(events.Message, error) bool) error {
	if from > last {
		return ctx.Err()
	}
	copies, next := b.copy.cursor(from, last), from
	for m, err := range b.journal.Read(ctx, from) {
		if err != nil {
			return err
		}
		if m.Seq != next {
			return fmt.Errorf("%w: %d follows %d", events.ErrGap, m.Seq, next-1)
		}
		c, _, err := copies.message()
		if err != nil {
			return err
		}
		if !bytes.Equal(c.Data, m.Data) {
			return differ(m.Seq, m.Data, c.Data)
		}
		if !yield(m, nil) || next == last {
			return nil
		}
		next++
	}
	return fmt.Errorf("%w: the journal ends with %d, and had %d", events.ErrGap, next-1, last)
}

// MaxBytes is the largest message that Append takes.
func (b *Both) MaxBytes() int { return b.journal.MaxBytes() }
