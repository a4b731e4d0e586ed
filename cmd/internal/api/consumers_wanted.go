package api

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections"
)

// Parts of an event's subject: ledger.{partner}.{aggregate}.{id}.{type}.
const (
	subjectHead    = "ledger"
	partnerPart    = 1
	aggregatePart  = 2
	aggregateID    = 3
	subjectParts   = 5
	anyOne, anyEnd = "*", ">"
)

// wanted is the consumer that is asked for, checked.
func (a *API) wanted(ctx context.Context, x *exchange, asked ConsumerRequest) (want jetstream.Consumer, err error) {
	var c rule.Checker
	c.ID("name", asked.Name)
	filter, elsewhere := filterFor(&c, x.caller, asked.Filter)
	from := max(1, asked.From)
	if !a.reached(ctx, from-1) {
		c.Fail("from", "is beyond the log's end")
	}
	if len(c.Errors) > 0 {
		return want, c.Errors
	}
	if elsewhere {
		return want, problem.New(problem.NotFound, "there is nothing of yours under %s", filter)
	}
	return jetstream.Consumer{
		Name: asked.Name, Filter: filter, From: from, Owner: ownerOf(x), Partner: x.caller.Partner, Account: x.caller.Account,
	}, nil
}

// reached: the log has come to a position, or does in a moment.
func (a *API) reached(ctx context.Context, position uint64) bool {
	if position <= a.Views.Position() {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, projections.MaxWait)
	defer cancel()
	return a.Views.Wait(ctx, position) == nil
}

// filterFor checks that a filter can select events, and only such as are the
// caller's; it is all of them if none is given. elsewhere: it names something
// that is another's.
func filterFor(c *rule.Checker, who rule.Caller, filter string) (_ string, elsewhere bool) {
	scope := []string{subjectHead, anyOne, anyOne, anyOne, anyOne}
	switch {
	case who.Account != "":
		scope[aggregatePart], scope[aggregateID] = "account", who.Account
	case who.Partner != "":
		scope[partnerPart] = who.Partner
	}
	if filter == "" {
		return shortened(scope), false
	}
	parts := strings.Split(filter, ".")
	if len(filter) > maxFilterBytes || !selects(parts) {
		c.Fail("filter", "must be subjects of events: ledger.{partner}.{aggregate}.{id}.{type}, with * for any one and > for all that follows")
		return filter, false
	}
	for i, own := range scope {
		part := anyOne
		if i < len(parts) && parts[i] != anyEnd {
			part = parts[i]
		}
		switch {
		case own == anyOne || part == own:
		case part == anyOne:
			c.Fail("filter", "must begin with %s", strings.TrimRight(shortened(scope), anyEnd))
			return filter, false
		default:
			elsewhere = true
		}
	}
	return filter, elsewhere
}

// shortened writes > for the wildcards that a filter ends with.
func shortened(parts []string) string {
	end := len(parts)
	for end > 0 && parts[end-1] == anyOne {
		end--
	}
	return strings.Join(append(slices.Clone(parts[:end]), anyEnd), ".")
}

// selects: the parts can match subjects of events.
func selects(parts []string) bool {
	last := len(parts) - 1
	if parts[0] != subjectHead || len(parts) > subjectParts || last < partnerPart {
		return false
	}
	for i, part := range parts {
		if part == anyEnd && i == last {
			return true
		}
		if part == anyOne {
			continue
		}
		var c rule.Checker
		if c.ID("", part); len(c.Errors) > 0 {
			return false
		}
	}
	return len(parts) == subjectParts
}

// consumerOperations describe the paths, by path and method.
func consumerOperations(registry huma.Registry) map[string]*huma.PathItem {
	operation := func(name, summary string, roles rule.Role, statuses ...string) *huma.Operation {
		return &huma.Operation{OperationID: name, Summary: summary, Description: described(roles, nil), Tags: []string{"events"},
			Responses: problems(append(statuses, "400", "401", "403", "422", "429", "500", "503")...)}
	}
	named := func(op *huma.Operation) *huma.Operation {
		op.Parameters = []*huma.Param{{Name: "name", In: "path", Required: true, Schema: idSchema()}}
		return op
	}
	shown := jsonOf(registry.Schema(reflect.TypeFor[ConsumerShown](), true, ""))
	list := taking([]param{limitParam, cursorParam}, operation("list_consumers", "Durable consumers of the feed", seesConsumers))
	responses(list.Responses).with("200", &huma.Response{Description: "By name",
		Content: jsonOf(registry.Schema(reflect.TypeFor[projections.List[ConsumerShown]](), true, ""))})
	create := operation("make_consumer", "Makes a durable pull consumer of the feed, for the token that asks", makesConsumers, "404", "409", "413")
	create.RequestBody = &huma.RequestBody{Required: true, Content: jsonOf(registry.Schema(reflect.TypeFor[ConsumerRequest](), true, ""))}
	responses(create.Responses).with("200", &huma.Response{Description: "It is there", Content: shown})
	show := named(operation("get_consumer", "A consumer of the feed, and how far it is", seesConsumers, "404"))
	responses(show.Responses).with("200", &huma.Response{Description: "The consumer", Content: shown})
	remove := named(operation("delete_consumer", "Removes a consumer of the feed, and its place", makesConsumers, "404"))
	responses(remove.Responses).with("204", &huma.Response{Description: "It is gone"})
	return map[string]*huma.PathItem{consumersPath: {Get: list, Post: create}, consumerPath: {Get: show, Delete: remove}}
}
