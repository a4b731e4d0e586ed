package replay

import (
	"context"
	"fmt"
	"time"

	"github.com/seatledger/seatledger/events"
)

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

// commitCheck is a check that is also handed the commits whole, decoded; those
// with an entry that cannot be read have no events.
type commitCheck interface {
	Commit(ctx context.Context, c *events.Commit) error
}

// Verify reads the whole log again, from the journal and from its copy: frames
// and their checksums, entries and their canonical form, positions and times.
// What the one cannot show is read from the other. Each of the checks compares what
// it knows with it. Findings are told as they come; errors are of reading, not
// of what was read.
func Verify(ctx context.Context, l *Log, checks []Check, report func(Finding)) (Verdict, error) {
	v := &verification{Log: l, Tally: Tally{Report: report}}
	began := time.Now()
	if err := v.read(ctx, checks); err != nil {
		return v.Verdict, err
	}
	v.Conclude("log", fmt.Sprintf("%d events in %d frames", v.Position, v.frames), began)
	if l.Copy != nil {
		v.Conclude("copy", fmt.Sprintf("%d frames", v.frames), began)
	}
	for _, c := range checks {
		began := time.Now()
		what, err := c.End(ctx, v.Position, v.Find)
		if err != nil {
			return v.Verdict, fmt.Errorf("%s: %w", c.Name(), err)
		}
		v.Conclude(c.Name(), what, began)
	}
	return v.Verdict, nil
}

// verification is one that goes on.
type verification struct {
	*Log
	Tally

	frames int
	canon  Canon
}

// read is the one pass through the log. A frame that cannot be read ends it:
// what stands behind has no position.
func (v *verification) read(ctx context.Context, checks []Check) error {
	journal := v.Journal
	if v.Copy != nil {
		journal = &Strands{Journal: v.Journal, Copy: v.Copy, End: v.End, Tell: v.Find}
	}
	total, err := journal.Last(ctx)
	if err != nil {
		return err
	}
	frames := events.NewAssembler(nil, 1)
	for m, err := range journal.Read(ctx, 1) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			v.Find(Finding{Part: "log", Where: "journal", Position: v.Position + 1, Message: err.Error()})
			return nil
		}
		if v.frames++; v.Progress != nil && v.frames%progressEvery == 0 {
			v.Progress(Progress{"log", m.Seq, total})
		}
		c, err := frames.Add(m)
		if err != nil {
			v.Find(Finding{Part: "log", Where: fmt.Sprintf("message %d", m.Seq), Position: v.Position + 1,
				Message: err.Error() + "; what stands behind it was not read"})
			return nil
		}
		if c == nil {
			continue
		}
		if err := v.commit(ctx, c, checks); err != nil {
			return err
		}
	}
	return nil
}

// commit looks at the entries of a commit, and hands it to the checks.
func (v *verification) commit(ctx context.Context, c *events.Commit, checks []Check) error {
	c.Events = make([]*events.Event, 0, len(c.Entries))
	for i, b := range c.Entries {
		if err := v.entry(ctx, place{c.First + uint64(i), b}, c, checks); err != nil {
			return err
		}
	}
	if len(c.Events) < len(c.Entries) {
		c.Events = nil
	}
	for _, check := range checks {
		whole, ok := check.(commitCheck)
		if !ok {
			continue
		}
		if err := whole.Commit(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", check.Name(), err)
		}
	}
	return nil
}

// entry looks at one entry of a commit, and hands it to the checks.
func (v *verification) entry(ctx context.Context, p place, of *events.Commit, checks []Check) error {
	v.Position = p.position
	e, wrong := v.canon.read(p.position, p.entry)
	if wrong != "" {
		v.Find(Finding{Part: "log", Where: fmt.Sprintf("entry %d", p.position), Position: p.position, Message: wrong})
	}
	if e != nil {
		of.Events = append(of.Events, e)
	}
	for _, c := range checks {
		if err := c.Entry(ctx, p.position, p.entry, v.Find); err != nil {
			return fmt.Errorf("%s: %w", c.Name(), err)
		}
	}
	return nil
}
