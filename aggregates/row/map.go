package row

import (
	"iter"
	"slices"
	"strings"
)

// Map is a Tx in memory: the whole state of small worlds, of replays and of
// the rule book.
type Map map[Key]any

// Get returns a row or nil.
func (m Map) Get(k Key) any { return m[k] }

// Put stores a row.
func (m Map) Put(k Key, v any) { m[k] = v }

// Delete removes a row.
func (m Map) Delete(k Key) { delete(m, k) }

// Scan yields the rows of a scope by id, in order.
func (m Map) Scan(table *Info, scope string) iter.Seq2[Key, any] {
	return func(yield func(Key, any) bool) {
		var keys []Key
		for k := range m {
			if k.Table == table && k.Scope == scope {
				keys = append(keys, k)
			}
		}
		slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.ID, b.ID) })
		for _, k := range keys {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
