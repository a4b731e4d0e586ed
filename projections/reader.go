package projections

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// ErrNoPast: the table keeps the newest rows only.
var ErrNoPast = errors.New("views: this table knows the present only")

// errSecret: a table whose ids are hashed cannot list them.
var errSecret = errors.New("views: the ids of this table are not known")

// reader reads the rows of one generation as of a position. It belongs to one
// goroutine, and must be closed.
type reader struct {
	store    *Store
	from     pebble.Reader
	keys     keyspace
	position uint64     // rows are read as of it
	past     bool       // rows without versions cannot be read
	folded   row.Reader // instead of from: rows in memory
	point    *pebble.Iterator
	key      []byte
	err      error // of scans
}

// newReader reads the newest rows.
func newReader(s *Store, from pebble.Reader, keys keyspace) *reader {
	return &reader{store: s, from: from, keys: keys, position: math.MaxUint64}
}

func (r *reader) close() error {
	if r.point == nil {
		return nil
	}
	err := r.point.Close()
	r.point = nil
	return err
}

// newest returns the row under a key as of the position, personal data
// opened, or nil.
func (r *reader) newest(k row.Key) (any, error) {
	if r.folded != nil {
		return r.open(r.folded.Get(k))
	}
	if err := checkScope(k.Scope); err != nil {
		return nil, err
	}
	r.key = r.keys.row(r.key[:0], k)
	value, err := r.value(k.Table)
	if err != nil {
		return nil, fmt.Errorf("row %s: %w", k.Table.Name, err)
	}
	return r.decode(k.Table, value)
}

// value returns the stored value of the row whose prefix is in r.key; it is
// valid until the next read. Empty: there is no such row.
func (r *reader) value(table *row.Info) ([]byte, error) {
	if table.Latest && r.past {
		return nil, ErrNoPast
	}
	if r.point == nil { // made once: it costs more than many a seek
		var err error
		if r.point, err = r.from.NewIter(nil); err != nil {
			return nil, err
		}
	}
	if !table.Latest {
		r.key = version(r.key, r.position)
	}
	if !r.point.SeekPrefixGE(r.key) {
		return nil, r.point.Error()
	}
	return r.point.ValueAndErr()
}

// decode reads a stored row; an empty value is a row that was deleted.
func (r *reader) decode(table *row.Info, value []byte) (any, error) {
	if len(value) == 0 {
		return nil, nil
	}
	v, err := table.Decode(value)
	if err != nil {
		return nil, fmt.Errorf("row of %s: %w", table.Name, err)
	}
	return r.open(v)
}

// open opens a row's personal data.
func (r *reader) open(v any) (any, error) {
	if p, ok := v.(events.Personable); ok && r.store.opt.Sealer != nil {
		return v, r.store.opt.Sealer.Open(p)
	}
	return v, nil
}

// scan yields the rows of a scope by id.
func (r *reader) scan(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	if r.folded != nil {
		return r.scanFolded(table, scope)
	}
	lower := r.keys.scope(nil, table, scope)
	return r.rows(table, lower, after(lower))
}

// scanFrom is scan for the ids behind one.
func (r *reader) scanFrom(table *row.Info, scope, id string) iter.Seq2[row.Key, any] {
	lower := append(r.keys.row(nil, row.Key{Table: table, Scope: scope, ID: id}), sentinel)
	return r.rows(table, lower, after(r.keys.scope(nil, table, scope)))
}

// all yields the rows of all scopes of a listed table behind one, by scope and
// id.
func (r *reader) all(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	head := append(r.keys.area(nil, areaRows), table.Tag)
	lower := append(append([]byte(nil), head...), sentinel)
	if scope != "" {
		lower = after(r.keys.scope(nil, table, scope))
	}
	return r.rows(table, lower, after(head))
}

// rows yields the rows with keys in a range. Where versions are newer than the
// position, it seeks to the one that counts, and from there to the next row.
func (r *reader) rows(table *row.Info, lower, upper []byte) iter.Seq2[row.Key, any] {
	return func(yield func(row.Key, any) bool) {
		switch {
		case r.folded != nil:
			r.err = fmt.Errorf("table %s: %w", table.Name, errFolded)
			return
		case table.SecretID:
			r.err = fmt.Errorf("table %s: %w", table.Name, errSecret)
			return
		case table.Latest && r.past:
			r.err = fmt.Errorf("table %s: %w", table.Name, ErrNoPast)
			return
		}
		it, err := r.from.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
		if err != nil {
			r.err = err
			return
		}
		defer func() { r.err = errors.Join(r.err, it.Close()) }()
		for ok := it.First(); ok; {
			if !table.Latest && positionOf(it.Key()) > r.position {
				prefix := split(it.Key())
				ok = it.SeekGE(version(append([]byte(nil), it.Key()[:prefix]...), r.position))
				continue
			}
			if !r.yield(table, it, yield) {
				return
			}
			ok = it.NextPrefix()
		}
	}
}

// yield passes on the row that the iterator stands on, unless it is deleted.
func (r *reader) yield(table *row.Info, it *pebble.Iterator, yield func(row.Key, any) bool) bool {
	value, err := it.ValueAndErr()
	if err != nil {
		r.err = err
		return false
	}
	if len(value) == 0 {
		return true
	}
	k, err := rowKey(table, it.Key())
	if err != nil {
		r.err = err
		return false
	}
	v, err := r.decode(table, value)
	if err != nil {
		r.err = err
		return false
	}
	return yield(k, v)
}

func checkScope(scope string) error {
	if strings.IndexByte(scope, sentinel) >= 0 {
		return errScope
	}
	return nil
}

func compareStrings(a, b string) int { return strings.Compare(a, b) }

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func appendPosition(b []byte, position uint64) []byte {
	return binary.BigEndian.AppendUint64(b, position)
}
