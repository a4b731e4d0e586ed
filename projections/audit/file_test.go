package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The file elsewhere has the newest checkpoint; a log that does not reach it,
// or is another one, does not open.
func TestCheckpointFile(t *testing.T) {
	l := newLedger(t)
	file := CheckpointFile(filepath.Join(t.TempDir(), "checkpoint"))
	reopen := func(l *ledger) error {
		l.t.Helper()
		l.Close()
		o := l.options()
		o.Elsewhere = file
		log, err := Open(t.Context(), o)
		if err == nil {
			l.Log = log
			log.Start()
			t.Cleanup(func() { log.Close() })
		}
		return err
	}
	if note, err := file.Newest(t.Context()); note != nil || err != nil {
		t.Errorf("before there is one: %q, %v", note, err)
	}
	l.commit(3, 1, true)
	if err := reopen(l); err != nil {
		t.Fatal(err)
	}
	l.commit(2, 1, true)
	c := l.signed()
	if note, err := file.Newest(t.Context()); err != nil || string(note) != string(c.Note) {
		t.Errorf("%q, %v; want %q", note, err, c.Note)
	}
	other := newLedger(t)
	var f *Finding
	if err := reopen(other); !errors.As(err, &f) || f.Kind != OtherKey || !strings.Contains(f.Where, string(file)) {
		t.Errorf("another log: %v", err)
	}
	ahead, err := l.key.sign(9, c.Root)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(string(file), ahead.Note, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := reopen(l); !errors.As(err, &f) || f.Kind != Lost || f.Position != 6 {
		t.Errorf("a log that was rolled back: %v", err)
	}
	if now, _ := file.Newest(t.Context()); string(now) != string(ahead.Note) {
		t.Error("the file that proves it was overwritten")
	}
	for text, want := range map[string]int64{string(c.Note): 5, "": -1, "a\nb\nc\nd": -1, "a\n7\nAAAA\n\n": -1, "a\n-7\n" + strings.Split(string(c.Note), "\n")[2] + "\n\n": -1} {
		origin, read, err := ReadCheckpoint([]byte(text))
		if (err == nil) != (want >= 0) || err == nil && (read.Size != want || read.Root != c.Root || origin != l.key.Origin()) {
			t.Errorf("%q: %q %+v %v", text, origin, read, err)
		}
	}
}

// A file that cannot be written stops a start, where the flag may be wrong, and
// later nothing.
func TestCheckpointFileIsAway(t *testing.T) {
	l := newLedger(t)
	l.Close()
	dir := filepath.Join(t.TempDir(), "away")
	o := l.options()
	o.Elsewhere = CheckpointFile(filepath.Join(dir, "checkpoint"))
	if _, err := Open(t.Context(), o); !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	log, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	l.Log = log
	log.Start()
	defer log.Close()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	l.commit(1, 1, true)
	l.signed()
}

// What is left of a log is told frame by frame, and leaves from the tiles.
func TestLeft(t *testing.T) {
	l := newLedger(t)
	for range 300 {
		l.commit(2, 1, true)
	}
	signed := l.signed()
	c := l.Log.copy
	for _, seq := range []uint64{1, 7} {
		if err := c.db.Delete(frameKey(1, seq), nil); err != nil {
			t.Fatal(err)
		}
	}
	r := &Remains{First: 1, Last: c.Last(), Journal: l.left(7, 9), Copy: c, Signed: [][]byte{signed.Note}, Public: l.PublicKey(), Log: testLog(t)}
	var seq uint64
	for frame := range r.Whole(t.Context()) {
		if seq++; (frame == nil) != (seq == 7) {
			t.Errorf("frame %d: %d bytes", seq, len(frame))
		}
	}
	if seq != c.Last() {
		t.Errorf("%d frames", seq)
	}
	var e Edge
	for i := range int64(512) {
		h, ok := r.Leaf(i)
		if !ok {
			t.Fatalf("no leaf %d", i)
		}
		e.Add(h)
	}
	if root, err := l.Root(512); err != nil || root != e.Root() {
		t.Errorf("the leaves make another root: %v", err)
	}
	if _, ok := r.Leaf(512); ok {
		t.Error("a leaf of a tile that is not full")
	}
}
