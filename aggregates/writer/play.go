package writer

import (
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// outcome is what a command comes to, not yet durable.
type outcome struct {
	p      *pending
	err    error // a refusal
	kept   *kept // answered before
	answer Answer
	events []*events.Event
	// receipt is to be recorded with the events.
	receipt *events.Receipt
}

// play decides one command on t and folds its events into t. The first event
// gets position next. It is the same for the writer, for a rehearsal and for
// a large decision.
func (w *Writer) play(t row.Tx, p *pending, now time.Time, next uint64) outcome {
	o := outcome{p: p}
	if o.kept, o.err = p.replay(t); o.kept != nil || o.err != nil {
		return o
	}
	d, err := aggregates.Decide(p.Command, t, p.context(now, w.ids), p.Expected)
	if err != nil {
		o.err = err
		return o
	}
	cause := p.cause()
	o.events = make([]*events.Event, len(d.Drafts))
	for i, draft := range d.Drafts {
		e := w.event(draft, cause, now, next+uint64(i))
		aggregates.Evolve(t, e)
		o.events[i] = e
	}
	o.answer = answerOf(p, o.events, next-1)
	o.answer.ID, o.answer.Warnings, o.answer.Refused = d.ID, d.Warnings, d.Refused
	if p.IdempotencyKey != "" && !p.DryRun {
		r := p.keep(&o.answer)
		o.receipt = &r
		t.Put(p.receiptRow(), &aggregates.Receipt{Request: r.Request[:], Answer: r.Answer})
	}
	return o
}

func (w *Writer) event(d events.Draft, cause events.Cause, now time.Time, position uint64) *events.Event {
	k, ok := w.Kinds.Kind(d.Data.EventType())
	if !ok {
		panic("writer: no row in the table of kinds for " + d.Data.EventType())
	}
	return &events.Event{
		ID: w.ids.at(now).String(), Position: position, Time: now, Version: k.Current(),
		Partner: d.Partner, Aggregate: k.Aggregate, AggregateID: d.AggregateID,
		Cause: cause, Data: d.Data,
	}
}

func answerOf(p *pending, es []*events.Event, end uint64) Answer {
	a := Answer{
		CommandID: p.id.String(), Position: end + uint64(len(es)),
		Events: make([]aggregates.EventRef, 0, min(len(es), MaxListedEvents)), EventsTotal: len(es), DryRun: p.DryRun,
	}
	if p.DryRun {
		a.Position = end
	}
	for _, e := range es[:min(len(es), MaxListedEvents)] {
		a.Events = append(a.Events, aggregates.EventRef{ID: e.ID, Type: e.Type(), Position: e.Position})
	}
	return a
}
