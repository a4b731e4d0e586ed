package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

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
	for w := range 8 {
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
	r.down()
	must(t, "backup", k.log, "--data-dir", again) // one that is stopped
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Who was erased stays erased, though the keys' backup is older than the
// erasure, and though the ledger is restored to a moment before it.
func TestRestoredLedgerForgets(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	k := b.secrets()
	added := b.done("AddUser", body{"account_id": "a", "user_id": "u", "email": erasable[0] + "@sealed.example", "name": erasable[1]})
	person, _ := b.history(added.Position)[0]["data"].(map[string]any)["person_id"].(string)
	key := bytes.Clone(b.wrappedKey(person))
	b.backedUp(k) // with the key
	if !bytes.Contains(mustRead(t, k.keys), key) {
		t.Fatal("the keys' backup has not the key")
	}
	b.done("AddUser", addUser("a", "later"))
	b.done("ErasePerson", body{"account_id": "a", "user_id": "u", "confirm": "erase"})
	must(t, "backup", k.log, "--server", b.Base)
	b.process.Kill()

	for name, more := range map[string][]string{
		"whole":         {"--log-key", k.logKey},
		"point in time": {"--to", decimal(added.Position)},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		if name == "whole" { // the later user's key is not in the keys' backup
			refused(t, "does not have those of 1 persons", k.restore(dir, more...)...)
			if files, _ := os.ReadDir(dir); len(files) > 0 {
				t.Errorf("a refused restore left %v", files)
			}
		}
		out := must(t, k.restore(dir, append(more, "--accept-lost-keys")...)...)
		if !strings.Contains(out, "erased again: 1") {
			t.Error(out)
		}
		nowhereIn(t, dir, append(inEveryForm(erasable), string(key)))
		r := b.over(dir)
		text := string(r.seen("/v1/accounts/a/users/u").Body) + string(r.seen("/v1/events").Body) +
			string(r.seen("/v1/accounts/a/users/u", "as_of", decimal(added.Position)).Body)
		for _, w := range erasable {
			if strings.Contains(text, w) {
				t.Errorf("%s: %q is told", name, w)
			}
		}
		if strings.Count(text, `{"erased":true}`) < 3 {
			t.Errorf("%s: %s", name, text)
		}
		r.clean()
		r.down()
		nowhereIn(t, dir, append(inEveryForm(erasable), string(key)))
	}
}

// nowhereIn wants words in no file under a folder.
func nowhereIn(t testing.TB, dir string, words []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		data := mustRead(t, path)
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				t.Errorf("%s has %q", path, w)
			}
		}
		return nil
	})
	if err != nil || files < 4 {
		t.Errorf("%d files, %v", files, err)
	}
}

// exported is the history with its leaves, of the log alone.
func exported(t testing.TB, b *bed) (lines []string) {
	t.Helper()
	return strings.Split(strings.TrimSpace(must(t, "replay", "export", "--server", b.Base)), "\n")
}

