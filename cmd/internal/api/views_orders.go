package api

import (
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/projections"
)

var orderStatus = param{name: "status", sort: word, doc: "Only orders of this status, or expiring soon.",
	words: []string{order.FilterAll, order.FilterExpiring, order.Unassigned, order.Assigned, order.Cancelled,
		order.PendingActivation, order.Expired}}

// orderViews are the views of orders, of who buys them, and of what can be
// bought.
var orderViews = []view{
	{
		path: "/v1/orders", doc: "The Orders page.", roles: ofPartners, paged: true,
		filters: []param{byPartner, byAccount, orderStatus, byProduct, search}, shape: projections.List[projections.Order]{},
		answer: func(q *query) (any, error) {
			return projections.Orders(q.snap, q.Audience, orderFilter(q, q.words["account_id"]), q.page())
		},
	},
	{
		path: "/v1/orders/{order_id}", doc: "One order.", roles: ofPartners, shape: projections.Order{},
		answer: func(q *query) (any, error) { return projections.OrderByID(q.snap, q.Audience, q.path("order_id")) },
	},
	{
		path: "/v1/partners", doc: "Partner organisations, by id.", roles: ofPartners, paged: true,
		filters: []param{search}, shape: projections.List[projections.Partner]{},
		answer: func(q *query) (any, error) {
			return projections.Partners(q.snap, q.Audience, projections.PartnerFilter{Query: q.words["q"]}, q.page())
		},
	},
	{
		path: "/v1/partners/{partner_id}", doc: "One partner organisation.", roles: ofPartners, shape: projections.Partner{},
		answer: func(q *query) (any, error) { return projections.PartnerByID(q.snap, q.Audience, q.path("partner_id")) },
	},
	{
		path: "/v1/catalogue", doc: "Products, regions and kinds of account.", roles: ofAccounts, shape: products{},
		answer: func(*query) (any, error) {
			c := catalogue.All
			return products{c.Products, c.Regions, c.AccountKinds}, nil
		},
	},
}

// products is the catalogue as a list.
type products struct {
	Items        []catalogue.Product     `json:"items"`
	Regions      []string                `json:"regions" doc:"Cloud locations"`
	AccountKinds []catalogue.AccountKind `json:"account_kinds"`
}

func orderFilter(q *query, account string) projections.OrderFilter {
	return projections.OrderFilter{Partner: q.words["partner_id"], Account: account, Status: q.words["status"],
		Product: q.words["product"], Query: q.words["q"]}
}
