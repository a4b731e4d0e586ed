package audit

import (
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// An edge has the root that tlog finds in all hashes, at every size.
func TestEdgeHasTheRootOfTheTree(t *testing.T) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	var e Edge
	for n := range int64(300) {
		want, err := tlog.TreeHash(n, read)
		if err != nil || e.Root() != want || e.Size != n {
			t.Fatalf("size %d: %s, want %s (%v)", n, e.Root(), want, err)
		}
		leaf := tlog.RecordHash([]byte{byte(n), byte(n >> 8)})
		more, err := tlog.StoredHashesForRecordHash(n, leaf, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		e.Add(leaf)
	}
}
