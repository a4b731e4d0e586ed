package writer

import (
	"fmt"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

// A commit that is cut has the entries up to the position, and the receipts of
// what was answered with no later one.
func TestCut(t *testing.T) {
	c := &events.Commit{Epoch: 3, ID: ulid.Make(), First: 5, Entries: []events.Entry{{5}, {6}, {7}, {8}}}
	for _, position := range []uint64{4, 6, 8} { // "nothing to do", and two commands
		c.Receipts = append(c.Receipts, events.Receipt{Answer: fmt.Appendf(nil, `{"position":%d}`, position)})
	}
	for position, want := range map[uint64][2]int{3: {0, 0}, 4: {0, 1}, 6: {2, 2}, 8: {4, 3}, 99: {4, 3}} {
		cut, err := Cut(c, position, ulid.Make())
		if err != nil || len(cut.Entries) != want[0] || len(cut.Receipts) != want[1] || cut.First != 5 || cut.Epoch != 3 || cut.ID == c.ID {
			t.Errorf("up to %d: %+v, %v; want %v", position, cut, err, want)
		}
	}
	c.Receipts[0].Answer = []byte("?")
	if _, err := Cut(c, 6, ulid.Make()); err == nil {
		t.Error("a receipt that cannot be read is passed over")
	}
}
