package replay

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/parquet-go/parquet-go"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/projections"
)

func (w *world) export(f projections.EventFilter, a projections.Audience, format string) []byte {
	w.Helper()
	var b bytes.Buffer
	if _, err := w.log().Export(w.Context(), f, a, format, &b); err != nil {
		w.Fatal(err)
	}
	return b.Bytes()
}

func (w *world) exported(f projections.EventFilter, a projections.Audience) (list []Exported) {
	w.Helper()
	for line := range bytes.Lines(w.export(f, a, NDJSON)) {
		var v Exported
		if err := json.Unmarshal(line, &v); err != nil {
			w.Fatalf("%s: %v", line, err)
		}
		list = append(list, v)
	}
	return list
}

// Every format has every event, with the hash of its entry.
func TestExportFormats(t *testing.T) {
	w := founded(t).do(`partner UpdateAccountInformation "account_id":"contoso","city":"Roma"`)
	all := w.exported(projections.EventFilter{}, seen("en"))
	if len(all) != int(w.position) {
		t.Fatalf("%d events", len(all))
	}
	rows, err := csv.NewReader(bytes.NewReader(w.export(projections.EventFilter{}, seen("en"), CSV))).ReadAll()
	if err != nil || len(rows) != len(all)+1 || strings.Join(rows[0], " ") != strings.Join(columns, " ") {
		t.Fatalf("%d rows, %v: %v", len(rows), rows[0], err)
	}
	columnar, err := parquet.Read[exportRow](bytes.NewReader(w.export(projections.EventFilter{}, seen("en"), Parquet)),
		int64(len(w.export(projections.EventFilter{}, seen("en"), Parquet))))
	if err != nil || len(columnar) != len(all) {
		t.Fatalf("%d rows: %v", len(columnar), err)
	}
	for i, v := range all {
		if leaf := tlog.RecordHash(w.entries[i]); v.LeafHash != leaf.String() || v.Position != uint64(i)+1 {
			t.Errorf("%+v has not the hash %s", v, leaf)
		}
		want := rowOf(&v)
		got := columnar[i]
		if !got.Time.Equal(want.Time) {
			t.Errorf("%v, want %v", got.Time, want.Time)
		}
		if got.Time = want.Time; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		for k, cell := range want.cells() {
			if rows[i+1][k] != harmless(cell) {
				t.Errorf("%s: %q, want %q", columns[k], rows[i+1][k], cell)
			}
		}
	}
}

func TestExportFilters(t *testing.T) {
	w := founded(t)
	auditor := projections.Audience{Caller: rule.Caller{Role: rule.Auditor, Partner: "zeta"}}
	for _, c := range []struct {
		filter projections.EventFilter
		a      projections.Audience
		want   int
	}{
		{projections.EventFilter{Account: "south"}, seen("en"), 12},
		{projections.EventFilter{User: "anna"}, seen("en"), 4},
		{projections.EventFilter{User: "anna", Account: "south"}, seen("en"), 2},
		{projections.EventFilter{Order: "south-1"}, seen("en"), 3},
		{projections.EventFilter{Type: "UserAdded", From: 11, To: 24}, seen("en"), 2},
		{projections.EventFilter{Actor: "root"}, seen("en"), 8},
		{projections.EventFilter{}, auditor, 0},
	} {
		var b bytes.Buffer
		n, err := w.log().Export(t.Context(), c.filter, c.a, NDJSON, &b)
		if lines := strings.Count(b.String(), "\n"); err != nil || n != lines || n != c.want {
			t.Errorf("%+v: %d events in %d lines, want %d: %v", c.filter, n, lines, c.want, err)
		}
	}
	if _, err := w.log().Export(t.Context(), projections.EventFilter{}, seen("en"), "xls", &bytes.Buffer{}); err == nil {
		t.Error("an unknown format is taken")
	}
	if _, err := w.log().Export(t.Context(), projections.EventFilter{}, seen("en"), Parquet, full{}); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}

var errFull = errors.New("no space left")

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// Persons are shown to who may see them; sealed to others, in every format.
func TestExportSealsPersons(t *testing.T) {
	w := founded(t)
	operator := projections.Audience{Caller: rule.Caller{Role: rule.Operator}}
	for _, format := range []string{NDJSON, CSV} {
		if b := w.export(projections.EventFilter{}, seen("en"), format); !bytes.Contains(b, []byte("Rossi")) {
			t.Errorf("%s: the auditor sees no name", format)
		}
		if b := w.export(projections.EventFilter{}, operator, format); bytes.Contains(b, []byte("Rossi")) || !bytes.Contains(b, []byte("sealed")) {
			t.Errorf("%s: the operator sees a name", format)
		}
	}
}

// No cell of a CSV file is taken for a formula.
func TestExportIsNoFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "acme": "acme", "=1+1": "'=1+1", "+39": "'+39", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "a=b": "a=b", "\rx": "'\rx",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q: %q", cell, got)
		}
	}
	w := newWorld(t)
	callers["odd"] = rule.Caller{Role: rule.Admin, Actor: "=HYPERLINK(1)"}
	w.do(`odd RegisterPartner "partner_id":"-acme","name":"Acme"`)
	if b := string(w.export(projections.EventFilter{}, seen("en"), CSV)); !strings.Contains(b, ",'=HYPERLINK(1),") || !strings.Contains(b, ",'-acme,") {
		t.Errorf("%s", b)
	}
}
