package account

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// AddSupportContact adds a person who is told of the account's problems
// (ACC-7). For an address that is a contact already it sets the name.
type AddSupportContact struct {
	InAccount
	ContactDetails
}

// Check reports unacceptable fields.
func (c *AddSupportContact) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	c.check(k, "")
}

// Decide knows contacts by their address.
func (c *AddSupportContact) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	i := a.contact(c.Email)
	switch {
	case i >= 0 && (c.Name == "" || a.SupportContacts[i].Name.Plain == c.Name):
		return rule.Decision{}, nil
	case i >= 0:
		old := a.SupportContacts[i]
		return a.decided(&events.SupportContactAdded{AccountID: a.AccountID,
			Contact: events.Contact{PersonID: old.PersonID, Email: old.Email, Name: events.Clear(c.Name)}})
	case a.reachable() >= MaxSupportContacts:
		return rule.Decision{}, rule.Invalid{{Field: "email", Message: "the account has the most contacts that it can have"}}
	}
	return a.decided(&events.SupportContactAdded{AccountID: a.AccountID, Contact: c.contact(ctx.NewID())})
}

// RemoveSupportContact removes a contact, but not the last one (ACC-4).
type RemoveSupportContact struct {
	InAccount
	ContactDetails
}

// Check reports unacceptable fields.
func (c *RemoveSupportContact) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	c.check(k, "")
}

// Decide keeps the last contact of a customer's account that can be reached;
// an own account may have none.
func (c *RemoveSupportContact) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	i := a.contact(c.Email)
	if i < 0 {
		return rule.Decision{}, nil
	}
	if a.reachable() == 1 && !a.Own {
		return refused(rule.LastSupportContact, "account %q keeps at least one support contact: add another one first", a.AccountID)
	}
	return a.decided(&events.SupportContactRemoved{AccountID: a.AccountID, Contact: a.SupportContacts[i]})
}

// contact is the index of the contact with an address, or -1.
func (a *Account) contact(email string) int {
	return slices.IndexFunc(a.SupportContacts, func(c events.Contact) bool {
		return c.Email.Plain != "" && EmailKey(c.Email.Plain) == email
	})
}

// reachable counts the contacts that were not erased.
func (a *Account) reachable() (n int) {
	for _, c := range a.SupportContacts {
		if !c.Email.Erased {
			n++
		}
	}
	return n
}
