package projections

import (
	"iter"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/aggregates/row"
)

// List is one page of a list. NextCursor is empty on the last one.
type List[V any] struct {
	Items      []V    `json:"items"`
	NextCursor string `json:"next_cursor,omitzero"`
}

// lister makes pages of rows of type R as items of type V.
type lister[R, V any] struct {
	name   string
	filter any // with the audience, what a cursor belongs to
	// rows yields the rows behind one, each with what a cursor says of it.
	rows func(after string) iter.Seq2[string, *R]
	// show makes the item of a row, nil where filters or scope leave it out.
	show func(*R) (*V, error)
}

func (l lister[R, V]) page(s *Snapshot, a Audience, p Page) (List[V], error) {
	list := List[V]{Items: []V{}}
	after, belongs, err := s.place(l.name, a, l.filter, p)
	if err != nil {
		return list, err
	}
	looked, last := 0, ""
	for at, row := range l.rows(after) {
		if looked == MaxLooked {
			list.NextCursor = s.next(belongs, last)
			break
		}
		looked++
		item, err := l.show(row)
		if err != nil {
			return list, err
		}
		if item != nil && len(list.Items) == p.limit() {
			list.NextCursor = s.next(belongs, last)
			break
		}
		last = at
		if item != nil {
			list.Items = append(list.Items, *item)
		}
	}
	return list, s.Err()
}

// within yields the rows of one scope behind an id.
func within[R any](s *Snapshot, t row.Table[R], scope string) func(after string) iter.Seq2[string, *R] {
	return func(after string) iter.Seq2[string, *R] {
		rows := s.rows.scan(t.Info, scope)
		if after != "" {
			rows = s.rows.scanFrom(t.Info, scope, after)
		}
		return func(yield func(string, *R) bool) {
			for k, v := range rows {
				if !yield(k.ID, v.(*R)) {
					return
				}
			}
		}
	}
}

// everywhere yields the rows of all scopes behind one, of a table with one row
// a scope.
func everywhere[R any](s *Snapshot, t row.Table[R]) func(after string) iter.Seq2[string, *R] {
	return func(after string) iter.Seq2[string, *R] {
		return func(yield func(string, *R) bool) {
			for k, v := range s.rows.all(t.Info, after) {
				if !yield(k.Scope, v.(*R)) {
					return
				}
			}
		}
	}
}

// listed yields the rows of a table that an index names: the index's ids
// behind one are the rows' scopes.
func listed[I, R any](s *Snapshot, index row.Table[I], scope string, t row.Table[R]) func(after string) iter.Seq2[string, *R] {
	return func(after string) iter.Seq2[string, *R] {
		return func(yield func(string, *R) bool) {
			for id := range within(s, index, scope)(after) {
				if r := t.Get(s, id, ""); r != nil && !yield(id, r) {
					return
				}
			}
		}
	}
}

// only yields the one row of a scope.
func only[R any](s *Snapshot, t row.Table[R], scope string) func(after string) iter.Seq2[string, *R] {
	return func(after string) iter.Seq2[string, *R] {
		return func(yield func(string, *R) bool) {
			if r := t.Get(s, scope, ""); r != nil && after < scope {
				yield(scope, r)
			}
		}
	}
}

// none yields nothing.
func none[R any](string) iter.Seq2[string, *R] { return func(func(string, *R) bool) {} }

// has reports that one of the texts contains q, in any case.
func has(q string, texts ...string) bool {
	q = strings.ToLower(strings.TrimSpace(q))
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ToLower(t), q) })
}

// is reports that a filter is not set, or that v is what it asks for.
func is(filter, v string) bool { return filter == "" || filter == v }
