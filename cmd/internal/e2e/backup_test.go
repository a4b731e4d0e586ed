package e2e

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// cli runs the program, and returns what it printed.
func cli(args ...string) (string, error) {
	out, err := exec.Command(binaries.plain, args...).CombinedOutput()
	return string(out), err
}

func must(t testing.TB, args ...string) string {
	t.Helper()
	out, err := cli(args...)
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return out
}

// refused wants the program to end with 1, and words in what it says.
func refused(t testing.TB, words string, args ...string) {
	t.Helper()
	out, err := cli(args...)
	var exit *exec.ExitError
	if e, ok := err.(*exec.ExitError); ok {
		exit = e
	}
	if exit == nil || exit.ExitCode() != 1 || !strings.Contains(out, words) {
		t.Errorf("%v: %v, want exit 1 and %q:\n%s", args, err, words, out)
	}
}

// kept is all that an operator keeps of a ledger outside of its folder.
type kept struct {
	log, keys, kek, logKey, checkpoint string
}

// secrets copies what is copied once, and names the rest.
func (b *bed) secrets() kept {
	b.Helper()
	dir := b.TempDir()
	k := kept{log: filepath.Join(dir, "log"), keys: filepath.Join(dir, "persons"), kek: filepath.Join(dir, "kek"),
		logKey: filepath.Join(dir, "log.key"), checkpoint: filepath.Join(dir, "checkpoint")}
	for from, to := range map[string]string{"keys/kek": k.kek, "log.key": k.logKey} {
		copyFile(b, filepath.Join(b.dir, from), to)
	}
	return k
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// backedUp backs log and keys up, and keeps the newest checkpoint.
func (b *bed) backedUp(k kept) {
	b.Helper()
	must(b, "backup", k.log, "--server", b.Base)
	must(b, "backup", "keys", k.keys, "--server", b.Base)
	if err := os.WriteFile(k.checkpoint, b.seen("/log/checkpoint").Body, 0o600); err != nil {
		b.Fatal(err)
	}
}

// restore are the arguments that restore into a folder.
func (k kept) restore(dir string, more ...string) []string {
	return append([]string{"restore", "--from", k.log, "--data-dir", dir, "--keys", k.keys, "--kek", k.kek}, more...)
}

// same are those that keep the origin.
func (k kept) same(dir string, more ...string) []string {
	return k.restore(dir, append([]string{"--log-key", k.logKey}, more...)...)
}

// over is a ledger over a folder that was restored.
func (b *bed) over(dir string, flags ...string) *bed {
	b.Helper()
	return startOver(b.TB, dir, binaries.plain, flags...)
}

// clean wants all that the ledger made of its log to be as the log says.
func (b *bed) clean() {
	b.Helper()
	if out := must(b, "replay", "verify", "--server", b.Base); strings.Count(out, "as the log says") != 5 {
		b.Errorf("%s", out)
	}
}

// A ledger is backed up again and again while clients write to it. What is
// restored is the same ledger: every event, the same tree, the same origin; it
// goes on at the next position, and answers keys from before as it did.
func TestBackupOfARunningLedger(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	k := b.secrets()
	before := b.Keyed("k1").Do("AddUser", addUser("a", "first"))
	unchanged := accepted(b, b.Keyed("k2").Do("EnableMitelOneIntegration", body{"account_id": "a"}), "again", nil)

	var writers sync.WaitGroup
	stop := make(chan struct{})
	for w := range 16 {
		writers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					accepted(t, b.Do("AddUser", addUser("a", fmt.Sprintf("u-%d-%d", w, n))), "AddUser", n)
				}
			}
		})
	}
	for range 6 {
		if out := must(t, "backup", k.log, "--server", b.Base); strings.Contains(out, ": 0 new") {
			t.Errorf("nothing new: %s", out)
		}
		time.Sleep(50 * time.Millisecond)
	}
	close(stop)
	writers.Wait()
	b.grows(k)
	b.backedUp(k)
	must(t, "backup", "verify", k.log)
	events, end := b.history(1), b.end()
	b.process.Kill()

	again := filepath.Join(t.TempDir(), "data")
	if out := must(t, k.same(again, "--checkpoint", k.checkpoint)...); !strings.Contains(out, "the origin stays") {
		t.Error(out)
	}
	r := b.over(again)
	if got := r.history(1); len(got) != len(events) || fmt.Sprint(got) != fmt.Sprint(events) {
		t.Errorf("%d events, and there were %d", len(got), len(events))
	}
	if !bytes.Equal(r.seen("/log/checkpoint").Body, mustRead(t, k.checkpoint)) {
		t.Error("the checkpoint is another one")
	}
	for key, was := range map[string]*ledger.Answer{"k1": before, "k2": unchanged} {
		now := r.Keyed(key).Do("AddUser", addUser("a", "first"))
		if key == "k2" {
			now = r.Keyed(key).Do("EnableMitelOneIntegration", body{"account_id": "a"})
		}
		if now.Header.Get("Idempotency-Replayed") != "true" || now.CommandID != was.CommandID || now.Position != was.Position {
			t.Errorf("%s: %s, and it was %s", key, shown(now), shown(was))
		}
	}
	if at := r.done("AddUser", addUser("a", "after")).Position; at != end+1 {
		t.Errorf("the next event is %d, behind %d", at, end)
	}
	r.clean()
	if out := must(t, "backup", k.log, "--server", r.Base); !strings.Contains(out, ": 1 new events") {
		t.Errorf("a restored ledger's backup does not go on: %s", out)
	}
	if how := r.operations("restored")[0]["detail"].(map[string]any); how["kept"] != decimal(end) || how["old_origin"] != nil {
		t.Errorf("restored: %v", how)
	}
	r.down()
	must(t, "backup", k.log, "--data-dir", again) // one that is stopped
	must(t, "backup", "keys", k.keys, "--data-dir", again)
	r.up()
	if done := r.operations("backed_up"); len(done) != 3 || done[0]["actor"] != "data-dir" || done[2]["actor"] != "dev" {
		t.Errorf("backed up: %v", done)
	}
}

