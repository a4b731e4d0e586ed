package writer

import (
	"errors"
	"slices"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// hold is an account held while a decision that scans it is prepared beside
// the writer, and until the views have what came of it.
type hold struct {
	account string
	p       *pending
	parked  []*pending // commands of that account, in their order
	out     outcome
	commit  *events.Commit
	writes  map[row.Key]any
	err     error
}

// prepare decides on a snapshot of the views, once they have the commit behind
// which the account is held. It runs beside the writer.
func (w *Writer) prepare(h *hold, seq uint64) {
	h.err = w.Views.WaitSeq(w.ctx, seq)
	if h.err == nil {
		h.err = w.prepareNow(h)
	}
	select {
	case w.ready <- h:
	case <-w.ctx.Done():
		h.p.done <- result{err: ErrUnavailable}
	}
}

func (w *Writer) prepareNow(h *hold) error {
	snap, err := w.Views.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	rec := newRecorder(snap, true)
	now := w.Clock().UTC().Truncate(events.Tick)
	h.out = w.play(rec, h.p, now, snap.Position()+1)
	if err := snap.Err(); err != nil {
		return err
	}
	h.writes = rec.writes
	h.commit = &events.Commit{Epoch: w.Epoch, ID: w.ids.at(now)}
	tooLarge, err := w.bundle(h.commit, []outcome{h.out})
	if tooLarge != nil {
		return errTooLarge
	}
	return err
}

// commitLarge commits what was prepared, alone. Entries were encoded with
// another time and are stamped with the one that is true.
func (w *Writer) commitLarge(h *hold) {
	if h.err != nil || h.p.DryRun || h.out.err != nil || h.out.kept != nil {
		w.answerLarge(h, h.err)
		w.release(h)
		return
	}
	if err := w.settle(); err != nil {
		w.answerLarge(h, err)
		w.release(h)
		return
	}
	w.stamp(h)
	err := w.write(h.commit)
	switch {
	case errors.Is(err, errForeign) && w.settle() == nil:
		go w.prepare(h, w.place.Seq)
		return
	case err != nil:
		w.answerLarge(h, err)
		w.release(h)
		return
	}
	w.adoptLarge(h)
	w.offer(h.commit)
	w.answerLarge(h, nil)
	go w.releaseWhenSeen(h, h.commit.Seq)
}

// stamp gives the prepared commit its place and time.
func (w *Writer) stamp(h *hold) {
	c, now := h.commit, w.clock.now()
	c.First = w.place.Position + 1
	for i, e := range c.Events {
		e.Position, e.Time = c.First+uint64(i), now
		c.Entries[i].Stamp(now)
	}
	old := h.out.answer
	h.out.answer = answerOf(h.p, c.Events, c.First-1)
	h.out.answer.Warnings, h.out.answer.ID, h.out.answer.Refused = old.Warnings, old.ID, old.Refused
	if h.out.receipt != nil {
		c.Receipts = []events.Receipt{h.p.keep(&h.out.answer)}
	}
}

// adoptLarge makes the rows in memory agree with a commit whose rows never
// were there: those of the account are let go (it is held until the views
// have them), its head is put, and others are let go until the views have them.
func (w *Writer) adoptLarge(h *hold) {
	seq := h.commit.Seq
	w.cache.forgetAccount(h.account, seq)
	if erasure := func(e *events.Event) bool { _, ok := e.Data.(*events.PersonErased); return ok }; slices.ContainsFunc(h.commit.Events, erasure) {
		w.cache.forgetSecrets(seq)
	}
	for k := range h.writes {
		switch {
		case k.Table.Aggregate == "account" && k.Scope == h.account:
		case k.Table == aggregates.Heads.Info:
			w.cache.put(k, &aggregates.Head{Position: w.place.Position}, seq)
		case k.Table == aggregates.Receipts.Info:
			r := h.commit.Receipts[0]
			w.cache.put(k, &aggregates.Receipt{Request: r.Request[:], Answer: r.Answer}, seq)
		default:
			w.cache.forget(k, seq)
		}
	}
}

func (w *Writer) answerLarge(h *hold, err error) {
	switch {
	case errors.Is(err, errTooLarge):
		h.p.done <- result{err: err}
	case err != nil:
		w.Log.Error("a large command is not recorded", "command", h.p.Spec.Name, "cause", err)
		h.p.done <- result{err: ErrUnavailable}
	default:
		w.answer([]outcome{h.out})
	}
}

// releaseWhenSeen ends the hold once the views have the commit seq. Should
// they have stopped for good, the account stays held: nothing right could be
// decided on it.
func (w *Writer) releaseWhenSeen(h *hold, seq uint64) {
	if err := w.Views.WaitSeq(w.ctx, seq); err != nil {
		w.Log.Error("the views stopped; an account stays held", "account", h.account, "cause", err)
		return
	}
	select {
	case w.seen <- h:
	case <-w.ctx.Done():
	}
}

// release ends a hold; who waited for it is decided next.
func (w *Writer) release(h *hold) {
	delete(w.held, h.account)
	w.backlog = append(w.backlog, h.parked...)
	h.parked = nil
}
