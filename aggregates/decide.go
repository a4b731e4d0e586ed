package aggregates

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// Decide answers what a command, already checked, comes to: a decision, or a
// *rule.Refusal or rule.Invalid. Existence and scope of everything named come
// first, then expected (nil: none asked for), then the state of the account,
// then the rules.
func Decide(c rule.Command, r row.Reader, ctx *rule.Context, expected *uint64) (rule.Decision, error) {
	n := c.Names()
	if err := exists(n, r, ctx.Caller); err != nil {
		return rule.Decision{}, err
	}
	if err := unchanged(n, r, expected); err != nil {
		return rule.Decision{}, err
	}
	if n.Account != "" && !n.AnyState && !n.EvenDeleted {
		if a := account.Accounts.Get(r, n.Account, ""); a.Status != account.Active {
			return rule.Decision{}, rule.Refuse(rule.AccountDeactivated, "account %q is deactivated", n.Account)
		}
	}
	return c.Decide(r, ctx)
}

// exists refuses what does not exist, or is not the caller's to see, alike.
func exists(n rule.Names, r row.Reader, who rule.Caller) error {
	if n.Partner != "" && (partner.Partners.Get(r, n.Partner, "") == nil || !sees(who, n.Partner, "")) {
		return rule.Refuse(rule.NotFound, "there is no partner %q", n.Partner)
	}
	if n.Order != "" {
		if o := order.Orders.Get(r, n.Order, ""); o == nil || !sees(who, o.PartnerID, "") {
			return rule.Refuse(rule.NotFound, "there is no order %q", n.Order)
		}
	}
	if n.Account == "" {
		return nil
	}
	a := account.Accounts.Get(r, n.Account, "")
	if a == nil || !sees(who, a.PartnerID, a.AccountID) || a.Status == account.Deleted && !n.EvenDeleted {
		return rule.Refuse(rule.NotFound, "there is no account %q", n.Account)
	}
	if n.User != "" && account.Users.Get(r, n.Account, n.User) == nil {
		return rule.Refuse(rule.NotFound, "there is no user %q in account %q", n.User, n.Account)
	}
	return nil
}

// unchanged refuses when an aggregate that the command names has an event
// after the position that the caller last saw.
func unchanged(n rule.Names, r row.Reader, expected *uint64) error {
	if expected == nil {
		return nil
	}
	for _, named := range []struct{ kind, id string }{
		{"partner", n.Partner}, {"order", n.Order}, {"account", n.Account},
	} {
		if named.id == "" {
			continue
		}
		if h := Heads.Get(r, named.kind, named.id); h != nil && h.Position > *expected {
			return rule.Refuse(rule.ChangedSince, "%s %q changed at position %d, after %d",
				named.kind, named.id, h.Position, *expected)
		}
	}
	return nil
}

// sees reports that what belongs to a partner, and to an account if any, is
// within the caller's scope.
func sees(who rule.Caller, partnerID, accountID string) bool {
	if who.Partner != "" && who.Partner != partnerID {
		return false
	}
	return who.Account == "" || who.Account == accountID
}
