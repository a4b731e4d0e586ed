package projections

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// tx is what the fold writes to while a group of commits is applied: rows as
// they will be, over those of the generation. It implements row.Tx, which has
// no errors: the first one is kept, and checked after every event.
type tx struct {
	g         *generation
	read      *reader // of the generation as it was before the group
	before    *group  // that is still being written, or was a moment ago; nil: none
	rows      map[row.Key]*heldRow
	position  uint64   // of the event that is folded
	changed   []change // by it, in tables that are kept in versions
	text      []byte   // of a row
	others    []put    // what is stored besides rows and entries, in any order
	slab      []byte   // see room
	slabBytes int
	err       error
}

// heldRow is a row that a group has read or written.
type heldRow struct {
	now      any    // nil: there is none
	put      bool   // by this group
	at       uint64 // the event that put it last
	versions []rowVersion
	prefix   []byte // of the stored keys, once they are written
}

// rowVersion is the row as the event at a position left it, as it is stored.
type rowVersion struct {
	position uint64
	value    []byte // empty: deleted
}

// change is a row that an event has changed.
type change struct {
	*heldRow
	key row.Key
}

// put is something stored besides rows and entries.
type put struct {
	key, value []byte
	how        putHow
	n          int // the order in which they were put
}

type putHow byte

const (
	putSet putHow = iota
	putDelete
	putMerge
)

// Get returns the row as it is now, personal data opened: the fold finds
// indexes by it.
func (t *tx) Get(k row.Key) any {
	h, ok := t.rows[k]
	if !ok {
		h = &heldRow{now: t.stored(k)}
		t.rows[k] = h
	}
	return h.now
}

// stored is the row as it was before the group.
func (t *tx) stored(k row.Key) any {
	if t.before != nil {
		if h, ok := t.before.rows[k]; ok {
			return h.now
		}
	}
	if v, ok := t.g.cache.get(k); ok {
		return v
	}
	v, err := t.read.newest(k)
	if err != nil {
		t.fail(err)
		return nil
	}
	return v
}

// Put stores a row.
func (t *tx) Put(k row.Key, v any) {
	h, ok := t.rows[k]
	if !ok {
		h = new(heldRow)
		t.rows[k] = h
	}
	if !h.put {
		if err := checkScope(k.Scope); err != nil {
			t.fail(fmt.Errorf("table %s: %w", k.Table.Name, err))
		}
	}
	h.now, h.put = v, true
	if !k.Table.Latest && h.at != t.position {
		h.at = t.position
		t.changed = append(t.changed, change{h, k})
	}
}

// Delete removes a row.
func (t *tx) Delete(k row.Key) { t.Put(k, nil) }

// Scan yields the rows of a scope as they are at the call.
func (t *tx) Scan(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	return func(yield func(row.Key, any) bool) {
		t.settle()
		rows := map[row.Key]any{}
		for k, v := range t.read.scan(table, scope) {
			rows[k] = v
		}
		t.fail(t.read.err)
		for k, h := range t.rows {
			if k.Table == table && k.Scope == scope {
				rows[k] = h.now
			}
		}
		ids := slices.SortedFunc(maps.Keys(rows), func(a, b row.Key) int { return compareStrings(a.ID, b.ID) })
		for _, k := range ids {
			if v := rows[k]; v != nil && !yield(k, v) {
				return
			}
		}
	}
}

// settle waits until the group before is stored, so that what is read of the
// database has it.
func (t *tx) settle() {
	if t.before == nil {
		return
	}
	t.fail(t.before.wait())
	t.fail(t.read.close())
	t.before = nil
}

// putRows yields the rows of a table that the group has put, as they are now.
func (t *tx) putRows(table *row.Info) iter.Seq2[row.Key, *heldRow] {
	return func(yield func(row.Key, *heldRow) bool) {
		for k, h := range t.rows {
			if k.Table == table && h.put && !yield(k, h) {
				return
			}
		}
	}
}

func (t *tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// set and remove store what is no row.
func (t *tx) set(key, value []byte) {
	t.others = append(t.others, put{key, value, putSet, len(t.others)})
}
func (t *tx) remove(key []byte) { t.others = append(t.others, put{key, nil, putDelete, len(t.others)}) }

// Room for keys is made by the slab, each twice as large as the one before.
const (
	minSlabBytes = 1 << 10
	maxSlabBytes = 64 << 10
)

// room is an empty slice for n bytes.
func (t *tx) room(n int) []byte {
	if len(t.slab) < n {
		t.slabBytes = min(max(2*t.slabBytes, minSlabBytes), maxSlabBytes)
		t.slab = make([]byte, max(n, t.slabBytes))
	}
	b := t.slab[:0:n]
	t.slab = t.slab[n:]
	return b
}

// evolve folds one event, and keeps the versions of rows that it made; a panic
// of the fold is an error that stops the follower, as any other is.
func (t *tx) evolve(e *events.Event) (err error) {
	defer func() {
		if p := recover(); p != nil && t.err == nil {
			err = fmt.Errorf("the fold: %v", p)
		} else if t.err != nil {
			err = t.err
		}
		if err != nil {
			err = fmt.Errorf("event %d (%s): %w", e.Position, e.Type(), err)
		}
	}()
	t.position, t.changed = e.Position, t.changed[:0]
	t.g.store.opt.Evolve(t, e)
	for _, c := range t.changed {
		value, err := t.encoded(c.key, c.now)
		if err != nil {
			return err
		}
		c.versions = append(c.versions, rowVersion{e.Position, append(t.room(len(value)), value...)})
	}
	return nil
}

// encoded is a row as it is stored, empty for none; it is valid until the next.
func (t *tx) encoded(k row.Key, v any) (_ []byte, err error) {
	t.text = t.text[:0]
	if v == nil {
		return t.text, nil
	}
	if t.text, err = k.Table.Encode(t.text, v); err != nil {
		return nil, fmt.Errorf("row %s: %w", k, err)
	}
	return t.text, nil
}
