package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// ruled is a ledger of the real rules on a map, with nothing stored.
type ruled struct {
	mu       sync.Mutex
	rows     row.Map
	position uint64
	closed   bool
}

func (l *ruled) Prepare(name string, body map[string]any) (Send, error) {
	spec, ok := aggregates.Find(name)
	if !ok {
		return nil, rule.Refuse(rule.NotFound, "no command %q", name)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	c, err := spec.Decode(text)
	if err != nil {
		return nil, err
	}
	var k rule.Checker
	if c.Check(&k); len(k.Errors) > 0 {
		return nil, k.Errors
	}
	return func(context.Context) (uint64, error) { return l.do(c) }, nil
}

func (l *ruled) do(c rule.Command) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now().UTC()
	d, err := aggregates.Decide(c, l.rows, &rule.Context{
		Now: now, NewID: func() string { return "01K0ZZZZZZZZZZZZZZZZZZZZZZ" }, Caller: rule.Caller{Role: rule.Admin, Actor: actor},
	}, nil)
	if err != nil {
		return 0, err
	}
	for _, draft := range d.Drafts {
		l.position++
		k, _ := events.Kinds.Kind(draft.Data.EventType())
		aggregates.Evolve(l.rows, &events.Event{
			Position: l.position, Time: now, Version: k.Current(), Partner: draft.Partner,
			Aggregate: k.Aggregate, AggregateID: draft.AggregateID, Data: draft.Data,
		})
	}
	return l.position, nil
}

func (l *ruled) Wait(context.Context, uint64) error { return nil }
func (l *ruled) Durability() string                 { return "none" }
func (l *ruled) Close() error                       { l.closed = true; return nil }

func TestRunMeasuresEverySubjectAndCleansUp(t *testing.T) {
	var opened []*ruled
	dir := disk(t)
	r, err := Run(t.Context(), Options{
		Only: []string{"B1", "B2"}, Dir: dir, Span: 400 * time.Millisecond, Runs: 2, Sustain: 400 * time.Millisecond, Profile: filepath.Join(dir, "profiles"),
		Open: func(context.Context, string) (Ledger, error) {
			l := &ruled{rows: row.Map{}}
			opened = append(opened, l)
			return l, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Results) != 2 || len(opened) != 2 || !opened[0].closed || !opened[1].closed {
		t.Errorf("%d results, %d ledgers", len(r.Results), len(opened))
	}
	subjects := [][]string{{ledgerName, walName}, {ledgerName, spreadName}}
	for i, result := range r.Results {
		for _, one := range subjects[i] {
			for _, row := range result.Rows[:len(loads)] {
				if !slices.ContainsFunc(row.Figures, func(f Figure) bool { return f.Name == one && f.Median > 0 && len(f.Runs) == 2 }) {
					t.Errorf("%s, %s: no figure of %s", result.ID, row.Name, one)
				}
			}
		}
	}
	if sustained := r.Results[0].Rows[len(loads)]; len(sustained.Checks) > 0 {
		t.Errorf("judged after 150 ms: %+v", sustained.Checks)
	}
	testLeftBehind(t, dir)
	testWritten(t, r)
}

// testLeftBehind looks for stores that should be gone, and for profiles.
func testLeftBehind(t *testing.T, dir string) {
	left, err := filepath.Glob(filepath.Join(dir, "bench-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	profiles, err := filepath.Glob(filepath.Join(dir, "profiles", "B1-ledger-16-callers-run-*.pprof"))
	if err != nil || len(profiles) != 2 {
		t.Errorf("profiles: %v, %v", profiles, err)
	}
}

func testWritten(t *testing.T, r *Report) {
	var text bytes.Buffer
	if err := r.Markdown(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## B1", "## B2", "| 1,024 callers |", "load at the start", "durability: ", "median of 2 runs of 400ms"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, &text)
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
	if (r.NoPostgres != "") != strings.Contains(text.String(), "P was not measured") {
		t.Errorf("says the wrong thing of P (%q):\n%s", r.NoPostgres, &text)
	}
}

func TestRunRefusesWhatItDoesNotKnow(t *testing.T) {
	_, err := Run(t.Context(), Options{Only: []string{"B1", "B99"}, Dir: disk(t)})
	if err == nil || !strings.Contains(err.Error(), `"B99"`) {
		t.Errorf("got %v", err)
	}
}

func TestRunRefusesMemory(t *testing.T) {
	if fs, err := fileSystem("/dev/shm"); err != nil || fs != "tmpfs" {
		t.Logf("/dev/shm is %s (%v)", fs, err)
		return
	}
	_, err := Run(t.Context(), Options{Dir: "/dev/shm"})
	if err == nil || !strings.Contains(err.Error(), "--dir") {
		t.Errorf("got %v", err)
	}
}
