package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections"
)

// Paths of consumers of the feed.
const (
	consumersPath = "/v1/consumers"
	consumerPath  = consumersPath + "/{name}"
)

// Who may make consumers, and who may see which there are. What of it is
// theirs, seesConsumer says.
const (
	makesConsumers = rule.Admin | rule.Partner | rule.AccountAdmin | rule.Consumer
	seesConsumers  = makesConsumers | everything
)

// Consumers makes consumers of the feed; a jetstream.Consumers does. Its
// errors are those of that, or of the server that keeps them.
type Consumers interface {
	Create(ctx context.Context, want jetstream.Consumer) (jetstream.Consumer, error)
	// Give makes one another owner's, with its place.
	Give(ctx context.Context, want jetstream.Consumer) (jetstream.Consumer, error)
	// List is all of them by name, without how far they are.
	List() []jetstream.Consumer
	Get(ctx context.Context, name string) (jetstream.Consumer, error)
	Delete(ctx context.Context, name string) error
}

// ConsumerRequest asks for a consumer.
type ConsumerRequest struct {
	Name   string `json:"name" doc:"Of the durable consumer; no other of the ledger has it"`
	Filter string `json:"filter,omitzero" doc:"Subjects of events, such as ledger.acme.account.contoso.>; all that is yours if not given"`
	From   uint64 `json:"from,omitzero" doc:"Position that it begins with; the first if not given"`
}

// ConsumerShown is what is shown of a consumer.
type ConsumerShown struct {
	Name      string    `json:"name"`
	Stream    string    `json:"stream" doc:"The feed's JetStream stream"`
	Filter    string    `json:"filter"`
	From      uint64    `json:"from"`
	PartnerID string    `json:"partner_id,omitzero" doc:"In whose name it was made"`
	AccountID string    `json:"account_id,omitzero"`
	Owner     string    `json:"owner" doc:"The id of the token that reads through it"`
	CreatedAt time.Time `json:"created_at"`

	Progress *ConsumerProgress `json:"progress,omitzero" doc:"How far it is; not in lists"`
}

// ConsumerProgress is how far a consumer is.
type ConsumerProgress struct {
	Delivered      uint64 `json:"delivered" doc:"Position of the last event that was delivered"`
	Acknowledged   uint64 `json:"acknowledged" doc:"Position up to which all that was delivered is acknowledged"`
	Pending        uint64 `json:"pending" doc:"Events that are still to be delivered"`
	Unacknowledged int    `json:"unacknowledged" doc:"Events that were delivered, and are not acknowledged"`
	Redelivered    int    `json:"redelivered" doc:"Those of them that were delivered more than once"`
}

func (a *API) showConsumer(k *jetstream.Consumer) ConsumerShown {
	return ConsumerShown{
		Name: k.Name, Stream: a.Stream, Filter: k.Filter, From: k.From, PartnerID: k.Partner, AccountID: k.Account,
		Owner: k.Owner, CreatedAt: k.CreatedAt.UTC(),
	}
}

func (a *API) showProgress(k *jetstream.Consumer) ConsumerShown {
	v := a.showConsumer(k)
	v.Progress = &ConsumerProgress{k.Delivered, k.Acknowledged, k.Pending, k.Unacknowledged, k.Redelivered}
	return v
}

// ownerOf is who the caller's consumers belong to: a token, or in --dev an
// actor.
func ownerOf(x *exchange) string {
	if x.pass.Key != "" {
		return x.pass.Key
	}
	return x.caller.Actor
}

// seesConsumer: a consumer token sees its own; the others what is of their
// partner or account.
func seesConsumer(x *exchange, k *jetstream.Consumer) bool {
	return x.caller.Sees(k.Partner, k.Account) && (x.caller.Role != rule.Consumer || k.Owner == ownerOf(x))
}

var errNoConsumers = problem.New(problem.Unavailable, "this node has no consumers of the feed")

