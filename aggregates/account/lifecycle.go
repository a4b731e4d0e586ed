package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// The words that confirm (ACC-5).
const (
	ConfirmDeactivate = "deactivate"
	ConfirmDelete     = "delete"
)

// Reasons of UserLicenseUnassigned; without one it was asked for by hand.
const (
	ReasonAccountDeleted = "account_deleted"
	ReasonUserRemoved    = "user_removed"
	ReasonTierChanged    = "tier_changed"
)

// DeactivateAccount stops the work on an account; licences are kept (ACC-5).
type DeactivateAccount struct {
	InAccount
	Confirm string `json:"confirm" doc:"The word deactivate"`
}

// Names: a deactivated account may be named again.
func (c *DeactivateAccount) Names() rule.Names {
	return rule.Names{Account: c.AccountID, AnyState: true}
}

// Decide wants the word, and spares own accounts.
func (c *DeactivateAccount) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if err := a.endable(c.Confirm, ConfirmDeactivate); err != nil {
		return rule.Decision{}, err
	}
	if a.Status == Deactivated {
		return rule.Decision{}, nil
	}
	return a.decided(&events.AccountDeactivated{AccountID: a.AccountID})
}

// endable says why an account may not be deactivated or deleted, or nil.
func (a *Account) endable(confirm, word string) error {
	if confirm != word {
		return rule.Refuse(rule.ConfirmationRequired, "confirm must be the word %q", word)
	}
	if a.Own {
		return rule.Refuse(rule.OwnAccount, "account %q is the partner's own", a.AccountID)
	}
	return nil
}

// ReactivateAccount undoes a deactivation.
type ReactivateAccount struct{ InAccount }

// Names: the account may be deactivated.
func (c *ReactivateAccount) Names() rule.Names {
	return rule.Names{Account: c.AccountID, AnyState: true}
}

// Decide records the change, if it is one.
func (c *ReactivateAccount) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if a.Status == Active {
		return rule.Decision{}, nil
	}
	return a.decided(&events.AccountReactivated{AccountID: a.AccountID})
}

// DeleteAccount ends an account and releases every licence (ACC-5).
type DeleteAccount struct {
	InAccount
	Confirm string `json:"confirm" doc:"The word delete"`
}

// Names: the account may be deactivated.
func (c *DeleteAccount) Names() rule.Names {
	return rule.Names{Account: c.AccountID, AnyState: true}
}

// Decide releases the licences user by user, then ends the account; that
// releases its domains.
func (c *DeleteAccount) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if err := a.endable(c.Confirm, ConfirmDelete); err != nil {
		return rule.Decision{}, err
	}
	var ps []events.Payload
	for _, u := range Users.Scan(r, a.AccountID) {
		ps = append(ps, u.release(a.AccountID, ReasonAccountDeleted)...)
	}
	return a.decided(append(ps, &events.AccountDeleted{AccountID: a.AccountID})...)
}
