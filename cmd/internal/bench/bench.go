package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Defaults of [Options].
const (
	DefaultSpan    = 5 * time.Second
	DefaultRuns    = 3
	DefaultSustain = 60 * time.Second
	DefaultEvents  = 1_000_000
	DefaultDir     = "build"
)

// Options are what a run is told. The zero value of a field means its default.
type Options struct {
	Only    []string      // ids of benchmarks; empty means all
	Span    time.Duration // of one measurement
	Runs    int           // measurements behind one figure
	Sustain time.Duration // of the sustained measurements
	Callers []int         // loads of the benchmarks with several; empty means all
	Events  int           // of a log that is read again
	Seats   int           // of B3, B4's others and B6: 10,000 unless a test has no time for them
	Dir     string        // where the stores are made: the disk that is measured
	Profile string        // folder for CPU profiles of the ledger; empty means none

	// Open opens the ledger that is measured in process; nil means a node.
	Open Opener
	// Start starts the ledger that is measured over HTTP; nil means this
	// program, as serve --dev, in a process of its own.
	Start Opener
	// Say is told how far the run is, a line at a time.
	Say func(line string)
}

// Opener opens the ledger in a folder, and makes it if there is none.
type Opener func(ctx context.Context, dir string) (Ledger, error)

// Benchmark is one row of the table.
type Benchmark struct {
	ID      string
	Title   string
	Targets string // in words, for people
	run     func(ctx context.Context, b *bench) (*Result, error)
}

// Find returns a row of the table.
func Find(id string) (*Benchmark, bool) {
	i := slices.IndexFunc(Benchmarks, func(b Benchmark) bool { return strings.EqualFold(b.ID, id) })
	if i < 0 {
		return nil, false
	}
	return &Benchmarks[i], true
}

// bench is one run of benchmarks.
type bench struct {
	Options
	dir  string // of its own, removed in the end
	pg   *cluster
	noPG error // why there is none

	durability string // as the ledger says
	long       *long  // the ledger with a long log, once it is made
}

// asked is whether a load is to be measured.
func (b *bench) asked(callers int) bool {
	return len(b.Callers) == 0 || slices.Contains(b.Callers, callers)
}

// Run measures, and returns the report. The stores that it makes are gone when
// it returns.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	o.complete()
	chosen, err := o.chosen()
	if err != nil {
		return nil, err
	}
	b := &bench{Options: o}
	if b.dir, err = scratch(o.Dir); err != nil {
		return nil, err
	}
	defer os.RemoveAll(b.dir)
	report = newReport(b)
	if b.pg, b.noPG = startCluster(ctx, filepath.Join(b.dir, "postgres")); b.noPG != nil {
		b.Say("P is not measured: " + b.noPG.Error())
	} else {
		defer b.pg.stop()
	}
	report.describe(ctx, b)
	for _, one := range chosen {
		r, err := one.run(ctx, b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.ID, err)
		}
		r.ID, r.Title = one.ID, one.Title
		report.Results = append(report.Results, r)
	}
	report.Durability[ledgerName] = b.durability
	report.Took = Duration(time.Since(report.Started))
	return report, nil
}

func (o *Options) complete() {
	if o.Span == 0 {
		o.Span = DefaultSpan
	}
	if o.Runs == 0 {
		o.Runs = DefaultRuns
	}
	if o.Sustain == 0 {
		o.Sustain = DefaultSustain
	}
	if o.Events == 0 {
		o.Events = DefaultEvents
	}
	if o.Seats == 0 {
		o.Seats = seatCount
	}
	if o.Dir == "" {
		o.Dir = DefaultDir
	}
	if o.Open == nil {
		o.Open = openNode
	}
	if o.Start == nil {
		o.Start = startProcess
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
}

func (o *Options) chosen() ([]Benchmark, error) {
	if len(o.Only) == 0 {
		return Benchmarks, nil
	}
	var rows []Benchmark
	for _, id := range o.Only {
		row, ok := Find(id)
		if !ok {
			return nil, fmt.Errorf("there is no benchmark %q; see seatledger bench list", id)
		}
		rows = append(rows, *row)
	}
	return rows, nil
}

// scratch makes a folder on the disk that is to be measured. Memory is no
// disk: an fsync there costs nothing.
func scratch(in string) (string, error) {
	if err := os.MkdirAll(in, 0o755); err != nil { // #nosec G301 -- PostgreSQL runs as another user
		return "", err
	}
	if fs, err := fileSystem(in); err == nil && (fs == "tmpfs" || fs == "ramfs") {
		return "", fmt.Errorf("%s is on a %s, which is memory; name a folder on a disk with --dir", in, fs)
	}
	dir, err := os.MkdirTemp(in, "bench-")
	if err != nil {
		return "", err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755) // #nosec G302 -- PostgreSQL runs as another user
}
