package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A folder is a ledger's before it is begun, or once it is finished; in between
// it is marked, and can be begun again. What is in it is never overwritten.
func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "data")
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	has := func(want int) {
		t.Helper()
		if files, err := os.ReadDir(dir); err != nil || len(files) != want {
			t.Errorf("%v, %v; want %d", files, err, want)
		}
	}
	steps := []struct {
		name   string
		do     func() error
		err    error
		marked bool
		files  int
	}{
		{"begun", func() error { return Begin(dir) }, nil, true, 1},
		{"filled", func() error { put("half"); return nil }, nil, true, 2},
		{"begun again", func() error { return Begin(dir) }, nil, true, 1},
		{"given up", func() error { put("half"); return GiveUp(dir) }, nil, false, 0},
		{"begun once more", func() error { return Begin(dir) }, nil, true, 1},
		{"finished", func() error { put("whole"); return Finish(dir) }, nil, false, 1},
		{"not begun over it", func() error { return Begin(dir) }, ErrNotEmpty, false, 1},
	}
	if err := Check(dir); err != nil {
		t.Errorf("a folder that is not there: %v", err)
	}
	for _, s := range steps {
		if err := s.do(); !errors.Is(err, s.err) || (err == nil) != (s.err == nil) {
			t.Errorf("%s: %v, want %v", s.name, err, s.err)
		}
		if err := Check(dir); errors.Is(err, ErrUnfinished) != s.marked {
			t.Errorf("%s: %v", s.name, err)
		}
		has(s.files)
	}
}
