package writer

import "github.com/seatledger/seatledger/aggregates/row"

// cached is a row in memory: nil when there is known to be none.
type cached struct {
	value any
	seq   uint64 // of the commit that put it; 0 when it was loaded
	used  bool   // since the last sweep
}

// cache holds durable rows: the newest state of what was touched lately. It
// counts in journal sequences, not positions, for a commit may have receipts
// and no event.
type cache struct {
	rows map[row.Key]*cached
	max  int
	// gone is the newest sequence among rows that were let go. What was read
	// before it may be older than what was let go. goneOf has it for accounts
	// that changed in a commit that did not pass through here.
	gone   uint64
	goneOf map[string]uint64
}

// maxGoneOf bounds goneOf; past it all of it counts as gone.
const maxGoneOf = 1024

func newCache(maxRows int) *cache {
	return &cache{rows: map[row.Key]*cached{}, max: maxRows, goneOf: map[string]uint64{}}
}

func (c *cache) get(k row.Key) (any, bool) {
	e := c.rows[k]
	if e == nil {
		return nil, false
	}
	e.used = true
	return e.value, true
}

// put adopts a row that a commit made.
func (c *cache) put(k row.Key, v any, seq uint64) {
	if e := c.rows[k]; e != nil {
		*e = cached{value: v, seq: seq, used: true}
		return
	}
	c.rows[k] = &cached{value: v, seq: seq, used: true}
}

// install takes rows read at a sequence, unless they may be outdated: a row
// changed after it would still be here, or be known as gone. It returns the
// sequence that a new reading needs, 0 when all is well.
func (c *cache) install(rows map[row.Key]any, seq uint64) (need uint64) {
	need = c.gone
	for k := range rows {
		if k.Table.Aggregate == "account" {
			need = max(need, c.goneOf[k.Scope])
		}
	}
	if seq < need {
		return need
	}
	for k, v := range rows {
		if _, have := c.rows[k]; !have {
			c.rows[k] = &cached{value: v, used: true}
		}
	}
	return 0
}

// sweep lets go of rows that were not used since the last sweep, when there
// are too many. Only what the views cover may go, for it is from there that it
// will be loaded again.
func (c *cache) sweep(covered uint64) {
	if len(c.rows) <= c.max {
		return
	}
	for k, e := range c.rows {
		if e.used || e.seq > covered {
			e.used = false
			continue
		}
		c.gone = max(c.gone, e.seq)
		delete(c.rows, k)
	}
}

// forget lets go of a row that changed in the commit seq.
func (c *cache) forget(k row.Key, seq uint64) {
	delete(c.rows, k)
	c.gone = max(c.gone, seq)
}

// forgetAccount lets go of all rows of one account, which changed in the
// commit seq without passing through here.
func (c *cache) forgetAccount(id string, seq uint64) {
	for k := range c.rows {
		if k.Table.Aggregate == "account" && k.Scope == id {
			delete(c.rows, k)
		}
	}
	if len(c.goneOf) >= maxGoneOf {
		for _, s := range c.goneOf {
			c.gone = max(c.gone, s)
		}
		clear(c.goneOf)
	}
	c.goneOf[id] = seq
}

// forgetSecrets lets go of all rows whose ids are personal data, up to the
// commit seq: also of those that are known not to be.
func (c *cache) forgetSecrets(seq uint64) {
	for k := range c.rows {
		if k.Table.SecretID {
			delete(c.rows, k)
		}
	}
	c.gone = max(c.gone, seq)
}

// forgetAll starts over behind the commit seq.
func (c *cache) forgetAll(seq uint64) {
	clear(c.rows)
	clear(c.goneOf)
	c.gone = max(c.gone, seq)
}
