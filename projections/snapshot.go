package projections

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Snapshot is the state at one position. It does not change while the log
// grows. It is a row.Reader, belongs to one goroutine, and must be closed.
// Rows come with their personal data opened.
type Snapshot struct {
	// Time is the time asked about: that of as_of, of the event at an as_of
	// position, or now. What depends on the clock is computed for it.
	Time time.Time

	store  *Store
	pebble *pebble.Snapshot
	rows   *reader
	end    mark // where the views stood when it was taken
}

// snapshot is the newest state.
func (s *Store) snapshot() (*Snapshot, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	s.snapshots.Add(1)
	s.mu.Unlock()
	snap := &Snapshot{store: s, pebble: s.db.NewSnapshot()}
	if err := snap.begin(); err != nil {
		return nil, errors.Join(err, snap.Close())
	}
	return snap, nil
}

// begin finds the generation that was live, and where it stood.
func (s *Snapshot) begin() error {
	number, err := readLive(s.pebble)
	if err != nil {
		return err
	}
	keys := keyspace{generation: number, secret: s.store.idKey}
	s.rows = newReader(s.store, s.pebble, keys)
	s.end, err = readMark(s.pebble, keys)
	s.rows.position = s.end.position
	return err
}

// goBack makes it the state at an earlier position.
func (s *Snapshot) goBack(position uint64) {
	s.rows.past = position < s.end.position
	s.rows.position = position
}

// Position is the position that the state is of.
func (s *Snapshot) Position() uint64 { return s.rows.position }

// Seq is the journal sequence of the newest commit in it.
func (s *Snapshot) Seq() uint64 { return s.end.seq }

// End is the position that the views had reached when it was taken.
func (s *Snapshot) End() uint64 { return s.end.position }

// Err is the first error that a read met; what was read is then void.
func (s *Snapshot) Err() error { return s.rows.err }

// Close releases it; a second time it does nothing.
func (s *Snapshot) Close() error {
	if s.pebble == nil {
		return nil
	}
	var err error
	if s.rows != nil {
		err = s.rows.close()
	}
	err = errors.Join(err, s.pebble.Close())
	s.pebble = nil
	s.store.snapshots.Done()
	return err
}

// Get returns the row under a key, or nil. Errors are kept in Err.
func (s *Snapshot) Get(k row.Key) any {
	v, err := s.rows.newest(k)
	if err != nil {
		s.rows.err = errors.Join(s.rows.err, err)
		return nil
	}
	return v
}

// Scan yields the rows of a scope by id. Errors end it, and are kept in Err.
func (s *Snapshot) Scan(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	return s.rows.scan(table, scope)
}

// ScanFrom is Scan for the ids behind one.
func (s *Snapshot) ScanFrom(table *row.Info, scope, id string) iter.Seq2[row.Key, any] {
	return s.rows.scanFrom(table, scope, id)
}

// Entry returns the entry at a position, nil beyond that of the snapshot.
func (s *Snapshot) Entry(position uint64) (events.Entry, error) {
	if position == 0 || position > s.rows.position || s.pebble == nil {
		return nil, nil
	}
	b, err := get(s.pebble, s.rows.keys.entry(nil, position))
	if err == nil && b == nil {
		err = fmt.Errorf("%w: the entry at position %d is missing", ErrGap, position)
	}
	return b, err
}

// entries yields entries by position, in order.
func (s *Snapshot) entries(first, last uint64) iter.Seq2[events.Entry, error] {
	return func(yield func(events.Entry, error) bool) {
		it, err := s.pebble.NewIter(&pebble.IterOptions{
			LowerBound: s.rows.keys.entry(nil, first), UpperBound: s.rows.keys.entry(nil, last+1),
		})
		if err != nil {
			yield(nil, err)
			return
		}
		defer it.Close()
		next := first
		for ok := it.First(); ok; ok = it.Next() {
			b, err := it.ValueAndErr()
			if err == nil && !bytes.Equal(it.Key(), s.rows.keys.entry(nil, next)) {
				err = fmt.Errorf("%w: the entry at position %d is missing", ErrGap, next)
			}
			if !yield(bytes.Clone(b), err) || err != nil {
				return
			}
			next++
		}
		if err := it.Error(); err != nil {
			yield(nil, err)
		}
	}
}

// Event returns the event at a position, nil beyond that of the snapshot; its
// personal data is opened.
func (s *Snapshot) Event(position uint64) (*events.Event, error) {
	b, err := s.Entry(position)
	if b == nil || err != nil {
		return nil, err
	}
	e, err := s.store.opt.Kinds.Decode(position, b)
	if err != nil {
		return nil, err
	}
	if p, ok := e.Data.(events.Personable); ok && s.store.opt.Sealer != nil {
		err = s.store.opt.Sealer.Open(p)
	}
	return e, err
}

// timeOf is the time of the event at a position; before the first it is zero.
func (s *Snapshot) timeOf(position uint64) (time.Time, error) {
	if position == s.end.position {
		return s.end.time, nil
	}
	e, err := s.Event(position)
	if e == nil || err != nil {
		return time.Time{}, err
	}
	return e.Time, nil
}

// positionAt is the newest position with a time not after t.
func (s *Snapshot) positionAt(t time.Time) (uint64, error) {
	keys := s.rows.keys
	it, err := s.pebble.NewIter(&pebble.IterOptions{
		LowerBound: keys.area(nil, areaTimes), UpperBound: append(keys.area(nil, areaTimes+1), sentinel),
	})
	if err != nil {
		return 0, err
	}
	var position uint64
	if it.SeekLT(keys.time(nil, t.Truncate(events.Tick).Add(events.Tick))) {
		v, err := it.ValueAndErr()
		if err != nil || len(v) != 8 {
			return 0, errors.Join(err, it.Close())
		}
		position = binary.BigEndian.Uint64(v)
	}
	return position, it.Close()
}
