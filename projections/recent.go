package projections

import "github.com/seatledger/seatledger/events"

// Limits of what is kept of the newest entries.
const (
	maxRecentEntries = 1 << 14
	maxRecentBytes   = 16 << 20
)

// recent keeps the newest entries that were offered, so that who follows
// closely, as the feed does, need not read them from the database. What was
// read from the journal is not kept: its entries hold on to whole frames.
type recent struct {
	first   uint64 // position of the first entry
	entries []events.Entry
	bytes   int
}

// add takes a commit's entries. Older ones go when there are too many, and all
// of them when the commit does not follow on.
func (r *recent) add(c *events.Commit) {
	if c.First != r.first+uint64(len(r.entries)) {
		*r = recent{first: c.First}
	}
	r.entries = append(r.entries, c.Entries...)
	for _, e := range c.Entries {
		r.bytes += len(e)
	}
	gone := 0
	for len(r.entries)-gone > maxRecentEntries || r.bytes > maxRecentBytes {
		r.bytes -= len(r.entries[gone])
		r.entries[gone] = nil
		gone++
	}
	r.first, r.entries = r.first+uint64(gone), r.entries[gone:]
}

// from lists at most n entries from a position on, nil when that one is not
// among them.
func (r *recent) from(first uint64, n int) []events.Entry {
	if first < r.first || first >= r.first+uint64(len(r.entries)) {
		return nil
	}
	late := r.entries[first-r.first:]
	return append([]events.Entry(nil), late[:min(n, len(late))]...)
}
