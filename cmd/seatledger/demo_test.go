package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// verb runs a verb of the program on a node, and returns what it printed.
func (n *node) verb(t *testing.T, args ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, append(args, "--server", n.url)...)
	cmd.Args[0] = "seatledger"
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// What differs from one telling of the demo's story to the next.
var (
	tellingID    = regexp.MustCompile(`demo-[0-9a-z]{6}`)
	tellingTime  = regexp.MustCompile(`\d{1,2}[.º]? \pL+ \d{4} (at|alle|um) \d\d:\d\d:\d\d`)
	tellingPlace = regexp.MustCompile(`(?m)(^|event |events |evento |eventi |Ereignis |Ereignisse |Ereignissen )(\d+)\b`)
	tellingEnd   = regexp.MustCompile(`([Pp]osition|posizione) \d+`)
)

// retold is an explanation with a line a paragraph, without ids and times;
// positions are counted as they are met.
func retold(text string) string {
	var lines []string
	for paragraph := range strings.SplitSeq(tellingID.ReplaceAllString(text, "demo"), "\n\n") {
		lines = append(lines, strings.Join(strings.Fields(paragraph), " "))
	}
	text = tellingTime.ReplaceAllString(strings.Join(lines, "\n"), "THEN")
	text = tellingEnd.ReplaceAllString(text, "$1 END")
	met := map[string]string{}
	return tellingPlace.ReplaceAllStringFunc(text, func(s string) string {
		m := tellingPlace.FindStringSubmatch(s)
		if met[m[2]] == "" {
			met[m[2]] = fmt.Sprint("#", len(met)+1)
		}
		return m[1] + met[m[2]]
	}) + "\n"
}

// TestDemoIsExplained: what the demo's two accounts and its subscription came
// to is explained to a customer in three languages, word for word.
func TestDemoIsExplained(t *testing.T) {
	n, err := startNode(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer n.kill()
	demo := tellingID.FindString(n.verb(t, "demo"))
	for name, of := range map[string][]string{
		"north-anna":  {"user", demo + "-north", "anna", "--product", "miteam_meetings"},
		"south-anna":  {"user", demo + "-south", "anna", "--product", "miteam_meetings"},
		"south-carla": {"user", demo + "-south", demo + "-carla"},
		"webex":       {"subscription", demo + "-webex"},
	} {
		for _, language := range []string{"en", "it", "de"} {
			got := retold(n.verb(t, append(append([]string{"replay", "explain"}, of...), "--lang", language)...))
			path := filepath.Join("testdata", "explain", name+"."+language+".txt")
			if *update {
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || string(want) != got {
				t.Errorf("%s: %v\n%s", path, err, got)
			}
		}
	}
}
