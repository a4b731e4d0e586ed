package aggregates

import (
	"regexp"
	"slices"
	"testing"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// A table's tag is its place in every store: two tables never share one.
func TestTablesAreUnique(t *testing.T) {
	tags, names := map[byte]string{}, map[string]bool{}
	for _, table := range Tables {
		if other, ok := tags[table.Tag]; ok || table.Tag == 0 {
			t.Errorf("%s has the tag %q of %s", table.Name, table.Tag, other)
		}
		if names[table.Name] || table.Name == "" {
			t.Errorf("two tables are named %q", table.Name)
		}
		tags[table.Tag], names[table.Name] = table.Name, true
	}
}

func TestCommandsAreWhole(t *testing.T) {
	rules := map[string]bool{}
	for _, r := range rule.Rules {
		if rules[r.ID] || r.Title == "" {
			t.Errorf("rule %s stands twice, or says nothing", r.ID)
		}
		rules[r.ID] = true
	}
	seen := map[string]bool{}
	for _, s := range Commands {
		if found, ok := Find(s.Name); !ok || found.Name != s.Name || seen[s.Name] {
			t.Errorf("%s is not found, or stands twice", s.Name)
		}
		seen[s.Name] = true
		if !s.Roles.Has(rule.Admin) || s.Doc == "" || s.New() == nil || s.New() == s.New() {
			t.Errorf("%s: admin, doc or command is missing", s.Name)
		}
		for _, id := range s.Rules {
			if !rules[id] {
				t.Errorf("%s: no rule %s", s.Name, id)
			}
		}
	}
	if len(seen) != 61+2*len(events.Integrations) {
		t.Errorf("%d commands", len(seen))
	}
}

// The list of refusals has every code once, and each is a state in words.
func TestCodes(t *testing.T) {
	words := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	var seen []rule.Code
	for _, c := range rule.Codes {
		if slices.Contains(seen, c.Code) || !words.MatchString(string(c.Code)) {
			t.Errorf("code %q", c.Code)
		}
		seen = append(seen, c.Code)
	}
	if len(seen) != 47 {
		t.Errorf("%d codes", len(seen))
	}
}
