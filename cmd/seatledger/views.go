package main

import (
	"fmt"
	"net/url"
	"strings"
)

// view is a query by a name that people remember.
type view struct {
	name    string
	args    []string // what it needs, in order
	path    string   // with {} for each argument; perhaps with a query
	columns []string // of the table, as paths in an item; none: one object
}

var views = []view{
	{"accounts", nil, "/v1/accounts", columns("account_id name status country partner_id")},
	{"account", args("ACCOUNT"), "/v1/accounts/{}", nil},
	{"account-orders", args("ACCOUNT"), "/v1/accounts/{}/orders", orderColumns},
	{"subscriptions", args("ACCOUNT"), "/v1/accounts/{}/subscriptions", columns("order_id product quantity assigned remaining starts_at expires_at")},
	{"pools", args("ACCOUNT"), "/v1/accounts/{}/pools", columns("product total assigned available over_allocated")},
	{"sites", args("ACCOUNT"), "/v1/accounts/{}/sites", columns("site_url time_zone early_release licenses subscription_id")},
	{"locations", args("ACCOUNT"), "/v1/accounts/{}/locations", columns("location_id name country city time_zone")},
	{"packages", args("ACCOUNT"), "/v1/accounts/{}/packages", columns("package limit used available")},
	{"users", args("ACCOUNT"), "/v1/accounts/{}/users", columns("user_id email name role state licenses package last_activity_at")},
	{"user", args("ACCOUNT", "USER"), "/v1/accounts/{}/users/{}", nil},
	{"imports", nil, "/v1/imports", columns("id account_id state total done added updated removed failed warnings created_at")},
	{"import", args("IMPORT"), "/v1/imports/{}", nil},
	{"convertible-users", args("ACCOUNT"), "/v1/accounts/{}/convertible-users", columns("user_id email domain")},
	{"messages", args("ACCOUNT"), "/v1/accounts/{}/messages", columns("kind state recipient time ended_at reason")},
	{"orders", nil, "/v1/orders", orderColumns},
	{"order", args("ORDER"), "/v1/orders/{}", nil},
	{"partners", nil, "/v1/partners", columns("partner_id name country registered_at")},
	{"partner", args("PARTNER"), "/v1/partners/{}", nil},
	{"webex-subscriptions", nil, "/v1/subscriptions", columns("subscription_id status next_step partner_id account_id received_at")},
	{"webex-subscription", args("SUBSCRIPTION"), "/v1/subscriptions/{}", nil},
	{"partner-matches", args("SUBSCRIPTION"), "/v1/subscriptions/{}/organization-matches?side=partner", matchColumns},
	{"customer-matches", args("SUBSCRIPTION"), "/v1/subscriptions/{}/organization-matches?side=customer", matchColumns},
	{"summary", args("SUBSCRIPTION"), "/v1/subscriptions/{}/summary", nil},
	{"catalogue", nil, "/v1/catalogue", columns("id name vendor kind")},
	{"events", nil, "/v1/events", columns("position time type aggregate aggregate_id actor command_type")},
	{"attempts", nil, "/v1/attempts", columns("time actor role scope command code names.account_id names.order_id names.user_id")},
	{"operations", nil, "/v1/operations", columns("time kind actor detail")},
	{"usage", args("ACCOUNT"), "/v1/usage?account_id={}", columns("from to product total assigned available")},
}

var orderColumns = columns("order_id status account_id lines purchased_at expires_at")

var matchColumns = columns("id name claimed_domains verified_domains active_users last_activity_at unlikely")

func args(names ...string) []string { return names }

func columns(names string) []string { return strings.Fields(names) }

// usage is how the view is asked for.
func (v view) usage() string { return strings.Join(append([]string{v.name}, v.args...), " ") }

// findView finds what is asked for: a view by its name, or a path as it is.
func findView(name string, given []string) (view, error) {
	if strings.HasPrefix(name, "/") {
		if len(given) > 0 {
			return view{}, usage("a path needs nothing behind it, but there is %q", given[0])
		}
		return view{path: name}, nil
	}
	for _, v := range views {
		if v.name != name {
			continue
		}
		if len(given) != len(v.args) {
			return view{}, usage("it is: seatledger get %s", v.usage())
		}
		for _, g := range given {
			v.path = strings.Replace(v.path, "{}", url.PathEscape(g), 1)
		}
		return v, nil
	}
	return view{}, usage("there is no view %q; seatledger get --help lists them", name)
}

// viewsHelp lists what can be asked for.
func viewsHelp() string {
	var b strings.Builder
	fmt.Fprintln(&b, "A view is a path, such as /v1/accounts, or one of:")
	fmt.Fprintln(&b)
	for _, v := range views {
		fmt.Fprintf(&b, "  %s\n", v.usage())
	}
	return b.String()
}
