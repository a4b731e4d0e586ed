package bench

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestEveryBenchmarkMeasuresTheRealLedger runs what needs a whole node, on a
// log that is short.
func TestEveryBenchmarkMeasuresTheRealLedger(t *testing.T) {
	dir := disk(t)
	var said []string
	r, err := Run(t.Context(), Options{
		Only: []string{"B3", "B4", "B5", "B6", "B7", "B9", "B10", "B12"}, Dir: dir, Span: 600 * time.Millisecond, Runs: 1,
		Events: 3_000, Seats: 200, Say: func(line string) { said = append(said, line) },
	})
	if err != nil {
		t.Fatalf("%v\n%q", err, said)
	}
	// By benchmark: its rows, and figures that each must have in one of them.
	for id, want := range map[string]struct {
		rows    int
		figures []string
	}{
		"B3":  {6, []string{"ledger", "ledger p50"}},
		"B4":  {1, []string{"command", "others' p99"}},
		"B5":  {21, []string{"now p99", "as_of p99"}},
		"B6":  {1, []string{"sent", "view p99", "consumer p99"}},
		"B7":  {3, []string{"events"}},
		"B9":  {1, []string{"from start to ready"}},
		"B10": {2, []string{"started", "greatest, under load", "journal", "copy", "views", "feed", "entries"}},
		"B12": {5, nil},
	} {
		i := slices.IndexFunc(r.Results, func(r *Result) bool { return r.ID == id })
		result := r.Results[i]
		if len(result.Rows) < want.rows {
			t.Errorf("%s has %d rows, want %d", id, len(result.Rows), want.rows)
		}
		for _, name := range want.figures {
			if !hasFigure(result, name) {
				t.Errorf("%s has no figure %q: %+v", id, name, result.Rows)
			}
		}
		for _, row := range result.Rows {
			for _, c := range row.Checks {
				// Ratios to P, and rates, can be judged on any log; times of a long one cannot.
				if id == "B5" || id == "B9" || id == "B10" || id == "B12" {
					t.Errorf("%s judges a short log: %+v", id, c)
				}
			}
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "bench-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func hasFigure(r *Result, name string) bool {
	return slices.ContainsFunc(r.Rows, func(row *Row) bool {
		return slices.ContainsFunc(row.Figures, func(f Figure) bool { return f.Name == name && f.Median > 0 })
	})
}

func TestPartsOfADataFolder(t *testing.T) {
	dir := t.TempDir()
	sizes := map[string]int{
		"copy/000001.log": 5_000, "views/MANIFEST": 70_000, "nats/jetstream/LEDGER_FEED/streams/LEDGER/msgs/1.blk": 90_000,
		"nats/jetstream/LEDGER/streams/LEDGER_JOURNAL/msgs/1.blk": 30_000, "log.key": 100,
	}
	for name, size := range sizes {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := partsOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	for part, least := range map[string]float64{"copy": 5_000, "views": 70_000, "feed": 90_000, "journal": 30_000} {
		if got[part] < least || got[part] > least+1<<17 {
			t.Errorf("%s: %v bytes, of %v", part, got[part], least)
		}
	}
}

func TestSteadyKeepsItsRateAndCountsWaiting(t *testing.T) {
	nap := func(d time.Duration) caller {
		return func(ctx context.Context) error { time.Sleep(d); return nil }
	}
	s := startSteady(t.Context(), []caller{nap(time.Millisecond), nap(time.Millisecond)}, 100)
	time.Sleep(500 * time.Millisecond)
	x, err := s.end()
	if err != nil || x.perSecond < 60 || x.perSecond > 110 {
		t.Errorf("%v/s of 100, %v", x.perSecond, err)
	}
	// One caller that needs 20 ms cannot send 100 a second: the moments it
	// misses are waited for.
	s = startSteady(t.Context(), []caller{nap(20 * time.Millisecond)}, 100)
	time.Sleep(500 * time.Millisecond)
	if x, err = s.end(); err != nil || x.p99 < 100*time.Millisecond {
		t.Errorf("p99 %s of a caller that falls behind, %v", x.p99, err)
	}
}
