package writer

import (
	"encoding/json"
	"fmt"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

// frameSpareBytes is room in a message for the frame's own fields.
const frameSpareBytes = 64 << 10

// Frames cuts a commit into frames for a journal whose messages have at most
// maxBytes, and says how many bytes their bodies have.
func Frames(c *events.Commit, maxBytes int) (fs []*events.Frame, size int) {
	limit := min(maxBytes-frameSpareBytes, events.MaxFrameBytes)
	f := &events.Frame{Epoch: c.Epoch, First: c.First, Commit: c.ID}
	used := 0
	cut := func(next int) {
		if used > 0 && used+next > limit {
			fs = append(fs, f)
			f = &events.Frame{Epoch: c.Epoch, First: f.First + uint64(len(f.Entries)), Commit: c.ID, Part: f.Part + 1}
			used = 0
		}
		used += next
		size += next
	}
	for _, e := range c.Entries {
		cut(len(e) + 3)
		f.Entries = append(f.Entries, e)
	}
	for _, r := range c.Receipts {
		cut(len(r.Answer) + 70)
		f.Receipts = append(f.Receipts, r)
	}
	f.End = true
	return append(fs, f), size
}

// Cut is a commit as far as a position, which must be the last of a command:
// its entries up to there, and the receipts of commands that were answered with
// no later one. A key whose command is cut off is free again. The commit has an
// id of its own, for it is another one.
func Cut(c *events.Commit, position uint64, id ulid.ULID) (*events.Commit, error) {
	cut := &events.Commit{Epoch: c.Epoch, ID: id, First: c.First}
	if position >= c.First {
		cut.Entries = c.Entries[:min(position+1-c.First, uint64(len(c.Entries)))]
	}
	for _, r := range c.Receipts {
		var k kept
		if err := json.Unmarshal(r.Answer, &k); err != nil {
			return nil, fmt.Errorf("receipt in commit %s: %w", c.ID, err)
		}
		if k.Position <= position {
			cut.Receipts = append(cut.Receipts, r)
		}
	}
	return cut, nil
}
