package writer

import (
	"context"
	"errors"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// train couples commands that are decided one behind the other. The goroutine
// of run splits it at the first that cannot be decided as things stand, or is
// not recorded: those behind it go back to their caller undecided, however
// many groups they are spread over.
type train struct{ broken bool }

func (t *train) isBroken() bool { return t != nil && t.broken }

func (t *train) split() {
	if t != nil {
		t.broken = true
	}
}

// Outcome is what became of one command of several: an answer, or an error
// that is *rule.Refusal or rule.Invalid.
type Outcome struct {
	Answer Answer
	Err    error
}

// DoInOrder decides commands in the order given, each on what those before it
// leave, and returns when all answers are durable. An error is one of Do's that
// leave things open: the outcomes then are those of the commands before the
// first that has none. Commands that scan an account do not belong here, and
// those of which it must be known whether they were recorded have a key.
//
// While one part of the commands is being decided and written, the next one is
// rehearsed.
func (w *Writer) DoInOrder(ctx context.Context, rs []Request) ([]Outcome, error) {
	ps := make([]*pending, len(rs))
	for i, r := range rs {
		ps[i] = newPending(r, w.ids.at(w.Clock()), w.Secret)
	}
	outs := make([]Outcome, 0, len(rs))
	var void uint64
	for try := 0; len(outs) < len(ps); try++ {
		if try == maxAttempts {
			return outs, ErrBusy
		}
		before := len(outs)
		var err error
		if outs, void, err = w.sendTrain(ctx, ps, outs, void); err != nil {
			return outs, err
		}
		if len(outs) > before {
			try = 0
		}
	}
	return outs, nil
}

// sendTrain sends all commands that have no outcome as one train, and adds the
// outcomes of those before the place where it was split, if it was. Then void
// is what the views must have reached before the next one.
func (w *Writer) sendTrain(ctx context.Context, ps []*pending, outs []Outcome, void uint64) ([]Outcome, uint64, error) {
	t, ahead := &train{}, []*pending(nil)
	var stop error
	for at := len(outs); at < len(ps) && stop == nil; {
		part := ps[at:min(at+w.TrainPart, len(ps))]
		if stop = w.rehearseAll(ctx, part, void); stop != nil {
			break
		}
		sent := w.sendAll(t, part)
		at += sent
		if sent < len(part) {
			stop = ErrBusy
		}
		done, v, err := w.collect(ctx, ahead)
		outs = append(outs, done...)
		if len(done) < len(ahead) {
			_, _, _ = w.collect(ctx, part[:sent]) // behind the split: undecided
			return outs, v, err
		}
		ahead, void = part[:sent], 0
	}
	done, v, err := w.collect(ctx, ahead)
	outs = append(outs, done...)
	if err == nil && len(done) == len(ahead) && len(outs) < len(ps) {
		err = stop
	}
	return outs, v, err
}

// rehearseAll finds the rows that commands need, one behind the other, and
// hands them to the first.
func (w *Writer) rehearseAll(ctx context.Context, ps []*pending, seq uint64) error {
	if err := w.Views.WaitSeq(ctx, seq); err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	snap, err := w.Views.Snapshot()
	if err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	defer snap.Close()
	rec, now := newRecorder(snap, false), w.Clock().UTC()
	next := snap.Position() + 1
	for _, p := range ps {
		next += uint64(len(w.play(rec, p, now, next).events))
		for _, k := range p.missing {
			if _, known := rec.read[k]; !known {
				rec.read[k] = snap.Get(k)
			}
		}
	}
	if err := snap.Err(); err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	ps[0].rows, ps[0].rowsAt = rec.read, snap.Seq()
	return nil
}

// sendAll queues commands of a train, as many as there is room for.
func (w *Writer) sendAll(t *train, ps []*pending) (sent int) {
	for _, p := range ps {
		p.train = t
		select {
		case w.queue <- p:
			sent++
		default:
			return sent
		}
	}
	return sent
}

// collect waits for what became of a train, and returns the outcomes before
// the place where it was split, if it was.
func (w *Writer) collect(ctx context.Context, ps []*pending) (outs []Outcome, void uint64, err error) {
	split := false
	for _, p := range ps {
		var res result
		select {
		case res = <-p.done:
		case <-ctx.Done():
			return outs, 0, ctx.Err()
		case <-w.ctx.Done():
			return outs, 0, ErrUnavailable
		}
		if split {
			continue
		}
		out, open := w.outcome(ctx, &res)
		if res.again || open != nil {
			split, void, err = true, res.void, open
			continue
		}
		outs = append(outs, out)
	}
	return outs, void, err
}

// outcome is what a result comes to; open is why it comes to nothing.
func (w *Writer) outcome(ctx context.Context, res *result) (out Outcome, open error) {
	var (
		refusal *rule.Refusal
		invalid rule.Invalid
	)
	switch {
	case res.again:
	case res.kept != nil:
		out.Answer, open = w.repeat(ctx, res.kept)
	case errors.As(res.err, &refusal) || errors.As(res.err, &invalid):
		out.Err = res.err
	case res.err != nil:
		open = res.err
	default:
		out.Answer, open = res.answer, w.erased(ctx, &res.answer)
	}
	return out, open
}
