package events

import (
	"fmt"

	"github.com/oklog/ulid/v2"
)

// MaxCommitBytes is the most that one commit may hold in entries, over all
// its frames: readers keep it in memory until they have its end.
const MaxCommitBytes = 1 << 30

// Commit is what one or more frames make whole: everything in it happened at
// once. Writer and journal readers hand the same value to the projections.
type Commit struct {
	Epoch    uint64
	Seq      uint64 // journal sequence of its last frame
	ID       ulid.ULID
	First    uint64   // position of Events[0], or of the next event if there is none
	Events   []*Event // none where they were not asked for
	Entries  []Entry
	Receipts []Receipt
}

// Last is the position that the log has reached with this commit.
func (c *Commit) Last() uint64 { return c.First + uint64(len(c.Entries)) - 1 }

// Assembler makes commits of frames. Feed it every journal message in order,
// from the start or from behind a commit's last frame.
type Assembler struct {
	kinds *Table
	next  uint64 // position that the next commit must start with
	open  *Commit
	parts uint32
	bytes int
}

// NewAssembler expects the next commit to begin at position next. With nil for
// kinds the entries are not decoded: commits come without Events.
func NewAssembler(kinds *Table, next uint64) *Assembler { return &Assembler{kinds: kinds, next: next} }

// Add takes the next journal message and returns the commit that it ends, or
// nil. A frame of another commit abandons the unfinished one. Frames that are
// damaged, out of place or not understood are errors: nothing is skipped, and
// after an error the assembler is of no more use.
func (a *Assembler) Add(m Message) (*Commit, error) {
	f, err := DecodeFrame(m.Data)
	if err != nil {
		return nil, fmt.Errorf("journal message %d: %w", m.Seq, err)
	}
	if a.open == nil || a.open.ID != f.Commit {
		a.open, a.parts, a.bytes = &Commit{Epoch: f.Epoch, ID: f.Commit, First: a.next}, 0, 0
	}
	if f.Epoch != a.open.Epoch {
		return nil, fmt.Errorf("journal message %d: %w: part of epoch %d in a commit of epoch %d",
			m.Seq, ErrFrame, f.Epoch, a.open.Epoch)
	}
	if f.Part != a.parts || f.First != a.open.First+uint64(len(a.open.Entries)) {
		return nil, fmt.Errorf("journal message %d: %w: part %d at position %d, expected part %d at %d",
			m.Seq, ErrFrame, f.Part, f.First, a.parts, a.open.First+uint64(len(a.open.Entries)))
	}
	for _, e := range f.Entries {
		a.bytes += len(e)
	}
	if a.bytes > MaxCommitBytes {
		return nil, fmt.Errorf("journal message %d: %w: commit over %d bytes", m.Seq, ErrFrame, MaxCommitBytes)
	}
	a.parts++
	a.open.Seq = m.Seq
	a.open.Entries = append(a.open.Entries, f.Entries...)
	a.open.Receipts = append(a.open.Receipts, f.Receipts...)
	if !f.End {
		return nil, nil
	}
	return a.finish()
}

// finish decodes the whole commit's entries, once its end is here.
func (a *Assembler) finish() (*Commit, error) {
	c := a.open
	a.open = nil
	a.next = c.First + uint64(len(c.Entries))
	if a.kinds == nil {
		return c, nil
	}
	c.Events = make([]*Event, len(c.Entries))
	for i, b := range c.Entries {
		var err error
		if c.Events[i], err = a.kinds.Decode(c.First+uint64(i), b); err != nil {
			return nil, err
		}
	}
	return c, nil
}
