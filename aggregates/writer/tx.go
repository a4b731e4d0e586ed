package writer

import (
	"iter"

	"github.com/seatledger/seatledger/aggregates/row"
)

// tx is the state as one group of commands will leave it: rows of the group
// over the cache. A command's reads and writes are void when it met something
// that the writer does not have at hand; see fault.
type tx struct {
	cache *cache
	held  map[string]*hold
	rows  map[row.Key]any
	undo  []undo // what the current command replaced, to take it back
	fault fault
	// missing are the rows that the current command asked for in vain.
	missing []row.Key
	// seen are rows as the current command last saw or put them: it asks for
	// the same few again and again, and looking them up costs more.
	seen []seen
}

type seen struct {
	key   row.Key
	value any
}

// maxSeen is how many rows are remembered as seen; more would not be found
// faster than in the maps.
const maxSeen = 8

// rowsOfCommand is how many rows most commands put, for the size of a map.
const rowsOfCommand = 3

type undo struct {
	key row.Key
	old any
	had bool
}

// fault says why a decision is void.
type fault struct {
	missing bool   // a row is not in memory
	scanned string // it scanned this account
	held    *hold  // it read a row of a held account
}

func (f fault) any() bool { return f != fault{} }

func newTx(c *cache, held map[string]*hold, commands int) *tx {
	return &tx{cache: c, held: held, rows: make(map[row.Key]any, rowsOfCommand*commands)}
}

// begin starts the next command.
func (t *tx) begin() {
	t.undo, t.fault, t.missing, t.seen = t.undo[:0], fault{}, t.missing[:0], t.seen[:0]
}

// rollback takes the current command's writes back.
func (t *tx) rollback() {
	for i := len(t.undo) - 1; i >= 0; i-- {
		if u := t.undo[i]; u.had {
			t.rows[u.key] = u.old
		} else {
			delete(t.rows, u.key)
		}
	}
	t.undo = t.undo[:0]
}

// Get reads a row; one that is not in memory makes the decision void.
func (t *tx) Get(k row.Key) any {
	if len(t.held) > 0 && k.Table.Aggregate == "account" {
		if h := t.held[k.Scope]; h != nil {
			t.fault.held = h
			return nil
		}
	}
	for i := range t.seen {
		if t.seen[i].key == k {
			return t.seen[i].value
		}
	}
	v, ok := t.rows[k]
	if !ok {
		v, ok = t.cache.get(k)
	}
	if !ok {
		t.fault.missing = true
		t.missing = append(t.missing, k)
		return nil
	}
	t.saw(k, v)
	return v
}

// saw remembers a row for the rest of the command.
func (t *tx) saw(k row.Key, v any) {
	for i := range t.seen {
		if t.seen[i].key == k {
			t.seen[i].value = v
			return
		}
	}
	if len(t.seen) < maxSeen {
		t.seen = append(t.seen, seen{k, v})
	}
}

// Scan makes the decision void: it is prepared beside the writer.
func (t *tx) Scan(_ *row.Info, scope string) iter.Seq2[row.Key, any] {
	if t.fault.scanned == "" { // what the rule scans counts, not what the fold does
		t.fault.scanned = scope
	}
	return func(func(row.Key, any) bool) {}
}

// Put stores a row for the rest of the group.
func (t *tx) Put(k row.Key, v any) {
	old, had := t.rows[k]
	t.undo = append(t.undo, undo{k, old, had})
	t.rows[k] = v
	t.saw(k, v)
}

// Delete stores that there is no such row.
func (t *tx) Delete(k row.Key) { t.Put(k, nil) }

// adopt makes the group's rows the newest durable ones.
func (t *tx) adopt(seq uint64) {
	for k, v := range t.rows {
		t.cache.put(k, v, seq)
	}
}
