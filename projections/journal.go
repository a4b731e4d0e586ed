package projections

import (
	"context"
	"fmt"

	"github.com/seatledger/seatledger/events"
)

// read sends the whole commits behind a mark, up to the journal message
// numbered last, decoded and with their personal data opened. In a journal of
// another epoch the place is found by position: a healed journal tells the
// same events under new numbers, and in other commits perhaps.
func (s *Store) read(ctx context.Context, from mark, last uint64, out chan<- *events.Commit) error {
	var frames *events.Assembler
	for m, err := range s.opt.Journal.Read(ctx, from.seq+1) {
		if err != nil {
			return err
		}
		if m.Seq > last {
			break
		}
		if frames == nil {
			next, err := place(from, m)
			if err != nil {
				return err
			}
			frames = events.NewAssembler(s.opt.Kinds, next)
		}
		c, err := frames.Add(m)
		if err != nil {
			return err
		}
		if c == nil || known(c, from.position) && m.Seq != last {
			continue
		}
		trim(c, from.position)
		if err := s.open(c); err != nil {
			return err
		}
		select {
		case out <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// place is the position that the first commit behind a mark begins with.
func place(from mark, m events.Message) (uint64, error) {
	f, err := events.DecodeFrame(m.Data)
	if err != nil {
		return 0, fmt.Errorf("journal message %d: %w", m.Seq, err)
	}
	if from.seq == 0 || f.Epoch == from.epoch {
		return from.position + 1, nil
	}
	if f.First > from.position+1 {
		return 0, fmt.Errorf("%w: epoch %d begins at position %d, behind %d", ErrGap, f.Epoch, f.First, from.position)
	}
	return f.First, nil
}

// known reports a commit that has been applied under another number; only of a
// new epoch can there be any. One without entries stands before the position
// that it names.
func known(c *events.Commit, position uint64) bool {
	return c.First+uint64(len(c.Entries)) <= position+1 && c.First <= position
}

// trim leaves of a commit what is behind a position.
func trim(c *events.Commit, position uint64) {
	if c.First > position {
		return
	}
	n := min(position+1-c.First, uint64(len(c.Entries)))
	c.First = position + 1
	c.Events, c.Entries = c.Events[n:], c.Entries[n:]
}
