package bench

import (
	"bytes"
	"testing"
	"time"
)

func TestMarkdown(t *testing.T) {
	r := &Report{
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Took: Duration(90 * time.Second),
		Machine:    Machine{CPU: "Some CPU", Cores: 2, Memory: "7.7 GiB", System: "linux/amd64 6.1", FileSystem: "ext4", LoadAtStart: "1.50"},
		Versions:   map[string]string{"pebble": "v2.1.7", "go": "go1.26"},
		Durability: map[string]string{"W": "fdatasync", "ledger": "two copies"},
		Span:       Duration(5 * time.Second), Runs: 3, NoPostgres: "not installed",
		Results: []*Result{{ID: "B1", Title: "Licences", Notes: []string{"A note."}, Rows: []*Row{
			{
				Name:    "1 caller",
				Figures: []Figure{newFigure("ledger", perSecond, []float64{5000, 4000, 6000}), newFigure("W", perSecond, []float64{6000, 6500, 6400})},
				Checks:  []Check{atLeast("ledger / W", "", 0.83, 0.7)},
			},
			{
				Name:    "1,024 callers",
				Figures: []Figure{newFigure("ledger", perSecond, []float64{1234567}), newFigure("lag", millis, []float64{1500})},
				Checks:  []Check{atMost("view lag", millis, 1500, 1000)},
			},
		}}},
	}
	var got bytes.Buffer
	if err := r.Markdown(&got); err != nil {
		t.Fatal(err)
	}
	want := `# Benchmarks

Measured 2026-01-02T03:04:05Z, in 90 s. A figure is the median of 3 runs of 5s, with their range.

- machine: 2 × Some CPU, 7.7 GiB, linux/amd64 6.1, ext4; load at the start 1.50
- versions: go go1.26; pebble v2.1.7
- durability: W: fdatasync; ledger: two copies
- **the machine was busy with other things**: measure again when it is not
- **P was not measured**: not installed

W is a bare write-ahead log, P is PostgreSQL. A ratio is the median of the runs' own ratios.

## B1: Licences

| | ledger, 1/s | W, 1/s | lag, ms | targets |
| --- | --- | --- | --- | --- |
| 1 caller | 5,000 (4,000–6,000) | 6,400 (6,000–6,500) | – | ledger / W 0.83 (≥ 0.70): **pass** |
| 1,024 callers | 1,234,567 | – | 1,500 | view lag 1,500 ms (≤ 1,000 ms): **missed** |

A note.
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &got, want)
	}
	if r.Passed() {
		t.Error("passed, with a target missed")
	}
	if r.Results[0].Rows = r.Results[0].Rows[:1]; !r.Passed() {
		t.Error("missed, with every target reached")
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{0: "0.00", 0.163: "0.16", 99.5: "99.50", 100: "100", 999.6: "1,000", 45678.9: "45,679", 1e6: "1,000,000"} {
		if got := number(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}
