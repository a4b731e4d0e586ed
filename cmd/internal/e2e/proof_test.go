package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// outside is a verifier that knows C2SP's formats, and nothing of the ledger.
type outside struct{ *bed }

// head is a signed tree head that was verified.
type head struct{ tlog.Tree }

func (o outside) key() string { return strings.TrimSpace(string(o.seen("/log/key").Body)) }

// checkpoint is the newest one, its signature verified.
func (o outside) checkpoint(key string) head {
	o.Helper()
	v, err := note.NewVerifier(key)
	if err != nil {
		o.Fatal(err)
	}
	n, err := note.Open(o.seen("/log/checkpoint").Body, note.VerifierList(v))
	if err != nil {
		o.Fatal(err)
	}
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != v.Name() || len(lines) != 4 {
		o.Fatalf("checkpoint %q", n.Text)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		o.Fatal(err)
	}
	return head{tlog.Tree{N: size, Hash: root}}
}

// Height, ReadTiles and SaveTiles make it a tlog.TileReader over HTTP.
func (o outside) Height() int { return 8 }

func (o outside) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		path := strings.Replace(strings.Replace(t.Path(), "tile/8/", "/log/tile/", 1), "/data/", "/entries/", 1)
		a := o.Get(path)
		if a.Err != nil || a.Status != 200 {
			return nil, fmt.Errorf("%s: %s", path, shown(a))
		}
		all = append(all, a.Body)
	}
	return all, nil
}

func (o outside) SaveTiles([]tlog.Tile, [][]byte) {}

// entries are all of a tree, each proven to be in it.
func (o outside) entries(h head) [][]byte {
	o.Helper()
	var all [][]byte
	hashes := tlog.TileHashReader(h.Tree, o)
	for _, t := range tlog.NewTiles(8, 0, h.N) {
		if t.L != 0 {
			continue
		}
		t.L = -1
		data, err := o.ReadTiles([]tlog.Tile{t})
		if err != nil {
			o.Fatal(err)
		}
		for b := data[0]; len(b) > 0; {
			n := 2 + int(binary.BigEndian.Uint16(b))
			all, b = append(all, b[2:n]), b[n:]
		}
	}
	if int64(len(all)) != h.N {
		o.Fatalf("%d entries of %d", len(all), h.N)
	}
	for n, e := range all {
		proof, err := tlog.ProveRecord(h.N, int64(n), hashes)
		if err == nil {
			err = tlog.CheckRecord(proof, h.N, h.Hash, int64(n), tlog.RecordHash(e))
		}
		if err != nil {
			o.Fatalf("entry %d: %v", n, err)
		}
	}
	return all
}

// follows wants one tree to be the beginning of another.
func (o outside) follows(from, to head) {
	o.Helper()
	if from.N == 0 {
		return
	}
	proof, err := tlog.ProveTree(to.N, from.N, tlog.TileHashReader(to.Tree, o))
	if err == nil {
		err = tlog.CheckTree(proof, to.N, to.Hash, from.N, from.Hash)
	}
	if err != nil {
		o.Fatalf("from %d to %d: %v", from.N, to.N, err)
	}
}

// A verifier from outside follows the log while clients work and the ledger is
// killed: what was acknowledged before a checkpoint was asked for is in it, and
// every checkpoint goes on where any one before ended.
func TestLogProvesItself(t *testing.T) {
	t.Parallel()
	b := start(t)
	o := outside{b}
	b.peopled()
	key := o.key()
	heads := []head{o.checkpoint(key)}
	for round := range 3 {
		c, stop := &crowd{}, make(chan struct{})
		var done sync.WaitGroup
		done.Go(func() { c.work(b, round, stop) })
		for range 5 {
			time.Sleep(60 * time.Millisecond)
			heads = append(heads, o.checkpoint(key))
		}
		b.process.Kill()
		done.Wait()
		close(stop)
		b.up()
		if again := o.key(); again != key {
			t.Fatalf("the key is now %s, and was %s", again, key)
		}
		last := b.done("UpdateAccountInformation", body{"account_id": "a0", "city": fmt.Sprint("Round ", round)})
		h := o.checkpoint(key)
		if uint64(h.N) < last.Position {
			t.Fatalf("position %d was acknowledged, and the checkpoint has %d", last.Position, h.N)
		}
		heads = append(heads, h)
	}
	newest := heads[len(heads)-1]
	for i, from := range heads {
		for _, to := range heads[i+1:] {
			o.follows(from, to)
		}
	}
	entries := o.entries(newest)
	o.history(entries, newest)
	o.byPython(newest)
	b.down()
	b.sameInBoth()
}

