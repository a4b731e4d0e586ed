package account

import (
	"strings"
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// EmailKey is the form in which addresses are compared (section 2).
func EmailKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// AddUser adds a person to an account.
type AddUser struct {
	InAccount
	UserID    string `json:"user_id,omitzero" doc:"Id of the new user; made by the ledger if left out"`
	Email     string `json:"email" doc:"E-mail address, unique in the account"`
	FirstName string `json:"first_name,omitzero" doc:"One of the three names is needed"`
	LastName  string `json:"last_name,omitzero"`
	Name      string `json:"name,omitzero" doc:"Display name"`
	Role      string `json:"role,omitzero" doc:"user (if left out) or account_admin"`
}

// Check reports unacceptable fields.
func (c *AddUser) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.OptionalID("user_id", c.UserID)
	k.Email("email", &c.Email)
	k.OptionalText("first_name", &c.FirstName, rule.MaxTextBytes)
	k.OptionalText("last_name", &c.LastName, rule.MaxTextBytes)
	k.OptionalText("name", &c.Name, rule.MaxTextBytes)
	if c.Role == "" {
		c.Role = RoleUser
	}
	k.OneOf("role", c.Role, RoleUser, RoleAccountAdmin)
}

// Decide wants a name, and id and address that no user of the account has
// (LIC-6).
func (c *AddUser) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if c.FirstName == "" && c.LastName == "" && c.Name == "" {
		return rule.Decision{}, nameRequired()
	}
	id := c.UserID
	if id == "" {
		id = ctx.NewID()
	}
	if Users.Get(r, a.AccountID, id) != nil {
		return refused(rule.AlreadyExists, "account %q has a user %q already", a.AccountID, id)
	}
	if err := a.emailInUse(r, c.Email, id); err != nil {
		return rule.Decision{}, err
	}
	d, err := a.decided(&events.UserAdded{
		AccountID: a.AccountID, UserID: id, PersonID: ctx.NewID(), Role: c.Role, Email: events.Clear(c.Email),
		FirstName: events.Clear(c.FirstName), LastName: events.Clear(c.LastName), Name: events.Clear(c.Name),
	})
	d.ID = id
	return d, err
}

func nameRequired() error {
	return rule.Refuse(rule.NameRequired, "a user has at least one of first_name, last_name and name")
}

// emailInUse refuses an address that another user of the account has, or nil.
// The detail does not repeat it: it is someone's personal data.
func (a *Account) emailInUse(r row.Reader, email, user string) error {
	o := Emails.Get(r, a.AccountID, EmailKey(email))
	if o == nil || o.ID == user {
		return nil
	}
	return rule.Refuse(rule.EmailInUse, "user %q of account %q has this e-mail address", o.ID, a.AccountID)
}

// RecordUserActivity tells when a user was last at work.
type RecordUserActivity struct {
	OfUser
	At time.Time `json:"at" doc:"When the user was active"`
}

// Check reports unacceptable fields.
func (c *RecordUserActivity) Check(k *rule.Checker) {
	c.OfUser.Check(k)
	if c.At.IsZero() {
		k.Fail("at", "must be a time, as 2026-01-31T09:30:00Z")
	}
	c.At = c.At.UTC().Truncate(events.Tick)
}

// Decide records activity later than what is known.
func (c *RecordUserActivity) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	if !c.At.After(u.LastActivityAt) {
		return rule.Decision{}, nil
	}
	return a.decided(&events.UserActivityRecorded{AccountID: a.AccountID, UserID: u.UserID, At: c.At})
}

// RemoveUser takes a person out of an account, whoever manages the licences; a
// wholesale user too, whose package and numbers are free again (LIC-6).
type RemoveUser struct{ OfUser }

// Decide releases the user's licences; the last account_admin is the
// partner's to remove (LIC-6).
func (c *RemoveUser) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	if err := a.lastAdmin(r, u, ctx.Caller.Role); err != nil {
		return rule.Decision{}, err
	}
	return a.decided(append(u.release(a.AccountID, ReasonUserRemoved),
		&events.UserRemoved{AccountID: a.AccountID, UserID: u.UserID})...)
}

// lastAdmin refuses to remove the last account_admin, unless the partner does,
// or nil (LIC-6).
func (a *Account) lastAdmin(r row.Reader, u *User, who rule.Role) error {
	byPartner := (rule.Partner | rule.Admin).Has(who)
	if u.Role != RoleAccountAdmin || byPartner || Totals.Get(r, a.AccountID, "").Admins > 1 {
		return nil
	}
	return rule.Refuse(rule.LastAccountAdmin, "user %q is the last account admin: only the partner may remove it", u.UserID)
}
