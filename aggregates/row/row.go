// Package row is the form of all state: rows in tables, under keys. Deciding
// reads rows, evolving puts new ones. The writer keeps rows in memory, the
// projections keep every version of them, and replaying keeps them in a map:
// all three run the same fold, so a view cannot disagree with a decision.
//
// A row is never changed once it is put. Evolving copies it, changes the copy
// and puts that.
package row

import (
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
)

// Key names a row. Scope is what the row hangs on (an account's id for all
// rows of the account), ID tells it from the others there; it may be empty.
type Key struct {
	Table *Info
	Scope string
	ID    string
}

func (k Key) String() string { return fmt.Sprintf("%s/%s/%s", k.Table.Name, k.Scope, k.ID) }

// Info is what is known of a table without its type.
type Info struct {
	Tag  byte   // the table's byte in stored keys; never given to another table
	Name string // a plural, as in "accounts"
	// Aggregate is the kind of aggregate whose id Scope is ("account"), or ""
	// for an index across aggregates.
	Aggregate string
	// Listed: its rows are listed through all scopes.
	Listed bool
	// Latest: only the newest version is kept; the table cannot be asked
	// about the past.
	Latest bool
	// SecretID: ID is personal data. Stores keep a keyed hash in its place.
	SecretID bool
	// Forgets: an erasure deletes rows, which tell of the person in the clear.
	// Those of tables with SecretID tell of persons anyway.
	Forgets bool

	// Encode appends a row to b.
	Encode func(b []byte, v any) ([]byte, error)
	Decode func(b []byte) (any, error)
}

// Reader is what a decision may ask.
type Reader interface {
	// Get returns the row under a key, a pointer to the table's type, or nil.
	Get(Key) any
	// Scan yields the rows of a scope in the order of their ids. A decision
	// that scans is prepared beside the writer.
	Scan(table *Info, scope string) iter.Seq2[Key, any]
}

// Tx is what evolving writes to. Reads see the writes.
type Tx interface {
	Reader
	Put(Key, any)
	Delete(Key)
}

// Table is a table of rows of type T.
type Table[T any] struct{ *Info }

// Of makes a table. Its rows are stored as strict JSON.
func Of[T any](info Info) Table[T] {
	info.Encode = encode
	info.Decode = func(b []byte) (any, error) {
		v := new(T)
		return v, events.UnmarshalStrict(b, v)
	}
	return Table[T]{&info}
}

func encode(b []byte, v any) ([]byte, error) {
	if a, ok := v.(Appender); ok {
		return a.AppendJSON(b)
	}
	text, err := events.MarshalStrict(v)
	return append(b, text...), err
}

// Key is the key of a row of this table.
func (t Table[T]) Key(scope, id string) Key { return Key{t.Info, scope, id} }

// Get returns the row, or nil where there is none.
func (t Table[T]) Get(r Reader, scope, id string) *T {
	v, _ := r.Get(t.Key(scope, id)).(*T)
	return v
}

// Put stores v, which must not change after.
func (t Table[T]) Put(tx Tx, scope, id string, v *T) { tx.Put(t.Key(scope, id), v) }

// Delete removes the row; its past versions stay.
func (t Table[T]) Delete(tx Tx, scope, id string) { tx.Delete(t.Key(scope, id)) }

// Scan yields the rows of a scope by id, in order.
func (t Table[T]) Scan(r Reader, scope string) iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		for k, v := range r.Scan(t.Info, scope) {
			if !yield(k.ID, v.(*T)) {
				return
			}
		}
	}
}
