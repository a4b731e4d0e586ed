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
// before the state of the account, and that before the rules.
func Decide(c rule.Command, r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	n := c.Names()
	if err := exists(n, r, ctx.Caller); err != nil {
		return rule.Decision{}, err
	}
	if n.Account != "" && !n.AnyState {
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

// sees reports that what belongs to a partner, and to an account if any, is
// within the caller's scope.
func sees(who rule.Caller, partnerID, accountID string) bool {
	if who.Partner != "" && who.Partner != partnerID {
		return false
	}
	return who.Account == "" || who.Account == accountID
}
