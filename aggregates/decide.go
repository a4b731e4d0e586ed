package aggregates

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/subscription"
)

// Decide answers what a command, already checked, comes to: a decision, or a
// *rule.Refusal or rule.Invalid. What the caller may never do comes first,
// then existence and scope of everything named, then expected (nil: no
// position was asked for), the state of the account, and the rules.
func Decide(c rule.Command, r row.Reader, ctx *rule.Context, expected *uint64) (rule.Decision, error) {
	if err := permit(c, ctx.Caller); err != nil {
		return rule.Decision{}, err
	}
	n := c.Names()
	if err := exists(n, r, ctx.Caller); err != nil {
		return rule.Decision{}, err
	}
	if o, ok := c.(rule.Offerer); ok && n.Offered != "" {
		if err := o.Offers(r, ctx.Caller); err != nil {
			return rule.Decision{}, err
		}
	}
	if s, ok := c.(rule.Seeker); ok {
		if err := s.Find(r); err != nil {
			return rule.Decision{}, err
		}
	}
	if err := unchanged(n, r, expected); err != nil {
		return rule.Decision{}, err
	}
	if n.Account != "" && !n.AnyState && !n.EvenDeleted {
		if err := account.NotActive(account.Accounts.Get(r, n.Account, "")); err != nil {
			return rule.Decision{}, err
		}
	}
	return c.Decide(r, ctx)
}

// exists refuses what does not exist, or is not the caller's to see, alike.
func exists(n rule.Names, r row.Reader, who rule.Caller) error {
	if n.Partner != "" && (partner.Partners.Get(r, n.Partner, "") == nil || !who.Sees(n.Partner, "")) {
		return rule.Refuse(rule.NotFound, "there is no partner %q", n.Partner)
	}
	if n.Order != "" {
		if o := order.Orders.Get(r, n.Order, ""); o == nil || !who.Sees(o.PartnerID, "") {
			return rule.Refuse(rule.NotFound, "there is no order %q", n.Order)
		}
	}
	if n.Subscription != "" {
		s := subscription.Subscriptions.Get(r, n.Subscription, "")
		if s == nil || !subscription.Visible(subscription.Directory{Rows: r}, s, who) {
			return subscription.NotFound(n.Subscription)
		}
	}
	if n.Account == "" {
		return nil
	}
	a := account.Accounts.Get(r, n.Account, "")
	if a == nil || !sees(r, n, a, who) || a.Status == account.Deleted && !n.EvenDeleted {
		return account.NotFound(n.Account)
	}
	if n.User != "" && account.Users.Get(r, n.Account, n.User) == nil {
		return rule.Refuse(rule.NotFound, "there is no user %q in account %q", n.User, n.Account)
	}
	for _, id := range n.Locations {
		if account.Locations.Get(r, n.Account, id) == nil {
			return rule.Refuse(rule.NotFound, "there is no location %q in account %q", id, n.Account)
		}
	}
	return nil
}

// sees reports that an account is the caller's to name.
func sees(r row.Reader, n rule.Names, a *account.Account, who rule.Caller) bool {
	return who.Sees(a.PartnerID, a.AccountID) ||
		n.Mapped && who.Role == rule.Partner && account.PartnerRole(r, a, who.Partner) != ""
}

// unchanged refuses when an aggregate that the command names has an event
// after the position that the caller last saw.
func unchanged(n rule.Names, r row.Reader, expected *uint64) error {
	if expected == nil {
		return nil
	}
	for _, named := range []struct{ kind, id string }{
		{"partner", n.Partner}, {"order", n.Order}, {"account", n.Account},
		{"account", n.Offered}, {"subscription", n.Subscription},
	} {
		if named.id == "" {
			continue
		}
		if h := Heads.Get(r, named.id, named.kind); h != nil && h.Position > *expected {
			return rule.Refuse(rule.ChangedSince, "%s %q changed at position %d, after %d",
				named.kind, named.id, h.Position, *expected)
		}
	}
	return nil
}
