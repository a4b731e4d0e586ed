package replay

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/seatledger/seatledger/events"
)

// MaxFindings is how many findings of one part are told; more are counted.
const MaxFindings = 100

// Finding is one thing that is not as the log says it must be.
type Finding struct {
	Part     string `json:"part"`              // log, feed, views, or a check's name
	Where    string `json:"where"`             // what it is, as "message 12" or "users contoso/ann"
	Position uint64 `json:"position,omitzero"` // of the event, where there is one
	Message  string `json:"message"`
}

// Check compares something that is made of the log with it: it is handed every
// entry, in one pass with all other checks, and asked at the end.
type Check interface {
	// Name is the part that its findings belong to.
	Name() string
	// Entry is handed the entries by position, from the first on.
	Entry(ctx context.Context, position uint64, b events.Entry, report func(Finding)) error
	// End is called behind the last entry. what says how much was compared,
	// as "1,200 messages".
	End(ctx context.Context, last uint64, report func(Finding)) (what string, err error)
}

// Part is what became of one part of a verification.
type Part struct {
	Name     string `json:"name"`
	Compared string `json:"compared"` // how much
	Findings int    `json:"findings"`
	TookMS   int64  `json:"took_ms"`
}

// Verdict is how a verification ended.
type Verdict struct {
	Position uint64 `json:"position"` // of the last event that was read
	Findings int    `json:"findings"`
	Parts    []Part `json:"parts"`
}

// Verify reads the whole log again: frames and their checksums, entries and
// their canonical form, positions and times. Each of the checks compares what
// it knows with it. Findings are told as they come; errors are of reading, not
// of what was read.
func Verify(ctx context.Context, l *Log, checks []Check, report func(Finding)) (Verdict, error) {
	v := &verification{Log: l, report: report, counts: map[string]int{}}
	began := time.Now()
	if err := v.read(ctx, checks); err != nil {
		return v.Verdict, err
	}
	v.end("log", fmt.Sprintf("%d events in %d frames", v.Position, v.frames), began)
	for _, c := range checks {
		began := time.Now()
		what, err := c.End(ctx, v.Position, v.finding)
		if err != nil {
			return v.Verdict, fmt.Errorf("%s: %w", c.Name(), err)
		}
		v.end(c.Name(), what, began)
	}
	return v.Verdict, nil
}

// verification is one that goes on.
type verification struct {
	*Log
	Verdict
	report func(Finding)
	counts map[string]int
	frames int
	time   time.Time // of the event before
}

// finding tells of one, unless its part has told of many.
func (v *verification) finding(f Finding) {
	v.counts[f.Part]++
	v.Findings++
	switch n := v.counts[f.Part]; {
	case n < MaxFindings:
		v.report(f)
	case n == MaxFindings:
		v.report(f)
		v.report(Finding{Part: f.Part, Where: "all", Message: fmt.Sprintf("there are more than %d findings; the rest is counted, not told", MaxFindings)})
	}
}

func (v *verification) end(part, compared string, began time.Time) {
	v.Parts = append(v.Parts, Part{part, compared, v.counts[part], time.Since(began).Milliseconds()})
}

// read is the one pass through the log. A frame that cannot be read ends it:
// what stands behind has no position.
func (v *verification) read(ctx context.Context, checks []Check) error {
	total, err := v.Journal.Last(ctx)
	if err != nil {
		return err
	}
	frames := events.NewAssembler(nil, 1)
	for m, err := range v.Journal.Read(ctx, 1) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			v.finding(Finding{Part: "log", Where: "journal", Position: v.Position + 1, Message: err.Error()})
			return nil
		}
		if v.frames++; v.Progress != nil && v.frames%progressEvery == 0 {
			v.Progress(Progress{"log", m.Seq, total})
		}
		c, err := frames.Add(m)
		if err != nil {
			v.finding(Finding{Part: "log", Where: fmt.Sprintf("message %d", m.Seq), Position: v.Position + 1,
				Message: err.Error() + "; what stands behind it was not read"})
			return nil
		}
		if c == nil {
			continue
		}
		for i, b := range c.Entries {
			if err := v.entry(ctx, place{c.First + uint64(i), b}, checks); err != nil {
				return err
			}
		}
	}
	return nil
}

// entry looks at one entry, and hands it to the checks.
func (v *verification) entry(ctx context.Context, p place, checks []Check) error {
	v.Position = p.position
	e, err := p.decode()
	switch {
	case err != nil:
		v.entryFinding(p, err.Error())
	case e.Time.Before(v.time):
		v.entryFinding(p, fmt.Sprintf("time runs backwards, from %s to %s",
			v.time.Format(events.TimeLayout), e.Time.Format(events.TimeLayout)))
	default:
		if again, err := reencoded(e); err != nil || again != nil && !bytes.Equal(again, p.entry) {
			v.entryFinding(p, "the payload is not in its canonical form")
		}
	}
	if e != nil {
		v.time = e.Time
	}
	for _, c := range checks {
		if err := c.Entry(ctx, p.position, p.entry, v.finding); err != nil {
			return fmt.Errorf("%s: %w", c.Name(), err)
		}
	}
	return nil
}

func (v *verification) entryFinding(p place, message string) {
	v.finding(Finding{Part: "log", Where: fmt.Sprintf("entry %d", p.position), Position: p.position, Message: message})
}

// reencoded is the entry as it would be written today; nil where it is of an
// older version, which is not written any more.
func reencoded(e *events.Event) (events.Entry, error) {
	k, ok := events.Kinds.Kind(e.Type())
	if !ok || k.Current() != e.Version {
		return nil, nil
	}
	return events.Kinds.Encode(e)
}
