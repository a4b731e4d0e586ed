package writer

import (
	"runtime"
	"time"
)

// Callers who were just answered often have a next command. It is worth a
// moment of letting them run: their commands then share the fsync of this
// group, and need not wait for the one after.
const (
	// smallGroup is how large a group is that waits for no one any more; larger
	// ones lose more by the wait than they gain.
	smallGroup = 24
	// patience is how long callers are let run. Those behind a network are
	// seldom back by then, and this is little beside an fsync.
	patience = 100 * time.Microsecond
)

// run is the goroutine that owns the state.
func (w *Writer) run() {
	defer w.done.Done()
	defer w.abandon()
	for {
		if batch := w.gather(); batch != nil {
			w.group(batch)
		} else if w.ctx.Err() != nil {
			return
		}
	}
}

// gather returns all commands that wait, as far as a group takes them. It
// waits for one, and does what else there is to do meanwhile; nil means that
// it did.
func (w *Writer) gather() []*pending {
	if batch := w.backlog; len(batch) > 0 {
		n := min(len(batch), MaxGroup)
		w.backlog = batch[n:]
		return batch[:n:n]
	}
	if batch := w.regroup(); len(batch) > 0 {
		return batch
	}
	w.deliver()
	select {
	case p := <-w.queue:
		return w.drain(append(make([]*pending, 0, smallGroup), p))
	case f := <-w.fixes:
		w.clock.over(f.t)
		f.end <- w.place.Position
	case h := <-w.ready:
		w.commitLarge(h)
	case h := <-w.seen:
		w.release(h)
	case <-w.ctx.Done():
	}
	return nil
}

// regroup takes what waits right behind a group: as much as that group's
// callers and those who waited already can be expected to send.
func (w *Writer) regroup() []*pending {
	expected := min(w.expected, smallGroup)
	w.expected = 0
	batch := w.drain(nil)
	for began := time.Now(); len(batch) < expected && time.Since(began) < patience; {
		runtime.Gosched()
		batch = w.drain(batch)
	}
	return batch
}

// drain adds what waits without waiting.
func (w *Writer) drain(batch []*pending) []*pending {
	for len(batch) < MaxGroup {
		select {
		case p := <-w.queue:
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}

// abandon answers whoever still waits when the writer stops.
func (w *Writer) abandon() {
	w.fail(w.backlog)
	for _, h := range w.held {
		w.fail(h.parked)
	}
	w.fail(w.drain(nil))
	w.deliver()
}
