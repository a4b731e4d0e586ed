package archtest

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The words are put together here so that this file does not contain them.
var (
	unfinished = regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}, "|") + `)\b`)
	complaint  = "failed" + " to"
	skips      = []string{"Skip", "Skipf", "SkipNow"}
)

// words finds messages that complain instead of saying what is, and tests
// that do not test.
func words(f *file) (findings []string) {
	ast.Inspect(f.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING && strings.Contains(strings.ToLower(n.Value), complaint) {
				findings = append(findings, f.at(n)+": say what is, not what "+complaint+" be")
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if ok && f.test && slices.Contains([]string{"t", "b", "f", "tb"}, x.Name) && slices.Contains(skips, n.Sel.Name) {
				findings = append(findings, f.at(n)+": a test that is skipped tests nothing")
			}
		}
		return true
	})
	return findings
}

func TestWords(t *testing.T) { report(t, load(t), words) }

func TestWordsCheckSees(t *testing.T) {
	mustFind(t, "p/a.go", "package p\nvar s = \"Failed"+" to open\"\n", 1, words)
	mustFind(t, "p/a_test.go", "package p\nimport \"testing\"\nfunc Test(t *testing.T) { t.Skip() }\n", 1, words)
}

func TestNothingIsLeftUnfinished(t *testing.T) {
	walk(t, func(name string) {
		if !slices.Contains([]string{".go", ".md", ".sh", ""}, path.Ext(name)) {
			return
		}
		src, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(src), "\n") {
			if w := unfinished.FindString(line); w != "" {
				t.Errorf("%s:%d: %s", name, i+1, w)
			}
		}
	})
	if unfinished.FindString("// "+"TO"+"DO: this") == "" {
		t.Error("the pattern sees nothing")
	}
}

// topLevel is all that may stand there, besides dot files and what is ignored.
var topLevel = []string{
	"cmd", "events", "aggregates", "projections", "replay", "docs",
	"go.mod", "go.sum", "Makefile", "README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "LICENSE",
	"build", "data",
}

func TestTopLevelHoldsOnlyWhatItMay(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(topLevel, e.Name()) {
			t.Errorf("%s: does not belong at the top", e.Name())
		}
	}
}
