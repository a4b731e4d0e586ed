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
	// Mark and Marked write and read cursors of lists that are not of the log.
	Mark(list string, a projections.Audience, filter any, after string) (string, error)
	Marked(list string, a projections.Audience, filter any, cursor string) (after string, err error)
}

// query is one question to a view, checked.
type query struct {
	values
	projections.Audience
	x    *exchange
	r    *http.Request // for its path values
	snap *projections.Snapshot
}

// path is the value of a wildcard of the view's path.
func (q *query) path(name string) string { return q.r.PathValue(name) }

// page is the page of a list that is asked for.
func (q *query) page() projections.Page {
	return projections.Page{Limit: q.limit, Cursor: q.words[cursorParam.name]}
}

// behind is the place that the page of a list that is not of the log begins
// behind; "" is the first.
func (q *query) behind(list string, filter any) (string, error) {
	cursor := q.words[cursorParam.name]
	if cursor == "" {
		return "", nil
	}
	after, err := q.x.api.Views.Marked(list, q.Audience, filter, cursor)
	if err != nil {
		return "", q.x.api.mended(err)
	}
	return after, nil
}

// mark is the cursor of such a list behind a place; "" of none.
func (q *query) mark(list string, filter any, after string) (string, error) {
	if after == "" {
		return "", nil
	}
	return q.x.api.Views.Mark(list, q.Audience, filter, after)
}

// newQuery checks a question: its shape, the role, its values. What has no id's
// form does not exist.
func newQuery(x *exchange, r *http.Request, known []param) (*query, error) {
	values, off, err := readParams(r.URL.RawQuery, known)
	if err != nil {
		return nil, err
	}
	if err := x.permitted(); err != nil {
		return nil, err
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
	return &query{values: values, Audience: projections.Audience{Caller: x.caller, Language: language}, x: x, r: r}, nil
}

// doQuery makes the answer of a view.
func (a *API) doQuery(v *view) answer {
	known := v.parameters()
	return func(x *exchange, r *http.Request) error {
		q, err := newQuery(x, r, known)
		if err != nil {
			return err
		}
		if q.limit > DefaultLimit || v.content != "" {
			if err := x.holds(a.large); err != nil {
				return err
			}
		}
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
