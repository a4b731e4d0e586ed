package archtest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// TestEntryVector: the vector in docs/entries.md is the golden file, and its
// hashes are those of its bytes.
func TestEntryVector(t *testing.T) {
	const kind = "OrderAssigned.v1"
	golden, err := os.ReadFile(filepath.Join(root, "events", "testdata", "golden", kind+".entry"))
	if err != nil {
		t.Fatal(err)
	}
	page := document(t, "docs", "entries.md")
	_, rest, _ := strings.Cut(page, "<!-- vector: "+kind+" -->\n```\n")
	vector, rest, ok := strings.Cut(rest, "\n```\n")
	if !ok || vector != string(golden) {
		t.Errorf("docs/entries.md has another entry than the golden file:\n%s", vector)
	}
	sum, leaf := sha256.Sum256(golden), tlog.RecordHash(golden)
	for _, hash := range [][32]byte{sum, leaf} {
		if !strings.Contains(rest, "`"+hex.EncodeToString(hash[:])+"`") {
			t.Errorf("docs/entries.md does not say %x", hash)
		}
	}
}
