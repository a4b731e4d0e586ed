package e2e

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/events/logtest"
)

// Rounds of damage to the server's folder: of each kind so many in a short
// torture, and ten times as many in a long one.
const (
	streamRounds = 20
	streamLives  = 10
)

// torturesStreams does something to the server's files, after a kill -9 or a
// clean stop by turns. The ledger must heal it.
func torturesStreams(t *testing.T, damage func(x *tortured) string) {
	t.Parallel()
	logtest.Lives(t, tortureSeed, streamLives, func(t *testing.T, rng *rand.Rand) {
		x := newTortured(t, rng)
		for n := range streamRounds {
			x.round(n%2 == 1, func() string { return damage(x) })
		}
		x.work()
		x.whole("at the end")
	})
}

// One bit anywhere in the server's folder, in half of all cases in a file with
// messages.
func TestTortureFlippedBits(t *testing.T) {
	torturesStreams(t, func(x *tortured) string {
		all := x.files(filepath.Join("nats", "jetstream"))
		if x.rng.IntN(2) == 0 {
			all = slices.DeleteFunc(all, func(path string) bool { return filepath.Ext(path) != ".blk" })
		}
		return x.flip(drawnFrom(x.rng, all))
	})
}

// The last block of a stream is cut short.
func TestTortureCutBlocks(t *testing.T) {
	torturesStreams(t, func(x *tortured) string { return x.cut(x.lastBlock()) })
}

// lastBlock is that of any stream.
func (x *tortured) lastBlock() string {
	x.Helper()
	streams, err := filepath.Glob(filepath.Join(x.dir, "nats", "jetstream", "*", "streams", "*"))
	if err != nil || len(streams) < 3 {
		x.Fatal(streams, err)
	}
	all := slices.DeleteFunc(x.files(x.short(drawnFrom(x.rng, streams))), func(path string) bool { return filepath.Ext(path) != ".blk" })
	number := func(path string) int {
		n, _ := strconv.Atoi(strings.TrimSuffix(filepath.Base(path), ".blk")) // the server's own name
		return n
	}
	return slices.MaxFunc(all, func(a, b string) int { return number(a) - number(b) })
}

// The server's summaries of its blocks are gone, and half the time a bit of the
// stream is another one, too.
func TestTortureLostSummaries(t *testing.T) {
	torturesStreams(t, func(x *tortured) string {
		block := x.lastBlock()
		summary := filepath.Join(filepath.Dir(block), "index.db")
		if err := os.Remove(summary); err != nil && !os.IsNotExist(err) {
			x.Fatal(err)
		}
		what := "without " + x.short(summary)
		if x.rng.IntN(2) == 0 {
			what += ", and " + x.flip(block)
		}
		return what
	})
}
