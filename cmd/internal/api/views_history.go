package api

import "github.com/seatledger/seatledger/projections"

// eventFilters narrow the history, and streams of it.
var eventFilters = []param{
	byPartner, byAccount,
	{name: "user_id", sort: id, doc: "Only events that name this user."},
	{name: "order_id", sort: id, doc: "Only events of this order, and of licences that came or went with it."},
	{name: "type", sort: text, doc: "Only events of this type, as OrderAssigned."},
	{name: "actor", sort: text, doc: "Only what this actor did."},
	{name: "command_id", sort: id, doc: "Only what this command did."},
}

var (
	fromPosition = param{name: "from", sort: position, doc: "From this position on, inclusive."}
	toPosition   = param{name: "to", sort: position, doc: "Up to this position, inclusive."}
	ordering     = param{name: "order", sort: word, words: []string{"asc", "desc"}, doc: "Oldest or newest first."}
	ofAccount    = param{name: "account_id", sort: id, required: true, doc: "The account."}
	fromMoment   = param{name: "from", sort: moment, doc: "From the bucket of this time on."}
	toMoment     = param{name: "to", sort: moment, doc: "Up to this time."}
	bucket       = param{name: "bucket", sort: word, words: projections.Buckets, doc: "The length of a bucket; a day if not given."}
)

// historyViews are the views of what has happened.
var historyViews = []view{
	{
		path: "/v1/events", doc: "The history.", roles: ofHistory, paged: true,
		filters: append([]param{fromPosition, toPosition, ordering}, eventFilters...),
		shape:   projections.List[projections.Event]{},
		answer: func(q *query) (any, error) {
			f := eventFilter(q)
			f.From, f.To, f.Desc = q.positions["from"], q.positions["to"], q.words["order"] == "desc"
			return projections.Events(q.snap, q.Audience, f, q.page())
		},
	},
	{
		path: "/v1/usage", doc: "Seats of an account over time, for plots.", roles: ofHistory,
		filters: []param{ofAccount, byProduct, fromMoment, toMoment, bucket}, shape: projections.List[projections.Usage]{},
		answer: func(q *query) (any, error) {
			return projections.UsageOf(q.snap, q.Audience, projections.UsageFilter{
				Account: q.words["account_id"], Product: q.words["product"],
				From: q.moments["from"], To: q.moments["to"], Bucket: q.words["bucket"]})
		},
	},
}

func eventFilter(q *query) projections.EventFilter {
	return projections.EventFilter{
		Partner: q.words["partner_id"], Account: q.words["account_id"], User: q.words["user_id"],
		Order: q.words["order_id"], Type: q.words["type"], Actor: q.words["actor"], Command: q.words["command_id"],
	}
}
