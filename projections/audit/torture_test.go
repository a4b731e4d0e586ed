package audit

import (
	"bytes"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/events/logtest"
)

// Sizes of one life under loss of power.
const (
	powerCuts    = 12
	powerCommits = 60 // between two
	// powerWithin is when, while commits are written, the power fails at the
	// latest.
	powerWithin = 20 * time.Millisecond
)

// The power fails while frames are written: of what was not synced any part may
// survive. Every frame that was acknowledged is in the copy, as it was; the log
// goes on from there, and its checkpoints prove all of it.
func TestTortureCopy(t *testing.T) {
	logtest.Lives(t, 3, 3, func(t *testing.T, rng *rand.Rand) {
		l := newLedger(t)
		for range powerCuts {
			l.powerCut(rng)
		}
		l.prove(l.signed(), 7)
	})
}

// powerCut commits, clones the disk as a loss of power would leave it at some
// moment, and goes on with that.
func (l *ledger) powerCut(rng *rand.Rand) {
	l.t.Helper()
	var acknowledged atomic.Uint64
	acknowledged.Store(l.last)
	after := time.Duration(rng.Int64N(int64(powerWithin)))
	config := vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rand.New(rand.NewPCG(rng.Uint64(), 0))}
	cut, before := make(chan *vfs.MemFS, 1), uint64(0)
	go func() {
		time.Sleep(after)
		before = acknowledged.Load()
		cut <- l.disk.CrashClone(config)
	}()
	for range powerCommits {
		l.commit(rng.IntN(40), 1+rng.IntN(3), rng.IntN(10) > 0)
		acknowledged.Store(l.last)
	}
	lost := <-cut
	l.survived(lost.CrashClone(vfs.CrashCloneCfg{}), before)
	l.Close()
	l.disk.MemFS = lost
	l.open()
	l.signed()
}

// survived wants a disk to have every frame that was acknowledged.
func (l *ledger) survived(disk *vfs.MemFS, acknowledged uint64) {
	l.t.Helper()
	c, err := OpenCopy(CopyOptions{Dir: "copy", FS: disk, Epoch: 1, Log: testLog(l.t)})
	if err != nil {
		l.t.Fatal(err)
	}
	defer c.Close()
	if c.Last() < acknowledged {
		l.t.Fatalf("the copy ends with %d, acknowledged was %d", c.Last(), acknowledged)
	}
	for m, err := range l.journal.Read(l.t.Context(), 1) {
		if err != nil {
			l.t.Fatal(err)
		}
		if m.Seq > acknowledged {
			return
		}
		if data, err := c.Frame(m.Seq); err != nil || !bytes.Equal(data, m.Data) {
			l.t.Fatalf("frame %d of %d acknowledged: %d bytes, %v", m.Seq, acknowledged, len(data), err)
		}
	}
}