// grows wants the next backup to copy what is new, and nothing else: the files
// before stay as they are, and no frame of theirs is sent again.
func (b *bed) grows(k kept) {
	b.Helper()
	must(b, "backup", k.log, "--server", b.Base)
	before := segments(b, k.log)
	taken := b.operations("backed_up")[0]["detail"].(map[string]any)
	for n := range 3 {
		b.done("AddUser", addUser("a", fmt.Sprint("new-", n)))
	}
	if out := must(b, "backup", k.log, "--server", b.Base); !strings.Contains(out, ": 3 new events") {
		b.Error(out)
	}
	after := segments(b, k.log)
	if len(after) != len(before)+1 {
		b.Errorf("%d files, and there were %d", len(after), len(before))
	}
	for name, was := range before {
		if after[name] != was {
			b.Errorf("%s was written again", name)
		}
	}
	now := b.operations("backed_up")[0]["detail"].(map[string]any)
	if now["frames"] != "3" || now["behind"] == taken["behind"] {
		b.Errorf("%v was sent, and before %v", now, taken)
	}
}

// segments are a backup's files: when each was written, and how long it is.
func segments(t testing.TB, dir string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.frames"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = fmt.Sprint(info.ModTime().UnixNano(), info.Size())
	}
	return all
}

// operations are those of a kind, newest first.
func (b *bed) operations(kind string) []map[string]any {
	b.Helper()
	items := b.seen("/v1/operations", "kind", kind).Items()
	if len(items) == 0 {
		b.Fatalf("no operation %s", kind)
	}
	return items
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A backup that is killed goes on; a restore that is killed is no ledger, and
// can be begun again.
func TestBackupAndRestoreAreKilled(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	k := b.secrets()
	each(8, func(w int) {
		for n := range 150 {
			accepted(t, b.Do("AddUser", addUser("a", fmt.Sprintf("u-%d-%d", w, n))), "AddUser", n)
		}
	})
	killed := 0
	for range 12 {
		if killedWithin(t, 60*time.Millisecond, "backup", k.log, "--server", b.Base) {
			killed++
		}
		b.done("AddUser", addUser("a", fmt.Sprintf("more-%d", rand.Int())))
	}
	b.backedUp(k)
	must(t, "backup", "verify", k.log)
	events := len(b.history(1))
	b.process.Kill()

	dir, restored := filepath.Join(t.TempDir(), "data"), 0
	for n := range 12 { // the first ones have hardly begun
		if !killedWithin(t, time.Duration(n+1)*40*time.Millisecond, k.same(dir)...) {
			break
		}
		restored++
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		if files, _ := os.ReadDir(dir); len(files) == 0 {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "unfinished")); err != nil {
			break // it was finished
		}
		refused(t, "a restore was not finished there", "serve", "--dev", "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0", "--data-dir", dir)
	}
	t.Logf("killed %d backups and %d restores", killed, restored)
	if _, err := os.Stat(filepath.Join(dir, "unfinished")); err == nil {
		must(t, k.same(dir)...)
	} else if _, err := os.Stat(filepath.Join(dir, "nats")); err != nil {
		must(t, k.same(dir)...)
	}
	r := b.over(dir)
	if got := len(r.history(1)); got != events {
		t.Errorf("%d events, and there were %d", got, events)
	}
	r.clean()
}

