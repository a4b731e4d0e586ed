package e2e

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/logtest"
)

const (
	// folderRounds are those of one life.
	folderRounds = 12
	// folderStarts is how often a ledger may be started until it is well.
	folderStarts = 3
	// folderPatience is how long one start may take to be ready.
	folderPatience = 30 * time.Second
)

// restartHeals is what a ledger says that a restart would heal.
var restartHeals = regexp.MustCompile(`restart the ledger|a restart heals`)

// attempt starts the ledger as an operator would, who restarts it where it asks
// for that. An error is a refusal.
func (x *tortured) attempt() error {
	x.Helper()
	for range folderStarts {
		p, err := ledger.Start(x.binary, x.dir, x.flags...)
		if err != nil {
			return err
		}
		x.process, x.Base = p, "http://"+p.HTTP
		wants, err := x.settled(p)
		if err != nil {
			return err
		}
		if wants == "" {
			return nil
		}
		x.Logf("it wants to be restarted: %s", wants)
		if code, err := p.Stop(); err != nil || code != 0 {
			x.Fatalf("SIGTERM: exit %d, %v\n%s", code, err, tail(p.Log(), 4000))
		}
	}
	return fmt.Errorf("not well after %d starts:\n%s", folderStarts, tail(x.process.Log(), 4000))
}

// settled waits until a process is ready, or says that it wants a restart.
func (x *tortured) settled(p *ledger.Process) (wants string, err error) {
	for deadline := time.Now().Add(folderPatience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		resp, err := http.Get(x.Base + "/readyz")
		if err != nil {
			select {
			case <-p.Ended():
				return "", fmt.Errorf("it ended:\n%s", tail(p.Log(), 4000))
			default:
				continue
			}
		}
		text, _ := io.ReadAll(resp.Body) // what there is of it
		resp.Body.Close()
		switch {
		case resp.StatusCode == http.StatusOK:
			return "", nil
		case restartHeals.Match(text):
			return string(text), nil
		}
	}
	return "", fmt.Errorf("not ready, and it does not say why:\n%s", tail(p.Log(), 4000))
}

// named wants a refusal to be an orderly end that names a part of the folder.
func (x *tortured) named(refusal error, what, part string) {
	x.Helper()
	text := refusal.Error()
	ended := strings.Contains(text, "exit status 1")
	for _, crash := range []string{"panic:", "goroutine ", "SIGSEGV", "fatal error"} {
		ended = ended && !strings.Contains(text, crash)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	last := lines[len(lines)-1]
	if !ended || !strings.Contains(last, part) && !regexp.MustCompile(`journal|copy|checkpoint|keys|position`).MatchString(last) {
		x.Fatalf("%s: it refuses, and does not name what:\n%s", what, tail(text, 4000))
	}
}

// save keeps the folder as it is, but for what healing left.
func (x *tortured) save() {
	x.Helper()
	if err := os.RemoveAll(filepath.Join(x.dir, "inquiry")); err != nil {
		x.Fatal(err)
	}
	x.replace(x.dir, x.kept())
}

// back restores a part of the folder from what was kept, or "." all of it.
func (x *tortured) back(part string) {
	x.Helper()
	x.replace(filepath.Join(x.kept(), part), filepath.Join(x.dir, part))
}

func (x *tortured) kept() string { return filepath.Join(filepath.Dir(x.dir), "kept") }

func (x *tortured) replace(from, to string) {
	x.Helper()
	if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(from))); err != nil {
		x.Fatal(err)
	}
}

// folderRound lets a crowd work, ends the ledger, does mischief to its folder, and
// starts it: it must be whole after that, or refuse by name, and be whole once
// the folder is.
func (x *tortured) folderRound() {
	x.Helper()
	x.work()
	end := drawnFrom(x.rng, []func(){x.process.Kill, x.down})
	again := x.busy(end)
	x.save()
	what, part := x.mischief()
	if err := x.attempt(); err != nil {
		x.process.Kill()
		x.named(err, what, part)
		lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
		x.Logf("round %d, %s: refused: %s", x.rounds, what, lines[len(lines)-1])
		x.back(".")
		x.up()
	} else {
		x.Logf("round %d, %s: healed%s", x.rounds, what, x.healed())
	}
	x.recover(what, again)
}

// recover lets clients go on, and wants all to be whole: at once, or after a
// repair, where the ledger tells itself of damage that its start did not meet.
func (x *tortured) recover(what string, again func()) {
	x.Helper()
	again()
	err := x.judge()
	if errors.Is(err, errTold) {
		x.Logf("%s: found later: %s", what, tail(err.Error(), 600))
		keys := x.missesKeys()
		x.down()
		if keys {
			x.back("keys")
		}
		if code, out := x.repair(); code != 0 {
			x.Fatalf("%s: a repair ends with %d\n%s", what, code, out)
		}
		x.up()
		err = x.judge()
	}
	if err != nil {
		x.Fatalf("%s: %v\n%s", what, err, tail(x.process.Log(), 4000))
	}
}

// Anything happens to any file of the data folder.
func TestTortureFolder(t *testing.T) {
	t.Parallel()
	logtest.Lives(t, tortureSeed, 2, func(t *testing.T, rng *rand.Rand) {
		x := newTortured(t, rng)
		for range folderRounds {
			x.folderRound()
		}
	})
}

// missesKeys tells that a verification names keys that are not there.
func (x *tortured) missesKeys() bool {
	x.Helper()
	out, status := x.said("replay", "verify", "--server", x.Base)
	x.Logf("the verification ends with %d: %s", status, tail(out, 400))
	return status == 1 && strings.Contains(out, events.ErrKeyMissing.Error())
}

// Keys that a disk lost stop the start. When their tally is gone, too, a
// verification misses them, and names the persons' events; with the keys back,
// all is well.
func TestLostKeysAreNamed(t *testing.T) {
	t.Parallel()
	x := newTortured(t, rand.New(rand.NewPCG(tortureSeed, 0)))
	x.work()
	x.down()
	path := filepath.Join(x.dir, "keys", "persons")
	whole := x.read(path)
	data := append([]byte(nil), whole...)
	clear(data[:zeroedBytes][512:])
	x.write(path, data)
	tally := filepath.Join(x.dir, "keys", "tally")
	counted := x.read(tally)
	if err := x.attempt(); err == nil || !strings.Contains(err.Error(), "it held a person and is empty") {
		t.Fatalf("it starts without keys: %v", err)
	}
	if err := os.Remove(tally); err != nil {
		t.Fatal(err)
	}
	x.up()
	if err := x.judge(); !errors.Is(err, errTold) {
		t.Errorf("it serves persons without their keys: %v", err)
	}
	if !x.missesKeys() {
		t.Error("a verification does not name the keys")
	}
	x.down()
	x.write(path, whole)
	x.write(tally, counted)
	x.up()
	x.whole("with its keys")
}
