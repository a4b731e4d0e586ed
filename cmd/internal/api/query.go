package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/projections"
)

// Views is the read side; a projections.Store is one.
type Views interface {
	// Position is what the views have reached.
	Position() uint64
	// Wait returns once the views have reached a position.
	Wait(ctx context.Context, position uint64) error
	// At is the state that is asked about.
	At(context.Context, projections.AsOf) (*projections.Snapshot, error)
	// Resume is the state that a list's cursor goes on with.
	Resume(ctx context.Context, cursor string) (*projections.Snapshot, error)
}

// query is one question to a view, checked.
type query struct {
	values
	projections.Audience
	r    *http.Request // for its path values
	x    *exchange
	snap *projections.Snapshot
}

// path is the value of a wildcard of the view's path.
func (q *query) path(name string) string { return q.r.PathValue(name) }

// page is the page of a list that is asked for.
func (q *query) page() projections.Page {
	return projections.Page{Limit: q.limit, Cursor: q.words[cursorParam.name]}
}

// newQuery checks a question: its shape, the role, its values. What has no id's
// form does not exist.
func newQuery(x *exchange, r *http.Request, roles rule.Role, known []param) (*query, error) {
	values, off, err := readParams(r.URL.RawQuery, known)
	if err != nil {
		return nil, err
	}
	if !roles.Has(x.caller.Role) {
		return nil, problem.New(problem.Forbidden, "the role %s may not see this", x.caller.Role)
	}
	if len(off) > 0 {
		return nil, off
	}
	var ids rule.Checker
	for _, name := range wildcards(r.Pattern) {
		ids.ID(name, r.PathValue(name))
	}
	if len(ids.Errors) > 0 {
		return nil, problem.New(problem.NotFound, "there is no such %s", ids.Errors[0].Field)
	}
	language := languageOf(r.Header.Get("Accept-Language"))
	return &query{values: values, Audience: projections.Audience{Caller: x.caller, Language: language}, r: r}, nil
}

// doQuery makes the answer of a view.
func (a *API) doQuery(v *view) answer {
	known := v.parameters()
	return func(x *exchange, r *http.Request) error {
		q, err := newQuery(x, r, v.roles, known)
		if err != nil {
			return err
		}
		q.x = x
		if q.snap, err = a.snapshot(q); err != nil {
			return a.mended(err)
		}
		defer q.snap.Close()
		result, err := v.answer(q)
		if err != nil {
			return a.mended(err)
		}
		return a.show(q, v.contentType(), result)
	}
}

// show answers with what a view came to.
func (a *API) show(q *query, contentType string, result any) error {
	switch file := result.(type) {
	case []byte:
		q.x.view(q, contentType, file)
		return nil
	case *download:
		return a.download(q, contentType, file)
	}
	body, err := json.Marshal(result, json.Deterministic(true))
	if err == nil {
		q.x.view(q, contentType, body)
	}
	return err
}

// snapshot waits until the views have reached min_position, and takes the
// state that is asked about: of the list's first page, of as_of, or of now.
func (a *API) snapshot(q *query) (*projections.Snapshot, error) {
	ctx, cancel := context.WithTimeout(q.r.Context(), projections.MaxWait)
	defer cancel()
	if p := q.positions[minPosition.name]; p > a.Views.Position() {
		if err := a.Views.Wait(ctx, p); err != nil {
			return nil, err
		}
	}
	if cursor := q.words[cursorParam.name]; cursor != "" {
		return a.Views.Resume(ctx, cursor)
	}
	at, err := projections.ParseAsOf(q.words[asOfParam.name])
	if err != nil {
		return nil, err
	}
	return a.Views.At(ctx, at)
}

// mended makes of the views' errors what their askers can mend.
func (a *API) mended(err error) error {
	switch {
	case errors.Is(err, projections.ErrBehind):
		return problem.New(problem.ViewBehind, "the view is at position %d, and not yet where it is asked for",
			a.Views.Position())
	case errors.Is(err, projections.ErrBeyondEnd):
		return rule.Invalid{{Field: "query.as_of", Message: "is beyond the log's end"}}
	case errors.Is(err, projections.ErrFuture):
		return rule.Invalid{{Field: "query.as_of", Message: "is in the future"}}
	case errors.Is(err, projections.ErrCursor):
		return rule.Invalid{{Field: "query.cursor", Message: "is not of this list, with these filters, for this caller"}}
	case errors.Is(err, projections.ErrClosed):
		return problem.New(problem.Unavailable, "the ledger is stopping")
	}
	return err
}
