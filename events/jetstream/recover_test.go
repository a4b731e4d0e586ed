package jetstream

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seatledger/seatledger/events"
)

// smallDisk mounts a file system of its own.
func smallDisk(t *testing.T, megabytes int) (dir string, grow func(megabytes int)) {
	t.Helper()
	dir = t.TempDir()
	size := func(mb int) string { return fmt.Sprintf("size=%dm", mb) }
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, size(megabytes)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir, func(megabytes int) {
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, size(megabytes)); err != nil {
			t.Fatal(err)
		}
	}
}

// seal makes folders refuse new files, or takes that back.
func seal(t *testing.T, immutable bool, dirs ...string) {
	t.Helper()
	for _, dir := range dirs {
		f, err := os.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		flags := 0
		if immutable {
			flags = unix.STATX_ATTR_IMMUTABLE // the same bit as FS_IMMUTABLE_FL
		}
		if err := unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
}

// writer appends as the ledger's does, and remembers what was acknowledged.
type writer struct {
	t      *testing.T
	j      *Journal
	last   uint64
	stored map[uint64][]byte
	doubts int // appends that were stored without an acknowledgement
}

func newWriter(t *testing.T, j *Journal) *writer {
	return &writer{t: t, j: j, stored: map[uint64][]byte{}}
}

// append appends a message; after an error it looks whether it is there.
func (w *writer) append(bytes int) error {
	w.t.Helper()
	data := make([]byte, bytes)
	rand.Read(data)
	seq, err := w.j.Append(w.t.Context(), w.last, data)
	switch {
	case err == nil:
		if seq != w.last+1 {
			w.t.Fatalf("stored as %d behind %d", seq, w.last)
		}
		w.last, w.stored[seq] = seq, data
	case errors.Is(err, events.ErrConflict):
		w.t.Fatalf("there is one writer only: %v", err)
	case !errors.Is(err, events.ErrNotWritten) && !errors.Is(err, events.ErrUnanswered):
		w.t.Fatalf("no class: %v", err)
	}
	if errors.Is(err, events.ErrUnanswered) {
		w.look(data)
	}
	return err
}

// look asks for the journal's end as soon as it can be told.
func (w *writer) look(data []byte) {
	last, err := w.j.Last(w.t.Context())
	if err != nil {
		return // not yet; the next append fails as long as this does
	}
	if last > w.last+1 || last < w.last {
		w.t.Fatalf("the end is %d, expected %d or the next", last, w.last)
	}
	if last == w.last+1 {
		w.doubts++
		w.last, w.stored[last] = last, data
	}
}

// retry appends until it succeeds.
func (w *writer) retry(bytes int) {
	w.t.Helper()
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if err = w.append(bytes); err == nil {
			return
		}
		// What the append before left behind shows only now.
		if last, e := w.j.Last(w.t.Context()); e == nil && last != w.last {
			w.t.Fatalf("the end is %d, the writer's %d", last, w.last)
		}
	}
	w.t.Fatalf("no append succeeds: %v", err)
}

// check reads everything back.
func (w *writer) check() {
	w.t.Helper()
	n := uint64(0)
	for m, err := range w.j.Read(w.t.Context(), 1) {
		if err != nil {
			w.t.Fatal(err)
		}
		if n++; m.Seq != n || !bytes.Equal(m.Data, w.stored[n]) {
			w.t.Fatalf("message %d is not what was acknowledged as %d", m.Seq, n)
		}
	}
	if n != w.last {
		w.t.Fatalf("read %d of %d", n, w.last)
	}
}

// fill appends until the disk is full; it returns the first error.
func (w *writer) fill(bytes int) error {
	w.t.Helper()
	for range 10_000 {
		if err := w.append(bytes); err != nil {
			return err
		}
	}
	w.t.Fatal("the disk does not fill up")
	return nil
}

func TestFullDisk(t *testing.T) {
	dir, grow := smallDisk(t, 6)
	s := start(t, Options{StoreDir: dir})
	w := newWriter(t, openJournal(t, s))
	for round, size := range []int{12, 24} { // across the end of a block, too
		if err := w.fill(50_000); !errors.Is(err, events.ErrUnanswered) {
			t.Fatalf("the first append on a full disk: %v", err)
		}
		for range 3 {
			began := time.Now()
			if err := w.append(50_000); !errors.Is(err, events.ErrNotWritten) || time.Since(began) > time.Second {
				t.Fatalf("append on a disk still full: %v after %v", err, time.Since(began))
			}
		}
		grow(size)
		w.retry(50_000)
		w.retry(10)
		w.check()
		t.Logf("round %d: %d messages, %d stored without an acknowledgement", round, w.last, w.doubts)
	}
	s.Close()
	w.j = openJournal(t, start(t, Options{StoreDir: dir}))
	w.check()
	w.retry(10)
}

func TestFolderWithoutPermission(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{StoreDir: dir})
	w := newWriter(t, openJournal(t, s))
	w.retry(10)
	dirs := []string{dir, s.streamDir(accountPrivate, JournalStream)}
	seal(t, true, dirs...)
	t.Cleanup(func() { seal(t, false, dirs...) })
	if err := w.fill(1 << 20); !errors.Is(err, events.ErrUnanswered) { // at the next block
		t.Fatalf("first append without permission: %v", err)
	}
	if err := w.append(10); !errors.Is(err, events.ErrNotWritten) {
		t.Fatalf("append without permission: %v", err)
	}
	seal(t, false, dirs...)
	w.retry(10)
	w.check()
}

func TestFeedOnFullDisk(t *testing.T) {
	dir, grow := smallDisk(t, 4)
	s := start(t, Options{StoreDir: dir})
	f := openFeed(t, s)
	entries := entriesOf(t, 1, 500)
	publish := func() error {
		last, err := f.Last(t.Context())
		if err != nil {
			return err
		}
		return f.Publish(t.Context(), last+1, entries)
	}
	var err error
	for range 100 {
		if err = publish(); err != nil {
			break
		}
	}
	if err == nil {
		t.Fatal("the disk does not fill up")
	}
	grow(64)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if err = publish(); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	last, err := f.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expectFeed(t, f, 1, last)
}
