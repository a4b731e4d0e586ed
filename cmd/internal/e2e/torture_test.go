package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// Rounds of torture, and their seed: SEATLEDGER_TORTURE_ROUNDS and
// SEATLEDGER_TORTURE_SEED say others.
const (
	tortureRounds = 20
	tortureSeed   = 11
	tortureWork   = 12 // commands of a round
)

// tortured is a ledger whose disk lies, with what its clients were told.
type tortured struct {
	*bed
	rng  *rand.Rand
	told map[uint64]string // position: id of the event, as acknowledged
	acks uint64            // the durable consumer acknowledged up to here
	next uint64            // the next message that it must see, at the latest
}

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

func newTortured(t *testing.T, seed int) *tortured {
	t.Logf("SEATLEDGER_TORTURE_SEED=%d", seed)
	x := &tortured{bed: start(t), rng: rand.New(rand.NewPCG(uint64(seed), 0)), told: map[uint64]string{}, next: 1}
	x.founded()
	for _, e := range x.history(1) {
		x.told[uint64(e["position"].(float64))] = e["id"].(string)
	}
	return x
}

func (x *tortured) note(a *ledger.Answer) {
	x.Helper()
	for _, e := range a.Events {
		if id, twice := x.told[e.Position]; twice {
			x.Fatalf("position %d was given to %s, and again to %s", e.Position, id, e.ID)
		}
		x.told[e.Position] = e.ID
	}
}

// work records events, and lets the durable consumer take some.
func (x *tortured) work(round int) {
	x.Helper()
	for n := range tortureWork {
		x.note(x.done("UpdateAccountInformation", body{"account_id": "a", "city": fmt.Sprintf("City %d-%d", round, n)}))
	}
	x.consume(tortureWork / 2)
}

// consume takes messages of the feed with a durable consumer, and acknowledges
// them: none may be left out, and each is the event of its position.
func (x *tortured) consume(n int) {
	x.Helper()
	nc, js := x.nats()
	defer nc.Close()
	ctx, cancel := context.WithTimeout(x.Context(), feedTimeout)
	defer cancel()
	c, err := js.Consumer(ctx, "LEDGER", "torture")
	if err != nil && x.acks == 0 {
		c, err = js.CreateOrUpdateConsumer(ctx, "LEDGER", jetstream.ConsumerConfig{Durable: "torture", AckPolicy: jetstream.AckExplicitPolicy, AckWait: time.Second})
	}
	if err != nil {
		x.Fatalf("the consumer is lost: %v", err)
	}
	for range n {
		m, err := c.Next(jetstream.FetchContext(ctx))
		if err != nil {
			x.Fatalf("the consumer, behind %d: %v", x.next-1, err)
		}
		at := sequence(m)
		if at > x.next || x.told[at] != m.Headers().Get("ce-id") {
			x.Fatalf("the consumer gets %d %s, expected %d at the latest; acknowledged was %q", at, m.Headers().Get("ce-id"), x.next, x.told[at])
		}
		if err := m.DoubleAck(ctx); err != nil {
			x.Fatal(err)
		}
		x.next = max(x.next, at+1)
		x.acks = max(x.acks, at)
	}
}

// round works, stops the ledger, lets something happen to its folder, and
// starts it again: all that clients were told must be there.
func (x *tortured) round(n int, clean bool, damage func() string) {
	x.Helper()
	x.work(n)
	if clean {
		x.down()
	} else {
		x.process.Kill()
	}
	what := damage()
	x.up()
	healed := strings.Count(x.process.Log(), "msg=healed")
	x.Logf("round %d, clean %t, %s: %d parts healed", n, clean, what, healed)
	x.whole(what)
}

// whole compares history and feed with what clients were told.
func (x *tortured) whole(what string) {
	x.Helper()
	events := x.history(1)
	if len(events) != len(x.told) {
		x.Fatalf("%s: %d events are served, %d were acknowledged", what, len(events), len(x.told))
	}
	for i, e := range events {
		if at := uint64(i + 1); x.told[at] != e["id"] {
			x.Fatalf("%s: position %d is %s, acknowledged was %s", what, at, e["id"], x.told[at])
		}
	}
	x.feedIsHistory(events)
}

// files are all below a folder of the ledger that are not empty.
func (x *tortured) files(folder string) (all []string) {
	x.Helper()
	err := filepath.WalkDir(filepath.Join(x.dir, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		x.Fatal(err)
	}
	return all
}

// flip changes one bit of one of the server's files.
func (x *tortured) flip() string {
	x.Helper()
	all := x.files(filepath.Join("nats", "jetstream"))
	path := all[x.rng.IntN(len(all))]
	data, err := os.ReadFile(path)
	if err != nil {
		x.Fatal(err)
	}
	at, bit := x.rng.IntN(len(data)), x.rng.IntN(8)
	data[at] ^= 1 << bit
	if err := os.WriteFile(path, data, 0o600); err != nil {
		x.Fatal(err)
	}
	rest, _ := filepath.Rel(x.dir, path)
	return fmt.Sprintf("bit %d of byte %d of %s (%d bytes)", bit, at, rest, len(data))
}

// One bit anywhere in the server's folder, after a kill -9 or a clean stop, by
// turns.
func TestFlippedBits(t *testing.T) {
	t.Parallel()
	x := newTortured(t, number("SEATLEDGER_TORTURE_SEED", tortureSeed))
	for n := range number("SEATLEDGER_TORTURE_ROUNDS", tortureRounds) {
		x.round(n, n%2 == 1, x.flip)
	}
	x.work(-1)
	x.whole("at the end")
}

// Whole files and folders are cut or gone.
func TestLostFolders(t *testing.T) {
	t.Parallel()
	x := newTortured(t, tortureSeed)
	private, public := "nats/jetstream/LEDGER_PRIVATE/streams/", "nats/jetstream/LEDGER_FEED/streams/"
	for n, path := range []string{
		private + "LEDGER_JOURNAL/msgs/1.blk", private + "LEDGER_JOURNAL/msgs/index.db", private + "LEDGER_JOURNAL/meta.inf",
		private + "LEDGER_JOURNAL", private + "LEDGER_CHECKPOINTS/meta.sum", private + "LEDGER_CHECKPOINTS",
		public + "LEDGER/msgs/1.blk", public + "LEDGER/obs", public + "LEDGER/meta.inf", public + "LEDGER",
		"views", "copy", "nats",
	} {
		x.round(n, n%2 == 0, func() string {
			if err := os.RemoveAll(filepath.Join(x.dir, path)); err != nil {
				t.Fatal(err)
			}
			return "without " + path
		})
	}
	for n, stream := range []string{private + "LEDGER_JOURNAL", public + "LEDGER"} {
		x.round(n, n%2 == 0, func() string {
			blocks, err := filepath.Glob(filepath.Join(x.dir, stream, "msgs", "*.blk"))
			if err != nil || len(blocks) == 0 {
				t.Fatal(blocks, err)
			}
			path := blocks[0]
			info, err := os.Stat(path)
			if err == nil {
				err = os.Truncate(path, info.Size()-info.Size()/4)
			}
			if err != nil {
				t.Fatal(err)
			}
			return "cut short " + stream
		})
	}
	x.work(-1)
}
