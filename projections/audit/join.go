package audit

import (
	"fmt"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

// joiner holds frames back until their commit is whole; a frame of another
// commit abandons what was not.
type joiner[T any] struct {
	id   ulid.ULID
	part uint32 // that comes next
	held []T
}

// add takes the next frame, and what is made of it, and returns what is whole
// with it. The first frame that a joiner gets may be any part of a commit.
func (j *joiner[T]) add(m events.Message, of func(*events.Frame) T) ([]T, error) {
	f, err := events.DecodeFrame(m.Data)
	if err != nil {
		return nil, fmt.Errorf("journal message %d: %w", m.Seq, err)
	}
	if f.Commit != j.id {
		begun := j.id == ulid.ULID{}
		j.id, j.held = f.Commit, nil
		if j.part = 0; begun {
			j.part = f.Part
		}
	}
	if f.Part != j.part {
		return nil, fmt.Errorf("journal message %d: %w: part %d, expected %d", m.Seq, events.ErrFrame, f.Part, j.part)
	}
	j.part++
	if j.held = append(j.held, of(f)); !f.End {
		return nil, nil
	}
	whole := j.held
	j.held = nil
	return whole, nil
}
