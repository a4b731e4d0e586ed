package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/events"
)

// Remains are what is left of a log in its two places, of one epoch.
type Remains struct {
	First, Last uint64 // sequences of the first message, and of the last in either place
	// Journal yields, in order, the messages that can still be read of it; what
	// cannot is left out.
	Journal iter.Seq[events.Message]
	Copy    *Copy // nil if nothing can be read of it
	// Signed are the checkpoints that prove what is made, and Public is the key
	// that verifies them (vkey).
	Signed [][]byte
	Public string
	Log    *slog.Logger
}

// Rebuild makes a new copy, of another epoch perhaps and under other sequences,
// in an empty folder: of every frame that either place still has whole. It is
// durable, and proven by every checkpoint, when Rebuild returns; the copy is
// open then. What cannot be made whole is a [Finding].
func (r *Remains) Rebuild(ctx context.Context, o CopyOptions) (*Copy, error) {
	c, err := OpenCopy(o)
	if err != nil {
		return nil, err
	}
	if err = c.take(r.renamed(ctx, c.o.Epoch, c.o.First)); err == nil {
		err = r.prove(ctx, c)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// renamed yields the frames under the epoch and the sequences of a new journal.
// Frames at the end whose commit is not whole are left out: it was never
// acknowledged, and followers find their place behind a whole one.
func (r *Remains) renamed(ctx context.Context, epoch, first uint64) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		var held []events.Message
		for m, err := range r.union(ctx) {
			var f *events.Frame
			if err == nil {
				f, err = events.DecodeFrame(m.Data)
			}
			if err != nil {
				yield(events.Message{}, err)
				return
			}
			if f.Epoch != epoch {
				f.Epoch = epoch
				m.Data = f.Encode()
			}
			m.Seq = first + (m.Seq - r.First)
			if held = append(held, m); !f.End {
				continue
			}
			for _, m := range held {
				if !yield(m, nil) {
					return
				}
			}
			held = nil
		}
	}
}

// union yields each frame from where it is whole. Neither place having one is a
// finding, and so is each having another.
func (r *Remains) union(ctx context.Context) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		journal, stop := iter.Pull(r.Journal)
		defer stop()
		copies := &salvage{c: r.Copy, last: r.Last}
		m, more := journal()
		position := uint64(1)
		for seq := r.First; seq <= r.Last; seq++ {
			for more && m.Seq < seq {
				m, more = journal()
			}
			var stored []byte
			if more && m.Seq == seq {
				stored = m.Data
			}
			data, f, err := r.pick(seq, position, stored, copies.frame(seq))
			if err = errors.Join(ctx.Err(), err); err != nil {
				yield(events.Message{}, err)
				return
			}
			position = f.First + uint64(len(f.Entries))
			if !yield(events.Message{Seq: seq, Data: data}, nil) {
				return
			}
		}
	}
}

// pick takes the frame that is whole. Where the copy's very last one is another,
// the journal's stands: that was never acknowledged.
func (r *Remains) pick(seq, position uint64, journal, copied []byte) ([]byte, *events.Frame, error) {
	j, notJournal := events.DecodeFrame(journal)
	c, notCopy := events.DecodeFrame(copied)
	switch {
	case notJournal == nil && (notCopy != nil || seq == r.Copy.Last() || bytes.Equal(journal, copied)):
		return journal, j, nil
	case notCopy == nil && notJournal != nil:
		return copied, c, nil
	case notCopy == nil:
		return nil, nil, differ(seq, journal, copied)
	}
	return nil, nil, &Finding{Kind: Lost, Position: position, Where: fmt.Sprintf("position %d (frame %d)", position, seq),
		Expected: "a whole frame in the journal or in the copy",
		Found:    fmt.Sprintf("%s in the journal, %s in the copy", left(journal, notJournal), left(copied, notCopy)), Next: nextRestore}
}

// left says what there is of a frame that is not whole.
func left(data []byte, cause error) string {
	if data == nil {
		return "nothing readable"
	}
	return cause.Error()
}

// prove makes the tree of a new copy, and compares it with what was signed.
func (r *Remains) prove(ctx context.Context, c *Copy) error {
	t, err := openTree(c)
	if err != nil {
		return err
	}
	f := follower{tree: t, journal: copyAlone{c}}
	if err := f.catchUp(ctx, c.Last()); err != nil {
		return err
	}
	newest := int64(-1)
	for _, text := range r.Signed {
		signed, err := OpenCheckpoint(text, r.Public)
		if err != nil {
			return otherKey(newestName, text, r.Public, err)
		}
		if err := t.prove(newestName, signed); err != nil {
			return err
		}
		if signed.Size > newest {
			newest, err = signed.Size, c.keepCheckpoint(text)
		}
		if err != nil {
			return err
		}
	}
	return c.db.LogData(nil, pebble.Sync) // the tiles too
}

// Entries yields the log's entries, whole commits only, with the position of
// the first of each group.
func (r *Remains) Entries(ctx context.Context) iter.Seq2[Group, error] {
	return func(yield func(Group, error) bool) {
		var join joiner[Group]
		for m, err := range r.union(ctx) {
			var whole []Group
			if err == nil {
				whole, err = join.add(m, func(f *events.Frame) Group { return Group{f.First, f.Entries} })
			}
			if err != nil {
				yield(Group{}, err)
				return
			}
			for _, g := range whole {
				if len(g.Entries) > 0 && !yield(g, nil) {
					return
				}
			}
		}
	}
}

// Group is some entries that follow one another.
type Group struct {
	First   uint64 // position
	Entries []events.Entry
}

// copyAlone is a copy read as a journal.
type copyAlone struct{ *Copy }

// Read is that of [events.Journal].
func (c copyAlone) Read(_ context.Context, from uint64) iter.Seq2[events.Message, error] {
	return c.Copy.Read(from, c.Copy.Last())
}

// Last is that of [events.Journal].
func (c copyAlone) Last(context.Context) (uint64, error) { return c.Copy.Last(), nil }

// salvage reads what can be read of a copy that may be damaged, in order.
type salvage struct {
	c     *Copy
	last  uint64
	ready []events.Message
	alone int // how many more are read one by one, around damage
}

// frame is the one with a sequence, nil if it cannot be read.
func (s *salvage) frame(seq uint64) []byte {
	if s.c == nil {
		return nil
	}
	if len(s.ready) == 0 && s.alone == 0 {
		var err error
		if s.ready, err = s.c.chunk(seq, s.last); err != nil {
			s.ready, s.alone = nil, chunkFrames
		}
	}
	if s.alone > 0 {
		s.alone--
		data, err := s.c.value(frameKey(s.c.o.Epoch, seq))
		if err != nil {
			return nil
		}
		return data
	}
	if len(s.ready) == 0 || s.ready[0].Seq != seq {
		return nil
	}
	data := s.ready[0].Data
	s.ready = s.ready[1:]
	return data
}