// history wants the entries to be the history that the API shows, and the
// proofs of the API to hold.
func (o outside) history(entries [][]byte, h head) {
	o.Helper()
	for i, e := range o.bed.history(1) {
		if int64(i) >= h.N {
			break
		}
		if id := []byte("\nce-id: " + e["id"].(string) + "\n"); !bytes.Contains(entries[i], id) {
			o.Fatalf("entry %d is not event %v:\n%s", i, e["id"], entries[i])
		}
	}
	var p struct {
		LeafIndex  int64    `json:"leaf_index"`
		LeafHash   string   `json:"leaf_hash"`
		TreeSize   int64    `json:"tree_size"`
		Hashes     []string `json:"hashes"`
		Checkpoint string   `json:"checkpoint"`
	}
	if err := json.Unmarshal(o.seen("/v1/events/17/proof").Body, &p); err != nil {
		o.Fatal(err)
	}
	var proof tlog.RecordProof
	for _, s := range p.Hashes {
		hash, err := tlog.ParseHash(s)
		if err != nil {
			o.Fatal(err)
		}
		proof = append(proof, hash)
	}
	leaf := tlog.RecordHash(entries[16])
	root, err := tlog.ParseHash(strings.Split(p.Checkpoint, "\n")[2])
	if err == nil {
		err = tlog.CheckRecord(proof, p.TreeSize, root, p.LeafIndex, leaf)
	}
	if err != nil || p.LeafHash != base64.StdEncoding.EncodeToString(leaf[:]) {
		o.Fatalf("%+v: %v", p, err)
	}
}

// verifier is the independent reader.
var verifier = filepath.Join("..", "..", "..", "docs", "verify", "verify.py")

// byPython runs the independent reader of docs/verify.
func (o outside) byPython(h head) {
	o.Helper()
	out, err := exec.Command("python3", "-B", verifier, o.Base).CombinedOutput()
	if err != nil || !bytes.Contains(out, fmt.Appendf(nil, ": %d entries have the signed root %s", h.N, h.Hash)) {
		o.Fatalf("%v: %s", err, out)
	}
}

// sameInBoth starts once with the folder of the copy moved away, and once with
// the journal's: nothing acknowledged is lost with either.
func (b *bed) sameInBoth() {
	b.Helper()
	b.up()
	o := outside{b}
	key, ids := o.key(), b.identities()
	want := o.checkpoint(key)
	for _, folder := range []string{"copy", filepath.Join("nats", "jetstream", "LEDGER_PRIVATE", "streams", "LEDGER_JOURNAL")} {
		b.down()
		if err := os.Rename(filepath.Join(b.dir, folder), filepath.Join(b.TempDir(), "gone")); err != nil {
			b.Fatal(err)
		}
		b.up()
		if got := o.checkpoint(key); got != want {
			b.Fatalf("without the folder %s the log has %d entries, root %s; before it were %d, %s", folder, got.N, got.Hash, want.N, want.Hash)
		}
		for at, id := range b.identities() {
			if ids[at] != id {
				b.Fatalf("position %d is %s, and was %s", at, id, ids[at])
			}
		}
	}
	b.done("UpdateAccountInformation", body{"account_id": "a0", "city": "At last"})
}

// One bit of the journal's file is flipped while the ledger is down after a
// SIGKILL: the stream then drops everything behind it without a word. The copy
// has it, and the log is whole again, with the same signed root.
func TestFlippedBitInTheJournal(t *testing.T) {
	t.Parallel()
	b := start(t)
	o := outside{b}
	b.founded()
	for n := range 200 {
		b.done("UpdateAccountInformation", body{"account_id": "a", "city": fmt.Sprint("City ", n)})
	}
	key, ids := o.key(), b.identities()
	want := o.checkpoint(key)
	b.process.Kill()
	blocks, err := filepath.Glob(filepath.Join(b.dir, "nats", "jetstream", "LEDGER_PRIVATE", "streams", "LEDGER_JOURNAL", "msgs", "*.blk"))
	if err != nil || len(blocks) == 0 {
		t.Fatal(blocks, err)
	}
	data, err := os.ReadFile(blocks[0])
	if err != nil {
		t.Fatal(err)
	}
	data[bytes.Index(data, []byte("City 57"))] ^= 1
	if err := os.WriteFile(blocks[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	b.up()
	if log := b.process.Log(); !strings.Contains(log, "msg=healed part=journal") {
		t.Errorf("nothing was said of it:\n%s", tail(log, 3000))
	}
	if got := o.checkpoint(key); got != want {
		t.Fatalf("%d entries, root %s; before it were %d, %s", got.N, got.Hash, want.N, want.Hash)
	}
	for at, id := range b.identities() {
		if ids[at] != id {
			t.Fatalf("position %d is %s, and was %s", at, id, ids[at])
		}
	}
	b.done("UpdateAccountInformation", body{"account_id": "a", "city": "On it goes"})
	b.crash()
	o.follows(want, o.checkpoint(key))
}
