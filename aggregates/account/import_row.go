package account

import (
	"errors"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// ImportRow is one row of an import, sent by the ledger for the person who
// began the import. Its refusals are answers, and are remembered like any
// other: a row that is sent again after a crash is answered as it was.
type ImportRow struct {
	ImportUser
	Role string `json:"role,omitzero" doc:"user or account_admin; of a row without packages"`
	// Named: the row is of a file without packages, and a new user has a name
	// (LIC-6).
	Named bool `json:"named,omitzero" doc:"The file has no packages: users are added and changed as by AddUser and UpdateUser"`
}

// Check reports unacceptable fields.
func (c *ImportRow) Check(k *rule.Checker) {
	c.ImportUser.Check(k)
	if c.Role != "" {
		k.OneOf("role", c.Role, RoleUser, RoleAccountAdmin)
	}
}

// Names: that the account was deactivated or deleted since the import began is
// a reason for the row to fail, like any other.
func (c *ImportRow) Names() rule.Names {
	return rule.Names{Account: c.AccountID, EvenDeleted: true}
}

// Decide never refuses: a refusal is the row's answer.
func (c *ImportRow) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	d, err := c.decide(r, ctx)
	var refusal *rule.Refusal
	if errors.As(err, &refusal) {
		return rule.Decision{Refused: refusal}, nil
	}
	return d, err
}

func (c *ImportRow) decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if err := NotActive(a); err != nil {
		return rule.Decision{}, err
	}
	if !c.Named {
		return c.ImportUser.Decide(r, ctx)
	}
	if o := Emails.Get(r, a.AccountID, EmailKey(c.Email)); o != nil {
		return c.update(r, ctx, o.ID)
	}
	if err := a.directoryManaged(); err != nil {
		return rule.Decision{}, err
	}
	return c.add(r, ctx)
}

// add is what AddUser does.
func (c *ImportRow) add(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	role := c.Role
	if role == "" {
		role = RoleUser
	}
	return (&AddUser{InAccount: c.InAccount, Email: c.Email, FirstName: c.FirstName, LastName: c.LastName,
		Name: c.Name, Role: role}).Decide(r, ctx)
}

// update is what UpdateUser does with what is given.
func (c *ImportRow) update(r row.Reader, ctx *rule.Context, user string) (rule.Decision, error) {
	return (&UpdateUser{
		OfUser:    OfUser{c.InAccount, user},
		FirstName: given(c.FirstName), LastName: given(c.LastName), Name: given(c.Name), Role: given(c.Role),
	}).Decide(r, ctx)
}

// AddsUser reports an event, by its type, that adds a user to an account.
func AddsUser(eventType string) bool {
	return eventType == "UserAdded" || eventType == "WholesaleUserAdded"
}

// RemovesUser reports an event, by its type, that removes one.
func RemovesUser(eventType string) bool {
	return eventType == "UserRemoved" || eventType == "WholesaleUserRemoved"
}