// killedWithin runs the program and kills it at a moment within a time, unless
// it has ended by then.
func killedWithin(t testing.TB, within time.Duration, args ...string) bool {
	t.Helper()
	out, err := ended(t, within, args...)
	if err != nil && out != "" {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return err != nil
}

// ended is the same; without words the program was killed.
func ended(t testing.TB, within time.Duration, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), rand.N(within))
	defer cancel()
	program := exec.CommandContext(ctx, binaries.plain, args...)
	out, err := program.CombinedOutput()
	if err != nil && ctx.Err() != nil && err.Error() == "signal: killed" {
		return "", err
	}
	if program.ProcessState != nil && program.ProcessState.Success() {
		err = nil // the time was up in the moment that it ended
	}
	return string(out), err
}

// Keys that were rotated open all that was sealed before; backups of the keys
// from before need the key from before.
func TestRotatedKeys(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("AddUser", body{"account_id": "a", "user_id": "u", "email": "ada@sealed.example", "name": "Ada"})
	old := b.secrets()
	b.backedUp(old)
	must(t, "keys", "rotate", "--server", b.Base)
	b.done("AddUser", body{"account_id": "a", "user_id": "v", "email": "bob@sealed.example", "name": "Bob"})
	renewed := b.secrets()
	b.backedUp(renewed)
	if bytes.Equal(mustRead(t, old.kek), mustRead(t, renewed.kek)) {
		t.Error("the key is the one before")
	}
	refused(t, "the ledger in "+b.dir+" runs", "keys", "rotate", "--data-dir", b.dir)
	b.crash()
	b.down()
	must(t, "keys", "rotate", "--data-dir", b.dir)
	b.up()
	for _, id := range []string{"u", "v"} {
		if text := string(b.seen("/v1/accounts/a/users/" + id).Body); !strings.Contains(text, "@sealed.example") {
			t.Error(text)
		}
	}
	if done := b.operations("keys_rotated"); len(done) != 2 || done[0]["actor"] != "data-dir" || done[1]["actor"] != "dev" {
		t.Errorf("rotated: %v", done)
	}
	dir := filepath.Join(t.TempDir(), "data")
	refused(t, "do not belong together", kept{renewed.log, renewed.keys, old.kek, renewed.logKey, ""}.same(dir)...)
	must(t, renewed.same(dir)...)
	r := b.over(dir)
	if text := string(r.seen("/v1/accounts/a/users/v").Body); !strings.Contains(text, "bob@sealed.example") {
		t.Error(text)
	}
	for path, role := range map[string]string{"/v1/backup/keys": "operator", "/v1/backup/frames": "auditor"} {
		if diff := refusal(r.As(role, "").Get(path), 403, "forbidden"); diff != "" {
			t.Errorf("%s as %s: %s", path, role, diff)
		}
	}
}
