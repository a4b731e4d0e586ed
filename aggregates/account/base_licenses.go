package account

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// BaseLicenses are what a user of an import may have beside a package; they
// use no pool (IMP-3, IMP-4).
var BaseLicenses = []string{"messaging", "meetings", "calling"}

// beside adds to a decision what the row says of base licences: TRUE has
// them, FALSE takes them away (IMP-3); where only adding is meant, all three
// come with a package (IMP-4).
func (c *ImportUser) beside(d rule.Decision, a *Account, u *User) rule.Decision {
	byRule := false
	for _, id := range c.Packages {
		byRule = byRule || id && c.Behavior == AddOnly
	}
	var on, off []string
	for _, id := range BaseLicenses {
		has := slices.Contains(u.BaseLicenses, id)
		said, known := c.BaseLicenses[id]
		switch {
		case !has && (byRule || said):
			on = append(on, id)
		case has && known && !said && c.Behavior == AddAndRemove:
			off = append(off, id)
		}
	}
	if len(on) > 0 {
		d.Drafts = append(d.Drafts, a.Draft(&events.BaseLicensesAssigned{AccountID: a.AccountID, UserID: u.UserID, BaseLicenses: on}))
	}
	if len(off) > 0 {
		d.Drafts = append(d.Drafts, a.Draft(&events.BaseLicensesRemoved{AccountID: a.AccountID, UserID: u.UserID, BaseLicenses: off}))
	}
	if byRule && len(on) > 0 {
		d.Warnings = append(d.Warnings, rule.Warning{Code: rule.BaseLicensesAdded, UserID: u.UserID,
			Message: "the base licences Messaging, Meetings and Calling were added with the package"})
	}
	return d
}
