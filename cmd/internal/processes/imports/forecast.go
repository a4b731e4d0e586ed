package imports

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// dryRuns begins the names of files of dry runs; their keys are nowhere.
const dryRuns = "dry-run-"

// Forecast is what an import would do (IMP-6).
type Forecast struct {
	DryRun    bool           `json:"dry_run"`
	AccountID string         `json:"account_id"`
	Behavior  string         `json:"behavior"`
	Format    usercsv.Format `json:"format"`
	Tally
	Rows []Outcome `json:"rows" doc:"What each row would do, in the file's order"`
}

// Forecast decides the rows of a file one behind the other on the state as it
// is, and records nothing. It answers with the position of that state. Errors
// are those of Add.
func (x *Imports) Forecast(ctx context.Context, n New, body io.Reader) (f *Forecast, position uint64, err error) {
	done, err := x.place()
	if err != nil {
		return nil, 0, err
	}
	defer done()
	path := filepath.Join(x.Dir, dryRuns+ulid.Make().String())
	got, err := receive(body, path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	snap, err := x.Views.At(ctx, projections.AsOf{})
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	f = &Forecast{DryRun: true, AccountID: n.AccountID, Behavior: n.Behavior, Format: got.Format, Rows: []Outcome{}}
	f.Total = got.Rows
	guess := &guess{over: over{snap, map[row.Key]any{}}, who: n.Caller, at: snap.Time, next: snap.Position() + 1}
	find := usercsv.Locations(snap, n.AccountID)
	for r, err := range got.rows(ctx, n.AccountID, n.Behavior) {
		if err != nil {
			return nil, 0, err
		}
		if r.Location != "" {
			r.Command.LocationID = find(r.Location)
		}
		o := rejected(&r)
		if r.Code == "" {
			o = guess.row(&r)
		}
		f.take(&o)
		f.Rows = append(f.Rows, o)
	}
	return f, snap.Position(), snap.Err()
}

// guess decides rows on a state that nobody else sees.
type guess struct {
	over
	who  rule.Caller
	at   time.Time
	next uint64
}

func (g *guess) row(r *usercsv.Row) Outcome {
	d, err := aggregates.Decide(r.Command, g.over, &rule.Context{
		Now: g.at, Caller: g.who, NewID: func() string { return ulid.Make().String() }}, nil)
	var ts []string
	for _, draft := range d.Drafts {
		k, _ := events.Kinds.Kind(draft.Data.EventType())
		e := &events.Event{ID: ulid.Make().String(), Position: g.next, Time: g.at, Version: k.Current(),
			Partner: draft.Partner, Aggregate: k.Aggregate, AggregateID: draft.AggregateID, Data: draft.Data}
		g.next++
		aggregates.Evolve(g.over, e)
		ts = append(ts, e.Type())
	}
	return decided(r, ts, d.Warnings, d.Refused, err)
}

// over is a state with changes over it.
type over struct {
	base   row.Reader
	writes map[row.Key]any
}

// Get reads the newest row.
func (o over) Get(k row.Key) any {
	if v, ok := o.writes[k]; ok {
		return v
	}
	return o.base.Get(k)
}

// Scan yields the state's rows: a row's command does not scan.
func (o over) Scan(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	return o.base.Scan(table, scope)
}

// Put keeps a write to itself.
func (o over) Put(k row.Key, v any) { o.writes[k] = v }

// Delete keeps a deletion to itself.
func (o over) Delete(k row.Key) { o.writes[k] = nil }
