package projections

import (
	"time"

	"golang.org/x/text/language"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// User is the view of a user of an account.
type User struct {
	UserID         string    `json:"user_id"`
	AccountID      string    `json:"account_id"`
	Email          Shown     `json:"email"`
	FirstName      Shown     `json:"first_name,omitzero"`
	LastName       Shown     `json:"last_name,omitzero"`
	Name           Shown     `json:"name,omitzero"`
	Role           string    `json:"role"`
	State          string    `json:"state"`
	Package        string    `json:"package,omitzero"`
	AddOns         []string  `json:"add_ons,omitempty"`
	BaseLicenses   []string  `json:"base_licenses,omitempty"` // of imports: messaging, meetings, calling
	LocationID     string    `json:"location_id,omitzero"`
	PhoneNumber    Shown     `json:"phone_number,omitzero"`
	Extension      string    `json:"extension,omitzero"`
	PreferredSite  string    `json:"preferred_site,omitzero"`
	LastActivityAt time.Time `json:"last_activity_at,omitzero"`
	// ProductsAndLicenses has one entry per product that the section can show
	// (SEC-1 to SEC-6).
	ProductsAndLicenses []account.Section `json:"products_and_licenses"`
}

// UserFilter narrows the list of an account's users.
type UserFilter struct {
	Account string `json:"account"`
	Product string `json:"product"` // of which the user has an active licence; a family is any of its tiers
	Role    string `json:"role"`
	State   string `json:"state"`
	Package string `json:"package"`
	Query   string `json:"q"` // in user id, and in names and e-mail address where the audience sees them
}

// UserByID is one user; rule.NotFound if there is none for the audience.
func UserByID(s *Snapshot, a Audience, accountID, userID string) (*User, error) {
	of, err := s.account(a, accountID)
	if err != nil {
		return nil, err
	}
	r := account.Users.Get(s, accountID, userID)
	if err := s.Err(); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, rule.Refuse(rule.NotFound, "there is no user %q in account %q", userID, accountID)
	}
	return s.users(a, of)(r), nil
}

// Users lists the users of the account f.Account, by id; rule.NotFound if
// there is no such account for the audience.
func Users(s *Snapshot, a Audience, f UserFilter, p Page) (List[User], error) {
	of, err := s.account(a, f.Account)
	if err != nil {
		return List[User]{}, err
	}
	view := s.users(a, of)
	return lister[account.User, User]{"users", f, within(s, account.Users, f.Account), func(r *account.User) (*User, error) {
		if !is(f.Role, r.Role) || !is(f.State, r.State) || f.Product != "" && !active(r, f.Product) || !is(f.Package, r.Package) {
			return nil, nil
		}
		v := view(r)
		if f.Query != "" && !has(f.Query, r.UserID, v.Email.Text(), v.FirstName.Text(), v.LastName.Text(), v.Name.Text()) {
			return nil, nil
		}
		return v, nil
	}}.page(s, a, p)
}

// active reports an active licence of a product, or of one of a family.
func active(r *account.User, product string) bool {
	for _, tier := range append(catalogue.Tiers(product), product) {
		if r.Licenses[tier].State == account.LicenseActive {
			return true
		}
	}
	return false
}

// users makes views of users of one account. Its pools are read once.
func (s *Snapshot) users(a Audience, of *account.Account) func(*account.User) *User {
	pools, lang := map[string]*account.Pool{}, language.Make(a.Language)
	for product, p := range account.Pools.Scan(s, of.AccountID) {
		pools[product] = p
	}
	pool := func(product string) *account.Pool { return pools[product] }
	return func(r *account.User) *User {
		v := &User{
			UserID: r.UserID, AccountID: of.AccountID, Email: a.show(r.Email),
			FirstName: a.show(r.FirstName), LastName: a.show(r.LastName), Name: a.show(r.Name),
			Role: r.Role, State: r.State, PreferredSite: r.PreferredSite, LastActivityAt: r.LastActivityAt,
			ProductsAndLicenses: account.Sections(of, r, pool, lang),
		}
		if of.Status != account.Deleted { // which frees packages and numbers by itself (ACC-5)
			v.Package, v.AddOns, v.BaseLicenses = r.Package, r.AddOns, r.BaseLicenses
			v.LocationID, v.PhoneNumber, v.Extension = r.LocationID, a.show(r.PhoneNumber), r.Extension
		}
		return v
	}
}
