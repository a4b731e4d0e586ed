package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// Limits in lines; tests are free, since a table of cases may be long.
const (
	maxFileLines        = 400
	maxFunctionLines    = 70
	medianFileLines     = 120
	medianFunctionLines = 14
)

// functions measures every function of a file, by name.
func functions(f *file) map[string]int {
	sizes := map[string]int{}
	for _, d := range f.tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			sizes[f.at(fn)+" "+fn.Name.Name] = f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line + 1
		}
	}
	return sizes
}

func sizes(f *file) (findings []string) {
	if f.test {
		return nil
	}
	if f.lines > maxFileLines {
		findings = append(findings, fmt.Sprintf("%s: %d lines, at most %d", f.path, f.lines, maxFileLines))
	}
	for name, n := range functions(f) {
		if n > maxFunctionLines {
			findings = append(findings, fmt.Sprintf("%s: %d lines, at most %d", name, n, maxFunctionLines))
		}
	}
	return findings
}

func median(n []int) int {
	slices.Sort(n)
	return n[len(n)/2]
}

func TestSizes(t *testing.T) {
	files := load(t)
	report(t, files, sizes)
	var fileLines, functionLines []int
	for _, f := range files {
		if f.test {
			continue
		}
		fileLines = append(fileLines, f.lines)
		for _, n := range functions(f) {
			functionLines = append(functionLines, n)
		}
	}
	file, function := median(fileLines), median(functionLines)
	t.Logf("%d files, median %d lines, largest %d", len(fileLines), file, slices.Max(fileLines))
	t.Logf("%d functions, median %d lines, largest %d", len(functionLines), function, slices.Max(functionLines))
	if file > medianFileLines || function > medianFunctionLines {
		t.Errorf("medians: file %d lines (at most %d), function %d lines (at most %d)",
			file, medianFileLines, function, medianFunctionLines)
	}
}

func TestSizesCheckSees(t *testing.T) {
	body := func(lines int) string { return "package p\nfunc f() {\n" + strings.Repeat("\tf()\n", lines-2) + "}\n" }
	mustFind(t, "p/a.go", body(maxFunctionLines), 0, sizes)
	mustFind(t, "p/a.go", body(maxFunctionLines+1), 1, sizes)
	mustFind(t, "p/a.go", "package p\n"+strings.Repeat("\n", maxFileLines), 1, sizes)
	mustFind(t, "p/a_test.go", body(maxFileLines+1), 0, sizes)
}
