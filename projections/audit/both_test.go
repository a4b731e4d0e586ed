package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/logtest"
	"github.com/seatledger/seatledger/events/memlog"
)

func testLog(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

func openCopy(t testing.TB, fs vfs.FS) *Copy {
	t.Helper()
	c, err := OpenCopy(CopyOptions{Dir: "copy", FS: fs, Epoch: 1, Log: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The journal's own suite, with a copy beside it.
func TestBothSuite(t *testing.T) {
	logtest.Run(t, func(testing.TB) logtest.Store {
		j, fs := memlog.New(), vfs.NewMem()
		var c *Copy
		return logtest.Store{
			Open: func(t testing.TB) events.Journal {
				c = openCopy(t, fs)
				return newBoth(j, c, c.Last(), testLog(t))
			},
			Close:  func(testing.TB) { c.Close() },
			Damage: func(_ testing.TB, seq uint64) { j.Drop(seq) },
		}
	})
}

// disk is a disk in memory that fails as it is told, and that can lose power.
type disk struct {
	*vfs.MemFS
	fault atomic.Int32
}

const (
	diskWell    = iota
	diskFull    // nothing is written
	diskForgets // it is written, and the fsync fails
)

func (d *disk) wrap() vfs.FS {
	return errorfs.Wrap(d.MemFS, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if !strings.HasSuffix(op.Path, ".log") {
			return nil
		}
		switch fault := d.fault.Load(); {
		case fault == diskFull && (op.Kind == errorfs.OpFileWrite || op.Kind == errorfs.OpCreate || op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData):
			return errors.New("the disk is full")
		case fault == diskForgets && (op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData || op.Kind == errorfs.OpFileSyncTo):
			return errors.New("the disk does not answer")
		}
		return nil
	}))
}

// Every append fails in every way, on either side, or on both: the error has
// the class that its caller needs, and afterwards both tell the same, in this
// process or after a loss of power.
func TestEveryAppendThatFails(t *testing.T) {
	for _, j := range []struct {
		name   string
		fault  memlog.Fault
		class  error  // of the append, while the copy is well
		landed string // what the journal has then at that place
	}{
		{"fine", memlog.Fine, nil, "ours"},
		{"not written", memlog.NotWritten, events.ErrNotWritten, ""},
		{"lost", memlog.Lost, events.ErrUnanswered, ""},
		{"landed", memlog.Landed, events.ErrUnanswered, "ours"},
		{"conflict", memlog.Foreign([]byte("theirs")), events.ErrConflict, "theirs"},
	} {
		for fault, name := range []string{diskWell: "well", diskFull: "full", diskForgets: "forgets"} {
			for _, power := range []bool{true, false} {
				t.Run(fmt.Sprintf("journal %s, disk %s, power %t", j.name, name, power), func(t *testing.T) {
					class := j.class
					if fault != diskWell && class == nil {
						class = events.ErrUnanswered
					}
					failedAppend(t, j.fault, int32(fault), class, j.landed, power)
				})
			}
		}
	}
}

func failedAppend(t *testing.T, fault memlog.Fault, diskFault int32, class error, landed string, power bool) {
	j, d := memlog.New(), &disk{MemFS: vfs.NewCrashableMem()}
	b, err := Reconcile(t.Context(), j, openCopy(t, d.wrap()), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(3) {
		if _, err := b.Append(t.Context(), n, []byte("before")); err != nil {
			t.Fatal(err)
		}
	}
	j.Script(fault)
	d.fault.Store(diskFault)
	if _, err := b.Append(t.Context(), 3, []byte("ours")); !errors.Is(err, class) || (err == nil) != (class == nil) {
		t.Fatalf("append: %v, want %v", err, class)
	}
	if diskFault != diskWell && landed == "ours" {
		for m, err := range b.Read(t.Context(), 4) {
			if err == nil {
				t.Fatalf("%q was read, and is not in the copy", m.Data)
			}
		}
	}
	after := b
	if !power {
		after = reopened(t, j, d)
	}
	d.fault.Store(diskWell)
	want := []string{"before", "before", "before"}
	if last, _ := after.Last(t.Context()); last > 3 && landed == "" && !power {
		landed = "ours" // refused, and in the copy alone: it may be kept
	}
	if landed != "" {
		want = append(want, landed)
	}
	alike(t, after, want...)
	if _, err := after.Append(t.Context(), uint64(len(want)), []byte("after")); err != nil {
		t.Fatal(err)
	}
	alike(t, after, append(want, "after")...)
	alike(t, reopened(t, j, d), append(want, "after")...)
}

// reopened is what stands after a loss of power.
func reopened(t *testing.T, j *memlog.Journal, d *disk) *Both {
	t.Helper()
	d.MemFS = d.CrashClone(vfs.CrashCloneCfg{})
	d.fault.Store(diskWell)
	b, err := Reconcile(t.Context(), j, openCopy(t, d.wrap()), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// alike wants both to hold these messages, and nothing else.
func alike(t *testing.T, b *Both, want ...string) {
	t.Helper()
	last, err := b.Last(t.Context())
	if err != nil || last != uint64(len(want)) {
		t.Fatalf("the last is %d, %v; want %q", last, err, want)
	}
	n := 0
	for m, err := range b.Read(t.Context(), 1) {
		if err != nil || string(m.Data) != want[n] {
			t.Fatalf("message %d is %q, %v; want %q", m.Seq, m.Data, err, want[n])
		}
		n++
	}
	if n != len(want) || b.copy.Last() != last {
		t.Fatalf("%d messages were read, and the copy ends with %d; want %q", n, b.copy.Last(), want)
	}
}

// A write to the copy that takes longer than the caller waits: nobody is told
// that it is recorded, and it is settled before the next one.
func TestSlowCopy(t *testing.T) {
	j, block := memlog.New(), make(chan struct{})
	var slow atomic.Bool
	fs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if slow.Load() && strings.HasSuffix(op.Path, ".log") && op.Kind != errorfs.OpFileWrite {
			<-block
		}
		return nil
	}))
	b, err := Reconcile(t.Context(), j, openCopy(t, fs), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	slow.Store(true)
	hurry, cancel := context.WithCancel(t.Context())
	j.OnAppend(func(uint64, []byte) { cancel() })
	data := []byte("ours")
	if _, err := b.Append(hurry, 0, data); !errors.Is(err, events.ErrUnanswered) && !errors.Is(err, events.ErrNotWritten) {
		t.Fatal(err)
	}
	clear(data)
	j.OnAppend(nil)
	short, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	if _, err := b.Last(short); err == nil {
		t.Error("the end was told while a write hangs")
	}
	slow.Store(false)
	close(block)
	if _, err := b.Append(t.Context(), 0, []byte("next")); err != nil {
		t.Fatal(err)
	}
	alike(t, b, "next")
}
