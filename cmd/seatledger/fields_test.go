package main

import (
	"context"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates"
)

// TestFieldsAndFlagsAreApart: a field of a command is written like a flag, so
// no command may have a field that is named as one of the flags of do.
func TestFieldsAndFlagsAreApart(t *testing.T) {
	k, err := newParser(context.Background(), &cli{}, &console{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	own := ownFlags(k, "do")
	if len(own) < 8 {
		t.Fatalf("do has only %d flags", len(own))
	}
	for _, spec := range aggregates.Commands {
		for _, f := range fieldsOf(spec.New()) {
			if _, clash := own[f.flag()[2:]]; clash {
				t.Errorf("%s: %s is also a flag of do", spec.Name, f.flag())
			}
		}
	}
}

type sample struct {
	Text  string    `json:"text"`
	Maybe *int      `json:"maybe"`
	On    bool      `json:"on"`
	At    time.Time `json:"at"`
	Words []string  `json:"words"`
	Lines []struct {
		Name  string `json:"name"`
		Count int    `json:"count"`
	} `json:"lines"`
}

func TestEncodeFields(t *testing.T) {
	fields := fieldsOf(&sample{})
	for _, c := range []struct {
		name   string
		values []string
		want   string // empty: refused
	}{
		{"text", []string{`say "5"`}, `"say \"5\""`},
		{"text", []string{"5"}, `"5"`},
		{"text", []string{"a", "b"}, ""},
		{"maybe", []string{"-5"}, "-5"},
		{"maybe", []string{"five"}, ""},
		{"maybe", []string{`"5"`}, ""},
		{"on", []string{"true"}, "true"},
		{"on", []string{"1"}, ""},
		{"at", []string{"2026-01-31T00:00:00Z"}, `"2026-01-31T00:00:00Z"`},
		{"words", []string{"a, b"}, `["a","b"]`},
		{"words", []string{`["a,b"]`}, `["a,b"]`},
		{"lines", []string{"name=a,count=5", "count=1,name=b"}, `[{"count":5,"name":"a"},{"count":1,"name":"b"}]`},
		{"lines", []string{`[{"name":"a"}]`}, `[{"name":"a"}]`},
		{"lines", []string{"name=a,size=5"}, ""},
		{"lines", []string{"a"}, ""},
		{"lines", []string{`{"name":"a"}`}, ""},
		{"lines", []string{`[{"name":]`}, ""},
	} {
		f, ok := findField(fields, c.name)
		if !ok {
			t.Fatalf("no field %s", c.name)
		}
		got, err := f.encode(c.values)
		if c.want == "" && err == nil || c.want != "" && (err != nil || string(got) != c.want) {
			t.Errorf("%s %q: %s, %v; want %s", c.name, c.values, got, err, c.want)
		}
	}
}
