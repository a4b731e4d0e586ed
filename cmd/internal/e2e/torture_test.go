package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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

// flip changes one bit of one of the server's files, in half of all cases of one
// with messages.
func (x *tortured) flip() string {
	x.Helper()
	all := x.files(filepath.Join("nats", "jetstream"))
	if x.rng.IntN(2) == 0 {
		all = slices.DeleteFunc(all, func(path string) bool { return filepath.Ext(path) != ".blk" })
	}
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

// Journal and copy are damaged at different places: what is whole in either
// makes the log. At the same place, the start stops and says which.
func TestBothDamaged(t *testing.T) {
	t.Parallel()
	x := newTortured(t, tortureSeed)
	for n := range 20 {
		x.work(n)
	}
	x.down() // the copy's frames reach a table with the next opening
	x.up()
	x.down()
	x.spoilt("copy", ".sst")
	x.changed("nats/jetstream/LEDGER_PRIVATE/streams/LEDGER_JOURNAL", ".blk", "City 15-3")
	code, out := x.repair("--dry-run")
	if code != 0 || !strings.Contains(out, "journal  ") || !strings.Contains(out, "copy  ") || !strings.Contains(out, "Nothing was changed") {
		t.Fatalf("a dry run: %d\n%s", code, out)
	}
	if code, again := x.repair("--dry-run"); code != 0 || again != out {
		t.Fatalf("it changed something: %d\n%s", code, again)
	}
	if code, out = x.repair(); code != 0 || !strings.Contains(out, "Healed") {
		t.Fatalf("a repair: %d\n%s", code, out)
	}
	if code, out = x.repair("--dry-run"); code != 0 || !strings.Contains(out, "Nothing needs to be healed") {
		t.Fatalf("after it: %d\n%s", code, out)
	}
	x.up()
	x.whole("both damaged at different places")
	x.work(20)
	x.whole("and it went on")
	x.down()
	x.changed("nats/jetstream/LEDGER_PRIVATE/streams/LEDGER_JOURNAL", ".blk", "City 15-3")
	if err := os.RemoveAll(filepath.Join(x.dir, "copy")); err != nil {
		t.Fatal(err)
	}
	for _, try := range []string{"start", "dry", "repair"} {
		text := ""
		switch try {
		case "start":
			_, err := ledger.Start(x.binary, x.dir)
			text = fmt.Sprint(err)
		case "dry":
			_, text = x.repair("--dry-run")
		case "repair":
			_, text = x.repair()
		}
		for _, part := range []string{"position ", "expected a whole frame in the journal or in the copy", "found", "next: "} {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not say %q:\n%s", try, part, text)
			}
		}
	}
}

// changed changes a byte of a text in the only file that has it.
func (x *tortured) changed(folder, suffix, text string) {
	x.Helper()
	for _, path := range x.files(folder) {
		data, err := os.ReadFile(path)
		if err != nil {
			x.Fatal(err)
		}
		if at := bytes.Index(data, []byte(text)); at >= 0 && filepath.Ext(path) == suffix {
			data[at] ^= 1
			if err := os.WriteFile(path, data, 0o600); err != nil {
				x.Fatal(err)
			}
			return
		}
	}
	x.Fatalf("no file %s of %s has %q", suffix, folder, text)
}

// spoilt changes a byte in the first part of the largest file.
func (x *tortured) spoilt(folder, suffix string) {
	x.Helper()
	var data []byte
	file := ""
	for _, path := range x.files(folder) {
		b, err := os.ReadFile(path)
		if err != nil {
			x.Fatal(err)
		}
		if filepath.Ext(path) == suffix && len(b) > len(data) {
			data, file = b, path
		}
	}
	if file == "" {
		x.Fatalf("no file %s of %s", suffix, folder)
	}
	data[len(data)/5] ^= 1
	if err := os.WriteFile(file, data, 0o600); err != nil {
		x.Fatal(err)
	}
}

// repair runs the verb.
func (x *tortured) repair(flags ...string) (code int, out string) {
	x.Helper()
	cmd := exec.Command(x.binary, append([]string{"repair", "--data-dir", x.dir}, flags...)...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		x.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}

// A running ledger finds what was damaged under it, says so, and is well after a
// restart.
func TestScrubberFinds(t *testing.T) {
	t.Parallel()
	x := newTortured(t, tortureSeed)
	for n := range 3 {
		x.work(n)
	}
	x.down()
	x.up()
	x.work(4) // the block grows behind what is changed
	x.changed("nats/jetstream/LEDGER_PRIVATE/streams/LEDGER_JOURNAL", ".blk", "City 1-3")
	x.eventually(30*time.Second, "the scrubber finds it", func() bool {
		a := x.Get("/readyz")
		return a.Status == 503 && strings.Contains(string(a.Body), "journal")
	})
	metrics := string(x.seen("/metrics").Body)
	if !regexp.MustCompile(`\nseatledger_scrub_findings_total [1-9]`).MatchString(metrics) {
		t.Errorf("the metrics do not tell")
	}
	x.round(5, true, func() string { return "what the scrubber found" })
	x.work(6)
}
