package replay

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
)

// treeOf is the root over the first entries, as package tlog computes it.
func treeOf(t *testing.T, entries []events.Entry) tlog.Hash {
	t.Helper()
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for i, b := range entries {
		hashes, err := tlog.StoredHashes(int64(i), b, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(len(entries)), reader)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// A checkpoint of any size is compared; a changed entry, a lost end and a
// foreign key are named.
func TestVerifyTree(t *testing.T) {
	w := founded(t)
	secret, public, err := note.GenerateKey(nil, "example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(size int, root tlog.Hash) Signed {
		text := fmt.Sprintf("example.org/log\n%d\n%s\n", size, base64.StdEncoding.EncodeToString(root[:]))
		b, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return Signed{fmt.Sprintf("checkpoint of %d", size), b}
	}
	verify := func(l *Log, signed ...Signed) (found []string) {
		_, err := Verify(t.Context(), l, []Check{&CheckOfTree{Public: public, Checkpoints: signed}}, func(f Finding) {
			found = append(found, f.Part+": "+f.Where+" "+f.Message)
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	var all []Signed
	for n := range len(w.entries) + 1 {
		all = append(all, sign(n, treeOf(t, w.entries[:n])))
	}
	w.finds(verify(w.log(), all...))
	w.finds(verify(w.log(), sign(31, tlog.Hash{})), "tree: checkpoint of 31 covers 31 events, and the log has 30")
	changed := &Log{Journal: w.rewritten(3, func(f *events.Frame) {
		f.Entries[0] = []byte(strings.Replace(string(f.Entries[0]), "Milano", "Torino", 1))
	})}
	w.finds(verify(changed, all[2], all[3], all[30]), "tree: checkpoint of 3 has root", "tree: checkpoint of 30 has root")
	w.finds(verify(w.log(), Signed{"a.txt", []byte("no note")}), "tree: a.txt is not one that the log's key signed")
}
