package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/seatledger/seatledger"

// file is one parsed Go source of the module.
type file struct {
	path  string // from the module's root, with slashes
	test  bool
	lines int
	set   *token.FileSet
	tree  *ast.File
}

// pkg is the file's folder: its import path without the module's.
func (f *file) pkg() string { return path.Dir(f.path) }

// at says where n stands.
func (f *file) at(n ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.set.Position(n.Pos()).Line)
}

func parse(name string, src []byte) (*file, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &file{
		path: name, test: strings.HasSuffix(name, "_test.go"),
		lines: strings.Count(string(src), "\n"), set: set, tree: tree,
	}, nil
}

// root is the module's folder.
var root = filepath.Join("..", "..", "..")

// load parses every Go file of the module.
func load(t *testing.T) []*file {
	t.Helper()
	var files []*file
	walk(t, func(name string) {
		if path.Ext(name) != ".go" {
			return
		}
		src, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		f, err := parse(name, src)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	})
	if len(files) < 20 {
		t.Fatalf("found only %d Go files: is the module's root elsewhere?", len(files))
	}
	return files
}

// walk visits the project's own files, but not what was built or stored.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (slices.Contains([]string{".git", "build", "data"}, name) || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.Type().IsRegular() {
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// report fails the test with all findings of a check over all files.
func report(t *testing.T, files []*file, check func(*file) []string) {
	t.Helper()
	for _, f := range files {
		for _, finding := range check(f) {
			t.Error(finding)
		}
	}
}

// mustFind checks the check: src, as the file name, has exactly want findings.
func mustFind(t *testing.T, name, src string, want int, check func(*file) []string) {
	t.Helper()
	f, err := parse(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if got := check(f); len(got) != want {
		t.Errorf("%s: %d findings, want %d: %s", name, len(got), want, fmt.Sprint(got))
	}
}
