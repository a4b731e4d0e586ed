package access

import (
	"errors"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// MaxNameBytes is the longest name of a token.
const MaxNameBytes = 64

// Grant is what a token is to allow.
type Grant struct {
	Role      string
	Partner   string
	Account   string
	Name      string    // tells tokens apart; no person's name
	ExpiresAt time.Time // zero: never
}

// check reports what is wrong with a grant, by the field's name.
func (g *Grant) check(now time.Time) error {
	var c rule.Checker
	c.Errors = scopeErrors(g.Role, g.Partner, g.Account)
	c.OptionalText("name", &g.Name, MaxNameBytes)
	if !g.ExpiresAt.IsZero() && !g.ExpiresAt.After(now) {
		c.Fail("expires_at", "must be in the future")
	}
	if len(c.Errors) > 0 {
		return c.Errors
	}
	return nil
}

// scopeErrors says what does not fit together of a role and its scope.
func scopeErrors(name, partner, account string) rule.Invalid {
	var c rule.Checker
	role, ok := roleOf(name)
	if !ok || name == "" {
		c.Fail("role", "must be one of %s", roleNames())
		return c.Errors
	}
	switch {
	case ofPartner.Has(role) && partner == "":
		c.Fail("partner_id", "must be given: a token of the role %s is of one partner", name)
	case !(ofPartner | mayBeOf).Has(role) && partner != "":
		c.Fail("partner_id", "must be left out: the role %s is not of a partner", name)
	default:
		c.OptionalID("partner_id", partner)
	}
	switch {
	case ofAccount.Has(role) && account == "":
		c.Fail("account_id", "must be given: a token of the role %s is of one account", name)
	case !ofAccount.Has(role) && account != "":
		c.Fail("account_id", "must be left out: the role %s is not of an account", name)
	default:
		c.OptionalID("account_id", account)
	}
	return c.Errors
}

// callerOf makes the caller of a role and its scope.
func callerOf(role, partner, account, actor string) (rule.Caller, error) {
	if off := scopeErrors(role, partner, account); len(off) > 0 {
		return rule.Caller{}, errors.New(off.Error())
	}
	r, _ := roleOf(role)
	return rule.Caller{Role: r, Partner: partner, Account: account, Actor: actor}, nil
}
