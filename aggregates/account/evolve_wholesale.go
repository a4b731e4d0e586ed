package account

import (
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// evolveWholesale folds packages and who has them.
func evolveWholesale(tx row.Tx, e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.WholesalePackagesSet:
		setPackages(tx, p)
	case *events.WholesaleUserAdded:
		join(tx, p.AccountID, &User{
			UserID: p.UserID, PersonID: p.PersonID, Email: p.Email, FirstName: p.FirstName, LastName: p.LastName, Name: p.Name,
			PhoneNumber: p.PhoneNumber, Role: RoleUser, State: UserActive, LocationID: p.LocationID, Extension: p.Extension,
			PreferredSite: p.PreferredSite, Package: p.Package, Wholesale: true,
		})
	case *events.UserPackageChanged:
		editReachable(tx, p.AccountID, p.UserID, func(u *User) {
			use(tx, p.AccountID, u.Package, -1)
			use(tx, p.AccountID, p.Package, 1)
			u.Package, u.Wholesale = p.Package, true
			c := &p.Changes
			setPersonal(&u.PhoneNumber, c.PhoneNumber)
			setText(&u.LocationID, c.LocationID)
			setText(&u.Extension, c.Extension)
			setText(&u.PreferredSite, c.PreferredSite)
		})
	case *events.UserPackageUnassigned:
		editReachable(tx, p.AccountID, p.UserID, func(u *User) {
			use(tx, p.AccountID, u.Package, -1)
			u.Package, u.LocationID, u.PhoneNumber, u.Extension = "", "", events.Personal{}, ""
		})
	case *events.WholesaleUserRemoved:
		leave(tx, p.AccountID, p.UserID)
	default:
		return evolveBeside(tx, e)
	}
	return true
}

// evolveBeside folds what users have beside their package.
func evolveBeside(tx row.Tx, e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.AddOnAssigned:
		use(tx, p.AccountID, p.AddOn, 1)
		editUser(tx, p.AccountID, p.UserID, func(u *User) { u.AddOns = joined(u.AddOns, p.AddOn) })
	case *events.AddOnUnassigned:
		use(tx, p.AccountID, p.AddOn, -1)
		editUser(tx, p.AccountID, p.UserID, func(u *User) { u.AddOns = without(u.AddOns, isOneOf(p.AddOn)) })
	case *events.BaseLicensesAssigned:
		editUser(tx, p.AccountID, p.UserID, func(u *User) { u.BaseLicenses = joined(u.BaseLicenses, p.BaseLicenses...) })
	case *events.BaseLicensesRemoved:
		editUser(tx, p.AccountID, p.UserID, func(u *User) { u.BaseLicenses = without(u.BaseLicenses, isOneOf(p.BaseLicenses...)) })
	default:
		return false
	}
	return true
}

// joined copies a list of ids and adds those that are not in it, in order.
func joined(list []string, ids ...string) []string {
	list = append(slices.Clone(list), ids...)
	slices.Sort(list)
	return slices.Compact(list)
}

func isOneOf(ids ...string) func(string) bool {
	return func(id string) bool { return slices.Contains(ids, id) }
}

// setPackages sets the rows of all that an account may give out. Rows of what
// it gave out before stay, for their use.
func setPackages(tx row.Tx, p *events.WholesalePackagesSet) {
	for _, id := range catalogue.Wholesale() {
		now := Package{Package: id}
		old := Packages.Get(tx, p.AccountID, id)
		if old != nil {
			now.Used = old.Used
		}
		i := slices.IndexFunc(p.Packages, func(s events.WholesalePackage) bool { return s.Package == id })
		if i >= 0 {
			now.Offered, now.Limit = true, p.Packages[i].Limit
		}
		if i >= 0 || old != nil {
			Packages.Put(tx, p.AccountID, id, &now)
		}
	}
}

// use counts users of a package or add-on; of none, nothing.
func use(tx row.Tx, account, id string, n int) {
	if id == "" {
		return
	}
	p := Package{Package: id}
	if old := Packages.Get(tx, account, id); old != nil {
		p = *old
	}
	p.Used += n
	Packages.Put(tx, account, id, &p)
}

// join puts a new user's row and all that finds and counts it.
func join(tx row.Tx, account string, u *User) {
	Users.Put(tx, account, u.UserID, u)
	count(tx, account, 1, u.Role)
	setAdmin(tx, account, u.UserID, u.Role == RoleAccountAdmin)
	setEmail(tx, account, u.UserID, events.Personal{}, u.Email)
	use(tx, account, u.Package, 1)
	moveNumbers(tx, account, &User{UserID: u.UserID}, u)
}

// leave takes a user's row away and all that finds and counts it.
func leave(tx row.Tx, account, user string) {
	u := Users.Get(tx, account, user)
	if u == nil {
		return
	}
	count(tx, account, -1, u.Role)
	setAdmin(tx, account, user, false)
	setActivity(tx, account, u.LastActivityAt, time.Time{})
	setEmail(tx, account, user, u.Email, events.Personal{})
	use(tx, account, u.Package, -1)
	for _, id := range u.AddOns {
		use(tx, account, id, -1)
	}
	moveNumbers(tx, account, u, &User{UserID: user})
	Users.Delete(tx, account, user)
	Leavers.Put(tx, account, u.PersonID, &Leaver{PersonID: u.PersonID, UserID: u.UserID, Email: u.Email})
}

// editReachable is editUser for what may change where a user is reached.
func editReachable(tx row.Tx, account, user string, change func(*User)) {
	old := Users.Get(tx, account, user)
	if old == nil {
		return
	}
	u := *old
	change(&u)
	moveNumbers(tx, account, old, &u)
	Users.Put(tx, account, user, &u)
}

// moveNumbers keeps the indexes of numbers. A phone number whose person was
// erased is not known any more, and is in the index no more. What another one
// holds by now is left alone.
func moveNumbers(tx row.Tx, account string, old, to *User) {
	if was, now := old.PhoneNumber.Plain, to.PhoneNumber.Plain; was != now {
		me := Holder{account, to.UserID}
		if was != "" {
			if h := Numbers.Get(tx, "", was); h != nil && *h == me {
				Numbers.Delete(tx, "", was)
			}
		}
		if now != "" {
			Numbers.Put(tx, "", now, &me)
		}
	}
	was, now := old.extension(), to.extension()
	if was == now {
		return
	}
	if was != "" {
		Extensions.Delete(tx, account, was)
	}
	if now != "" {
		Extensions.Put(tx, account, now, &Owner{ID: to.UserID})
	}
}

// extension is the id of the row of the user's extension, or "".
func (u *User) extension() string {
	if u.LocationID == "" || u.Extension == "" {
		return ""
	}
	return extensionID(u.LocationID, u.Extension)
}