// doListConsumers lists consumers by name.
func (a *API) doListConsumers(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, []param{limitParam, cursorParam})
	if err != nil {
		return err
	}
	if a.Consumers == nil {
		return errNoConsumers
	}
	list := projections.List[ConsumerShown]{Items: []ConsumerShown{}}
	after, err := q.behind(consumersPath, ownerOf(x))
	if err != nil {
		return err
	}
	for _, k := range a.Consumers.List() {
		switch {
		case k.Name <= after || !seesConsumer(x, &k):
		case len(list.Items) == q.limit:
			if list.NextCursor, err = q.mark(consumersPath, ownerOf(x), list.Items[q.limit-1].Name); err != nil {
				return err
			}
			return x.json(list)
		default:
			list.Items = append(list.Items, a.showConsumer(&k))
		}
	}
	return x.json(list)
}

// doShowConsumer shows a consumer, and how far it is.
func (a *API) doShowConsumer(x *exchange, r *http.Request) error {
	k, err := a.consumer(x, r)
	if err != nil {
		return err
	}
	return x.json(a.showProgress(&k))
}

// doDeleteConsumer removes a consumer, and its place.
func (a *API) doDeleteConsumer(x *exchange, r *http.Request) error {
	k, err := a.consumer(x, r)
	if err != nil {
		return err
	}
	if err := a.Consumers.Delete(r.Context(), k.Name); err != nil {
		return a.feedProblem(err)
	}
	a.Log.Info("a consumer of the feed is removed", "consumer", k.Name, "actor", x.caller.Actor)
	x.WriteHeader(http.StatusNoContent)
	return nil
}

// consumer finds the one that a path names, if it is the caller's to see.
func (a *API) consumer(x *exchange, r *http.Request) (k jetstream.Consumer, err error) {
	if _, err := newQuery(x, r, nil); err != nil {
		return k, err
	}
	if a.Consumers == nil {
		return k, errNoConsumers
	}
	if k, err = a.Consumers.Get(r.Context(), r.PathValue("name")); err != nil {
		return k, a.feedProblem(err)
	}
	if !seesConsumer(x, &k) {
		return k, a.feedProblem(jetstream.ErrNoConsumer)
	}
	return k, nil
}

// doMakeConsumer makes a consumer for the caller's token.
func (a *API) doMakeConsumer(x *exchange, r *http.Request) error {
	if _, err := newQuery(x, r, nil); err != nil {
		return err
	}
	b, err := readBody(x, r)
	if err != nil {
		return err
	}
	var asked ConsumerRequest
	if err := json.Unmarshal(b, &asked, json.RejectUnknownMembers(true)); err != nil {
		return malformed(err)
	}
	want, err := a.wanted(r.Context(), x, asked)
	if err != nil {
		return err
	}
	if a.Consumers == nil {
		return errNoConsumers
	}
	made, err := a.Consumers.Create(r.Context(), want)
	if errors.Is(err, jetstream.ErrConsumerExists) && a.orphan(r.Context(), want.Name) {
		made, err = a.Consumers.Give(r.Context(), want)
	}
	if err != nil {
		return a.feedProblem(err)
	}
	a.Log.Info("a consumer of the feed is made", "consumer", made.Name, "filter", made.Filter, "actor", x.caller.Actor)
	return x.json(a.showProgress(&made))
}

// orphan: the token that a consumer belongs to has ended. A token that takes
// its place goes on where it was.
func (a *API) orphan(ctx context.Context, name string) bool {
	k, err := a.Consumers.Get(ctx, name)
	return err == nil && a.Tokens != nil && a.Tokens.Ended(k.Owner)
}

// feedProblem makes of an error of consumers what the caller can do something
// about.
func (a *API) feedProblem(err error) error {
	switch {
	case errors.Is(err, jetstream.ErrNoConsumer):
		return problem.New(problem.NotFound, "there is no such consumer")
	case errors.Is(err, jetstream.ErrConsumerExists):
		return problem.New(problem.Code(rule.AlreadyExists), "%v already", jetstream.ErrConsumerExists)
	case errors.Is(err, jetstream.ErrTooManyOwn), errors.Is(err, jetstream.ErrTooManyConsumers):
		return problem.New(problem.TooManyConsumers, "%v", err)
	}
	a.Log.Warn("a consumer of the feed cannot be reached", "cause", err)
	return problem.New(problem.Unavailable, "the feed cannot be reached; send it again, which makes nothing twice")
}
