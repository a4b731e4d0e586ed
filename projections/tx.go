package projections

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// tx is what the fold writes to while a group of commits is applied: rows as
// they will be, over those of the generation. It implements row.Tx, which has
// no errors: the first one is kept, and checked after every event.
type tx struct {
	g       *generation
	read    *reader         // of the generation as it was before the group
	written map[row.Key]any // in this group; nil: deleted
	changed []row.Key       // by this event
	err     error
}

// Get returns the row as it is now, personal data opened: the fold finds
// indexes by it.
func (t *tx) Get(k row.Key) any {
	if v, ok := t.written[k]; ok {
		return v
	}
	if v, ok := t.g.cache.get(k); ok {
		return v
	}
	v, err := t.read.newest(k)
	if err != nil {
		t.fail(err)
		return nil
	}
	t.g.cache.put(k, v)
	return v
}

// Put stores a row.
func (t *tx) Put(k row.Key, v any) {
	t.written[k] = v
	if !slices.Contains(t.changed, k) {
		t.changed = append(t.changed, k)
	}
}

// Delete removes a row.
func (t *tx) Delete(k row.Key) { t.Put(k, nil) }

// Scan yields the rows of a scope as they are at the call.
func (t *tx) Scan(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	return func(yield func(row.Key, any) bool) {
		rows := map[row.Key]any{}
		for k, v := range t.read.scan(table, scope) {
			rows[k] = v
		}
		t.fail(t.read.err)
		for k, v := range t.written {
			if k.Table == table && k.Scope == scope {
				rows[k] = v
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

func (t *tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// evolve folds one event, and puts the versions that it made into the batch.
// Rows kept in one version only are put once, at the group's end.
func (t *tx) evolve(b *pebble.Batch, e *events.Event) (err error) {
	t.changed = t.changed[:0]
	if err := t.fold(e); err != nil {
		return fmt.Errorf("event %d (%s): %w", e.Position, e.Type(), err)
	}
	for _, k := range t.changed {
		if k.Table.Latest {
			continue
		}
		if err := t.store(b, k, e.Position); err != nil {
			return fmt.Errorf("event %d (%s): %w", e.Position, e.Type(), err)
		}
	}
	return nil
}

// fold runs the fold; a panic of its is an error that stops the follower, as
// any other does.
func (t *tx) fold(e *events.Event) (err error) {
	defer func() {
		if p := recover(); p != nil && t.err == nil {
			err = fmt.Errorf("the fold: %v", p)
		} else if t.err != nil {
			err = t.err
		}
	}()
	t.g.store.opt.Evolve(t, e)
	return nil
}

// store writes the row under a key as it is now: as the version of a position,
// or as the only one. A deletion is an empty version.
func (t *tx) store(b *pebble.Batch, k row.Key, position uint64) error {
	var value []byte
	v := t.written[k]
	if v != nil {
		var err error
		if value, err = k.Table.Encode(v); err != nil {
			return fmt.Errorf("row %s: %w", k, err)
		}
	}
	if err := checkScope(k.Scope); err != nil {
		return fmt.Errorf("table %s: %w", k.Table.Name, err)
	}
	t.g.buf = t.g.keys.row(t.g.buf[:0], k)
	switch {
	case !k.Table.Latest:
		t.g.buf = version(t.g.buf, position)
	case v == nil:
		return b.Delete(t.g.buf, nil)
	}
	return b.Set(t.g.buf, value, nil)
}

// finish writes the rows of one version, and lets the cache know all.
func (t *tx) finish(b *pebble.Batch) error {
	for k, v := range t.written {
		if k.Table.Latest {
			if err := t.store(b, k, 0); err != nil {
				return err
			}
		}
		if k.Table == account.Numbers.Info {
			if err := t.hold(b, k); err != nil {
				return err
			}
		}
		t.g.cache.put(k, v)
	}
	return nil
}
