package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// vector is a block of docs/entries.md, by the comment before it.
func vector(t *testing.T, name string) string {
	t.Helper()
	_, rest, _ := strings.Cut(document(t, "docs", "entries.md"), "<!-- vector: "+name+" -->\n```\n")
	text, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatalf("docs/entries.md has no vector %q", name)
	}
	return text
}

// TestTreeVector: the hashes in docs/entries.md are those of the golden files,
// and the checkpoint is one that any reader of signed notes takes.
func TestTreeVector(t *testing.T) {
	var leaves []tlog.Hash
	for _, kind := range []string{"OrderAssigned.v1", "OrderPlaced.v1"} {
		golden, err := os.ReadFile(filepath.Join(root, "events", "testdata", "golden", kind+".entry"))
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, tlog.RecordHash(golden))
	}
	top := tlog.NodeHash(leaves[0], leaves[1])
	if want := fmt.Sprintf("leaf 0  %s\nleaf 1  %s\nroot    %s\n", leaves[0], leaves[1], top); vector(t, "tree") != want {
		t.Errorf("docs/entries.md says\n%swant\n%s", vector(t, "tree"), want)
	}
	verifier, err := note.NewVerifier("ledger.example/log+b3898635+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(vector(t, "checkpoint")), note.VerifierList(verifier))
	if err != nil || n.Text != fmt.Sprintf("ledger.example/log\n2\n%s\n", top) {
		t.Errorf("the checkpoint in docs/entries.md: %v", err)
	}
}
