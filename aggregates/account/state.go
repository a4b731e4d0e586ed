package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// InAccount is the field that commands on an account share.
type InAccount struct {
	AccountID string `json:"account_id" doc:"Account that the command is on"`
}

// Check reports an unacceptable id.
func (c *InAccount) Check(k *rule.Checker) { k.ID("account_id", c.AccountID) }

// Names names the account, which must be active.
func (c *InAccount) Names() rule.Names { return rule.Names{Account: c.AccountID} }

// load returns the account's row; that it exists was checked by its name.
func (c *InAccount) load(r row.Reader) *Account { return Accounts.Get(r, c.AccountID, "") }

// OfUser are the fields that commands on a user share.
type OfUser struct {
	InAccount
	UserID string `json:"user_id" doc:"User of the account"`
}

// Check reports unacceptable ids.
func (c *OfUser) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.ID("user_id", c.UserID)
}

// Names names account and user.
func (c *OfUser) Names() rule.Names { return rule.Names{Account: c.AccountID, User: c.UserID} }

// load returns the rows of account and user.
func (c *OfUser) load(r row.Reader) (*Account, *User) {
	return c.InAccount.load(r), Users.Get(r, c.AccountID, c.UserID)
}

// Draft makes a draft of the account's history.
func (a *Account) Draft(p events.Payload) events.Draft {
	return events.Draft{Partner: a.PartnerID, AggregateID: a.AccountID, Data: p}
}

// decided is a decision to record facts in the account's history; with none,
// nothing had to change.
func (a *Account) decided(ps ...events.Payload) (rule.Decision, error) {
	var d rule.Decision
	for _, p := range ps {
		d.Drafts = append(d.Drafts, a.Draft(p))
	}
	return d, nil
}

// refused is no decision, but a refusal.
func refused(code rule.Code, detail string, args ...any) (rule.Decision, error) {
	return rule.Decision{}, rule.Refuse(code, detail, args...)
}

// NotFound refuses an account that does not exist, or not for the caller.
func NotFound(id string) error { return rule.Refuse(rule.NotFound, "there is no account %q", id) }

// NotActive says why no command may be done on the account, or nil (section 2).
func NotActive(a *Account) error {
	switch a.Status {
	case Active:
		return nil
	case Deleted:
		return NotFound(a.AccountID)
	}
	return rule.Refuse(rule.AccountDeactivated, "account %q is deactivated", a.AccountID)
}
