package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A layer may import, of this module, only what it lists. The first layer that
// matches a package counts. "x" is that package alone, "x/..." also all below.
type layer struct {
	packages string
	may      []string
	mayNot   []string
	pure     bool // no files, network, clocks, chance
}

var layers = []layer{
	{packages: "events", pure: true},
	{packages: "events/...", may: []string{"events/..."}},
	{packages: "aggregates/writer/...", may: []string{"events", "aggregates/..."}},
	{packages: "aggregates/spec/...", may: []string{"events", "aggregates/..."}}, // given, when, then: for tests
	{packages: "aggregates/...", may: []string{"events", "aggregates/..."}, mayNot: []string{"aggregates/writer/..."}, pure: true},
	{
		packages: "projections/...",
		may:      []string{"events", "events/keys", "aggregates/...", "projections/..."},
		mayNot:   []string{"aggregates/writer/..."},
	},
	{packages: "replay/...", may: []string{"events/...", "aggregates/...", "projections/...", "replay/..."}},
	{packages: "cmd/...", may: []string{"events/...", "aggregates/...", "projections/...", "replay/...", "cmd/..."}},
}

// impure packages give something else each time, or touch the world outside.
var impure = []string{
	"crypto/rand", "database/sql/...", "io/fs", "io/ioutil", "log/...", "math/rand/...", "net", "net/http/...",
	"net/rpc/...", "net/smtp", "os/...", "plugin", "runtime/debug", "syscall/...", "testing",
	"github.com/nats-io/...", "github.com/cockroachdb/...", "github.com/prometheus/...",
}

// clocks are the functions of package time that a rule must not call: its
// clock comes with the command.
var clocks = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

func matches(pattern, pkg string) bool {
	below, all := strings.CutSuffix(pattern, "/...")
	return pkg == below || all && strings.HasPrefix(pkg, below+"/")
}

func anyMatches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, pkg) })
}

func layerOf(pkg string) (layer, bool) {
	i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.packages, pkg) })
	if i < 0 {
		return layer{}, false
	}
	return layers[i], true
}

// Tests are free in what they import: they join what the code keeps apart. So
// are tools, in dot folders: they are no part of the ledger.
func imports(f *file) (findings []string) {
	if f.test || strings.HasPrefix(f.path, ".") {
		return nil
	}
	l, ok := layerOf(f.pkg())
	if !ok {
		return []string{f.path + ": belongs to no layer"}
	}
	for _, spec := range f.tree.Imports {
		to, _ := strconv.Unquote(spec.Path.Value)
		ours, isOurs := strings.CutPrefix(to, module+"/")
		switch {
		case isOurs && (!anyMatches(l.may, ours) || anyMatches(l.mayNot, ours)):
			findings = append(findings, fmt.Sprintf("%s: %s must not import %s", f.at(spec), l.packages, ours))
		case l.pure && anyMatches(impure, to):
			findings = append(findings, fmt.Sprintf("%s: %s is pure and must not import %s", f.at(spec), l.packages, to))
		}
	}
	if l.pure {
		findings = append(findings, clockCalls(f)...)
	}
	return findings
}

func clockCalls(f *file) (findings []string) {
	ast.Inspect(f.tree, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clocks, s.Sel.Name) {
			findings = append(findings, f.at(s)+": a rule's clock comes with the command, not from time."+s.Sel.Name)
		}
		return true
	})
	return findings
}

func TestImportsRunOneWay(t *testing.T) { report(t, load(t), imports) }

func TestImportsCheckSees(t *testing.T) {
	ours := func(p string) string { return "package p\nimport _ \"" + module + "/" + p + "\"\n" }
	std := func(p string) string { return "package p\nimport _ \"" + p + "\"\n" }
	for _, c := range []struct {
		name, src string
		want      int
	}{
		{"events/a.go", ours("aggregates"), 1},
		{"events/a.go", std("os"), 1},
		{"events/a.go", ours("events/keys"), 1},
		{"events/keys/a.go", ours("events"), 0},
		{"aggregates/a.go", ours("events/jetstream"), 1},
		{"aggregates/rule/a.go", std("net/http"), 1},
		{"aggregates/rule/a.go", std("net/mail"), 0},
		{"aggregates/account/a.go", ours("aggregates/writer"), 1},
		{"aggregates/account/a.go", "package p\nimport \"time\"\nvar x = time.Now\n", 1},
		{"aggregates/writer/a.go", "package p\nimport \"time\"\nvar x = time.Now\n", 0},
		{"aggregates/writer/a.go", ours("events/jetstream"), 1},
		{"projections/a.go", ours("aggregates/writer"), 1},
		{"projections/a.go", ours("events/jetstream"), 1},
		{"projections/a.go", ours("replay"), 1},
		{"replay/a.go", ours("cmd/internal/server"), 1},
		{"cmd/seatledger/a.go", ours("replay"), 0},
		{"elsewhere/a.go", std("fmt"), 1},
		{"aggregates/a_test.go", std("os"), 0},
	} {
		mustFind(t, c.name, c.src, c.want, imports)
	}
}
