package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
	"github.com/seatledger/seatledger/projections"
)

const (
	importsPath      = "/v1/imports"
	importPath       = "/v1/accounts/{account_id}/imports"
	importErrorsPath = importsPath + "/{id}/errors.csv"
	importCancelPath = importsPath + "/{id}/cancel"
	csvType          = "text/csv; charset=utf-8"
	// importReadTime is how long a file may take to come.
	importReadTime = 10 * time.Minute
)

// Who may import, and see imports.
const (
	importing   = rule.Admin | rule.Partner | rule.AccountAdmin
	seesImports = everything | rule.Partner | rule.AccountAdmin
)

var importParams = []param{
	{name: "behavior", sort: word, words: []string{account.AddOnly, account.AddAndRemove}, required: true,
		doc: "What FALSE means: with add_only nothing, with add_and_remove it takes away."},
	{name: "dry_run", sort: word, words: []string{"true", "false"},
		doc: "true: answers with what each row would do, and changes nothing."},
}

// doImport takes a file of users: a job is made of it, or a forecast.
func (a *API) doImport(x *exchange, r *http.Request) error {
	err := a.takeImport(x, r)
	if err != nil && problem.From(err).Code != problem.TooLarge {
		x.drain(r)
	}
	return err
}

func (a *API) takeImport(x *exchange, r *http.Request) error {
	n, dry, err := a.newImport(x, r)
	if err != nil {
		return err
	}
	if r.Header.Get("Content-Encoding") != "" {
		return problem.New(usercsv.BadFormat, "nothing is unpacked here: send the file as it is, without Content-Encoding")
	}
	if r.ContentLength > usercsv.MaxFileBytes {
		return tooLarge(x, r, usercsv.MaxFileBytes)
	}
	if err := x.holds(a.files); err != nil {
		return err
	}
	x.within(importReadTime + writeTimeout)
	body := http.MaxBytesReader(x, io.NopCloser(x.steadily(r.Body, importReadTime)), usercsv.MaxFileBytes)
	if dry {
		f, position, err := a.Imports.Forecast(r.Context(), n, body)
		if err != nil {
			return importProblem(x, r, err)
		}
		x.Header()[PositionHeader] = []string{strconv.FormatUint(position, 10)}
		return x.json(f)
	}
	job, err := a.Imports.Add(n, body)
	if err != nil {
		return importProblem(x, r, err)
	}
	x.Header().Set("Location", importsPath+"/"+job.ID)
	return x.answered(http.StatusAccepted, job)
}

// newImport checks all but the file: role, parameters, and that the account is
// there, the caller's, and active.
func (a *API) newImport(x *exchange, r *http.Request) (n imports.New, dry bool, err error) {
	q, err := newQuery(x, r, importParams)
	if err != nil {
		return n, false, err
	}
	if a.Imports == nil {
		return n, false, noImports()
	}
	of, position, err := a.accountOf(q)
	if err != nil {
		return n, false, err
	}
	return imports.New{
		AccountID: of.AccountID, PartnerID: of.PartnerID, Behavior: q.words["behavior"], Caller: x.caller, Position: position,
	}, q.words["dry_run"] == "true", account.NotActive(of)
}

func noImports() error { return problem.New(problem.Unavailable, "this node imports nothing") }

// accountOf is the account of the path, if it is the caller's to see, and the
// position of the state that it was read from.
func (a *API) accountOf(q *query) (of *account.Account, position uint64, err error) {
	ctx, cancel := context.WithTimeout(q.r.Context(), projections.MaxWait)
	defer cancel()
	snap, err := a.Views.At(ctx, projections.AsOf{})
	if err != nil {
		return nil, 0, a.mended(err)
	}
	defer snap.Close()
	id := q.path("account_id")
	of = account.Accounts.Get(snap, id, "")
	if err := snap.Err(); err != nil {
		return nil, 0, err
	}
	if of == nil || !q.Caller.Sees(of.PartnerID, of.AccountID) {
		return nil, 0, account.NotFound(id)
	}
	return of, snap.Position(), nil
}

// importProblem makes of what a file meets what its sender can mend.
func importProblem(x *exchange, r *http.Request, err error) error {
	var (
		file  *usercsv.FileError
		large *http.MaxBytesError
	)
	switch {
	case errors.As(err, &large):
		return tooLarge(x, r, usercsv.MaxFileBytes)
	case errors.As(err, &file):
		return problem.New(problem.Code(file.Code), "%s", file.Detail)
	case errors.Is(err, imports.ErrFull):
		return problem.New(problem.RateLimited, "%d imports of an account, %d of a partner, and %d in all, may wait, and %d files be received at a time",
			imports.MaxWaitingOfAccount, imports.MaxWaitingOfPartner, imports.MaxWaiting, imports.MaxReceiving)
	case errors.Is(err, imports.ErrBody):
		return problem.New(problem.InvalidRequest, "the body ended early")
	}
	return err
}

var importFilters = []param{
	byPartner, byAccount, {name: "status", sort: word, words: imports.States, doc: "Only imports in this state."},
	limitParam, cursorParam, minPosition,
}

// doImports lists jobs, newest first.
func (a *API) doImports(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, importFilters)
	if err != nil {
		return err
	}
	if a.Imports == nil {
		return noImports()
	}
	f := imports.Filter{Partner: q.words["partner_id"], Account: q.words["account_id"], State: q.words["status"]}
	before, err := q.behind(importsPath, f)
	if err != nil {
		return err
	}
	jobs, more := a.Imports.List(x.caller, f, imports.Page{Before: before, Limit: q.limit})
	list := projections.List[imports.Job]{Items: jobs}
	if more {
		if list.NextCursor, err = q.mark(importsPath, f, jobs[len(jobs)-1].ID); err != nil {
			return err
		}
	}
	delete(q.words, cursorParam.name) // it is no place in the log
	return a.beside(q, x, list)
}

// doImportJob shows one job.
func (a *API) doImportJob(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, []param{minPosition})
	if err != nil {
		return err
	}
	if a.Imports == nil {
		return noImports()
	}
	job, err := a.Imports.Job(x.caller, q.r.PathValue("id"))
	if err != nil {
		return err
	}
	return a.beside(q, x, job)
}

// doImportCancel cancels what is left of a job.
func (a *API) doImportCancel(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, nil)
	if err != nil {
		return err
	}
	if a.Imports == nil {
		return noImports()
	}
	job, err := a.Imports.Cancel(r.Context(), x.caller, q.r.PathValue("id"))
	if err != nil {
		return err
	}
	return x.json(job)
}

// doImportErrors shows the rows that failed.
func (a *API) doImportErrors(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, []param{minPosition})
	if err != nil {
		return err
	}
	if a.Imports == nil {
		return noImports()
	}
	var text bytes.Buffer
	if err := a.Imports.WriteErrors(r.Context(), x.caller, q.r.PathValue("id"), &text); err != nil {
		return a.mended(err)
	}
	return a.besideLog(q, x, csvType, text.Bytes())
}

// beside answers with what does not stand in the log; its position says how far
// the views are.
func (a *API) beside(q *query, x *exchange, v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err
	}
	return a.besideLog(q, x, headerJSON[0], b)
}

func (a *API) besideLog(q *query, x *exchange, contentType string, body []byte) error {
	snap, err := a.snapshot(q)
	if err != nil {
		return a.mended(err)
	}
	defer snap.Close()
	q.snap = snap
	x.view(q, contentType, body)
	return nil
}
