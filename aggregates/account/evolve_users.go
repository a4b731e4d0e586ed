package account

import (
	"maps"
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// evolvePool folds the seats that an account has.
func evolvePool(tx row.Tx, e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.LicensesAdded:
		addSeats(tx, p.AccountID, p.Product, p.Quantity, 0)
	case *events.LicensesRemoved:
		addSeats(tx, p.AccountID, p.Product, -p.Quantity, 0)
	case *events.LicensesExpired:
		addSeats(tx, p.AccountID, p.Product, -p.Quantity, 0)
	case *events.UserLicenseAssigned:
		setLicense(tx, p.AccountID, p.UserID, p.Product, &License{State: LicenseActive, Since: e.Time, Position: e.Position})
		addSeats(tx, p.AccountID, p.Product, 0, 1)
	case *events.UserLicenseDisabled:
		setLicense(tx, p.AccountID, p.UserID, p.Product, &License{State: LicenseDisabled, Since: e.Time, Position: e.Position})
		addSeats(tx, p.AccountID, p.Product, 0, -1)
	case *events.UserLicenseUnassigned:
		setLicense(tx, p.AccountID, p.UserID, p.Product, nil)
		addSeats(tx, p.AccountID, p.Product, 0, -1)
	default:
		return false
	}
	return true
}

// addSeats changes a pool's totals.
func addSeats(tx row.Tx, account, product string, total, assigned int) {
	p := Pool{Product: product}
	if old := Pools.Get(tx, account, product); old != nil {
		p = *old
	}
	p.Total += total
	p.Assigned += assigned
	Pools.Put(tx, account, product, &p)
}

// setLicense sets a user's licence of a product, or takes it away.
func setLicense(tx row.Tx, account, user, product string, l *License) {
	editUser(tx, account, user, func(u *User) {
		if l != nil {
			u.Licenses = with(u.Licenses, product, *l)
			return
		}
		u.Licenses = maps.Clone(u.Licenses)
		delete(u.Licenses, product)
		if len(u.Licenses) == 0 {
			u.Licenses = nil
		}
	})
}

// evolveUser folds who the account's users are.
func evolveUser(tx row.Tx, e *events.Event) {
	switch p := e.Data.(type) {
	case *events.UserAdded:
		join(tx, p.AccountID, &User{
			UserID: p.UserID, PersonID: p.PersonID, Email: p.Email,
			FirstName: p.FirstName, LastName: p.LastName, Name: p.Name, Role: p.Role, State: UserActive,
		})
	case *events.UserConverted:
		join(tx, p.AccountID, &User{UserID: p.UserID, PersonID: p.PersonID, Email: p.Email, Role: p.Role, State: UserActive})
	case *events.UserInvited:
		join(tx, p.AccountID, &User{UserID: p.UserID, PersonID: p.PersonID, Email: p.Email, Role: p.Role, State: UserInvited})
	case *events.InvitationAccepted:
		editUser(tx, p.AccountID, p.UserID, func(u *User) { u.State = UserActive })
	case *events.UserUpdated:
		editReachable(tx, p.AccountID, p.UserID, func(u *User) { update(tx, p, u) })
	case *events.UserActivityRecorded:
		editUser(tx, p.AccountID, p.UserID, func(u *User) { active(tx, p.AccountID, u, p.At) })
	case *events.UserRemoved:
		leave(tx, p.AccountID, p.UserID)
	}
}

// active folds the newest activity of a user, on the copy of its row.
func active(tx row.Tx, account string, u *User, at time.Time) {
	setActivity(tx, account, u.LastActivityAt, at)
	u.LastActivityAt = at
	var c Counts
	if old := Totals.Get(tx, account, ""); old != nil {
		c = *old
	}
	if at.After(c.LastActivityAt) {
		c.LastActivityAt = at
		Totals.Put(tx, account, "", &c)
	}
}

// editUser puts a changed copy of a user's row.
func editUser(tx row.Tx, account, user string, change func(*User)) {
	if old := Users.Get(tx, account, user); old != nil {
		u := *old
		change(&u)
		Users.Put(tx, account, user, &u)
	}
}

// update makes the changes of UserUpdated on the copy of a row.
func update(tx row.Tx, p *events.UserUpdated, u *User) {
	c := &p.Changes
	if c.Email != nil {
		setEmail(tx, p.AccountID, p.UserID, c.Email.Old, c.Email.New)
	}
	if c.Role != nil {
		countRole(tx, p.AccountID, c.Role.Old, c.Role.New)
		setAdmin(tx, p.AccountID, p.UserID, c.Role.New == RoleAccountAdmin)
	}
	setPersonal(&u.Email, c.Email)
	setPersonal(&u.FirstName, c.FirstName)
	setPersonal(&u.LastName, c.LastName)
	setPersonal(&u.Name, c.Name)
	setPersonal(&u.PhoneNumber, c.PhoneNumber)
	setText(&u.Role, c.Role)
	setText(&u.LocationID, c.LocationID)
	setText(&u.Extension, c.Extension)
	setText(&u.PreferredSite, c.PreferredSite)
}

func setPersonal(f *events.Personal, c *events.PersonalChange) {
	if c != nil {
		*f = c.New
	}
}

func setText(f *string, c *events.Change) {
	if c != nil {
		*f = c.New
	}
}

// setEmail keeps the indexes of addresses. An address whose person was erased is
// not known any more, and is in the index no more.
func setEmail(tx row.Tx, account, user string, old, to events.Personal) {
	if old.Plain != "" {
		Emails.Delete(tx, account, EmailKey(old.Plain))
	}
	if to.Plain != "" {
		Emails.Put(tx, account, EmailKey(to.Plain), &Owner{ID: user})
	}
	useDomain(tx, account, user, EmailKey(to.Plain))
}

// count adds users of a role to the account's totals, or takes them away.
func count(tx row.Tx, account string, n int, role string) {
	admins := 0
	if role == RoleAccountAdmin {
		admins = n
	}
	addTotals(tx, account, n, admins)
}

// countRole counts a user who changes role.
func countRole(tx row.Tx, account, old, to string) {
	count(tx, account, -1, old)
	count(tx, account, 1, to)
}

func addTotals(tx row.Tx, account string, users, admins int) {
	var c Counts
	if old := Totals.Get(tx, account, ""); old != nil {
		c = *old
	}
	c.Users += users
	c.Admins += admins
	Totals.Put(tx, account, "", &c)
}
