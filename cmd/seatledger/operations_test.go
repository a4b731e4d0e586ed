package main

import (
	"context"
	"os"
	"strings"
	"testing"
)

// TestServeFlagsAreDescribed: docs/operations.md has every flag of serve, with
// its environment variable.
func TestServeFlagsAreDescribed(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	k, err := newParser(context.Background(), &cli{}, &console{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	flags := 0
	for _, verb := range k.Model.Children {
		if verb.Name != "serve" {
			continue
		}
		for _, f := range verb.Flags {
			flags++
			if len(f.Envs) != 1 || f.Help == "" {
				t.Errorf("--%s: environment %v, help %q", f.Name, f.Envs, f.Help)
				continue
			}
			if row := "| `--" + f.Name + "` | `" + f.Envs[0] + "` |"; !strings.Contains(string(page), row) {
				t.Errorf("docs/operations.md has no row %q", row)
			}
		}
	}
	if flags < 5 {
		t.Errorf("serve has only %d flags", flags)
	}
}
