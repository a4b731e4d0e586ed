package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/projections"
)

// Paths of what is kept of a node that is no event.
const (
	attemptsPath   = "/v1/attempts"
	operationsPath = "/v1/operations"
)

var (
	fromTime = param{name: "from", sort: moment, doc: "From this time on."}
	toTime   = param{name: "to", sort: moment, doc: "Up to this time."}
)

var attemptParams = []param{
	byPartner, byAccount,
	{name: "order_id", sort: id, doc: "Only commands that named this order."},
	{name: "user_id", sort: id, doc: "Only commands that named this user."},
	{name: "actor", sort: text, doc: "Only what this actor tried."},
	{name: "role", sort: word, words: roleList(), doc: "Only what was tried in this role."},
	{name: "command", sort: word, words: commandNames(), doc: "Only this command."},
	{name: "code", sort: word, words: refusalCodes(), doc: "Only this refusal."},
	fromTime, toTime, limitParam, cursorParam,
}

var operationParams = []param{
	{name: "kind", sort: word, words: operationKinds(), doc: "Only what is of this kind."},
	{name: "actor", sort: text, doc: "Only what this actor did."},
	fromTime, toTime, limitParam, cursorParam,
}

// doAttempts lists refused commands, newest first. An auditor of one partner
// sees that partner's.
func (a *API) doAttempts(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, attemptParams)
	if err != nil {
		return err
	}
	if a.Attempts == nil {
		return problem.New(problem.Unavailable, "this node keeps no attempts")
	}
	f := trail.AttemptFilter{
		Partner: q.words["partner_id"], Account: q.words["account_id"], Order: q.words["order_id"], User: q.words["user_id"],
		Actor: q.words["actor"], Role: q.words["role"], Command: q.words["command"], Code: q.words["code"],
		From: q.moments["from"], To: q.moments["to"],
	}
	if own := x.caller.Partner; own != "" {
		if f.Partner != "" && f.Partner != own {
			return x.json(projections.List[trail.Attempt]{Items: []trail.Attempt{}})
		}
		f.Partner = own
	}
	return trailPage(q, attemptsPath, f, func(p trail.Page) ([]trail.Attempt, string, error) { return a.Attempts.List(r.Context(), f, p) })
}

// doOperations lists what was done to the node, newest first. That is nobody's
// part of the ledger, so an auditor of one partner may not ask.
func (a *API) doOperations(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, operationParams)
	if err != nil {
		return err
	}
	if a.Operations == nil {
		return problem.New(problem.Unavailable, "this node keeps no operations")
	}
	f := trail.OperationFilter{Kind: q.words["kind"], Actor: q.words["actor"], From: q.moments["from"], To: q.moments["to"]}
	return trailPage(q, operationsPath, f, func(p trail.Page) ([]trail.Operation, string, error) { return a.Operations.List(r.Context(), f, p) })
}

// trailPage answers with a page of what is kept of the node.
func trailPage[T any](q *query, path string, filter any, list func(trail.Page) (items []T, next string, err error)) error {
	after, err := q.behind(path, filter)
	if err != nil {
		return err
	}
	before, ok := trail.ParseCursor(after)
	if !ok {
		return q.x.api.mended(projections.ErrCursor)
	}
	items, next, err := list(trail.Page{Limit: q.limit, Before: before})
	if err != nil {
		return err
	}
	if next, err = q.mark(path, filter, next); err != nil {
		return err
	}
	return q.x.json(projections.List[T]{Items: items, NextCursor: next})
}

func roleList() (names []string) {
	for _, r := range rule.Roles {
		names = append(names, r.Name)
	}
	return names
}

func commandNames() (names []string) {
	for i := range aggregates.Commands {
		names = append(names, aggregates.Commands[i].Name)
	}
	return names
}

func refusalCodes() (codes []string) {
	for _, c := range rule.Codes {
		codes = append(codes, string(c.Code))
	}
	return codes
}

func operationKinds() (kinds []string) {
	for _, k := range trail.Kinds {
		kinds = append(kinds, string(k))
	}
	return kinds
}

// trailOperations describe the paths.
func trailOperations(registry huma.Registry) map[string]*huma.Operation {
	list := func(name, summary string, params []param, shape reflect.Type) *huma.Operation {
		op := &huma.Operation{
			OperationID: name, Summary: summary, Description: described(everything, nil), Tags: []string{"operations"},
			Responses: problems("400", "401", "403", "422", "429", "500", "503").with("200",
				&huma.Response{Description: "A page, newest first", Content: jsonOf(registry.Schema(shape, true, ""))}),
		}
		return taking(params, op)
	}
	return map[string]*huma.Operation{
		attemptsPath: list("get_attempts", "Commands that were refused: who tried what, when", attemptParams,
			reflect.TypeFor[projections.List[trail.Attempt]]()),
		operationsPath: list("get_operations", "What was done to the node itself", operationParams,
			reflect.TypeFor[projections.List[trail.Operation]]()),
	}
}
