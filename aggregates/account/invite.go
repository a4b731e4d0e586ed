package account

import (
	"github.com/seatledger/seatledger/aggregates/publicdomain"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// InviteUser asks a person to join an account: a user in state invited.
type InviteUser struct {
	InAccount
	Email string `json:"email" doc:"E-mail address, unique in the account, in no public domain"`
}

// Check reports unacceptable fields.
func (c *InviteUser) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.Email("email", &c.Email)
}

// Decide refuses public domains (CNV-3) and addresses in use. Who is invited
// already is not invited again.
func (c *InviteUser) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if d := rule.DomainOf(c.Email); publicdomain.Is(d) {
		return refused(rule.PublicEmailDomain, "anyone can have an address in %q: invite the user under another address, as that of the company", d)
	}
	if o := Emails.Get(r, a.AccountID, EmailKey(c.Email)); o != nil {
		if u := Users.Get(r, a.AccountID, o.ID); u != nil && u.State == UserInvited {
			return rule.Decision{ID: o.ID}, nil
		}
		return rule.Decision{}, a.emailInUse(r, c.Email, "")
	}
	id := ctx.NewID()
	d, err := a.decided(&events.UserInvited{
		AccountID: a.AccountID, UserID: id, PersonID: ctx.NewID(), Email: events.Clear(c.Email), Role: RoleUser,
	})
	d.ID = id
	return d, err
}

// AcceptInvitation tells that an invited person joined.
type AcceptInvitation struct{ OfUser }

// Decide records the change, if it is one.
func (c *AcceptInvitation) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	if u.State != UserInvited {
		return rule.Decision{}, nil
	}
	return a.decided(&events.InvitationAccepted{AccountID: a.AccountID, UserID: u.UserID})
}
