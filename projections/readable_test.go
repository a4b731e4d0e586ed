package projections

import (
	"os"
	"path/filepath"
	"testing"
)

// Any byte of a table that is another one is found; views that are whole, or not
// there yet, are not in the way.
func TestReadable(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 50 {
		l.step()
	}
	dir := filepath.Join(t.TempDir(), "views")
	if err := Readable(dir); err != nil {
		t.Fatal(err)
	}
	o := l.options(nil)
	o.FS, o.Dir = nil, dir
	s := open(t, o)
	s.Start()
	<-s.CaughtUp()
	closing(t, s)
	if err := Readable(dir); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	var table string
	var whole []byte
	for _, name := range tables { // the largest has blocks in every eighth
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > len(whole) {
			table, whole = name, data
		}
	}
	for part := range 4 {
		data := append([]byte(nil), whole...)
		data[len(data)*part/8] ^= 1 // the blocks; what is behind them is Pebble's index
		if err := os.WriteFile(table, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Readable(dir); err == nil {
			t.Errorf("a bit of byte %d of %d is another one, and all can be read", len(data)*part/8, len(data))
		}
	}
}
