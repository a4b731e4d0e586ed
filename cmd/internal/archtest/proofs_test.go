package archtest

import (
	"flag"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates/rule"
)

var update = flag.Bool("update", false, "write docs/proofs.md anew")

const proofsHead = `# What proves the rules

For each rule of the [rule book](rules.md), the tests that name it. Names that end in Rows are tables of the rule book in
` + "`aggregates/spec`" + `, each line of which TestBook proves: given, when, then. The page is written by
` + "`go test ./cmd/internal/archtest -run Proved -update`" + `, and a test holds it to the truth.

| rule | says | proved by |
| --- | --- | --- |
`

var (
	ruleID    = regexp.MustCompile(`\b(?:ORD|ACC|INT|LIC|SEC|SUB|WHS|CNV|IMP)-[0-9]+\b`)
	ruleRange = regexp.MustCompile(`\b([A-Z]{3})-([0-9]+) to ([A-Z]{3})-([0-9]+)\b`)
)

// rulesIn are the ids that a text names, those of ranges too.
func rulesIn(text string) []string {
	ids := ruleID.FindAllString(text, -1)
	for _, m := range ruleRange.FindAllStringSubmatch(text, -1) {
		from, _ := strconv.Atoi(m[2])
		to, _ := strconv.Atoi(m[4])
		for n := from; m[1] == m[3] && n <= to; n++ {
			ids = append(ids, fmt.Sprintf("%s-%d", m[1], n))
		}
	}
	return ids
}

// declared are the tests of a file, and its tables of rows, with their texts.
func declared(f *file, src []byte) map[string]string {
	texts := map[string]string{}
	keep := func(name string, doc *ast.CommentGroup, n ast.Node) {
		text := string(src[f.set.Position(n.Pos()).Offset:f.set.Position(n.End()).Offset])
		if doc != nil {
			text += doc.Text()
		}
		texts[name] = text
	}
	for _, d := range f.tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if strings.HasPrefix(d.Name.Name, "Test") && d.Recv == nil {
				keep(d.Name.Name, d.Doc, d)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && strings.HasSuffix(v.Names[0].Name, "Rows") {
					keep(v.Names[0].Name, d.Doc, v)
				}
			}
		}
	}
	return texts
}

// proofs are, by rule, what proves it: "folder: test".
func proofs(t *testing.T) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	for _, f := range load(t) {
		if !f.test || f.pkg() == "cmd/internal/archtest" {
			continue
		}
		src, err := os.ReadFile(filepath.Join(root, f.path))
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range declared(f, src) {
			for _, id := range rulesIn(text) {
				if found[id] == nil {
					found[id] = map[string]bool{}
				}
				found[id][f.pkg()+": "+name] = true
			}
		}
	}
	return found
}

// line is a rule's row of the page.
func line(r rule.Info, by map[string]bool) string {
	var parts []string
	last := ""
	for _, p := range slices.Sorted(maps.Keys(by)) {
		pkg, name, _ := strings.Cut(p, ": ")
		if pkg == last {
			parts[len(parts)-1] += ", " + name
			continue
		}
		parts, last = append(parts, "`"+pkg+"` "+name), pkg
	}
	return fmt.Sprintf("| %s | %s | %s |\n", r.ID, r.Title, strings.Join(parts, "; "))
}

// TestEveryRuleIsProved: every rule has a test, and docs/proofs.md names tests
// that are there and name the rule.
func TestEveryRuleIsProved(t *testing.T) {
	found := proofs(t)
	if *update {
		page := proofsHead
		for _, r := range rule.Rules {
			page += line(r, found[r.ID])
		}
		if err := os.WriteFile(filepath.Join(root, "docs", "proofs.md"), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rows := map[string]string{}
	for row := range strings.Lines(document(t, "docs", "proofs.md")) {
		if cells := strings.Split(row, "|"); len(cells) == 5 && ruleID.MatchString(cells[1]) {
			rows[strings.TrimSpace(cells[1])] = strings.TrimSpace(cells[3])
		}
	}
	for _, r := range rule.Rules {
		if len(found[r.ID]) == 0 {
			t.Errorf("no test names %s", r.ID)
		}
		if rows[r.ID] == "" {
			t.Errorf("docs/proofs.md has no %s: write it anew with -update", r.ID)
			continue
		}
		for part := range strings.SplitSeq(rows[r.ID], "; ") {
			pkg, names, _ := strings.Cut(strings.TrimPrefix(part, "`"), "` ")
			for name := range strings.SplitSeq(names, ", ") {
				if !found[r.ID][pkg+": "+name] {
					t.Errorf("docs/proofs.md: %s in %s does not name %s: write it anew with -update", name, pkg, r.ID)
				}
			}
		}
	}
}

func TestRulesInText(t *testing.T) {
	got := rulesIn("(SUB-2 to SUB-4, ORD-1; not XYZ-1)")
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, []string{"ORD-1", "SUB-2", "SUB-3", "SUB-4"}) {
		t.Error(got)
	}
}
