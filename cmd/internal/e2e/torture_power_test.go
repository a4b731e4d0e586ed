package e2e

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
	"github.com/seatledger/seatledger/cmd/internal/e2e/lossy"
	"github.com/seatledger/seatledger/events/logtest"
)

const (
	// crashesOfALife is how often it is killed.
	crashesOfALife = 8
	// startKilledWithin is when a start is killed at the latest.
	startKilledWithin = 400 * time.Millisecond
)

// crashes kills a ledger at work, again and again, and now and then while it
// starts; lose is what a crash takes with it. Nothing that clients were told may
// be missing.
func (x *tortured) crashes(lose func() string) {
	x.Helper()
	for range crashesOfALife {
		x.work()
		again := x.busy(x.process.Kill)
		what := lose()
		for x.rng.IntN(3) == 0 {
			x.killedStart()
			what += ", " + lose()
		}
		x.up()
		x.Logf("round %d, %s: healed%s", x.rounds, what, x.healed())
		again()
		x.whole(what)
	}
}

// killedStart starts the ledger, and kills it before it is ready, perhaps.
func (x *tortured) killedStart() {
	x.Helper()
	after := time.Duration(x.rng.Int64N(int64(startKilledWithin)))
	if err := ledger.StartKilled(x.binary, x.dir, after, x.flags...); err != nil {
		x.Fatalf("to be killed after %s: %v", after, err)
	}
}

// Killed at work and while it starts: what the page cache has survives.
func TestTortureKills(t *testing.T) {
	t.Parallel()
	logtest.Lives(t, tortureSeed, 2, func(t *testing.T, rng *rand.Rand) {
		newTortured(t, rng).crashes(func() string { return "killed" })
	})
}

// lossyBed is a ledger on a disk that forgets what was not fsynced.
func lossyBed(t *testing.T) (*bed, *lossy.Disk) {
	t.Helper()
	dir := t.TempDir()
	disk, err := lossy.Mount(dir)
	if err != nil {
		t.Fatalf("these tests mount a file system and run as root: %v", err)
	}
	t.Cleanup(func() {
		if err := disk.Unmount(); err != nil {
			t.Error(err)
		}
	})
	return startOver(t, filepath.Join(dir, "new", "data"), binaries.plain), disk
}

// The power fails: what was not fsynced is gone, all of it or a part.
func TestTorturePower(t *testing.T) {
	t.Parallel()
	logtest.Lives(t, tortureSeed, 2, func(t *testing.T, rng *rand.Rand) {
		b, disk := lossyBed(t)
		torturedBed(b, rng).crashes(func() string {
			percent := drawnFrom(rng, []int{0, 0, 30, 70, 100})
			if err := disk.Cut(percent, rng); err != nil {
				t.Fatal(err)
			}
			return "power cut, " + decimal(uint64(percent)) + " % survive"
		})
	})
}

// The first answer of a new ledger is as good as any: its folder, and the way to
// it, are there after a loss of power.
func TestNewFolderSurvivesPower(t *testing.T) {
	t.Parallel()
	b, disk := lossyBed(t)
	told := b.done("RegisterPartner", body{"partner_id": "p", "name": "Partner"}).Events
	b.process.Kill()
	if err := disk.Cut(0, rand.New(rand.NewPCG(tortureSeed, 0))); err != nil {
		t.Fatal(err)
	}
	b.up()
	ids := b.identities()
	for _, e := range told {
		if ids[e.Position] != e.ID || len(ids) != len(told) {
			t.Errorf("acknowledged was %v, and there is %v", told, ids)
		}
	}
}
