package projections

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Errors of what is to be applied.
var (
	// ErrGap: a commit does not follow on what was applied.
	ErrGap = errors.New("views: the next commit does not follow on")
	// ErrOrder: an event's time is earlier than that of the one before.
	ErrOrder = errors.New("views: time runs backwards")
)

// generation is one whole set of views in a key space of its own. One
// goroutine at a time applies to it.
type generation struct {
	store *Store
	keys  keyspace
	mark  mark
	cache *rowCache
	buf   []byte // of keys
	told  func(position uint64)
}

func (s *Store) openGeneration(number uint32) (*generation, error) {
	g := &generation{
		store: s, cache: newRowCache(MaxCachedRows),
		keys: keyspace{generation: number, secret: s.idKey},
	}
	var err error
	g.mark, err = readMark(s.db, g.keys)
	return g, err
}

// apply takes commits, in order and behind the mark, into all views: one batch,
// with the mark in it, so that after any crash all of it is there or nothing.
func (g *generation) apply(commits []*events.Commit) error {
	b := g.store.db.NewBatchWithSize(batchBytes(commits))
	defer b.Close()
	t := &tx{g: g, read: newReader(g.store, g.store.db, g.keys), written: map[row.Key]any{}}
	defer t.read.close()
	next, index, erased := g.mark, postings{}, []string(nil)
	for _, c := range commits {
		if c.First != next.position+1 || c.Seq <= next.seq {
			return fmt.Errorf("%w: journal message %d at position %d, behind %d at %d",
				ErrGap, c.Seq, c.First, next.seq, next.position)
		}
		if err := g.entries(b, c); err != nil {
			return err
		}
		for _, e := range c.Events {
			if err := g.event(b, t, &next, e); err != nil {
				return err
			}
			index.add(e)
			if p, ok := e.Data.(*events.PersonErased); ok {
				erased = append(erased, p.PersonIDs...)
			}
		}
		for _, r := range c.Receipts {
			k := aggregates.Receipts.Key(hexOf(r.Key[:]), "")
			t.written[k] = &aggregates.Receipt{Request: r.Request[:], Answer: r.Answer}
		}
		next.epoch, next.seq = c.Epoch, c.Seq
	}
	if err := g.store.eraseKeys(erased); err != nil {
		return err
	}
	if err := g.finish(b, t, next, index); err != nil {
		return err
	}
	if next.erasures > g.mark.erasures {
		g.cache.clear()
		g.store.sweepSoon()
	}
	g.mark = next
	return nil
}

// event applies one event, and moves next to it.
func (g *generation) event(b *pebble.Batch, t *tx, next *mark, e *events.Event) error {
	if e.Position != next.position+1 {
		return fmt.Errorf("%w: event %d behind %d", ErrGap, e.Position, next.position)
	}
	if e.Time.Before(next.time) {
		return fmt.Errorf("%w: event %d at %s, behind one at %s", ErrOrder, e.Position, e.Time.Format(events.TimeLayout), next.time.Format(events.TimeLayout))
	}
	if next.position > 0 && e.Time.After(next.time) {
		if err := g.time(b, *next); err != nil {
			return err
		}
	}
	next.position, next.time = e.Position, e.Time
	if err := t.evolve(e); err != nil {
		return err
	}
	if p, ok := e.Data.(*events.PersonErased); ok {
		next.erasures++
		if err := t.erase(b, p); err != nil {
			return err
		}
	}
	return nil
}

// entries puts a commit's entries, one behind the other: keys in order cost the
// database less, and so do the postings of finish.
func (g *generation) entries(b *pebble.Batch, c *events.Commit) error {
	for i, entry := range c.Entries {
		g.buf = g.keys.entry(g.buf[:0], c.First+uint64(i))
		if err := b.Set(g.buf, entry, nil); err != nil {
			return err
		}
	}
	return nil
}

// time notes the newest position of a time.
func (g *generation) time(b *pebble.Batch, m mark) error {
	g.buf = g.keys.time(g.buf[:0], m.time)
	return b.Set(g.buf, appendPosition(nil, m.position), nil)
}

// finish puts what a group gathered, and the mark, and commits.
func (g *generation) finish(b *pebble.Batch, t *tx, next mark, index postings) error {
	if err := t.finish(b); err != nil {
		return err
	}
	for _, p := range slices.SortedFunc(maps.Keys(index), posting.compare) {
		g.buf = g.keys.posting(g.buf[:0], p)
		if err := b.Merge(g.buf, index[p], nil); err != nil {
			return err
		}
	}
	if next.position > 0 {
		if err := g.time(b, next); err != nil {
			return err
		}
	}
	if err := b.Set(g.keys.mark(nil), next.encode(), nil); err != nil {
		return err
	}
	return b.Commit(pebble.NoSync)
}

// batchBytes guesses a batch's size, so that it need not grow.
func batchBytes(commits []*events.Commit) int {
	n := 1 << 10
	for _, c := range commits {
		for _, e := range c.Entries {
			n += len(e) + 1<<10
		}
	}
	return n
}
