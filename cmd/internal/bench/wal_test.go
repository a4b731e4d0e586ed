package bench

import (
	"bytes"
	"os"
	"testing"
	"time"
)

func TestWALHoldsWhatItAcknowledged(t *testing.T) {
	w, err := openWAL(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := w.file.Name()
	const n = 64
	cs, release, err := w.callers(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for round := range 3 {
		if err := together(n, func(i int) error { return cs[i](t.Context()) }); err != nil {
			t.Fatal(round, err)
		}
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	stored, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		entry, err := licenseEntry(i)
		if err != nil {
			t.Fatal(err)
		}
		head := entry[:bytes.Index(entry, []byte("ce-time"))] // the times differ
		if got := bytes.Count(stored, head); got != 3 {
			t.Errorf("the record of caller %d stands there %d times, want 3", i, got)
		}
	}
}

func TestWALTellsWhoeverIsNotWritten(t *testing.T) {
	w, err := openWAL(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cs, _, err := w.callers(t.Context(), 8)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.file.Close(); err != nil { // the disk is gone
		t.Fatal(err)
	}
	if _, err := measure(t.Context(), cs, time.Minute); err == nil {
		t.Error("acknowledged, and not written")
	}
}
