package api

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/projections"
)

var (
	accountStatus = param{name: "status", sort: word, words: []string{account.Active, account.Deactivated, account.Deleted},
		doc: "Only accounts of this status; deleted ones are listed only when asked for."}
	userRole  = param{name: "role", sort: text, doc: "Only users of this role."}
	userState = param{name: "state", sort: text, doc: "Only users in this state."}

	userPackage = param{name: "package", sort: text, doc: "Only users with this package."}
)

// accountViews are the views of accounts and of what hangs on them.
var accountViews = []view{
	{
		path: "/v1/accounts", doc: "Accounts, by id.", roles: ofAccounts, paged: true,
		filters: []param{byPartner, accountStatus, search}, shape: projections.List[projections.Account]{},
		answer: func(q *query) (any, error) {
			return projections.Accounts(q.snap, q.Audience, projections.AccountFilter{
				Partner: q.words["partner_id"], Status: q.words["status"], Query: q.words["q"]}, q.page())
		},
	},
	{
		path: "/v1/accounts/{account_id}", doc: "One account's information.", roles: ofAccounts, shape: projections.Account{},
		answer: func(q *query) (any, error) { return projections.AccountByID(q.snap, q.Audience, q.path("account_id")) },
	},
	{
		path: "/v1/accounts/{account_id}/domains", doc: "The e-mail domains that an account claims.", roles: ofAccounts,
		shape: projections.List[domain]{}, answer: domains,
	},
	{
		path: "/v1/accounts/{account_id}/orders", doc: "The Orders section of an account.", roles: ofPartners, paged: true,
		filters: []param{orderStatus, byProduct, search}, shape: projections.List[projections.Order]{},
		answer: func(q *query) (any, error) {
			return projections.AccountOrders(q.snap, q.Audience, orderFilter(q, q.path("account_id")), q.page())
		},
	},
	{
		path: "/v1/accounts/{account_id}/subscriptions", doc: "The Subscriptions panel of an account.", roles: ofPanels,
		shape: projections.List[order.Allocation]{},
		answer: func(q *query) (any, error) {
			return projections.Subscriptions(q.snap, q.Audience, q.path("account_id"))
		},
	},
	{
		path: "/v1/accounts/{account_id}/pools", doc: "Seats of an account, by product.", roles: ofUsers,
		shape:  projections.List[projections.Pool]{},
		answer: func(q *query) (any, error) { return projections.Pools(q.snap, q.Audience, q.path("account_id")) },
	},
	{
		path: "/v1/accounts/{account_id}/locations", doc: "Places of an account where users with calling are, by id.",
		roles: ofAccounts, paged: true, shape: projections.List[account.Location]{},
		answer: func(q *query) (any, error) {
			return projections.Locations(q.snap, q.Audience, q.path("account_id"), q.page())
		},
	},
	{
		path: "/v1/accounts/{account_id}/sites", doc: "Meeting sites of an account, by URL.", roles: ofAccounts,
		shape:  projections.List[projections.Site]{},
		answer: func(q *query) (any, error) { return projections.Sites(q.snap, q.Audience, q.path("account_id")) },
	},
	{
		path: "/v1/accounts/{account_id}/packages", doc: "Wholesale packages that an account may give out, and how many users have them.",
		roles: ofAccounts, shape: projections.List[projections.Package]{},
		answer: func(q *query) (any, error) { return projections.Packages(q.snap, q.Audience, q.path("account_id")) },
	},
	{
		path: "/v1/accounts/{account_id}/users", doc: "Users of an account, by id.", roles: ofUsers, paged: true,
		filters: []param{userRole, userState, userPackage, byProduct, search}, shape: projections.List[projections.User]{},
		answer: func(q *query) (any, error) {
			return projections.Users(q.snap, q.Audience, projections.UserFilter{
				Account: q.path("account_id"), Product: q.words["product"], Role: q.words["role"],
				State: q.words["state"], Package: q.words["package"], Query: q.words["q"]}, q.page())
		},
	},
	{
		path: "/v1/accounts/{account_id}/users/{user_id}", doc: "One user, with what the licence section shows.",
		roles: ofUsers, shape: projections.User{},
		answer: func(q *query) (any, error) {
			return projections.UserByID(q.snap, q.Audience, q.path("account_id"), q.path("user_id"))
		},
	},
	{
		path: "/v1/accounts/{account_id}/convertible-users", doc: "Consumer users whom the account can take over, by domain.",
		roles: ofAccounts, paged: true, shape: projections.Convertibles{},
		answer: func(q *query) (any, error) {
			return projections.ConvertibleUsers(q.snap, q.Audience, q.path("account_id"), q.page())
		},
	},
	{
		path: "/v1/accounts/{account_id}/messages", doc: "Messages to people that an account's events made, oldest first.",
		roles: ofAccounts, paged: true, shape: projections.List[projections.Message]{},
		answer: func(q *query) (any, error) {
			return projections.Messages(q.snap, q.Audience, q.path("account_id"), q.page())
		},
	},
}

// domain is an e-mail domain that an account claims.
type domain struct {
	Domain   string `json:"domain"`
	Verified bool   `json:"verified"`
}

func domains(q *query) (any, error) {
	a, err := projections.AccountByID(q.snap, q.Audience, q.path("account_id"))
	if err != nil {
		return nil, err
	}
	list := projections.List[domain]{Items: []domain{}}
	for _, d := range a.Domains {
		list.Items = append(list.Items, domain(d))
	}
	return list, nil
}
