package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Who was erased stays erased: though the keys' backup is older than the
// erasure, though the log's is, though the ledger is restored to a moment before
// it, and though what comes of that is backed up and restored with the old keys.
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
	older, newer := k, k
	older.log, newer.keys = filepath.Join(t.TempDir(), "older"), filepath.Join(t.TempDir(), "newer")
	if err := os.CopyFS(older.log, os.DirFS(k.log)); err != nil {
		t.Fatal(err)
	}
	older.keys = newer.keys
	b.done("AddUser", addUser("a", "later"))
	b.done("ErasePerson", body{"account_id": "a", "user_id": "u", "confirm": "erase"})
	b.backedUp(newer)
	b.process.Kill()

	f := &forgetful{TB: t, words: append(inEveryForm(erasable), string(key)), added: added.Position}
	dir := filepath.Join(t.TempDir(), "data")
	refused(t, "does not have those of 1 persons", k.same(dir)...) // the later user's
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("a refused restore left %v", files)
	}
	f.restored("old keys", "erased again: 1", k.same("", "--accept-lost-keys")...).process.Kill()
	f.restored("old log", "does not have the last 2 events", older.restore("", "--new-origin", "--checkpoint", k.checkpoint)...).process.Kill()

	then := f.restored("point in time", "erased again: 1", k.restore("", "--accept-lost-keys", "--to", decimal(added.Position))...)
	erased := then.seen("/v1/events", "type", "PersonErased").Items()
	if len(erased) != 1 || erased[0]["position"] != float64(added.Position+2) || erased[0]["aggregate_id"] != "a" ||
		!strings.Contains(fmt.Sprint(erased[0]["data"]), person) || erased[0]["actor"] != "ledger" {
		t.Errorf("the new origin says of erasures %v", erased)
	}
	again := k
	again.log = filepath.Join(t.TempDir(), "again")
	must(t, "backup", again.log, "--server", then.Base)
	then.process.Kill()
	f.restored("again", "erased again: 1", again.restore("", "--new-origin")...).process.Kill()

	f.restored("without keys", "erased for want of a key: ", "restore", "--from", k.log, "--data-dir", "", "--log-key", k.logKey, "--accept-lost-keys").process.Kill()
}

// forgetful restores a ledger, which must not know of a person any more.
type forgetful struct {
	testing.TB
	words []string
	added uint64 // where the person was added
}

// restored runs a restore, whose data folder is still to be filled in, and
// starts what it made. It must say something.
func (f *forgetful) restored(name, says string, args ...string) *bed {
	f.Helper()
	dir := filepath.Join(f.TempDir(), "data")
	args[slices.Index(args, "--data-dir")+1] = dir
	if out := must(f, args...); !strings.Contains(out, says) {
		f.Errorf("%s: %s", name, out)
	}
	nowhereIn(f, dir, f.words)
	r := startOver(f, dir, binaries.plain)
	text := string(r.seen("/v1/accounts/a/users/u").Body) + string(r.seen("/v1/events").Body) +
		string(r.seen("/v1/accounts/a/users/u", "as_of", decimal(f.added)).Body)
	for _, w := range erasable {
		if strings.Contains(text, w) {
			f.Errorf("%s: %q is told", name, w)
		}
	}
	if strings.Count(text, `{"erased":true}`) < 3 {
		f.Errorf("%s: %s", name, text)
	}
	r.clean()
	r.down()
	nowhereIn(f, dir, f.words)
	r.up()
	return r
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
