package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/seatledger/seatledger/events"
)

// TailFrames is how many of the newest frames are compared at the start.
const TailFrames = 128

// Reconcile compares a journal and its copy as they were left: in length, and
// in their last frames. The shorter one is completed from the other, with what
// may never have been acknowledged too. What it cannot mend is an [ErrProof].
// Nobody else writes meanwhile.
func Reconcile(ctx context.Context, j events.Journal, c *Copy, log *slog.Logger) (*Both, error) {
	b := newBoth(j, c, 0, log)
	last, err := j.Last(ctx)
	if err != nil {
		return nil, err
	}
	common := min(last, c.Last())
	if b.end, err = b.compare(ctx, common, last); err != nil {
		return nil, err
	}
	switch {
	case last > b.end:
		log.Info("the copy is completed from the journal", "copy", b.end, "journal", last)
	case last < c.Last():
		log.Warn("the journal is completed from the copy", "journal", last, "copy", c.Last())
		b.end = c.Last()
	}
	return b, b.settle(ctx)
}

// compare reads the last frames that both have, and returns up to where they
// are alike. Where the copy's very last frame differs, the journal's stands:
// neither was acknowledged, for what was is the same in both.
func (b *Both) compare(ctx context.Context, common, last uint64) (uint64, error) {
	from := b.copy.o.First
	if common >= from+TailFrames {
		from = common - TailFrames + 1
	}
	if from > common {
		return common, nil
	}
	copies := b.copy.cursor(from, common)
	seq := from - 1
	for m, err := range b.journal.Read(ctx, from) {
		if err != nil {
			return 0, unreadable("journal", seq+1, err, "")
		}
		c, _, err := copies.message()
		if err != nil {
			return 0, unreadable("copy", seq+1, err, nextCopy)
		}
		seq = m.Seq
		if !bytes.Equal(c.Data, m.Data) {
			if seq != b.copy.Last() {
				return 0, differ(seq, m.Data, c.Data)
			}
			b.log.Warn("the copy's last frame was never acknowledged; the journal has another", "message", seq)
			return seq - 1, nil
		}
		if seq == common {
			break
		}
	}
	if seq != common {
		return 0, unreadable("journal", seq+1, fmt.Errorf("%w: the end is %d", events.ErrGap, last), "")
	}
	return common, nil
}

// unreadable tells of a frame that one of the two cannot show.
func unreadable(where string, seq uint64, err error, next string) error {
	if !errors.Is(err, events.ErrGap) && !errors.Is(err, ErrDamaged) {
		return err
	}
	if next == "" {
		next = nextRestore
	}
	return &Finding{Kind: Differ, Where: fmt.Sprintf("%s, frame %d", where, seq), Expected: "the frame that was appended",
		Found: err.Error(), Next: next}
}

// differ tells of a frame that is not the same in both.
func differ(seq uint64, journal, copied []byte) error {
	return &Finding{
		Kind: Differ, Where: fmt.Sprintf("frame %d", seq), Expected: "the same bytes in journal and copy",
		Found: fmt.Sprintf("%s in the journal, %s in the copy", glance(journal), glance(copied)), Next: nextRestore,
	}
}

// glance describes a frame in a few words.
func glance(data []byte) string {
	f, err := events.DecodeFrame(data)
	if err != nil {
		return fmt.Sprintf("%d bytes (%v)", len(data), err)
	}
	return fmt.Sprintf("commit %s with %d entries from position %d", f.Commit, len(f.Entries), f.First)
}
