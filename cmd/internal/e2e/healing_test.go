package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// Whole files and folders are cut or gone.
func TestLostFolders(t *testing.T) {
	t.Parallel()
	x := newTortured(t, rand.New(rand.NewPCG(tortureSeed, 0)))
	private, public := "nats/jetstream/LEDGER_PRIVATE/streams/", "nats/jetstream/LEDGER_FEED/streams/"
	for n, path := range []string{
		private + "LEDGER_JOURNAL/msgs/1.blk", private + "LEDGER_JOURNAL/msgs/index.db", private + "LEDGER_JOURNAL/meta.inf",
		private + "LEDGER_JOURNAL", private + "LEDGER_CHECKPOINTS/meta.sum", private + "LEDGER_CHECKPOINTS",
		public + "LEDGER/msgs/1.blk", public + "LEDGER/obs", public + "LEDGER/meta.inf", public + "LEDGER",
		"views", "copy", "nats",
	} {
		x.round(n%2 == 0, func() string {
			if err := os.RemoveAll(filepath.Join(x.dir, path)); err != nil {
				t.Fatal(err)
			}
			return "without " + path
		})
	}
	for n, stream := range []string{private + "LEDGER_JOURNAL", public + "LEDGER"} {
		x.round(n%2 == 0, func() string {
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
	x.work()
}

// Journal and copy are damaged at different places: what is whole in either
// makes the log. At the same place, the start stops and says which.
func TestBothDamaged(t *testing.T) {
	t.Parallel()
	x := newTortured(t, rand.New(rand.NewPCG(tortureSeed, 0)))
	for range 20 {
		x.work()
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
	x.work()
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

// A view that cannot be read is not served. The ledger says so, and a restart
// makes the views again; a repair finds it before anybody asks.
func TestDamagedViews(t *testing.T) {
	t.Parallel()
	x := newTortured(t, rand.New(rand.NewPCG(tortureSeed, 0)))
	for range 3 {
		x.work()
	}
	x.down()
	x.spoilt("views", ".sst")
	if code, out := x.repair("--dry-run"); code != 0 || !strings.Contains(out, "views  ") {
		t.Errorf("a dry run: %d\n%s", code, out)
	}
	x.up()
	if err := x.judge(); !errors.Is(err, errTold) {
		t.Errorf("with a damaged view: %v", err)
	}
	if a := x.Get("/readyz"); a.Status != 503 || !strings.Contains(string(a.Body), "views: damaged; restart the ledger") {
		t.Errorf("it does not say so: %s", shown(a))
	}
	x.down()
	x.up()
	if !strings.Contains(x.process.Log(), "msg=healed part=views") {
		t.Errorf("nothing was healed:\n%s", x.process.Log())
	}
	x.whole("healed views")
	x.down()
	if code, out := x.repair("--dry-run"); code != 0 || !strings.Contains(out, "Nothing needs to be healed") {
		t.Errorf("after it: %d\n%s", code, out)
	}
}

// A running ledger finds what was damaged under it, says so, and is well after a
// restart.
func TestScrubberFinds(t *testing.T) {
	t.Parallel()
	x := newTortured(t, rand.New(rand.NewPCG(tortureSeed, 0)))
	for range 3 {
		x.work()
	}
	x.down()
	x.up()
	x.work() // the block grows behind what is changed
	x.changed("nats/jetstream/LEDGER_PRIVATE/streams/LEDGER_JOURNAL", ".blk", "City 1-3")
	x.eventually(30*time.Second, "the scrubber finds it", func() bool {
		a := x.Get("/readyz")
		return a.Status == 503 && strings.Contains(string(a.Body), "journal")
	})
	metrics := string(x.seen("/metrics").Body)
	if !regexp.MustCompile(`\nseatledger_scrub_findings_total [1-9]`).MatchString(metrics) {
		t.Errorf("the metrics do not tell")
	}
	x.round(true, func() string { return "what the scrubber found" })
	x.work()
}
