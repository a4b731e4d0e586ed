package audit

import (
	"context"
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
)

// settle makes journal and copy alike again after an append that did not end
// well. Up to b.end they are. Behind it the journal says what is, for nothing
// there was acknowledged; but should the journal have lost what was, it gets
// it back from the copy. The caller has the turn.
func (b *Both) settle(ctx context.Context) error {
	if err := b.copied(ctx); err != nil && ctx.Err() != nil {
		return err
	}
	if !b.doubt {
		return nil
	}
	if err := b.copy.well(); err != nil {
		return err
	}
	last, err := b.journal.Last(ctx)
	if err != nil {
		return err
	}
	if last < b.end {
		b.log.Error("the journal lost acknowledged messages; the copy has them", "journal", last, "copy", b.end)
		if err := b.giveBack(ctx, last, b.end); err != nil {
			return err
		}
	}
	if b.copy.Last() < b.end {
		return &Finding{Kind: Differ, Where: fmt.Sprintf("journal message %d", b.end), Expected: "it in the copy, where it was durable",
			Found: fmt.Sprintf("the copy ends with %d", b.copy.Last()), Next: "restart: the copy is then completed from the journal"}
	}
	end := b.end
	if err := b.copy.take(counted(b.journal.Read(ctx, b.end+1), &end)); err != nil {
		return err
	}
	if err := b.copy.Truncate(end); err != nil {
		return err
	}
	b.end, b.doubt = end, false
	return nil
}

// giveBack appends the copy's frames behind last, up to end, to the journal.
// Its fence sees to it that none stands twice.
func (b *Both) giveBack(ctx context.Context, last, end uint64) error {
	for m, err := range b.copy.Read(last+1, end) {
		if err == nil {
			_, err = b.journal.Append(ctx, m.Seq-1, m.Data)
		}
		if err != nil {
			return fmt.Errorf("message %d from the copy to the journal: %w", m.Seq, err)
		}
	}
	return nil
}

// counted passes messages on in order, and notes the last one.
func counted(all iter.Seq2[events.Message, error], last *uint64) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		for m, err := range all {
			if err == nil && m.Seq != *last+1 {
				err = fmt.Errorf("%w: %d follows %d", events.ErrGap, m.Seq, *last)
			}
			if err == nil {
				*last = m.Seq
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}
