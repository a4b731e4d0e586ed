package writer

import "runtime"

// smallGroup is how few commands make it worth letting callers run who were
// just answered: their next commands then go into this group, not the one after.
// Larger groups lose more by the wait than they gain.
const smallGroup = 24

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
	select {
	case p := <-w.queue:
		batch := w.drain(append(make([]*pending, 0, 16), p))
		if len(batch) < smallGroup {
			runtime.Gosched()
			batch = w.drain(batch)
		}
		return batch
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
}
