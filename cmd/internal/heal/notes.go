package heal

import (
	"slices"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
)

// bySize sorts checkpoints that a key signed, the largest tree last; others are
// left out, and each stands once.
func bySize(notes [][]byte, public string) (sorted [][]byte) {
	var all []*audit.Checkpoint
	for _, n := range notes {
		if c, err := audit.OpenCheckpoint(n, public); err == nil {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *audit.Checkpoint) int { return int(a.Size - b.Size) })
	for i, c := range all {
		if i == 0 || all[i-1].Size != c.Size {
			sorted = append(sorted, c.Note)
		}
	}
	return sorted
}

// nothing is a journal without messages.
func nothing(func(events.Message) bool) {}
