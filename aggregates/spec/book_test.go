package spec

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// proof is one row of the rule book. What is expected is a line each:
//
//	EventType {a part of its data}     the events recorded, all of them
//	nothing                            accepted, and nothing had to change
//	refused code                       a rule refuses
//	invalid field                      a field is not acceptable
//	shape word                         the body cannot be read; the answer has the word
type proof struct {
	rules string // ids, with spaces between
	given []string
	when  string
	then  []string
}

// book is the whole rule book.
func book() []proof {
	return slices.Concat(orderRows, accountRows, domainRows, integrationRows, orderingRows, licenseRows, userRows, eraseRows, scopeRows, locationRows, packageRows, addRows, changeRows, addOnRows, reachRows, importRows,
		receiveRows, mappingRows, setUpRows, administratorRows, conversionRows, messageRows)
}

func TestBook(t *testing.T) {
	for i, p := range book() {
		name, _, _ := strings.Cut(strings.TrimPrefix(p.when, "A "), "{")
		t.Run(fmt.Sprintf("%03d %s %s", i, p.rules, name), func(t *testing.T) {
			w := given(t, p.given...)
			before := freeze(t, w.rows)
			got := answer(w.do(p.when))
			if s := compare(p.then, got); s != "" {
				t.Errorf("when %s\n%s\ngot %s", p.when, s, strings.Join(got, "\n    "))
			}
			before.untouched(t)
			w.verify(t)
		})
	}
}

// answer writes down what became of a command.
func answer(made []*events.Event, err error) []string {
	var refusal *rule.Refusal
	var invalid rule.Invalid
	switch {
	case errors.Is(err, errShape):
		return []string{"shape " + err.Error()}
	case errors.As(err, &refusal):
		return []string{"refused " + string(refusal.Code)}
	case errors.As(err, &invalid):
		var fields []string
		for _, f := range invalid {
			fields = append(fields, "invalid "+f.Field)
		}
		return fields
	case err != nil:
		return []string{"error " + err.Error()}
	case len(made) == 0:
		return []string{"nothing"}
	}
	var lines []string
	for _, e := range made {
		data, err := events.MarshalStrict(e.Data)
		if err != nil {
			return []string{"error " + err.Error()}
		}
		lines = append(lines, e.Type()+" "+string(data))
	}
	return lines
}

// compare says how the answer differs from what is expected, or "".
func compare(want, got []string) string {
	if len(want) != len(got) {
		return fmt.Sprintf("want %d lines, got %d", len(want), len(got))
	}
	for i := range want {
		wantHead, wantBody, _ := strings.Cut(want[i], " ")
		gotHead, gotBody, _ := strings.Cut(got[i], " ")
		switch {
		case wantHead != gotHead:
			return fmt.Sprintf("line %d: want %s", i, want[i])
		case wantHead == "shape" && strings.Contains(gotBody, wantBody):
		case strings.HasPrefix(wantBody, "{"):
			if s := subset(wantHead, parse(wantBody), parse(gotBody)); s != "" {
				return s
			}
		case wantBody != "" && wantBody != gotBody:
			return fmt.Sprintf("line %d: want %s", i, want[i])
		}
	}
	return ""
}

// parse reads JSON, with personal data opened.
func parse(text string) any {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		panic(fmt.Sprintf("%s: %v", text, err))
	}
	return opened(v)
}

func opened(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["sealed"].(string); ok && len(v) == 1 {
			b, _ := base64.StdEncoding.DecodeString(s)
			return strings.TrimPrefix(string(b), sealMark)
		}
		for k := range v {
			v[k] = opened(v[k])
		}
	case []any:
		for i := range v {
			v[i] = opened(v[i])
		}
	}
	return v
}

// Every rule, refusal and command has a row, and rows cite rules that exist. The
// rules on whole files are proved where files are read.
func TestCoverage(t *testing.T) {
	rules, said, sent := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range book() {
		for _, id := range strings.Fields(p.rules) {
			rules[id] = true
		}
		for _, line := range p.then {
			said[strings.TrimPrefix(line, "refused ")] = true
		}
		sent[strings.Fields(p.when)[1]] = true
	}
	for _, s := range slices.Concat(shows, conversionShows, messageShows) {
		for _, id := range strings.Fields(s.rules) {
			rules[id] = true
		}
	}
	for _, r := range rule.Rules {
		if rules[r.ID] == slices.Contains(rule.OfFiles, r.ID) {
			t.Errorf("rule %s has no row, or is one on files and has", r.ID)
		}
		delete(rules, r.ID)
	}
	for id := range rules {
		if id != "section-2" {
			t.Errorf("there is no rule %s", id)
		}
	}
	for _, c := range rule.Codes {
		if !c.Writer && !said[string(c.Code)] {
			t.Errorf("refusal %s has no row", c.Code)
		}
	}
	for _, s := range aggregates.Commands {
		if !sent[s.Name] {
			t.Errorf("command %s has no row", s.Name)
		}
	}
}
