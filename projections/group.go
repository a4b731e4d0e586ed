package projections

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// group is what some commits, one behind the other, make of all views. It is
// stored whole, with the mark in it, so that after any crash all of it is there
// or nothing.
type group struct {
	tx
	from    mark // behind which it begins
	next    mark // behind the commits so far
	entries []events.Entry
	index   postings
	times   []put // which stand behind all else, in order
	erased  []string
	size    groupSize
	done    chan struct{} // of a run: closed when it is stored, or cannot be
	broken  error         // why
}

// begin makes an empty group behind another one that is being stored, or
// behind the generation's mark. Close it.
func (g *generation) begin(before *group) *group {
	p := &group{tx: tx{g: g, before: before, rows: map[row.Key]*heldRow{}}, index: postings{}}
	p.read = newReader(g.store, g.store.db, g.keys)
	if before != nil {
		p.from = before.next
	} else {
		p.from = g.mark
	}
	p.next = p.from
	return p
}

func (p *group) close() error { return p.read.close() }

// add takes a commit into the group.
func (p *group) add(c *events.Commit) error {
	if c.First != p.next.position+1 || c.Seq <= p.next.seq {
		return fmt.Errorf("%w: journal message %d at position %d, behind %d at %d",
			ErrGap, c.Seq, c.First, p.next.seq, p.next.position)
	}
	p.entries = append(p.entries, c.Entries...)
	for _, e := range c.Events {
		if err := p.event(e); err != nil {
			return err
		}
		p.index.add(e)
		if e.CommandID != "" {
			p.merge(ofCommand(e))
		}
	}
	for _, r := range c.Receipts {
		p.Put(aggregates.Receipts.Key(hexOf(r.Key[:]), ""), &aggregates.Receipt{Request: r.Request[:], Answer: r.Answer})
	}
	p.next.epoch, p.next.seq = c.Epoch, c.Seq
	p.size = p.size.plus(c)
	return nil
}

// merge adds positions to a block of the index.
func (p *group) merge(of posting, offsets []byte) {
	key := p.g.keys.posting(p.room(areaBytes+len(of.value)+8), of)
	p.others = append(p.others, put{key, offsets, putMerge, len(p.others)})
}

// event applies one event.
func (p *group) event(e *events.Event) error {
	if e.Position != p.next.position+1 {
		return fmt.Errorf("%w: event %d behind %d", ErrGap, e.Position, p.next.position)
	}
	if e.Time.Before(p.next.time) {
		return fmt.Errorf("%w: event %d at %s, behind one at %s", ErrOrder, e.Position, e.Time.Format(events.TimeLayout), p.next.time.Format(events.TimeLayout))
	}
	if p.next.position > 0 && e.Time.After(p.next.time) {
		p.time()
	}
	p.next.position, p.next.time = e.Position, e.Time
	if err := p.evolve(e); err != nil {
		return err
	}
	if x, ok := e.Data.(*events.PersonErased); ok {
		p.next.erasures++
		p.erased = append(p.erased, x.PersonIDs...)
		if err := p.erase(x); err != nil {
			return err
		}
	}
	return nil
}

// time notes the newest position of a time.
func (p *group) time() {
	p.times = append(p.times, put{key: p.g.keys.time(p.room(areaBytes+8+1), p.next.time), value: appendPosition(p.room(8), p.next.position)})
}

// finish lets the generation know all rows, and adds what a group gathers.
func (p *group) finish() error {
	for k, h := range p.rows {
		if h.put && k.Table == account.Numbers.Info {
			p.hold(k)
		}
		p.g.cache.put(k, h.now)
	}
	if p.forgets() {
		p.g.cache.clear()
	}
	for posting, offsets := range p.index {
		p.merge(posting, offsets)
	}
	if p.next.position > 0 {
		p.time()
	}
	p.set(p.g.keys.mark(nil), p.next.encode())
	return p.err
}

// forgets reports that persons were erased within the group.
func (p *group) forgets() bool { return p.next.erasures > p.from.erasures }

// arrived is for when the group is in the database: its mark is the
// generation's.
func (p *group) arrived() {
	if p.forgets() {
		p.g.store.sweepSoon()
	}
	p.g.mark = p.next
}

// commit stores the group in one batch.
func (p *group) commit() error {
	if err := p.g.store.eraseKeys(p.erased); err != nil {
		return err
	}
	b := p.g.store.db.NewBatchWithSize(p.size.bytes + p.size.events<<10 + 1<<10)
	defer b.Close()
	err := p.each(func(o put) error {
		switch o.how {
		case putDelete:
			return b.Delete(o.key, nil)
		case putMerge:
			return b.Merge(o.key, o.value, nil)
		}
		return b.Set(o.key, o.value, nil)
	})
	if err != nil {
		return err
	}
	if err := b.Commit(pebble.NoSync); err != nil {
		return err
	}
	p.arrived()
	return nil
}

// each hands over all that is to be stored, each key once and in the order of
// keys: a memtable then finds the place of the next at once, and a file can be
// written of nothing else. What is handed over is valid during the call only.
func (p *group) each(do func(put) error) error {
	o := put{}
	for i, entry := range p.entries {
		o.key, o.value = p.g.keys.entry(o.key[:0], p.from.position+1+uint64(i)), entry
		if err := do(o); err != nil {
			return err
		}
	}
	others := newest(p.others)
	for _, r := range p.sortedRows() {
		for len(others) > 0 && compare(others[0].key, r.prefix) < 0 {
			if err := do(others[0]); err != nil {
				return err
			}
			others = others[1:]
		}
		if len(others) > 0 && bytes.Equal(others[0].key, r.prefix) { // the row is of later
			others = others[1:]
		}
		if err := p.row(r, do); err != nil {
			return err
		}
	}
	for _, o := range append(others, p.times...) {
		if err := do(o); err != nil {
			return err
		}
	}
	return nil
}

// newest sorts by key, and leaves the last of each key; what is to be merged
// under one key becomes one.
func newest(puts []put) []put {
	slices.SortFunc(puts, func(a, b put) int { return cmp.Or(compare(a.key, b.key), cmp.Compare(a.n, b.n)) })
	kept := puts[:0]
	for i, o := range puts {
		if i > 0 && bytes.Equal(o.key, kept[len(kept)-1].key) {
			last := &kept[len(kept)-1]
			if o.how == putMerge {
				o.value = append(last.value, o.value...)
			}
			*last = o
			continue
		}
		kept = append(kept, o)
	}
	return kept
}

// sortedRows lists the rows that were put, in the order of their prefixes.
func (p *group) sortedRows() []change {
	rows := make([]change, 0, len(p.rows))
	for k, h := range p.rows {
		if h.put {
			h.prefix = p.g.keys.row(p.room(keyBytes(k)), k)
			rows = append(rows, change{h, k})
		}
	}
	slices.SortFunc(rows, func(a, b change) int { return bytes.Compare(a.prefix, b.prefix) })
	return rows
}

// row hands over what is stored of a row, the newest version first. A deletion
// is an empty version.
func (p *group) row(r change, do func(put) error) error {
	if r.key.Table.Latest {
		value, err := p.encoded(r.key, r.now)
		if err != nil {
			return err
		}
		if r.now == nil {
			return do(put{key: r.prefix, how: putDelete})
		}
		return do(put{key: r.prefix, value: value})
	}
	for _, v := range slices.Backward(r.versions) {
		if err := do(put{key: version(r.prefix, v.position), value: v.value}); err != nil {
			return err
		}
	}
	return nil
}
