package spec

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// frozen is a state with what every row was when it was taken.
type frozen struct {
	rows row.Map
	text map[row.Key][]byte
}

func freeze(t testing.TB, rows row.Map) frozen {
	t.Helper()
	f := frozen{maps.Clone(rows), map[row.Key][]byte{}}
	for k, v := range rows {
		f.text[k] = encode(t, k, v)
	}
	return f
}

func encode(t testing.TB, k row.Key, v any) []byte {
	t.Helper()
	b, err := k.Table.Encode(nil, v)
	if err != nil {
		t.Fatalf("row %s: %v", k, err)
	}
	return b
}

// untouched fails if a row that was there then is another one now: rows are
// never changed once they are put.
func (f frozen) untouched(t testing.TB) {
	t.Helper()
	for k, v := range f.rows {
		if now := encode(t, k, v); !bytes.Equal(now, f.text[k]) {
			t.Errorf("row %s was changed in place: %s, was %s", k, now, f.text[k])
		}
	}
}

// verify writes every event to its entry and reads it back, folds all from
// nothing, and compares the state with the world's: once with the keys that
// there were at each event, and once with those that are left, as a rebuild
// finds them. Rows, too, survive being written and read.
func (w *world) verify(t testing.TB) {
	t.Helper()
	gone := w.erased()
	for _, erased := range []map[string]bool{nil, gone} {
		again := w.replayed(t, erased)
		for k := range maps.Keys(again) {
			if w.rows[k] == nil {
				t.Errorf("row %s comes of replaying only", k)
			}
		}
		for k, v := range w.rows {
			if !reflect.DeepEqual(v, again[k]) {
				t.Errorf("row %s: %+v, replayed %+v", k, v, again[k])
			}
		}
	}
	for k, v := range w.rows {
		decoded, err := k.Table.Decode(encode(t, k, v))
		if err != nil {
			t.Fatalf("row %s: %v", k, err)
		}
		open(decoded, gone)
		if !reflect.DeepEqual(decoded, v) {
			t.Errorf("row %s: %+v, read back %+v", k, v, decoded)
		}
	}
}

// replayed folds the log, read back from its entries, with the keys of some
// persons gone.
func (w *world) replayed(t testing.TB, erased map[string]bool) row.Map {
	t.Helper()
	again := row.Map{}
	for _, e := range w.log {
		b, err := events.Kinds.Encode(e)
		if err != nil {
			t.Fatalf("event %d: %v", e.Position, err)
		}
		back, err := events.Kinds.Decode(e.Position, b)
		if err != nil {
			t.Fatalf("event %d: %v", e.Position, err)
		}
		open(back.Data, erased)
		aggregates.Evolve(again, back)
	}
	return again
}

// subset says where want asks for something that got has not, or "".
func subset(path string, want, got any) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s: got %v, want an object", path, got)
		}
		for k, v := range w {
			if _, ok := g[k]; !ok && v != nil {
				return fmt.Sprintf("%s.%s is missing", path, k)
			}
			if s := subset(path+"."+k, v, g[k]); s != "" {
				return s
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return fmt.Sprintf("%s: got %v, want %d items", path, got, len(w))
		}
		for i := range w {
			if s := subset(fmt.Sprintf("%s[%d]", path, i), w[i], g[i]); s != "" {
				return s
			}
		}
		return ""
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Sprintf("%s: got %v, want %v", path, got, want)
	}
	return ""
}
