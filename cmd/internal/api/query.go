package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// maxViewWait is how long a query waits for a view to reach min_position.
const maxViewWait = 5 * time.Second

// query is one question to a view, checked.
type query struct {
	values
	ctx      context.Context
	caller   rule.Caller
	language string
	r        *http.Request // for its path values
	snap     Snapshot
	at       time.Time // the time asked about
}

// path is the value of a wildcard of the view's path.
func (q *query) path(name string) string { return q.r.PathValue(name) }

// doQuery makes the answer of a view.
func (a *API) doQuery(v *view) answer {
	known := v.parameters()
	return func(x *exchange, r *http.Request) error {
		values, off, err := readParams(r.URL.RawQuery, known)
		if err != nil {
			return err
		}
		if !v.roles.Has(x.caller.Role) {
			return problem.New(problem.Forbidden, "the role %s may not see this", x.caller.Role)
		}
		if len(off) > 0 {
			return off
		}
		q := &query{values: values, ctx: r.Context(), caller: x.caller, r: r,
			language: languageOf(r.Header.Get("Accept-Language"))}
		return a.ask(v, q, x)
	}
}

// ask takes the snapshot that was asked for, and answers from it.
func (a *API) ask(v *view, q *query, x *exchange) error {
	if err := a.wait(q); err != nil {
		return err
	}
	if err := a.open(q); err != nil {
		return err
	}
	defer q.snap.Close()
	result, err := v.answer(q)
	if err == nil {
		err = q.snap.Err()
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(result, json.Deterministic(true))
	if err != nil {
		return err
	}
	x.view(q.r, q, q.snap.Position(), a.Views.Erasures(), body)
	return nil
}

// wait waits until the views have reached min_position, and an as_of that the
// log has reached but the views have not.
func (a *API) wait(q *query) error {
	for _, name := range []string{minPosition.name, asOfParam.name} {
		p := q.positions[name]
		if p <= a.Views.Position() || name == asOfParam.name && p > a.Views.End() {
			continue
		}
		ctx, cancel := context.WithTimeout(q.ctx, maxViewWait)
		err := a.Views.Wait(ctx, p)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return problem.New(problem.ViewBehind, "the view is at position %d, and not yet at %d", a.Views.Position(), p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// open takes the snapshot of as_of, or of now.
func (a *API) open(q *query) (err error) {
	now := time.Now()
	if t, ok := q.moments[asOfParam.name]; ok {
		if t.After(now) {
			return rule.Invalid{{Field: "query.as_of", Message: "is in the future"}}
		}
		q.at = t
		q.snap, err = a.Views.AtTime(q.ctx, t)
		return err
	}
	p, ok := q.positions[asOfParam.name]
	if ok && p > a.Views.Position() {
		return rule.Invalid{{Field: "query.as_of", Message: "is beyond the log's end"}}
	}
	if !ok {
		q.at = now
		q.snap, err = a.Views.Now(q.ctx)
		return err
	}
	q.snap, q.at, err = a.Views.AtPosition(q.ctx, p)
	return err
}
