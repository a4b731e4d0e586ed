package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wrapped is a ledger whose key-encryption key lies elsewhere, with what is kept
// of it and other keys that are not its own.
type wrapped struct {
	*bed
	kept
	wrong, nokey, missing string
	added                 uint64 // where a person was added
}

func wrappedElsewhere(t *testing.T) *wrapped {
	t.Helper()
	dir := t.TempDir()
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	kek := at("kek", strings.Repeat("5a", 32))
	w := &wrapped{
		bed: start(t, "--kek-file", kek), wrong: at("wrong", strings.Repeat("6b", 32)), nokey: at("nokey", "no key"), missing: filepath.Join(dir, "missing"),
		kept: kept{log: filepath.Join(dir, "log"), keys: filepath.Join(dir, "persons"), kek: kek, checkpoint: filepath.Join(dir, "checkpoint")},
	}
	w.founded()
	w.added = w.done("AddUser", body{"account_id": "a", "user_id": "u", "email": "ada@sealed.example", "name": "Ada"}).Position
	for n := range 10 {
		w.done("AddUser", addUser("a", fmt.Sprint("u", n)))
	}
	w.logKey = filepath.Join(w.dir, "log.key")
	w.backedUp(w.kept)
	w.alone(w.dir)
	return w
}

// alone wants no key-encryption key in a data folder.
func (w *wrapped) alone(dir string) {
	w.Helper()
	text := bytes.TrimSpace(mustRead(w, w.kek))
	for _, path := range []string{"keys/kek", "keys/kek.next"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err == nil {
			w.Errorf("%s has %s", dir, path)
		}
	}
	nowhereIn(w, dir, []string{string(text), string(bytes.Repeat([]byte{0x5a}, 32))})
}

// knows wants a ledger over a folder to be whole, and to know its persons, with
// its key alone.
func (w *wrapped) knows(dir string) {
	w.Helper()
	w.alone(dir)
	serve := []string{"serve", "--dev", "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0", "--data-dir", dir}
	refused(w, "if it lies elsewhere, name it (--kek-file)", serve...)
	refused(w, "another key-encryption key", append(serve, "--kek-file", w.wrong)...)
	r := w.over(dir, "--kek-file", w.kek)
	if text := string(r.seen("/v1/accounts/a/users/u").Body); !strings.Contains(text, "ada@sealed.example") {
		w.Error(text)
	}
	r.clean()
	r.down()
	w.alone(dir)
}

// elsewhere are the arguments of a restore that leaves the key where it is.
func (w *wrapped) elsewhere(dir, kek string, more ...string) []string {
	return append([]string{"restore", "--from", w.log, "--data-dir", dir, "--keys", w.keys, "--kek-file", kek}, more...)
}

// A ledger whose key-encryption key lies elsewhere is backed up, running and
// stopped, and restored, whole and to a moment: the key stays where it is. A
// wrong one, or none, is told by name, and nothing is made.
func TestKEKElsewhereIsRestored(t *testing.T) {
	t.Parallel()
	w := wrappedElsewhere(t)
	must(t, "backup", "verify", w.log) // it needs no key
	w.down()
	refused(t, "if it lies elsewhere, name it (--kek-file)", "backup", w.log, "--data-dir", w.dir)
	refused(t, "another key-encryption key", "backup", w.log, "--data-dir", w.dir, "--kek-file", w.wrong)
	must(t, "backup", w.log, "--data-dir", w.dir, "--kek-file", w.kek)
	must(t, "backup", "keys", w.keys, "--data-dir", w.dir)

	dir := filepath.Join(t.TempDir(), "data")
	same := []string{"--log-key", w.logKey}
	refused(t, "wrapped under a key (--kek, or --kek-file where it stays elsewhere)",
		"restore", "--from", w.log, "--data-dir", dir, "--keys", w.keys, "--log-key", w.logKey)
	refused(t, w.wrong+" do not belong together", w.elsewhere(dir, w.wrong, same...)...)
	refused(t, w.nokey+": keys: a key-encryption key is 32 random bytes", w.elsewhere(dir, w.nokey, same...)...)
	refused(t, w.missing+": no such file", w.elsewhere(dir, w.missing, same...)...)
	refused(t, "give one of them", w.elsewhere(dir, w.kek, "--kek", w.kek)...)
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("refused restores left %v", entries)
	}
	must(t, w.elsewhere(dir, w.kek, append(same, "--checkpoint", w.checkpoint)...)...)
	w.knows(dir)

	then := filepath.Join(t.TempDir(), "then")
	must(t, w.elsewhere(then, w.kek, "--to", decimal(w.added))...)
	w.knows(then)

	// The key itself, by the environment: it is said nowhere.
	given := filepath.Join(t.TempDir(), "given")
	text := strings.TrimSpace(string(mustRead(t, w.kek)))
	args := []string{"restore", "--from", w.log, "--data-dir", given, "--keys", w.keys, "--new-origin"}
	for kek, want := range map[string]int{strings.Repeat("6b", 32): 1, text[1:]: 2} {
		if out, status := w.with("SEATLEDGER_KEK=" + kek)(args...); status != want || strings.Contains(out, kek) {
			t.Errorf("status %d, want %d: %s", status, want, out)
		}
	}
	if out, status := w.with("SEATLEDGER_KEK=" + text)(args...); status != 0 || strings.Contains(out, text) {
		t.Fatalf("%d %s", status, out)
	}
	w.knows(given)
}

// What is lost can be given up where the key-encryption key lies elsewhere.
func TestKEKElsewhereAndLoss(t *testing.T) {
	t.Parallel()
	w := wrappedElsewhere(t)
	w.down()
	loses(t, w.dir)
	repair := []string{"repair", "--data-dir", w.dir}
	refused(t, "next", append(repair, "--dry-run")...) // it needs no key to say what is lost
	accept := append(repair, "--accept-loss")
	refused(t, "if it lies elsewhere, name it (--kek-file)", accept...)
	refused(t, "another key-encryption key", append(accept, "--kek-file", w.wrong)...)
	refused(t, "a key-encryption key is 32 random bytes", append(accept, "--kek-file", w.nokey)...)
	if out := must(t, append(accept, "--kek-file", w.kek)...); !strings.Contains(out, "the origin is now") {
		t.Error(out)
	}
	w.alone(w.dir)
	w.up()
	w.clean()
	w.down()
	refused(t, "if it lies elsewhere, name it (--kek-file)", "serve", "--dev", "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0", "--data-dir", w.dir)
	w.up()
}
