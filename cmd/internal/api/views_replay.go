package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
)

// Limits of readings of the whole log.
const (
	// MaxReplays is how many may go on at a time, and maxPartnerReplays how many
	// of those that callers of one partner asked for.
	MaxReplays        = 2
	maxPartnerReplays = 1
	// maxReplayTime is how long one may take.
	maxReplayTime = time.Hour
)

const replayHead = "/v1/replay"

// replayViews are made of the log alone, by the auditors' tools.
var replayViews = []view{
	replayed("account", "/accounts/{account_id}", projections.Account{}),
	replayed("pools", "/accounts/{account_id}/pools", projections.List[projections.Pool]{}),
	replayed("user", "/accounts/{account_id}/users/{user_id}", projections.User{}),
	replayed("order", "/orders/{order_id}", projections.Order{}),
	replayed("partner", "/partners/{partner_id}", projections.Partner{}),
	replayed("subscription", "/subscriptions/{subscription_id}", projections.Subscription{}),
	compared("account", "/accounts/{account_id}"),
	compared("pools", "/accounts/{account_id}/pools"),
	compared("user", "/accounts/{account_id}/users/{user_id}"),
	compared("order", "/orders/{order_id}"),
	compared("partner", "/partners/{partner_id}"),
	compared("subscription", "/subscriptions/{subscription_id}"),
	{
		path: "/v1/accounts/{account_id}/users/{user_id}/explain", roles: ofHistory,
		doc:     "Why a user has, or has not, a licence, package or add-on: the events, and the rule at each step, in words.",
		filters: []param{topicParam}, shape: projections.List[replay.Explanation]{}, answer: explain,
	},
	{
		path: subscriptionPath + "/explain", roles: ofHistory, shape: replay.Explanation{}, answer: explainSubscription,
		doc: "How far the provisioning of a subscription is: the events, and the rule at each step, in words.",
	},
}

var topicParam = param{name: "product", sort: text,
	doc: "A product, package or add-on, a family of products, " + replay.PackageTopic + " (whichever the user has) or " +
		replay.BaseLicensesTopic + "; if not given, whatever the user ever had."}

// explainSubscription asks the history's index for what can matter. What
// decides is the subscription's whole history, whoever asks.
func explainSubscription(q *query) (any, error) {
	id := q.path("subscription_id")
	return replay.ExplainSubscription(q.snap.Matching(replay.SubscriptionConcerns(id)...), q.snap, q.Audience, id)
}

// replayed is the row of a view that is rebuilt from the log.
func replayed(name, path string, shape any) view {
	of, _ := replay.FindView(name)
	return view{
		path: replayHead + path, roles: everything, shape: shape,
		doc: "What " + strings.Replace(path, "/", "/v1/", 1) + " answers, rebuilt from the log alone.",
		answer: func(q *query) (any, error) {
			log, ctx, done, err := q.replay()
			if err != nil {
				return nil, err
			}
			defer done()
			return log.Show(ctx, of, q.ids(), q.moment(), q.Audience)
		},
	}
}

var sinceParam = param{name: "from", sort: asOf, required: true,
	doc: "The first of two moments, a position or time; as_of is the second, now if not given."}

// compared is the row of what changed in a view between two moments.
func compared(name, path string) view {
	of, _ := replay.FindView(name)
	return view{
		path: replayHead + "/diff" + path, roles: everything, shape: replay.Diff{}, filters: []param{sinceParam},
		doc: "What changed in what " + strings.Replace(path, "/", "/v1/", 1) + " answers, and by which events; from the log alone.",
		answer: func(q *query) (any, error) {
			from, err := projections.ParseAsOf(q.words[sinceParam.name])
			if err != nil {
				return nil, err
			}
			log, ctx, done, err := q.replay()
			if err != nil {
				return nil, err
			}
			defer done()
			d, err := log.Diff(ctx, of, q.ids(), replay.AsOf(from), q.moment(), q.Audience)
			if errors.Is(err, replay.ErrBackwards) || errors.Is(err, projections.ErrBeyondEnd) || errors.Is(err, projections.ErrFuture) {
				return nil, rule.Invalid{{Field: "query.from", Message: "must not be behind as_of"}}
			}
			return d, err
		},
	}
}

// ids are those of the path, in order.
func (q *query) ids() (ids []string) {
	for _, name := range wildcards(q.r.Pattern) {
		ids = append(ids, q.path(name))
	}
	return ids
}

// replay is the log, to be read whole; done is called when it was.
func (q *query) replay() (log *replay.Log, ctx context.Context, done func(), err error) {
	a := q.x.api
	if a.Replay == nil {
		return nil, nil, nil, problem.New(problem.Unavailable, "this node does not replay the log")
	}
	ctx, done, err = q.x.long(q.r)
	return a.Replay, ctx, done, err
}

// long begins what reads the whole log; done is called when it did.
func (x *exchange) long(r *http.Request) (ctx context.Context, done func(), err error) {
	a := x.api
	leave, err := a.replays.enter(x.caller.Partner)
	if err != nil {
		return nil, nil, err
	}
	held, end := x.pass.Bound(r.Context())
	ctx, cancel := context.WithTimeout(held, maxReplayTime)
	stop := context.AfterFunc(a.life, cancel)
	x.await(maxReplayTime)
	return ctx, func() { stop(); cancel(); end(); leave(); x.await(0) }, nil
}

// moment is what the query is about: what as_of names, or else what the views
// have reached.
func (q *query) moment() replay.Moment {
	if at, err := projections.ParseAsOf(q.words[asOfParam.name]); err == nil && at != (projections.AsOf{}) {
		return replay.AsOf(at)
	}
	return replay.At(q.snap.Position(), q.snap.Time)
}

// explain asks the history's index for what can matter.
func explain(q *query) (any, error) {
	ask := replay.Question{Account: q.path("account_id"), User: q.path("user_id"), Product: q.words["product"]}
	list, err := replay.Explain(q.snap.Matching(replay.Concerns(ask)...), q.snap, q.Audience, ask)
	return projections.List[replay.Explanation]{Items: list}, err
}
