package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func put(t *testing.T, o *Outbox, event, person string) {
	t.Helper()
	l := &Letter{ID: event + "-" + person, PersonID: person, Header: event, From: "x@y.example", To: person + "@b.example"}
	if err := l.Compose(Facts{Kind: "invitation", Account: "A"}); err != nil {
		t.Fatal(err)
	}
	if err := o.Put(l); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		if about, err := e.Info(); err != nil || about.Mode() != 0o600 {
			t.Errorf("%s: %v %v", e.Name(), about.Mode(), err)
		}
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

func TestOutbox(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	o, err := OpenOutbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	put(t, o, "E1", "P1")
	put(t, o, "E1", "P2")
	put(t, o, "E2", "P1")
	if got := names(t, dir); got != "E1-P1.eml E1-P2.eml E2-P1.eml" {
		t.Error(got)
	}
	if at, err := o.Cursor(); at != "" || err != nil {
		t.Error(at, err)
	}
	if err := o.SetCursor("7"); err != nil {
		t.Fatal(err)
	}
	if err := o.Erase("P1", "P3"); err != nil {
		t.Fatal(err)
	}
	put(t, o, "E3", "P1") // it was made before the erasure
	if got := names(t, dir); got != ".written E1-P2.eml" {
		t.Error(got)
	}
	// A crash while a letter was being written.
	if err := os.WriteFile(filepath.Join(dir, "E9-P9.eml.new"), []byte("p9@b.example"), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err = OpenOutbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := o.Cursor(); at != "7" || err != nil {
		t.Error(at, err)
	}
	if got := names(t, dir); got != ".written E1-P2.eml" {
		t.Error(got)
	}
	// Erasures are told again at each start.
	if err := o.Erase("P2"); err != nil || names(t, dir) != ".written" {
		t.Error(err, names(t, dir))
	}
}

func TestOutboxTellsWhatItCannotDo(t *testing.T) {
	dir := t.TempDir()
	o, err := OpenOutbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	l := &Letter{ID: "E-P", PersonID: "P", From: "x@y.example", To: "ann@b.example"}
	for what, err := range map[string]error{"put": o.Put(l), "erase": o.Erase("P"), "cursor": o.SetCursor("1")} {
		if err == nil || strings.Contains(err.Error(), "ann@") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
