package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
)

// Frames is the journal's copy; an audit.Copy is one.
type Frames interface {
	// First and Last are the sequences of the first frame that can be, and of
	// the newest one.
	First() uint64
	Last() uint64
	// Read yields the frames from..last; what is missing or damaged is an
	// error, and ends it.
	Read(from, last uint64) iter.Seq2[events.Message, error]
}

// Strands is a journal and its copy, read in step. What the one cannot show is
// read from the other, so that one damage does not hide the next. It is an
// [events.Journal] that nothing can be appended to.
type Strands struct {
	Journal events.Journal
	Copy    Frames
	// End is where both end while the ledger runs; 0: where they end.
	End uint64
	// Tell, if set, is told what is not the same in both.
	Tell func(Finding)
}

var _ events.Journal = (*Strands)(nil)

// Append refuses.
func (s *Strands) Append(context.Context, uint64, []byte) (uint64, error) {
	return 0, fmt.Errorf("%w: it is looked into only", events.ErrNotWritten)
}

// MaxBytes is the journal's.
func (s *Strands) MaxBytes() int { return s.Journal.MaxBytes() }

// Last is the newest message that either has.
func (s *Strands) Last(ctx context.Context) (uint64, error) {
	if s.End > 0 {
		return s.End, nil
	}
	last, err := s.Journal.Last(ctx)
	return max(last, s.Copy.Last()), err
}

// Read yields the messages from the sequence from on, each from where it is
// whole. One that neither has is an error, and ends it.
func (s *Strands) Read(ctx context.Context, from uint64) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		last, err := s.Last(ctx)
		if err != nil {
			yield(events.Message{}, err)
			return
		}
		journal := &strand{read: func(from uint64) iter.Seq2[events.Message, error] { return s.Journal.Read(ctx, from) }}
		copied := &strand{read: func(from uint64) iter.Seq2[events.Message, error] { return s.Copy.Read(from, last) }}
		defer journal.close()
		defer copied.close()
		for seq := max(from, s.Copy.First()); seq <= last; seq++ {
			p := pair{seq: seq}
			p.journal, p.journalErr = journal.at(seq)
			p.copy, p.copyErr = copied.at(seq)
			if ctx.Err() != nil {
				yield(events.Message{}, ctx.Err())
				return
			}
			m, err := s.choose(p, seq == last)
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}

// pair is what journal and copy have at a sequence.
type pair struct {
	seq                 uint64
	journal, copy       events.Message
	journalErr, copyErr error
}

// choose takes the message that is whole, the journal's where both are. The
// last one of a ledger that was killed may stand in one of the two alone.
func (s *Strands) choose(p pair, last bool) (events.Message, error) {
	tail := last && s.End == 0
	switch {
	case p.journalErr == nil && p.copyErr == nil:
		if bytes.Equal(p.journal.Data, p.copy.Data) {
			return p.journal, nil
		}
		return s.compare(p), nil
	case p.journalErr != nil && p.copyErr != nil:
		return events.Message{}, fmt.Errorf("message %d is in neither of the two copies: %w", p.seq, errors.Join(p.journalErr, p.copyErr))
	case p.journalErr != nil:
		if !tail && !errors.Is(p.journalErr, errGivenUp) {
			s.tell("log", fmt.Sprintf("message %d", p.seq), p.copy, "cannot be read, and the copy has it: "+p.journalErr.Error())
		}
		return p.copy, nil
	}
	if !tail && !errors.Is(p.copyErr, errGivenUp) {
		s.tell("copy", fmt.Sprintf("frame %d", p.seq), p.journal, "cannot be read, and the journal has it: "+p.copyErr.Error())
	}
	return p.journal, nil
}

// compare says in what two messages differ.
func (s *Strands) compare(p pair) events.Message {
	in, err := events.DecodeFrame(p.journal.Data)
	of, copyErr := events.DecodeFrame(p.copy.Data)
	frame := fmt.Sprintf("frame %d", p.seq)
	switch {
	case err != nil && copyErr == nil:
		s.tell("log", fmt.Sprintf("message %d", p.seq), p.copy, "is damaged, and the copy has it whole: "+err.Error())
		return p.copy
	case copyErr != nil:
		s.tell("copy", frame, p.journal, "is damaged, and the journal has it whole: "+copyErr.Error())
		return p.journal
	}
	for i, b := range in.Entries {
		if i >= len(of.Entries) || !bytes.Equal(b, of.Entries[i]) {
			var other events.Entry
			if i < len(of.Entries) {
				other = of.Entries[i]
			}
			s.find(Finding{"copy", fmt.Sprintf("entry %d, in %s", in.First+uint64(i), frame), in.First + uint64(i),
				"is not what the journal has: " + difference(other, b)})
			return p.journal
		}
	}
	s.tell("copy", frame, p.journal, "is not what the journal has: "+difference(p.copy.Data, p.journal.Data))
	return p.journal
}

// tell tells of a frame; m is what is known of it.
func (s *Strands) tell(part, where string, m events.Message, message string) {
	var position uint64
	if f, err := events.DecodeFrame(m.Data); err == nil {
		position = f.First
	}
	s.find(Finding{part, where, position, message})
}

func (s *Strands) find(f Finding) {
	if s.Tell != nil {
		s.Tell(f)
	}
}
