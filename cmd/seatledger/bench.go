package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/bench"
	"github.com/seatledger/seatledger/cmd/internal/server"
)

type benchVerb struct {
	Measure benchMeasureVerb `cmd:"" name:"run" default:"withargs" help:"Measure, and print a report."`
	List    benchListVerb    `cmd:"" help:"List what can be measured, with its targets."`
}

type benchMeasureVerb struct {
	Only    []string `placeholder:"ID,..." help:"Only these benchmarks; see seatledger bench list."`
	Callers []int    `placeholder:"N,..." help:"Only these numbers of callers, where a benchmark has several."`
	Seconds float64  `default:"5" placeholder:"SECONDS" help:"How long one measurement takes."`
	Runs    int      `default:"3" help:"Measurements behind each figure, of which the median is shown."`
	Sustain float64  `default:"60" placeholder:"SECONDS" help:"How long the sustained loads take; judged from 60 on."`
	Events  int      `default:"1000000" placeholder:"N" help:"How long a log is that is read again; judged from 1,000,000 on."`
	Dir     string   `default:"build" placeholder:"DIR" help:"Where the stores are made, for the time: the disk that is measured."`
	JSON    bool     `name:"json" help:"Print the report as JSON."`
	Report  string   `placeholder:"FILE" help:"Also write the report, in Markdown, to this file."`
	Profile string   `placeholder:"DIR" help:"Write a CPU profile of each measurement of the ledger to this folder."`
}

// Help says what the figures are compared with.
func (v *benchMeasureVerb) Help() string {
	return `Every figure stands beside what else could have been built, measured in turns with it on the same disk: ` +
		`W, a bare write-ahead log, and P, PostgreSQL (on Debian: apt-get install postgresql). ` +
		`The exit status is 1 when a target is missed.`
}

// Run measures and prints the report; a target that is missed is an error.
func (v *benchMeasureVerb) Run(ctx context.Context, con *console) error {
	if v.Seconds <= 0 || v.Runs < 1 || v.Sustain <= 0 || v.Events < 1 {
		return usage("--seconds, --runs, --sustain and --events are more than 0")
	}
	server.Tune()
	report, err := bench.Run(ctx, bench.Options{
		Only: v.Only, Callers: v.Callers, Span: seconds(v.Seconds), Runs: v.Runs, Sustain: seconds(v.Sustain), Events: v.Events, Dir: v.Dir, Profile: v.Profile,
		Say: func(line string) { fmt.Fprintln(con.err, line) },
	})
	if err != nil {
		return err
	}
	if err := v.print(con, report); err != nil {
		return err
	}
	if !report.Passed() {
		return errors.New("a target was missed")
	}
	return nil
}

func (v *benchMeasureVerb) print(con *console, report *bench.Report) error {
	var text bytes.Buffer
	if err := report.Markdown(&text); err != nil {
		return err
	}
	if v.Report != "" {
		if err := os.WriteFile(v.Report, text.Bytes(), 0o644); err != nil { // #nosec G306 -- a report has no secrets
			return err
		}
	}
	if v.JSON {
		return printJSON(con.out, report)
	}
	_, err := text.WriteTo(con.out)
	return err
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

type benchListVerb struct{}

// Run lists the benchmarks.
func (*benchListVerb) Run(con *console) error {
	t := table{heads: []string{"ID", "WHAT", "TARGETS"}}
	for _, b := range bench.Benchmarks {
		t.rows = append(t.rows, []string{b.ID, b.Title, b.Targets})
	}
	return t.print(con.out, nil)
}
