package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// TestRuleBookIsWhole: the rule book has every rule, every refusal and every
// command that the tables have.
func TestRuleBookIsWhole(t *testing.T) {
	book := document(t, "docs", "rules.md")
	for _, r := range rule.Rules {
		if !strings.Contains(book, "**"+r.ID) {
			t.Errorf("docs/rules.md has no rule %s", r.ID)
		}
	}
	for _, c := range rule.Codes {
		if !strings.Contains(book, "`"+string(c.Code)+"`") {
			t.Errorf("docs/rules.md has no refusal %s", c.Code)
		}
	}
	for _, c := range aggregates.Commands {
		if _, integration := strings.CutSuffix(c.Name, "Integration"); !integration && !strings.Contains(book, c.Name) &&
			c.Roles&^rule.Admin != rule.Ledger {
			t.Errorf("docs/rules.md has no command %s", c.Name)
		}
	}
}

// TestEventsAreDescribed: docs/events.md has every kind of event.
func TestEventsAreDescribed(t *testing.T) {
	book := document(t, "docs", "events.md")
	for _, k := range events.Kinds.Kinds() {
		if !strings.Contains(book, k.Type) && !strings.Contains(k.Type, "Integration") {
			t.Errorf("docs/events.md has no %s", k.Type)
		}
	}
}

func document(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
