package replay

import (
	"errors"
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
)

// maxRestarts is how many messages in a row may be unreadable before a strand
// is given up.
const maxRestarts = 64

// errGivenUp: too much in a row could not be read. It is told once.
var errGivenUp = errors.New("given up")

// strand reads messages one after another, and goes on behind what it cannot
// read.
type strand struct {
	read func(from uint64) iter.Seq2[events.Message, error]

	next   func() (events.Message, error, bool)
	stop   func()
	ahead  events.Message // was read already, and is asked for later
	failed int            // in a row
}

// at reads the message with a sequence. They are asked for in ascending order.
func (s *strand) at(seq uint64) (events.Message, error) {
	if s.failed > maxRestarts {
		return events.Message{}, errGivenUp
	}
	m, err := s.take(seq)
	if err != nil {
		s.close()
		if s.failed++; s.failed > maxRestarts {
			err = fmt.Errorf("%w; nor is what stands behind it read", err)
		}
		return m, err
	}
	s.failed = 0
	return m, nil
}

func (s *strand) take(seq uint64) (events.Message, error) {
	if s.next == nil {
		s.next, s.stop = iter.Pull2(s.read(seq))
		s.ahead = events.Message{}
	}
	if s.ahead.Seq < seq {
		m, err, ok := s.next()
		switch {
		case err != nil:
			return m, err
		case !ok:
			return m, fmt.Errorf("%w: nothing is there", events.ErrGap)
		}
		s.ahead = m
	}
	if s.ahead.Seq != seq {
		return events.Message{}, fmt.Errorf("%w: the next is %d", events.ErrGap, s.ahead.Seq)
	}
	return s.ahead, nil
}

// close lets the reading go.
func (s *strand) close() {
	if s.stop != nil {
		s.stop()
	}
	s.next, s.stop = nil, nil
}
