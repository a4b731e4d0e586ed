package archtest

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// empty words say nothing about what a thing is.
var empty = []string{"handler", "manager", "service", "util", "helper", "base", "common"}

// domainTerms are words of the domain that hold an empty one: an event or
// command is named as licensing people name it.
var domainTerms = []string{"BaseLicenses", "BaseLicense", "CallService", "callService", "ServiceSetup", "ServiceNotSetUp", "ServiceNotOrdered"}

var word = regexp.MustCompile(`[A-Z]+[a-z0-9]*|[a-z0-9]+`)

// emptyWord finds the empty word in a name, if it has one.
func emptyWord(name string) string {
	for _, term := range domainTerms {
		name = strings.ReplaceAll(name, term, "_")
	}
	for _, w := range word.FindAllString(name, -1) {
		w = strings.ToLower(w)
		if slices.Contains(empty, w) || slices.Contains(empty, strings.TrimSuffix(w, "s")) {
			return w
		}
	}
	return ""
}

// names looks at what is declared; what others declared may be used freely,
// and a test is named after what it tests.
func names(f *file) (findings []string) {
	check := func(at ast.Node, name string) {
		if w := emptyWord(name); w != "" {
			findings = append(findings, f.at(at)+": "+name+": \""+w+"\" says nothing about what it is")
		}
	}
	check(f.tree.Name, f.tree.Name.Name)
	for _, d := range f.tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if !f.test || !strings.HasPrefix(d.Name.Name, "Test") {
				check(d, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if ts, ok := s.(*ast.TypeSpec); ok {
					check(ts, ts.Name.Name)
				}
			}
		}
	}
	return findings
}

func TestNamesSaySomething(t *testing.T) { report(t, load(t), names) }

func TestNamesCheckSees(t *testing.T) {
	mustFind(t, "p/a.go", "package p\ntype OrderHandler struct{}\nfunc baseURL() {}\nfunc (OrderHandler) Helpers() {}\n", 3, names)
	mustFind(t, "p/a.go", "package common\n", 1, names)
	mustFind(t, "p/a.go", "package p\ntype Database struct{}\ntype ServiceSetupDelegated struct{}\n", 0, names)
	mustFind(t, "p/a.go", "package p\nimport \"net/http\"\nfunc Routes() http.Handler { return nil }\n", 0, names)
}
