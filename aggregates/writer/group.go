package writer

import (
	"errors"
	"slices"
	"time"

	"github.com/seatledger/seatledger/events"
)

// maxRedecide is how often a group is decided again because another writer's
// frame came first.
const maxRedecide = 5

// group decides and commits commands together, and answers all of them.
func (w *Writer) group(batch []*pending) {
	if err := w.settle(); err != nil {
		w.fail(batch)
		return
	}
	var holds []*hold
	for try := 0; len(batch) > 0; try++ {
		t, outs, begun := w.decide(batch)
		holds = append(holds, begun...)
		batch = pendings(outs)
		c := &events.Commit{Epoch: w.Epoch, ID: w.ids.at(w.clock.last), First: w.place.Position + 1}
		tooLarge, err := w.bundle(c, outs)
		if tooLarge != nil {
			tooLarge.done <- result{err: errTooLarge}
			batch = without(batch, tooLarge)
			continue
		}
		if err == nil {
			err = w.write(c)
		}
		if errors.Is(err, errForeign) && try < maxRedecide && w.settle() == nil {
			continue
		}
		if err != nil {
			w.Log.Error("commands are not recorded", "commands", len(outs), "cause", err)
			w.fail(batch)
			break
		}
		t.adopt(w.place.Seq)
		w.offer(c) // first, so that who reads after the answer waits for it
		w.expected = len(outs) + len(w.queue)
		w.answer(outs)
		break
	}
	for _, h := range holds {
		go w.prepare(h, w.place.Seq)
	}
	w.cache.sweep(w.Views.Seq())
}

// decide decides each command on the state that those before it leave. Void
// ones leave the group: to be loaded for, to wait for a held account, or to
// be prepared beside the writer.
func (w *Writer) decide(batch []*pending) (t *tx, outs []outcome, begun []*hold) {
	t = newTx(w.cache, w.held, len(batch))
	now, next := w.clock.now(), w.place.Position+1
	outs = make([]outcome, 0, len(batch))
	for _, p := range batch {
		if p.train.isBroken() {
			p.done <- result{again: true}
			continue
		}
		if need := w.cache.install(p.rows, p.rowsAt); need > 0 && p.rows != nil {
			p.train.split()
			p.done <- result{again: true, void: need}
			continue
		}
		p.rows = nil
		t.begin()
		o := w.attempt(t, p, now, next)
		if t.fault.any() {
			t.rollback()
			if h := w.void(t, p); h != nil {
				begun = append(begun, h)
			}
			continue
		}
		if p.DryRun {
			t.rollback()
		} else {
			next += uint64(len(o.events))
		}
		outs = append(outs, o)
	}
	return t, outs, begun
}

// void puts a command aside whose decision is void.
func (w *Writer) void(t *tx, p *pending) *hold {
	switch f := t.fault; {
	case f.held != nil && len(f.held.parked) < MaxWaiting:
		f.held.parked = append(f.held.parked, p)
	case f.held != nil:
		p.train.split()
		p.done <- result{err: ErrBusy}
	case f.missing:
		p.missing = slices.Clone(t.missing)
		p.train.split()
		p.done <- result{again: true, void: w.cache.gone}
	default:
		h := &hold{account: f.scanned, p: p}
		w.held[h.account] = h
		return h
	}
	return nil
}

// attempt plays a command on rows that may not all be in memory. A rule is told
// that such a row is not there, which it may have every right to rule out: what
// comes of that, a panic too, is void. Any other panic is a fault of the rule.
func (w *Writer) attempt(t *tx, p *pending, now time.Time, next uint64) (o outcome) {
	defer func() {
		if t.fault.any() {
			_ = recover()
		}
	}()
	return w.play(t, p, now, next)
}

// bundle seals and encodes what the outcomes record, into c. It names the
// command, if any, that is too large.
func (w *Writer) bundle(c *events.Commit, outs []outcome) (tooLarge *pending, err error) {
	var personal []events.Personable
	for _, o := range outs {
		if o.p.DryRun {
			continue
		}
		c.Events = append(c.Events, o.events...)
		if o.receipt != nil {
			c.Receipts = append(c.Receipts, *o.receipt)
		}
		for _, e := range o.events {
			if d, ok := e.Data.(events.Personable); ok {
				personal = append(personal, d)
			}
		}
	}
	if len(personal) > 0 {
		if err := w.Sealer.Seal(personal...); err != nil {
			return nil, err
		}
	}
	c.Entries = make([]events.Entry, len(c.Events))
	for i, e := range c.Events {
		if c.Entries[i], err = w.Kinds.Encode(e); errors.Is(err, events.ErrEntryTooLarge) {
			return ownerOf(outs, e), nil
		} else if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// answer tells every caller what became of its command.
func (w *Writer) answer(outs []outcome) {
	for _, o := range outs {
		o.p.done <- result{answer: o.answer, kept: o.kept, err: o.err}
	}
}

// fail answers that nothing is known to be recorded.
func (w *Writer) fail(batch []*pending) {
	for _, p := range batch {
		p.train.split()
		p.done <- result{err: ErrUnavailable}
	}
}

func pendings(outs []outcome) []*pending {
	ps := make([]*pending, len(outs))
	for i, o := range outs {
		ps[i] = o.p
	}
	return ps
}

func ownerOf(outs []outcome, e *events.Event) *pending {
	for _, o := range outs {
		if o.p.id.String() == e.CommandID {
			return o.p
		}
	}
	return nil
}

func without(batch []*pending, p *pending) []*pending {
	var rest []*pending
	for _, q := range batch {
		if q != p {
			rest = append(rest, q)
		}
	}
	return rest
}
