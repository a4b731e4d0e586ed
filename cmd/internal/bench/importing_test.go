package bench

import (
	"testing"
	"time"
)

// B11 imports a real file into a real node over HTTP, and P the same rows.
func TestImporting(t *testing.T) {
	r, err := Run(t.Context(), Options{Dir: disk(t), Only: []string{"B11"}, Runs: 2, Span: time.Second, Events: 40 * importShare})
	if err != nil {
		t.Fatal(err)
	}
	row := r.Results[0].Rows[0]
	want := 3
	if r.NoPostgres != "" {
		want = 2
	}
	if row.Name != "40 new users with a package" || len(row.Figures) != want || len(row.Checks) != 0 {
		t.Fatalf("%+v", row)
	}
	for _, f := range row.Figures {
		if f.Min <= 0 || len(f.Runs) != 2 {
			t.Errorf("%+v", f)
		}
	}
}
