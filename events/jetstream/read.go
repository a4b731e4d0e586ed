package jetstream

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/events"
)

// Read yields the messages from the sequence from up to the end as it is now.
// A from before the first message that can be is that message.
func (j *Journal) Read(ctx context.Context, from uint64) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		last, err := j.Last(ctx)
		if err != nil {
			yield(events.Message{}, err)
			return
		}
		from = max(from, j.first)
		if from > last {
			return
		}
		if err := readStream(ctx, j.stream, from, last, yield); err != nil {
			yield(events.Message{}, err)
		}
	}
}

// readStream yields from..last. It counts, since a damaged stream leaves
// messages out without a word.
func readStream(ctx context.Context, stream js.Stream, from, last uint64, yield func(events.Message, error) bool) error {
	next := from
	return walkStream(ctx, stream, from, last, func(seq, pending uint64, m js.Msg) (bool, error) {
		if seq > next {
			return false, fmt.Errorf("%w: %d follows %d", events.ErrGap, seq, next-1)
		}
		if !yield(events.Message{Seq: next, Data: m.Data()}, nil) {
			return false, nil
		}
		if pending == 0 && next < last {
			return false, fmt.Errorf("%w: nothing follows %d, the end is %d", events.ErrGap, next, last)
		}
		next++
		return true, nil
	})
}

// walkStream hands over what is there of from..last, in order, until each says
// that it is enough. A reader that stalls is begun again where it stands.
func walkStream(ctx context.Context, stream js.Stream, from, last uint64, each func(seq, pending uint64, m js.Msg) (bool, error)) error {
	w := walk{stream: stream, next: from, last: last, each: each}
	for stalls := 0; ; stalls++ {
		before := w.next
		err := w.on(ctx)
		if !errors.Is(err, errStalled) {
			return err
		}
		if err := w.there(ctx); err != nil {
			return err
		}
		if w.next > before {
			stalls = 0
		}
		if stalls == readStalls {
			return fmt.Errorf("journal: read of %d stalled, though it is there", w.next)
		}
	}
}

// errStalled: no message came for readStall.
var errStalled = errors.New("no message comes")

// walk is a reading of a stream, as far as it has come.
type walk struct {
	stream     js.Stream
	next, last uint64
	each       func(seq, pending uint64, m js.Msg) (bool, error)
}

// on reads with one consumer.
func (w *walk) on(ctx context.Context) error {
	c, err := w.stream.OrderedConsumer(ctx, js.OrderedConsumerConfig{
		DeliverPolicy: js.DeliverByStartSequencePolicy, OptStartSeq: w.next, ReplayPolicy: js.ReplayInstantPolicy,
	})
	if err != nil {
		return fmt.Errorf("journal: read from %d: %w", w.next, err)
	}
	// The queue of what is on its way has readAheadMessages places, and the
	// server says at the end of each request that it was fulfilled. So the next
	// one is sent when all of it was taken: two of them would not fit, and what
	// has no place is dropped.
	it, err := c.Messages(js.PullMaxMessagesWithBytesLimit(readAheadMessages, readAheadBytes), js.PullThresholdMessages(1))
	if err != nil {
		return fmt.Errorf("journal: read from %d: %w", w.next, err)
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	stall := time.AfterFunc(readStall, it.Stop)
	defer stall.Stop()
	for w.next <= w.last {
		seq, pending, m, err := nextMessage(it)
		switch {
		case err != nil && ctx.Err() != nil:
			return fmt.Errorf("journal: read of %d: %w", w.next, ctx.Err())
		case errors.Is(err, js.ErrMsgIteratorClosed):
			return errStalled
		case err != nil:
			return fmt.Errorf("journal: read of %d: %w", w.next, err)
		case seq < w.next:
			continue // the consumer was made again
		}
		stall.Stop() // what is done with the message may take its time
		if more, err := w.each(seq, pending, m); !more {
			return err
		}
		w.next = seq + 1
		stall.Reset(readStall)
	}
	return nil
}

// there says whether the message that does not come is there at all.
func (w *walk) there(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := w.stream.GetMsg(ctx, w.next)
	switch {
	case errors.Is(err, js.ErrMsgNotFound):
		return fmt.Errorf("%w: %d is not there, the end is %d", events.ErrGap, w.next, w.last)
	case err != nil:
		return fmt.Errorf("journal: read of %d stalled; asked for it alone: %w", w.next, err)
	}
	return nil
}

// nextMessage returns a message, its sequence and how many are to follow.
func nextMessage(it js.MessagesContext) (seq, pending uint64, m js.Msg, err error) {
	if m, err = it.Next(); err != nil {
		return 0, 0, nil, err
	}
	meta, err := m.Metadata()
	if err != nil {
		return 0, 0, nil, err
	}
	return meta.Sequence.Stream, meta.NumPending, m, nil
}
