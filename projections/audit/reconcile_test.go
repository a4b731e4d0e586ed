package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
)

func texts(from, to int) (all []string) {
	for n := from; n <= to; n++ {
		all = append(all, fmt.Sprint("message ", n))
	}
	return all
}

// What a crash or a lying disk leaves, and what is made of it at the start.
func TestReconcile(t *testing.T) {
	changed := slices.Concat(texts(1, 149), []string{"another"})
	for _, c := range []struct {
		name          string
		journal, copy []string
		want          []string // nil: it stops
	}{
		{"nothing", nil, nil, []string{}},
		{"alike", texts(1, 300), texts(1, 300), texts(1, 300)},
		{"no copy", texts(1, 300), nil, texts(1, 300)},
		{"no journal", nil, texts(1, 30), texts(1, 30)},
		{"copy behind", texts(1, 300), texts(1, 150), texts(1, 300)},
		{"journal truncated", texts(1, 20), texts(1, 150), texts(1, 150)},
		{"last frames differ", texts(1, 150), changed, texts(1, 150)},
		{"the copy's last differs, the journal went on", texts(1, 170), changed, texts(1, 170)},
		{"the journal's last differs, the copy went on", changed, texts(1, 170), nil},
		{"the last but one differs", slices.Concat(changed, texts(151, 151)), texts(1, 151), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, fs := memlog.New(), vfs.NewMem()
			for n, m := range c.journal {
				if _, err := j.Append(t.Context(), uint64(n), []byte(m)); err != nil {
					t.Fatal(err)
				}
			}
			cp := openCopy(t, fs)
			for n, m := range c.copy {
				if err := cp.Put(uint64(n)+1, []byte(m)); err != nil {
					t.Fatal(err)
				}
			}
			b, err := Reconcile(t.Context(), j, cp, testLog(t))
			if c.want == nil {
				if !errors.Is(err, ErrProof) {
					t.Fatalf("it was mended: %v", err)
				}
				t.Log(err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			alike(t, b, c.want...)
			cp.Close()
			if b, err = Reconcile(t.Context(), j, openCopy(t, fs), testLog(t)); err != nil {
				t.Fatal(err)
			}
			alike(t, b, c.want...)
		})
	}
}

// A journal that drops acknowledged messages while it runs gets them back.
func TestJournalLosesItsEnd(t *testing.T) {
	whole, cut := memlog.New(), memlog.New()
	b, err := Reconcile(t.Context(), whole, openCopy(t, vfs.NewMem()), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	for n, m := range texts(1, 9) {
		if _, err := b.Append(t.Context(), uint64(n), []byte(m)); err != nil {
			t.Fatal(err)
		}
		if n < 5 {
			cut.Append(t.Context(), uint64(n), []byte(m))
		}
	}
	b.journal = cut
	if _, err := b.Append(t.Context(), 9, []byte("message 10")); err != nil {
		// The journal answers that its end is another one.
		if !errors.Is(err, events.ErrConflict) {
			t.Fatal(err)
		}
		if _, err := b.Append(t.Context(), 9, []byte("message 10")); err != nil {
			t.Fatal(err)
		}
	}
	alike(t, b, texts(1, 10)...)
}

// One byte is flipped in the copy's files: what is read is right, or it is an
// error, wherever the byte stands.
func TestFlippedByteInTheCopy(t *testing.T) {
	dir := t.TempDir()
	j := memlog.New()
	open := func() (*Copy, error) { return OpenCopy(CopyOptions{Dir: dir, Epoch: 1, Log: testLog(t)}) }
	c, err := open()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Reconcile(t.Context(), j, c, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(400) {
		if _, err := b.Append(t.Context(), n, fmt.Appendf(nil, "frame %d %s", n+1, strings.Repeat("x", 100))); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(c.db.Flush(), c.Close()); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	data, err := os.ReadFile(tables[0])
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for at := len(data) / 50; at < len(data); at += len(data) / 20 {
		flipped := slices.Clone(data)
		flipped[at] ^= 4
		if err := os.WriteFile(tables[0], flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		if !readsRight(t, open, j) {
			found++
		}
	}
	if found < 10 {
		t.Errorf("only %d of 20 flipped bytes were found", found)
	}
}

// readsRight reports that all can be read, and is as the journal has it; what
// is read besides an error must be so in any case.
func readsRight(t *testing.T, open func() (*Copy, error), j *memlog.Journal) bool {
	t.Helper()
	c, err := open()
	if err != nil {
		return false
	}
	defer c.Close()
	n := uint64(0)
	for m, err := range c.Read(1, c.Last()) {
		if err != nil {
			return false
		}
		n++
		for want, err := range j.Read(t.Context(), m.Seq) {
			if err != nil || string(want.Data) != string(m.Data) {
				t.Fatalf("frame %d was read as %q", m.Seq, m.Data)
			}
			break
		}
	}
	return n == 400
}
