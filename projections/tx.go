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
	puts    []put
	err     error
}

// put is one stored row of the group; without a value it is no more.
type put struct{ key, value []byte }

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

// evolve folds one event, and keeps the versions that it made for the batch.
// Rows kept in one version only are put once, at the group's end.
func (t *tx) evolve(e *events.Event) (err error) {
	t.changed = t.changed[:0]
	if err := t.fold(e); err != nil {
		return fmt.Errorf("event %d (%s): %w", e.Position, e.Type(), err)
	}
	for _, k := range t.changed {
		if k.Table.Latest {
			continue
		}
		if err := t.store(k, e.Position); err != nil {
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

// store keeps the row as it is now for the batch: as the version of a position,
// or as the only one. A deletion is an empty version.
func (t *tx) store(k row.Key, position uint64) error {
	p := put{}
	if v := t.written[k]; v != nil {
		var err error
		if p.value, err = k.Table.Encode(v); err != nil {
			return fmt.Errorf("row %s: %w", k, err)
		}
	} else if !k.Table.Latest {
		p.value = []byte{}
	}
	if err := checkScope(k.Scope); err != nil {
		return fmt.Errorf("table %s: %w", k.Table.Name, err)
	}
	p.key = t.g.keys.row(make([]byte, 0, keyBytes(k)), k)
	if !k.Table.Latest {
		p.key = version(p.key, position)
	}
	t.puts = append(t.puts, p)
	return nil
}

// finish lets the cache know all rows, and writes them in the order of their
// keys: where one stands, a memtable finds the place of the next at once.
func (t *tx) finish(b *pebble.Batch) error {
	for k, v := range t.written {
		if k.Table.Latest {
			if err := t.store(k, 0); err != nil {
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
	slices.SortFunc(t.puts, func(p, q put) int { return compare(p.key, q.key) })
	for _, p := range t.puts {
		var err error
		if p.value != nil {
			err = b.Set(p.key, p.value, nil)
		} else {
			err = b.Delete(p.key, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
