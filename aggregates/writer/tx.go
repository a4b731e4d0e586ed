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
}

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

func newTx(c *cache, held map[string]*hold) *tx {
	return &tx{cache: c, held: held, rows: map[row.Key]any{}}
}

// begin starts the next command.
func (t *tx) begin() { t.undo, t.fault, t.missing = t.undo[:0], fault{}, t.missing[:0] }

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
	if v, ok := t.rows[k]; ok {
		return v
	}
	v, ok := t.cache.get(k)
	if !ok {
		t.fault.missing = true
		t.missing = append(t.missing, k)
	}
	return v
}

// Scan makes the decision void: it is prepared beside the writer.
func (t *tx) Scan(_ *row.Info, scope string) iter.Seq2[row.Key, any] {
	t.fault.scanned = scope
	return func(func(row.Key, any) bool) {}
}

// Put stores a row for the rest of the group.
func (t *tx) Put(k row.Key, v any) {
	old, had := t.rows[k]
	t.undo = append(t.undo, undo{k, old, had})
	t.rows[k] = v
}

// Delete stores that there is no such row.
func (t *tx) Delete(k row.Key) { t.Put(k, nil) }

// adopt makes the group's rows the newest durable ones.
func (t *tx) adopt(seq uint64) {
	for k, v := range t.rows {
		t.cache.put(k, v, seq)
	}
}
