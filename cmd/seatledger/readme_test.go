package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/cmd/internal/client"
)

var update = flag.Bool("update", false, "write the README's examples anew")

const readme = "../../README.md"

// TestReadmeIsTrue plays every console block of the README, one after another
// on one fresh ledger, and compares what comes with what stands there.
func TestReadmeIsTrue(t *testing.T) {
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	n, err := startNode(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer n.kill()
	commands := 0
	played := consoleBlock.ReplaceAllFunc(page, func(block []byte) []byte {
		var b bytes.Buffer
		b.WriteString("```console\n")
		for line := range strings.Lines(string(block)) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				commands++
				b.WriteString(line)
				shown := play(t, n, command)
				b.WriteString(shown)
				n.settle(t, shown)
			}
		}
		b.WriteString("```\n")
		return b.Bytes()
	})
	if commands < 10 {
		t.Errorf("the README has only %d commands", commands)
	}
	if *update {
		if err := os.WriteFile(readme, played, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, want := normal(played), normal(page); got != want {
		t.Errorf("the README's examples are not true (go test -run Readme -update writes them anew). Played:\n%s", got)
	}
}

var consoleBlock = regexp.MustCompile("(?s)```console\n.*?```\n")

// play runs one command as a shell would, and returns what a terminal shows.
func play(t *testing.T, n *node, command string) string {
	t.Helper()
	c := exec.Command("sh", "-c", command)
	c.Env = append(os.Environ(), "PATH="+programs(t)+":"+os.Getenv("PATH"), "SEATLEDGER_SERVER="+n.url)
	out, _ := c.CombinedOutput() // a refusal is a status, too
	return string(out)
}

var recorded = regexp.MustCompile(`(?m)^recorded .* up to position (\d+)$`)

// settle waits, if a command has recorded something, until the views show it:
// a reader of the README does not type as fast as the test.
func (n *node) settle(t *testing.T, shown string) {
	t.Helper()
	m := recorded.FindStringSubmatch(shown)
	if m == nil {
		return
	}
	c, err := client.New(n.url, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Get(t.Context(), "/v1/accounts", query("min_position", m[1])); err != nil {
		t.Fatal(err)
	}
}

// programs is a folder with the program seatledger: this test's own binary,
// which is the real main when it is called by that name.
func programs(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, "seatledger")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// What differs each time: ids that the ledger makes, times, how long things
// took, and with them where lines break.
var (
	took  = regexp.MustCompile(`\b[\d.]+(ms|s)\b`)
	days  = regexp.MustCompile(`\d\d? [A-Z][a-z]+ \d{4} at \d\d:\d\d:\d\d UTC`)
	space = regexp.MustCompile(`\s+`)
	ulids = regexp.MustCompile(`\b0[0-9A-HJKMNP-TV-Z]{25}\b`)
	times = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
)

func normal(page []byte) string {
	for of, is := range map[*regexp.Regexp]string{ulids: "ULID", times: "TIME", took: "TOOK"} {
		page = of.ReplaceAll(page, []byte(is))
	}
	return days.ReplaceAllString(space.ReplaceAllString(string(page), " "), "DAY")
}
