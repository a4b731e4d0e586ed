package writer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Limits of waiting for the journal.
const (
	// appendTimeout is how long one append may go unanswered.
	appendTimeout = 5 * time.Second
	// maxSends is how often the same frame is sent when no answer comes.
	maxSends = 3
)

// errForeign: the journal's end is not what was decided on; read on, and
// decide again.
var errForeign = errors.New("the journal has a commit of another writer")

// errTooLarge refuses what would not fit an entry; the limits of fields make
// it next to impossible.
var errTooLarge = rule.Invalid{{Field: "", Message: "the command makes an event of more than 65,535 bytes"}}

// write makes a commit durable, in as many frames as it takes, and moves the
// writer's place behind it. A commit with nothing in it is written only where
// other writers may be: it proves that none was.
func (w *Writer) write(c *events.Commit) error {
	if len(c.Entries) == 0 && len(c.Receipts) == 0 && !w.Shared {
		return nil
	}
	began := time.Now()
	frames, size := Frames(c, w.Journal.MaxBytes())
	for _, f := range frames {
		if err := w.append(f); err != nil {
			w.doubt = true
			return err
		}
	}
	c.Seq = w.tail
	w.place.Seq = w.tail
	if n := len(c.Events); n > 0 {
		w.place.Position, w.place.Time = c.Last(), c.Events[n-1].Time
	}
	w.Observe(Batch{Events: len(c.Events), Frames: len(frames), Bytes: size, Append: time.Since(began)})
	return nil
}

// append stores one frame behind the journal's tail, once.
func (w *Writer) append(f *events.Frame) error {
	data := f.Encode()
	for send := 1; ; send++ {
		ctx, stop := context.WithTimeout(w.ctx, appendTimeout)
		w.deliver() // while the disk works
		seq, err := w.Journal.Append(ctx, w.tail, data)
		stop()
		switch {
		case err == nil:
			w.tail = seq
			return nil
		case errors.Is(err, events.ErrNotWritten):
			return err
		}
		w.Observe(Batch{Conflict: errors.Is(err, events.ErrConflict)})
		landed, lookErr := w.landed(f)
		switch {
		case lookErr != nil:
			return lookErr
		case landed:
			return nil
		case send == maxSends:
			return err
		}
	}
}

// landed looks behind the journal's tail for a frame that may have been
// written without an answer, and moves the tail behind it.
func (w *Writer) landed(f *events.Frame) (bool, error) {
	ctx, stop := context.WithTimeout(w.ctx, appendTimeout)
	defer stop()
	for m, err := range w.Journal.Read(ctx, w.tail+1) {
		if err != nil {
			return false, err
		}
		got, err := events.DecodeFrame(m.Data)
		if err != nil {
			return false, fmt.Errorf("journal message %d: %w", m.Seq, err)
		}
		if got.Commit != f.Commit || got.Part != f.Part {
			return false, errForeign
		}
		w.tail = m.Seq
		return true, nil
	}
	return false, nil
}

// settle reads the journal's end when it is in doubt: after a failure, and at
// the start. What it finds is offered to the views, and no row in memory is
// trusted any more.
func (w *Writer) settle() error {
	if !w.doubt {
		return nil
	}
	ctx, stop := context.WithTimeout(w.ctx, appendTimeout)
	defer stop()
	a := events.NewAssembler(w.Kinds, w.place.Position+1)
	tail, found := w.place.Seq, false
	for m, err := range w.Journal.Read(ctx, w.place.Seq+1) {
		if err != nil {
			return err
		}
		c, err := a.Add(m)
		if err != nil {
			return err
		}
		tail = m.Seq
		if c == nil {
			continue
		}
		found = true
		w.place.Seq = c.Seq
		if n := len(c.Events); n > 0 {
			w.place.Position, w.place.Time = c.Last(), c.Events[n-1].Time
			w.clock.last = maxTime(w.clock.last, w.place.Time)
		}
		w.offer(c)
	}
	if found {
		w.cache.forgetAll(w.place.Seq)
	}
	w.tail, w.doubt = tail, false
	return nil
}

func maxTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// offer tells the views of a durable commit, a barrier too: rows are read from
// views that have reached its sequence. What was not written has none. It is
// given to them while the next one is on its way to the disk, or when there is
// none: before that, making views would only keep the next group waiting.
func (w *Writer) offer(c *events.Commit) {
	if c.Seq > 0 {
		w.Views.Expect(c.Last())
		w.late = append(w.late, c)
	}
}

// deliver gives the views what they were told of.
func (w *Writer) deliver() {
	for i, c := range w.late {
		w.Views.Offer(c)
		w.late[i] = nil
	}
	w.late = w.late[:0]
}
