package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/seatledger/seatledger/events/jetstream"
)

// Targets of B10.
const (
	memoryMost      = 600 // MB, the greatest
	diskMost        = 4   // bytes for each byte of the entries
	megabyte        = 1e6
	footprintLoad   = 128 // callers
	megabytesUnit   = "MB"
	bytesEventsUnit = "B/event"
)

// parts are what a ledger stores of its events.
var parts = []string{"journal", "copy", "views", "feed"}

// measurable is a process whose memory can be looked at.
type measurable interface {
	Ledger
	ID() int
}

// footprint is B10: what a node with the long log takes.
func footprint(ctx context.Context, b *bench) (*Result, error) {
	made, err := b.longLog(ctx)
	if err != nil {
		return nil, err
	}
	idle, most, err := b.memoryOf(ctx, made)
	if err != nil {
		return nil, err
	}
	disk, err := partsOf(made.dir)
	if err != nil {
		return nil, err
	}
	entries, events, err := b.entryBytes(ctx, made)
	if err != nil {
		return nil, err
	}
	memory := &Row{
		Name:    fmt.Sprintf("memory, %s accounts, %s users", number(float64(len(made.seats.accounts()))), number(float64(len(made.seats.all)))),
		Figures: []Figure{newFigure("started", megabytesUnit, idle), newFigure("greatest, under load", megabytesUnit, most)},
	}
	stored := &Row{Name: fmt.Sprintf("disk, %s events", number(events))}
	sum := 0.0
	for _, part := range parts {
		sum += disk[part]
		stored.Figures = append(stored.Figures, newFigure(part, bytesEventsUnit, []float64{disk[part] / events}))
	}
	stored.Figures = append(stored.Figures, newFigure("entries", bytesEventsUnit, []float64{entries / events}))
	if b.Events >= againJudgedAt {
		memory.Checks = []Check{atMost("memory", megabytesUnit, memory.Figures[1].Median, memoryMost)}
		stored.Checks = []Check{atMost("all / entries", "", sum/entries, diskMost)}
	}
	return &Result{Rows: []*Row{memory, stored}, Notes: []string{fmt.Sprintf(
		"Resident memory of the process, as the system counts it; the load is that of %s over HTTP.", callersText(footprintLoad))}}, nil
}

// memoryOf starts the ledger anew for each run, and looks at its memory before
// and after a load, in MB.
func (b *bench) memoryOf(ctx context.Context, made *long) (idle, most []float64, err error) {
	for run := range b.Runs {
		before, after, err := b.memoryRun(ctx, made)
		if err != nil {
			return nil, nil, err
		}
		b.Say(fmt.Sprintf("B10, run %d of %d: %.0f MB, under load %.0f MB", run+1, b.Runs, before, after))
		idle, most = append(idle, before), append(most, after)
	}
	return idle, most, nil
}

func (b *bench) memoryRun(ctx context.Context, made *long) (before, after float64, err error) {
	l, err := b.Start(ctx, made.dir)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	p, ok := l.(measurable)
	if !ok {
		return 0, 0, errors.New("the memory of this ledger cannot be looked at")
	}
	if before, err = memoryField(p.ID(), "VmRSS"); err != nil {
		return 0, 0, err
	}
	ls, err := newLedgerSeats(l, made.active, made.last)
	if err != nil {
		return 0, 0, err
	}
	if _, err := b.one(ctx, "B10", named{ledgerName, ls, nil}, min(footprintLoad, len(made.active.all)), b.Span); err != nil {
		return 0, 0, err
	}
	after, err = memoryField(p.ID(), "VmHWM")
	return before, after, err
}

// memoryField is what the system says of a process, in MB.
func memoryField(pid int, name string) (float64, error) {
	var kib float64
	text := lineOf(fmt.Sprintf("/proc/%d/status", pid), name)
	if _, err := fmt.Sscanf(text, "%f kB", &kib); err != nil {
		return 0, fmt.Errorf("%s of a process is %q here", name, text)
	}
	return kib * 1024 / megabyte, nil
}

// partsOf counts what each part takes on disk, in bytes.
func partsOf(dir string) (map[string]float64, error) {
	bytes := map[string]float64{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(dir, path)
		bytes[partOf(rest)] += float64(onDisk(info))
		return err
	})
	return bytes, err
}

// partOf is the part that a file of the data folder belongs to.
func partOf(path string) string {
	folder, rest, _ := strings.Cut(filepath.ToSlash(path), "/")
	if folder != "nats" {
		return folder
	}
	for at := filepath.FromSlash(rest); at != "."; at = filepath.Dir(at) {
		if jetstream.IsFeed(at) {
			return "feed"
		}
	}
	return "journal"
}

// entryBytes adds up the log's entries.
func (b *bench) entryBytes(ctx context.Context, made *long) (bytes, events float64, err error) {
	l, err := made.open(ctx, b)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	for e, err := range l.History().Entries(ctx) {
		if err != nil {
			return 0, 0, err
		}
		bytes, events = bytes+float64(len(e)), events+1
	}
	return bytes, events, nil
}
