package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	securityPage = "SECURITY.md"
	// promisesTested is where the tests of a promise are unless it says.
	promisesTested = "cmd/internal/e2e"
)

var (
	promised  = regexp.MustCompile(`(?m)^- \*\*([^*]+)\*\*`)
	parts     = regexp.MustCompile(`[;.] `)
	testName  = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	packageOf = regexp.MustCompile("\\(`([a-z0-9/]+)`\\)")
)

// promises reads the page: what is promised, and by what it is tested, as
// "folder: test".
func promises(page string) (list []string, tests map[string][]string) {
	tests = map[string][]string{}
	for _, m := range promised.FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 2 || !strings.HasPrefix(line, "|") {
			continue
		}
		for _, part := range parts.Split(cells[1], -1) {
			folder := promisesTested
			if m := packageOf.FindStringSubmatch(part); m != nil {
				folder = m[1]
			}
			for _, m := range testName.FindAllStringSubmatch(part, -1) {
				name := strings.TrimSpace(cells[0])
				tests[name] = append(tests[name], folder+": "+m[1])
			}
		}
	}
	return list, tests
}

// untested says what is wrong with a page, of which tests there are.
func untested(page string, there map[string]bool) (findings []string) {
	list, tests := promises(page)
	for _, p := range list {
		if len(tests[p]) == 0 {
			findings = append(findings, p+": no test is named")
		}
	}
	for p, named := range tests {
		if !strings.Contains(page, "**"+p+"**") {
			findings = append(findings, p+": is tested, and nowhere promised")
		}
		for _, test := range named {
			if !there[test] {
				findings = append(findings, p+": there is no test "+test)
			}
		}
	}
	return findings
}

// TestPromisesAreTested: every promise of SECURITY.md has a row with tests that
// are there.
func TestPromisesAreTested(t *testing.T) {
	there := map[string]bool{}
	for _, f := range load(t) {
		if f.test {
			for name := range declared(f, mustRead(t, f.path)) {
				there[f.pkg()+": "+name] = true
			}
		}
	}
	page := string(mustRead(t, securityPage))
	if list, _ := promises(page); len(list) < 20 {
		t.Errorf("%d promises are read", len(list))
	}
	for _, finding := range untested(page, there) {
		t.Errorf("%s: %s", securityPage, finding)
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPromiseCheckSees(t *testing.T) {
	const page = "- **A**: a\n- **B**: b\n\n| promise | test |\n| --- | --- |\n| A | `TestA`; `TestC` (`p/q`) |\n| C | `TestA` |\n"
	findings := untested(page, map[string]bool{promisesTested + ": TestA": true})
	if len(findings) != 3 {
		t.Errorf("%q", findings)
	}
}
