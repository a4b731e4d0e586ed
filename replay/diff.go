package replay

import (
	"context"
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/projections"
)

// ErrBackwards: the first moment lies behind the second. The caller can mend it.
var ErrBackwards = errors.New("the first moment lies behind the second")

// Diff is what changed of one thing between two moments, and by which events.
type Diff struct {
	From    Stand    `json:"from"`
	To      Stand    `json:"to"`
	Changes []Change `json:"changes"`
	// Events are all that changed something, also what was changed back.
	Events []Cause `json:"events"`
}

// Stand is where a moment is in the log.
type Stand struct {
	Position uint64    `json:"position"`
	Time     time.Time `json:"time"`
}

// Change is a field with another value at the second moment. What is null was
// not there.
type Change struct {
	Field  string         `json:"field"` // a path, as integrations.micollab.enabled
	From   jsontext.Value `json:"from"`
	To     jsontext.Value `json:"to"`
	Events []uint64       `json:"events"` // positions; none: time alone changed it
}

// Cause is an event that changed fields.
type Cause struct {
	Position    uint64    `json:"position"`
	Time        time.Time `json:"time"`
	Type        string    `json:"type"`
	Actor       string    `json:"actor"`
	ActorRole   string    `json:"actor_role"`
	CommandType string    `json:"command_type"`
	Fields      []string  `json:"fields"`
}

// Diff compares a view at two moments, made of the log alone, and names for
// every field the events that changed it. Errors are those of Show, and
// ErrBackwards. What does not exist at one of the moments has no fields there.
func (l *Log) Diff(ctx context.Context, v View, ids []string, from, to Moment, a projections.Audience) (Diff, error) {
	if err := errors.Join(l.check(from), l.check(to)); err != nil {
		return Diff{}, err
	}
	d := &differing{Log: l, view: v, of: v.subject(ids, a), ids: ids, audience: a, rows: row.Map{}, by: map[string][]uint64{}}
	for p, err := range l.entries(ctx) {
		if err != nil {
			return Diff{}, err
		}
		more, err := d.take(p, from, to)
		if err != nil {
			return Diff{}, err
		}
		if !more {
			break
		}
	}
	return d.end(from, to)
}

// differing is a Diff in the making.
type differing struct {
	*Log
	view     View
	of       subject
	ids      []string
	audience projections.Audience

	rows        row.Map
	begun       bool // the first moment lies behind us
	first, last place
	old, now    map[string]string // fields at the first moment, and now
	by          map[string][]uint64
	refusal     error // there is no such thing, or not for the audience
	diff        Diff
}

// take takes the next entry in; more is false behind the second moment.
func (d *differing) take(p place, from, to Moment) (more bool, err error) {
	before, err := from.covers(p)
	if err != nil {
		return false, err
	}
	if more, err = to.covers(p); err != nil || !more {
		if before {
			err = ErrBackwards
		}
		return false, err
	}
	if !before && !d.begun {
		if err := d.begin(from); err != nil {
			return false, err
		}
	}
	d.last = p
	if !d.of(p) {
		return true, nil
	}
	e, err := p.decode()
	if err != nil {
		return false, err
	}
	aggregates.Evolve(d.rows, e)
	if before {
		return true, nil
	}
	fields, err := d.fields(p, e.Time)
	if err != nil {
		return false, err
	}
	if changed := changedFields(d.now, fields); len(changed) > 0 {
		for _, f := range changed {
			d.by[f] = append(d.by[f], e.Position)
		}
		d.diff.Events = append(d.diff.Events, Cause{
			Position: e.Position, Time: e.Time, Type: e.Type(), Actor: e.Actor, ActorRole: e.ActorRole,
			CommandType: e.CommandType, Fields: changed,
		})
	}
	d.now = fields
	return true, nil
}

// begin notes how things are at the first moment.
func (d *differing) begin(from Moment) error {
	d.begun, d.first = true, d.last
	t, err := d.clock(from, d.first)
	if err != nil {
		return err
	}
	d.diff.From = Stand{d.first.position, t}
	d.old, err = d.fields(d.first, t)
	d.now = d.old
	return err
}

// end compares the two moments.
func (d *differing) end(from, to Moment) (Diff, error) {
	if !d.begun {
		if err := d.begin(from); err != nil {
			return Diff{}, err
		}
	}
	t, err := d.clock(to, d.last)
	if err != nil {
		return Diff{}, err
	}
	if t.Before(d.diff.From.Time) {
		return Diff{}, ErrBackwards
	}
	d.diff.To = Stand{d.last.position, t}
	last, err := d.fields(d.last, t)
	if err != nil {
		return Diff{}, err
	}
	if len(d.old) == 0 && len(last) == 0 && d.refusal != nil {
		return Diff{}, d.refusal
	}
	d.diff.Changes = []Change{}
	for _, f := range changedFields(d.old, last) {
		d.diff.Changes = append(d.diff.Changes, Change{Field: f, From: valueOf(d.old, f), To: valueOf(last, f), Events: append([]uint64{}, d.by[f]...)})
	}
	if d.diff.Events == nil {
		d.diff.Events = []Cause{}
	}
	return d.diff, nil
}

// fields are those of the view as the rows are.
func (d *differing) fields(at place, t time.Time) (map[string]string, error) {
	s := projections.Over(projections.Folded{Rows: d.rows, Position: at.position, Time: t, Sealer: d.Sealer})
	view, err := d.view.make(s, d.audience, d.ids)
	var refusal *rule.Refusal
	if errors.As(err, &refusal) {
		d.refusal = err
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(view, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	fields := map[string]string{}
	return fields, flatten(fields, "", b)
}
