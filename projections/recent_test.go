package projections

import (
	"fmt"
	"testing"

	"github.com/seatledger/seatledger/events"
)

// numbered is a commit of n entries, each its own position as text.
func numbered(first uint64, n int) *events.Commit {
	c := &events.Commit{First: first}
	for i := range n {
		c.Entries = append(c.Entries, events.Entry(fmt.Sprint(first+uint64(i))))
	}
	return c
}

func TestRecentHoldsTheNewestEntries(t *testing.T) {
	var r recent
	if got := r.from(1, 10); got != nil {
		t.Errorf("empty: %q", got)
	}
	const commits, each = 300, 100
	for i := range commits {
		r.add(numbered(uint64(i*each)+1, each))
	}
	end := uint64(commits * each)
	for _, c := range []struct {
		first uint64
		n     int
		want  int
	}{
		{end - maxRecentEntries, 5, 0}, {end - maxRecentEntries + 1, 5, 5}, {end - 2, 5, 3}, {end + 1, 5, 0}, {0, 5, 0},
	} {
		got := r.from(c.first, c.n)
		if len(got) != c.want {
			t.Errorf("from %d: %d entries, want %d", c.first, len(got), c.want)
		}
		for i, e := range got {
			if want := fmt.Sprint(c.first + uint64(i)); string(e) != want {
				t.Errorf("at %d: %s", c.first+uint64(i), e)
			}
		}
	}
}

func TestRecentIsBoundInBytes(t *testing.T) {
	var r recent
	large := make(events.Entry, 1<<20)
	for i := range uint64(40) {
		r.add(&events.Commit{First: i + 1, Entries: []events.Entry{large}})
	}
	if got := len(r.from(40-15, 100)); got != 16 {
		t.Errorf("%d entries of 1 MiB, want 16", got)
	}
	if got := r.from(40-16, 100); got != nil {
		t.Errorf("one too many is kept: %d", len(got))
	}
}

// What was read from the journal meanwhile leaves a hole: nothing before it is
// taken for what stands behind it.
func TestRecentBeginsAnewBehindAHole(t *testing.T) {
	var r recent
	r.add(numbered(1, 10))
	r.add(numbered(21, 10))
	if got := r.from(5, 10); got != nil {
		t.Errorf("before the hole: %q", got)
	}
	if got := r.from(15, 10); got != nil {
		t.Errorf("in the hole: %q", got)
	}
	if got := r.from(21, 3); len(got) != 3 || string(got[0]) != "21" {
		t.Errorf("behind it: %q", got)
	}
}
