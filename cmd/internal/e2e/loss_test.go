package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

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

// loses takes from a stopped ledger the copy, and a frame in the journal's
// middle.
func loses(t testing.TB, dir string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, "copy")); err != nil {
		t.Fatal(err)
	}
	blocks, err := filepath.Glob(filepath.Join(dir, "nats/jetstream/*/streams/LEDGER_JOURNAL/msgs/*.blk"))
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
}

// What neither journal nor copy has can be given up. The ledger goes on with
// what is left, as another log that names what it was.
func TestLossIsAccepted(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("AddUser", body{"account_id": "a", "user_id": "gone", "email": "gone@sealed.example", "name": "Gone"})
	for n := range 20 {
		b.done("AddUser", addUser("a", fmt.Sprint("u", n)))
	}
	b.done("ErasePerson", body{"account_id": "a", "user_id": "gone", "confirm": "erase"}) // and that is lost
	was := exported(t, b)
	b.down()
	refused(t, "nothing that was signed is lost", "repair", "--accept-loss", "--data-dir", b.dir)
	loses(t, b.dir)
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
	n := len(is) - 2
	if n < 5 || n >= len(was) || strings.Join(is[:n], "\n") != strings.Join(was[:n], "\n") ||
		!strings.Contains(is[n], `"type":"OriginBegun"`) || !strings.Contains(is[n], `"reason":"loss_accepted"`) ||
		!strings.Contains(is[n], rootOf(t, was, n)) {
		t.Errorf("%d events of %d; the next is %s", n, len(was), is[n])
	}
	if !strings.Contains(is[n+1], `"type":"PersonErased"`) || !strings.Contains(is[n+1], `"user_id":"gone"`) {
		t.Errorf("the last is %s", is[n+1])
	}
	if how := b.operations("repaired")[0]["detail"].(map[string]any); how["kept"] != decimal(uint64(n)) || how["reason"] != "loss_accepted" {
		t.Errorf("repaired: %v", how)
	}
	b.done("AddUser", addUser("a", "goes-on"))
	b.clean()
}
