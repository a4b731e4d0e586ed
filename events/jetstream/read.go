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
// that it is enough.
func walkStream(ctx context.Context, stream js.Stream, from, last uint64, each func(seq, pending uint64, m js.Msg) (bool, error)) error {
	c, err := stream.OrderedConsumer(ctx, js.OrderedConsumerConfig{
		DeliverPolicy: js.DeliverByStartSequencePolicy, OptStartSeq: from, ReplayPolicy: js.ReplayInstantPolicy,
	})
	if err != nil {
		return fmt.Errorf("journal: read from %d: %w", from, err)
	}
	it, err := c.Messages(js.PullMaxMessagesWithBytesLimit(readAheadMessages, readAheadBytes))
	if err != nil {
		return fmt.Errorf("journal: read from %d: %w", from, err)
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	stall := time.AfterFunc(readStall, it.Stop)
	defer stall.Stop()
	for next := from; next <= last; {
		seq, pending, m, err := nextMessage(it)
		switch {
		case err != nil && ctx.Err() != nil:
			return fmt.Errorf("journal: read of %d: %w", next, ctx.Err())
		case errors.Is(err, js.ErrMsgIteratorClosed):
			return stalled(ctx, stream, next, last)
		case err != nil:
			return fmt.Errorf("journal: read of %d: %w", next, err)
		case seq < next:
			continue // the consumer was made again
		}
		stall.Stop() // what is done with the message may take its time
		if more, err := each(seq, pending, m); !more {
			return err
		}
		next = seq + 1
		stall.Reset(readStall)
	}
	return nil
}

// stalled says why the message next does not come.
func stalled(ctx context.Context, stream js.Stream, next, last uint64) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := stream.GetMsg(ctx, next)
	if errors.Is(err, js.ErrMsgNotFound) {
		return fmt.Errorf("%w: %d is not there, the end is %d", events.ErrGap, next, last)
	}
	return fmt.Errorf("journal: read of %d stalled; asked for it alone: %v", next, err)
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
