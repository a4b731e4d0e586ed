package api

import (
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/cmd/internal/paper"
	"github.com/seatledger/seatledger/projections"
)

const subscriptionPath = "/v1/subscriptions/{subscription_id}"

var (
	subscriptionStatus = param{name: "status", sort: word, doc: "Only subscriptions that have come so far.",
		words: []string{subscription.Received, subscription.PartnerMapped, subscription.CustomerMapped,
			subscription.SettingUp, subscription.Provisioned}}
	matchSide = param{name: "side", sort: word, required: true, doc: "Whose organisations to look for.",
		words: []string{projections.SidePartner, projections.SideCustomer}}
	matchDomain = param{name: "domain", sort: text, doc: "Looks for this domain instead of the contact's, in all organisations."}
)

// subscriptionViews are the views of the provisioning of Webex subscriptions.
var subscriptionViews = []view{
	{
		path: "/v1/subscriptions", doc: "Webex subscriptions, by id.", roles: ofAccounts, paged: true,
		filters: []param{byPartner, byAccount, subscriptionStatus, search}, shape: projections.List[projections.Subscription]{},
		answer: func(q *query) (any, error) {
			return projections.WebexSubscriptions(q.snap, q.Audience, projections.SubscriptionFilter{Partner: q.words["partner_id"],
				Account: q.words["account_id"], Status: q.words["status"], Query: q.words["q"]}, q.page())
		},
	},
	{
		path: subscriptionPath, doc: "One subscription, with the step that is due.", roles: ofAccounts, shape: projections.Subscription{},
		answer: func(q *query) (any, error) {
			return projections.SubscriptionByID(q.snap, q.Audience, q.path("subscription_id"))
		},
	},
	{
		path: subscriptionPath + "/organization-matches", roles: ofPartners, shape: projections.Matches{},
		doc:     "Organisations that a subscription may be mapped to, likeliest first, at most 100.",
		filters: []param{matchSide, matchDomain}, answer: organizationMatches,
	},
	{
		path: subscriptionPath + "/summary", doc: "The order summary of a subscription.", roles: ofAccounts, shape: projections.Summary{},
		answer: func(q *query) (any, error) {
			return projections.SubscriptionSummary(q.snap, q.Audience, q.path("subscription_id"))
		},
	},
	{
		path: subscriptionPath + "/summary.pdf", doc: "The order summary as a PDF.", roles: ofAccounts, content: "application/pdf",
		answer: func(q *query) (any, error) {
			s, err := projections.SubscriptionSummary(q.snap, q.Audience, q.path("subscription_id"))
			if err != nil {
				return nil, err
			}
			return paper.Summary(s, q.Language)
		},
	},
}

func organizationMatches(q *query) (any, error) {
	domain := q.words[matchDomain.name]
	if domain != "" {
		var k rule.Checker
		if k.Domain("query.domain", &domain); len(k.Errors) > 0 {
			return nil, k.Errors
		}
	}
	return projections.OrganizationMatches(q.snap, q.Audience, q.path("subscription_id"), q.words[matchSide.name], domain)
}
