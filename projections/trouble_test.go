package projections

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// A disk that takes nothing is tried again with pauses, and found again.
func TestFlushesThatFailAreTriedWithPauses(t *testing.T) {
	var full atomic.Bool
	fs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if full.Load() && op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			return errorfs.ErrInjected
		}
		return nil
	}))
	o := (&Options{FS: fs, Log: slog.New(slog.DiscardHandler), CacheBytes: 1 << 20}).pebble()
	trouble := &trouble{log: slog.New(slog.DiscardHandler)}
	o.EventListener = trouble.listener()
	db, err := pebble.Open("db", o)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Set(setsKey, []byte("v"), pebble.NoSync); err != nil {
		t.Fatal(err)
	}
	full.Store(true)
	flushed, err := db.AsyncFlush()
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * troublePause)
	if n := trouble.tries.Load(); n < 2 || n > 12 {
		t.Errorf("%d tries in %s", n, 10*troublePause)
	}
	full.Store(false)
	select {
	case <-flushed:
	case <-time.After(10 * time.Second):
		t.Fatal("not flushed, though the disk takes writes again")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