// rootOf is the root of the first n leaves of an export.
func rootOf(t testing.TB, lines []string, n int) string {
	t.Helper()
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	for i, line := range lines[:n] {
		var e struct {
			Leaf string `json:"leaf_hash"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		h, err := tlog.ParseHash(e.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		more, err := tlog.StoredHashesForRecordHash(int64(i), h, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(int64(n), read)
	if err != nil {
		t.Fatal(err)
	}
	return root.String()
}

// A ledger restored to a moment has the events up to there, with their
// positions and leaves, and then an event of its own that names what it was. It
// is another log. Keys of commands that it has not are free again.
func TestPointInTime(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded() // ends with several events of one command
	k := b.secrets()
	kept := accepted(b, b.Keyed("kept").Do("AddUser", addUser("a", "kept")), "AddUser", nil)
	time.Sleep(1100 * time.Millisecond) // --to has seconds
	moment := time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	time.Sleep(1100 * time.Millisecond)
	twice := accepted(b, b.Keyed("cut").Do("RegisterPartner", body{"partner_id": "q", "name": "Q"}), "RegisterPartner", nil)
	b.done("AddUser", addUser("a", "more"))
	time.Sleep(1100 * time.Millisecond)
	b.backedUp(k)
	was, oldNote := exported(t, b), string(b.seen("/log/checkpoint").Body)
	b.process.Kill()

	end := kept.Position
	for name, to := range map[string]string{
		"position": decimal(end), "inside a command": decimal(twice.Position - 1), "time": moment,
	} {
		dir := filepath.Join(t.TempDir(), "data")
		must(t, k.restore(dir, "--to", to, "--checkpoint", k.checkpoint, "--log-origin", "example.org/"+strings.Fields(name)[0])...)
		r := b.over(dir)
		is := exported(t, r)
		if len(is) != int(end)+1 || strings.Join(is[:end], "\n") != strings.Join(was[:end], "\n") {
			t.Fatalf("%s: %d events, want the %d first of %d, and one more", name, len(is), end, len(was))
		}
		var begun struct {
			Type      string `json:"type"`
			PartnerID string `json:"partner_id"`
			Data      struct {
				Old    string `json:"old_origin"`
				Size   uint64 `json:"old_size"`
				Root   string `json:"old_root"`
				Newest int    `json:"newest_size"`
				Reason string `json:"reason"`
			}
		}
		if err := json.Unmarshal([]byte(is[end]), &begun); err != nil {
			t.Fatal(err)
		}
		d := begun.Data
		if begun.Type != "OriginBegun" || begun.PartnerID != "_" || !strings.HasPrefix(oldNote, d.Old+"\n") || d.Size != end ||
			d.Root != rootOf(t, was, int(end)) || d.Newest != len(was) || d.Reason != "point_in_time" {
			t.Errorf("%s: %+v", name, begun)
		}
		if note := string(r.seen("/log/checkpoint").Body); !strings.HasPrefix(note, "example.org/") || strings.Contains(note, d.Old) {
			t.Errorf("%s: %s", name, note)
		}
		if got := r.As("auditor", "p").Get("/v1/events", "type", "OriginBegun").Items(); len(got) != 0 {
			t.Errorf("%s: an auditor of one partner sees %v", name, got)
		}
		again := r.Keyed("kept").Do("AddUser", addUser("a", "kept"))
		if again.Header.Get("Idempotency-Replayed") != "true" || again.CommandID != kept.CommandID {
			t.Errorf("%s: %s", name, shown(again))
		}
		free := r.Keyed("cut").Do("RegisterPartner", body{"partner_id": "other", "name": "Other"})
		if free.Status != 200 || free.Header.Get("Idempotency-Replayed") != "" || free.Events[0].Position != end+2 {
			t.Errorf("%s: %s", name, shown(free))
		}
		r.clean()
		refused(t, "this is another one", "backup", k.log, "--server", r.Base)
	}
	dir := filepath.Join(t.TempDir(), "data")
	refused(t, "it ends with position", k.restore(dir, "--to", "999")...)
	refused(t, "it was made at", k.restore(dir, "--to", "2999-01-01T00:00:00Z")...)
	refused(t, "nothing was recorded", k.restore(dir, "--to", "2001-01-01T00:00:00Z")...)
}

// Backups that are damaged, another ledger's, or too old, are refused by name,
// and leave nothing; so is a folder that has something in it.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	b, foreign := start(t), start(t)
	b.founded()
	foreign.founded()
	k, other := b.secrets(), foreign.secrets()
	b.backedUp(k)
	foreign.backedUp(other)
	refused(t, "this is another one", "backup", k.log, "--server", foreign.Base)
	rolled := filepath.Join(t.TempDir(), "rolled")
	must(t, k.same(rolled)...)
	b.done("AddUser", addUser("a", "more"))
	dir := filepath.Join(t.TempDir(), "data")
	newest := filepath.Join(t.TempDir(), "newest")
	if err := os.WriteFile(newest, b.seen("/log/checkpoint").Body, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "the backup ends before the checkpoint", k.same(dir, "--checkpoint", newest)...)
	refused(t, "is not a checkpoint of", k.same(dir, "--checkpoint", other.checkpoint)...)
	refused(t, "the log's key is missing", k.restore(dir)...)
	refused(t, "is the key", k.restore(dir, "--log-key", other.logKey)...)
	refused(t, "do not belong together", kept{k.log, k.keys, other.kek, "", ""}.restore(dir, "--new-origin")...)
	refused(t, "another ledger's", kept{k.log, other.keys, other.kek, "", ""}.restore(dir, "--new-origin")...)
	refused(t, "persons' keys are missing", "restore", "--from", k.log, "--data-dir", dir, "--new-origin")
	refused(t, "there is no finished backup", kept{t.TempDir(), k.keys, k.kek, "", ""}.restore(dir, "--new-origin")...)
	refused(t, "it is not empty", k.same(b.dir)...)
	refused(t, "not a backup", "backup", b.dir, "--server", b.Base)

	// A history of the same log that went another way.
	must(t, "backup", k.log, "--server", b.Base)
	r := b.over(rolled)
	refused(t, "does not go on where the backup ends", "backup", k.log, "--server", r.Base)
	r.done("AddUser", addUser("a", "another"))
	r.done("AddUser", addUser("a", "and-another"))
	refused(t, "does not go on where the backup ends", "backup", k.log, "--server", r.Base)
	must(t, "backup", "verify", k.log)

	files, err := os.ReadDir(k.log)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 4 { // two segments, manifest, lock
		t.Errorf("the backup has %v", files)
	}
	for _, f := range files {
		data := mustRead(t, filepath.Join(k.log, f.Name()))
		for at := 0; at < len(data); at += 1 + len(data)/7 {
			spoilt := kept{log: t.TempDir(), keys: k.keys, kek: k.kek, logKey: k.logKey}
			if err := os.CopyFS(spoilt.log, os.DirFS(k.log)); err != nil {
				t.Fatal(err)
			}
			flipped := bytes.Clone(data)
			flipped[at] ^= 4
			if err := os.WriteFile(filepath.Join(spoilt.log, f.Name()), flipped, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, f.Name(), spoilt.same(dir)...)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("refused restores left %v", entries)
	}
	must(t, "backup", "keys", k.keys, "--server", b.Base)
	out := must(t, k.restore(dir, "--new-origin", "--checkpoint", newest)...)
	if !strings.Contains(out, "the origin is now") {
		t.Error(out)
	}
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
	for range 12 {
		if !killedWithin(t, 500*time.Millisecond, k.same(dir)...) {
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
	if _, err := os.Stat(filepath.Join(dir, "unfinished")); err == nil || restored == 0 {
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
	out, err := exec.CommandContext(ctx, binaries.plain, args...).CombinedOutput()
	if err != nil && ctx.Err() != nil && err.Error() == "signal: killed" {
		return "", err
	}
	return string(out), err
}

// A data folder that was rolled back as a whole does not know it. The file
// elsewhere does.
func TestRolledBackFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "checkpoint")
	b := start(t, "--checkpoint-file", file)
	b.founded()
	b.down()
	old := filepath.Join(t.TempDir(), "old")
	if err := os.CopyFS(old, os.DirFS(b.dir)); err != nil {
		t.Fatal(err)
	}
	b.up()
	end := b.done("AddUser", addUser("a", "u")).Position
	b.eventually(10*time.Second, "the file has the newest checkpoint", func() bool {
		return strings.Contains(string(mustRead(t, file)), "\n"+decimal(end)+"\n")
	})
	b.process.Kill()
	serve := []string{"serve", "--dev", "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0", "--checkpoint-file", file, "--data-dir"}
	refused(t, "every event that the checkpoint in "+file+" covers", append(serve, old)...)
	refused(t, "the log's key is missing", append(serve, filepath.Join(t.TempDir(), "empty"))...)
	if out, err := cli("serve", "--dev", "--data-dir", old, "--checkpoint-file", filepath.Join(old, "here")); err == nil || !strings.Contains(out, "is in the data folder") {
		t.Errorf("%v %s", err, out)
	}
	b.up()
}

// What neither journal nor copy has can be given up. The ledger goes on with
// what is left, as another log that names what it was.
func TestLossIsAccepted(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	for n := range 20 {
		b.done("AddUser", addUser("a", fmt.Sprint("u", n)))
	}
	was := exported(t, b)
	b.down()
	refused(t, "nothing that was signed is lost", "repair", "--accept-loss", "--data-dir", b.dir)
	if err := os.RemoveAll(filepath.Join(b.dir, "copy")); err != nil {
		t.Fatal(err)
	}
	blocks, err := filepath.Glob(filepath.Join(b.dir, "nats/jetstream/*/streams/LEDGER_JOURNAL/msgs/*.blk"))
	if err != nil || len(blocks) != 1 {
		t.Fatalf("%v %v", blocks, err)
	}
	data := mustRead(t, blocks[0])
	data[len(data)/2] ^= 1
	if err := os.WriteFile(blocks[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(filepath.Dir(blocks[0]), "index.db")); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for round := 1; ; round++ { // it is killed, and begun again
		out, err := ended(t, time.Duration(round)*100*time.Millisecond, "repair", "--accept-loss", "--data-dir", b.dir)
		if err == nil || strings.Contains(out, "nothing that was signed is lost") {
			break
		}
		if out != "" {
			t.Fatalf("%v %s", err, out)
		}
	}
	b.up()
	is := exported(t, b)
	n := len(is) - 1
	if n < 5 || n >= len(was) || strings.Join(is[:n], "\n") != strings.Join(was[:n], "\n") ||
		!strings.Contains(is[n], `"type":"OriginBegun"`) || !strings.Contains(is[n], `"reason":"loss_accepted"`) ||
		!strings.Contains(is[n], rootOf(t, was, n)) {
		t.Errorf("%d events of %d; the last is %s", n, len(was), is[n])
	}
	b.done("AddUser", addUser("a", "goes-on"))
	b.clean()
}
