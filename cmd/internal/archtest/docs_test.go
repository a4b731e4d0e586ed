package archtest

import (
	"go/ast"
	"maps"
	"testing"
)

// signature is a method's name and how many values go in and out.
type signature struct {
	name    string
	in, out int
}

// standard are methods that Go itself gives their meaning.
var standard = map[signature]bool{
	{"Error", 0, 1}: true, {"String", 0, 1}: true, {"Unwrap", 0, 1}: true, {"Is", 1, 1}: true,
	{"MarshalText", 0, 2}: true, {"UnmarshalText", 1, 1}: true,
	{"MarshalJSON", 0, 2}: true, {"UnmarshalJSON", 1, 1}: true,
	{"MarshalJSONTo", 1, 1}: true, {"UnmarshalJSONFrom", 1, 1}: true,
	{"ServeHTTP", 2, 0}: true, {"Close", 0, 1}: true, {"Read", 1, 2}: true, {"Write", 1, 2}: true,
	{"Len", 0, 1}: true, {"Less", 2, 1}: true, {"Swap", 2, 0}: true,
}

func signatureOf(name string, t *ast.FuncType) signature {
	return signature{name, t.Params.NumFields(), t.Results.NumFields()}
}

// documented collects the methods that the module's interfaces document: one
// who implements such an interface need not say it again.
func documented(files []*file) map[signature]bool {
	known := maps.Clone(standard)
	for _, f := range files {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			i, ok := n.(*ast.InterfaceType)
			if !ok {
				return true
			}
			for _, m := range i.Methods.List {
				if t, ok := m.Type.(*ast.FuncType); ok && (m.Doc != nil || m.Comment != nil) {
					known[signatureOf(m.Names[0].Name, t)] = true
				}
			}
			return true
		})
	}
	return known
}

// undocumented finds exported names that say nothing; a group's comment
// covers its constants and variables, but not its types.
func undocumented(known map[signature]bool) func(f *file) []string {
	return func(f *file) (findings []string) {
		if f.test {
			return nil
		}
		for _, d := range f.tree.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Doc == nil && isExported(d) && (d.Recv == nil || !known[signatureOf(d.Name.Name, d.Type)]) {
					findings = append(findings, f.at(d)+": "+d.Name.Name+" is not documented")
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if name := undocumentedSpec(d, s); name != "" {
						findings = append(findings, f.at(s)+": "+name+" is not documented")
					}
				}
			}
		}
		return findings
	}
}

// isExported reports that others can call fn: its receiver is exported too.
func isExported(fn *ast.FuncDecl) bool {
	if !fn.Name.IsExported() || fn.Recv == nil {
		return fn.Name.IsExported()
	}
	t := fn.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

func undocumentedSpec(d *ast.GenDecl, s ast.Spec) string {
	switch s := s.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && (d.Doc == nil || d.Lparen.IsValid()) {
			return s.Name.Name
		}
	case *ast.ValueSpec:
		for _, n := range s.Names {
			if n.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
				return n.Name
			}
		}
	}
	return ""
}

func TestExportedNamesAreDocumented(t *testing.T) {
	files := load(t)
	report(t, files, undocumented(documented(files)))
}

func TestPackagesAreDocumented(t *testing.T) {
	has := map[string]bool{}
	for _, f := range load(t) {
		if !f.test {
			has[f.pkg()] = has[f.pkg()] || f.tree.Doc != nil
		}
	}
	for pkg, ok := range has {
		if !ok {
			t.Errorf("%s: no comment says what the package is for", pkg)
		}
	}
}

func TestDocumentationCheckSees(t *testing.T) {
	src := `package p
type A struct{}
type B interface {
	// Do does.
	Do(int) error
}
const C = 1
func D() {}
func (A) Do(int) error { return nil }
func (A) Do2() {}
func (A) String() string { return "" }
type e struct{}
func (e) Exported() {}
// G are two.
const (
	G = 1
	H = 2
)
`
	f, err := parse("p/a.go", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	mustFind(t, "p/a.go", src, 5, undocumented(documented([]*file{f})))
}
