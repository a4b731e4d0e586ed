package projections

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// What is stored depends on the log alone: in batches, and in runs of any size.
func TestRunsStoreWhatBatchesDo(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 400 {
		l.step()
	}
	batches := open(t, l.options(vfs.NewMem()))
	defer closing(t, batches)
	for rest := l.commits; len(rest) > 0; {
		n := min(1+l.rng.IntN(30), len(rest))
		if err := batches.live.apply(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	batches.at = batches.live.mark
	last, _ := l.journal.Last(t.Context())
	for _, n := range []int{1, 7, 100, MaxRunEvents} {
		o := l.options(vfs.NewMem())
		o.runEvents, o.Scratch = n, n == 7
		s := open(t, o)
		if err := s.Replay(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		same(t, batches, s)
		checkState(t, at(t, s, AsOf{}), l.state)
		if n == 1 && s.Metrics().Flushes > 3 {
			t.Errorf("memtables were written %d times", s.Metrics().Flushes)
		}
	}
}

// A crash at any moment of a rebuild leaves the live views as they were, and
// nothing of the new ones; or the new ones.
func TestRebuildThroughCrashes(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 300 {
		l.step()
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for crashAt := uint64(1); crashAt < l.position; crashAt += l.position / 3 {
		mem := vfs.NewCrashableMem()
		o := l.options(mem)
		o.runEvents = 20
		s := open(t, o)
		s.Start()
		<-s.CaughtUp()
		var crashed *vfs.MemFS
		crash := func(position uint64) {
			if crashed == nil && position >= crashAt {
				crashed = mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
			}
		}
		if err := s.Rebuild(context.Background(), crash); err != nil {
			t.Fatal(err)
		}
		closing(t, s)
		if crashed == nil {
			t.Fatalf("position %d was never told", crashAt)
		}
		o.FS = crashed
		again := started(t, o)
		<-again.CaughtUp()
		if again.live.keys.generation != 1 {
			t.Errorf("generation %d is live", again.live.keys.generation)
		}
		same(t, l.replayed(), again)
		names, err := crashed.List(o.Dir)
		if err != nil || strings.Contains(strings.Join(names, " "), runFiles) {
			t.Errorf("left: %v %v", names, err)
		}
		if err := again.Rebuild(context.Background(), nil); err != nil {
			t.Error(err)
		}
		same(t, l.replayed(), again)
	}
}
