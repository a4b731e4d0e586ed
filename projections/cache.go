package projections

import "github.com/seatledger/seatledger/aggregates/row"

// rowCache keeps decoded current rows, and which rows are known not to be, so
// that hot rows are not read again. It has two halves: what is used moves to
// the young one, and when that is full the old one is dropped. It belongs to
// the goroutine that applies.
type rowCache struct {
	young, old map[row.Key]any
	half       int // rows
}

func newRowCache(half int) *rowCache {
	return &rowCache{young: map[row.Key]any{}, old: map[row.Key]any{}, half: half}
}

func (c *rowCache) get(k row.Key) (v any, known bool) {
	if v, known = c.young[k]; known {
		return v, true
	}
	if v, known = c.old[k]; known {
		c.put(k, v)
	}
	return v, known
}

func (c *rowCache) put(k row.Key, v any) {
	if len(c.young) >= c.half {
		c.old, c.young = c.young, make(map[row.Key]any, c.half)
	}
	c.young[k] = v
}

// clear forgets all: after an erasure, nobody may be remembered in the clear.
func (c *rowCache) clear() { c.young, c.old = map[row.Key]any{}, map[row.Key]any{} }
