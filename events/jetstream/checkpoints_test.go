package jetstream

import (
	"fmt"
	"testing"
)

// The newest checkpoint is found again, also after a restart; old ones go.
func TestCheckpoints(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{StoreDir: dir})
	c, err := s.OpenCheckpoints(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if note, err := c.Newest(t.Context()); note != nil || err != nil {
		t.Fatalf("%q, %v", note, err)
	}
	for n := range MaxCheckpoints + 5 {
		if err := c.Put(t.Context(), fmt.Appendf(nil, "note %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	if c, err = start(t, Options{StoreDir: dir}).OpenCheckpoints(t.Context()); err != nil {
		t.Fatal(err)
	}
	note, err := c.Newest(t.Context())
	if want := fmt.Sprint("note ", MaxCheckpoints+4); err != nil || string(note) != want {
		t.Errorf("%q, %v; want %q", note, err, want)
	}
	if i, err := c.stream.Info(t.Context()); err != nil || i.State.Msgs != MaxCheckpoints {
		t.Errorf("%+v, %v", i, err)
	}
}
