// Package account decides and folds the history of accounts: their
// information, integrations, pools of licences and users.
package account

import (
	"iter"
	"time"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// The integrations that rules speak of.
const (
	CloudLinkGateway = "cloudlink_gateway"
	MiCollab         = "micollab"
	MiTeamMeetings   = "miteam_meetings" // the product, too
	MitelOne         = "mitel_one"       // the family of products, too
)

// Roles and states of a user.
const (
	RoleUser         = "user"
	RoleAccountAdmin = "account_admin"
	UserActive       = "active"
	UserInvited      = "invited" // and has not answered yet
)

// Status of an account.
const (
	Active      = "active"
	Deactivated = "deactivated"
	Deleted     = "deleted"
)

// Account is the row of an account: all but its users and pools.
type Account struct {
	AccountID       string `json:"account_id"`
	PartnerID       string `json:"partner_id"`
	Own             bool   `json:"own,omitzero"`
	Kind            string `json:"kind"`
	Status          string `json:"status"`
	Name            string `json:"name"`
	Country         string `json:"country,omitzero"`
	State           string `json:"state,omitzero"`
	Address         string `json:"address,omitzero"`
	City            string `json:"city,omitzero"`
	PostalCode      string `json:"postal_code,omitzero"`
	DefaultLanguage string `json:"default_language,omitzero"`
	CloudLocation   string `json:"cloud_location,omitzero"`
	BusinessType    string `json:"business_type,omitzero"`
	CustomerNumber  string `json:"customer_number,omitzero"`
	PBXType         string `json:"pbx_type,omitzero"`

	SupportContacts       []events.Contact  `json:"support_contacts,omitempty"`
	Domains               []Domain          `json:"domains,omitempty"`
	Integrations          map[string]Switch `json:"integrations,omitempty"` // by id; absent: never switched
	Privileges            map[string]Rights `json:"privileges,omitempty"`   // by integration id
	BandwidthOptimization bool              `json:"bandwidth_optimization,omitzero"`
	DirectoryConnector    bool              `json:"directory_connector,omitzero"`
	CreatedAt             time.Time         `json:"created_at"`
}

// Switch is an integration's state and the event that last changed it.
type Switch struct {
	Enabled  bool      `json:"enabled"`
	Since    time.Time `json:"since"`
	Position uint64    `json:"position"`
}

// Rights are the privileges of one Mitel integration.
type Rights struct {
	DelegatedAuthentication bool `json:"delegated_authentication"`
	GuestAccessConsent      bool `json:"guest_access_consent"`
}

// The privileges of a Mitel integration (INT-2).
const (
	DelegatedAuthentication = "delegated_authentication"
	GuestAccessConsent      = "guest_access_consent"
)

// Privileges lists the privileges, in the order of views.
var Privileges = []string{DelegatedAuthentication, GuestAccessConsent}

// find returns the field of a privilege, or nil.
func (r *Rights) find(privilege string) *bool {
	switch privilege {
	case DelegatedAuthentication:
		return &r.DelegatedAuthentication
	case GuestAccessConsent:
		return &r.GuestAccessConsent
	}
	return nil
}

// Has reports that a privilege is on.
func (r Rights) Has(privilege string) bool {
	f := r.find(privilege)
	return f != nil && *f
}

// Domain is an e-mail domain that the account claims.
type Domain struct {
	Domain   string `json:"domain"`
	Verified bool   `json:"verified,omitzero"`
}

// Enabled reports that an integration is on.
func (a *Account) Enabled(integration string) bool { return a.Integrations[integration].Enabled }

// CrossLaunch reports that users may start MiTeam Meetings from MiCollab
// (INT-6).
func (a *Account) CrossLaunch() bool { return a.Enabled(MiCollab) }

// CustomerNumberLabel is what the account's customer number is called (ACC-2).
func (a *Account) CustomerNumberLabel() string {
	return catalogue.FindAccountKind(a.Kind).CustomerNumberLabel
}

// Persons yields the personal fields of the support contacts.
func (a *Account) Persons() iter.Seq2[string, *events.Personal] {
	return (&events.AccountCreated{SupportContacts: a.SupportContacts}).Persons()
}

// Pool is the row of an account's seats of one product.
type Pool struct {
	Product  string `json:"product"`
	Total    int    `json:"total"`
	Assigned int    `json:"assigned"`
}

// Available is never below 0 (ORD-5).
func (p *Pool) Available() int {
	if p == nil {
		return 0
	}
	return max(0, p.Total-p.Assigned)
}

// OverAllocated reports that seats left the pool while they were in use (ORD-5).
func (p *Pool) OverAllocated() bool { return p != nil && p.Assigned > p.Total }

// State of a licence.
const (
	LicenseActive   = "active"
	LicenseDisabled = "disabled"
)

// License is one seat that a user has, or had until a rule disabled it.
type License struct {
	State    string    `json:"state"`
	Since    time.Time `json:"since"`
	Position uint64    `json:"position"`
}

// User is the row of a user of an account.
type User struct {
	UserID         string          `json:"user_id"`
	PersonID       string          `json:"person_id"`
	Email          events.Personal `json:"email"`
	FirstName      events.Personal `json:"first_name,omitzero"`
	LastName       events.Personal `json:"last_name,omitzero"`
	Name           events.Personal `json:"name,omitzero"`
	PhoneNumber    events.Personal `json:"phone_number,omitzero"`
	Role           string          `json:"role"`
	State          string          `json:"state"`
	LocationID     string          `json:"location_id,omitzero"`
	Extension      string          `json:"extension,omitzero"`
	PreferredSite  string          `json:"preferred_site,omitzero"`
	LastActivityAt time.Time       `json:"last_activity_at,omitzero"`
	// Wholesale: the user has, or had, a package.
	Wholesale    bool               `json:"wholesale,omitzero"`
	Package      string             `json:"package,omitzero"`
	AddOns       []string           `json:"add_ons,omitempty"`
	BaseLicenses []string           `json:"base_licenses,omitempty"`
	Licenses     map[string]License `json:"licenses,omitempty"` // by product; absent: none
}

// Has reports that the user has an active licence of a product.
func (u *User) Has(product string) bool { return u.Licenses[product].State == LicenseActive }

// Persons yields the user's personal fields.
func (u *User) Persons() iter.Seq2[string, *events.Personal] {
	return func(yield func(string, *events.Personal) bool) {
		for _, p := range []*events.Personal{&u.Email, &u.FirstName, &u.LastName, &u.Name, &u.PhoneNumber} {
			if !p.IsZero() && !yield(u.PersonID, p) {
				return
			}
		}
	}
}

// Erased reports that the user's person was erased.
func (u *User) Erased() bool {
	for _, p := range u.Persons() {
		if p.Erased {
			return true
		}
	}
	return false
}

// Leaver is a person whose data stand in the account's history alone: of a
// user or support contact that was removed.
type Leaver struct {
	PersonID string          `json:"person_id"`
	UserID   string          `json:"user_id,omitzero"` // absent: a support contact
	Email    events.Personal `json:"email"`            // the last one
}

// Persons yields the leaver's address.
func (l *Leaver) Persons() iter.Seq2[string, *events.Personal] {
	return func(yield func(string, *events.Personal) bool) {
		if !l.Email.IsZero() {
			yield(l.PersonID, &l.Email)
		}
	}
}

// Location is the row of a place of an account's that users are at (SUB-9).
type Location struct {
	LocationID string `json:"location_id"`
	Name       string `json:"name"`
	Country    string `json:"country"`
	Address    string `json:"address,omitzero"`
	City       string `json:"city,omitzero"`
	PostalCode string `json:"postal_code,omitzero"`
	Language   string `json:"language,omitzero"`
	TimeZone   string `json:"time_zone,omitzero"`
}

// Counts is a row beside the account's, so that adding users does not copy it.
type Counts struct {
	Users  int `json:"users"`
	Admins int `json:"admins"` // users of role account_admin
	// LastActivityAt is the latest activity of any user there ever was.
	LastActivityAt time.Time `json:"last_activity_at,omitzero"`
}

// Owner is a row that says who has something unique.
type Owner struct {
	ID string `json:"id"`
}

// The tables of accounts. Where Aggregate is "account", scope is its id.
var (
	Accounts = row.Of[Account](row.Info{Tag: 'a', Name: "accounts", Aggregate: "account", Listed: true}) // id empty
	Pools    = row.Of[Pool](row.Info{Tag: 'l', Name: "pools", Aggregate: "account"})                     // id: product
	Users    = row.Of[User](row.Info{Tag: 'u', Name: "users", Aggregate: "account"})                     // id: user id
	Totals   = row.Of[Counts](row.Info{Tag: 'c', Name: "counts", Aggregate: "account"})                  // id empty
	// Admins lists the account's administrators; id empty.
	Admins = row.Of[Administrators](row.Info{Tag: 'y', Name: "account_admins", Aggregate: "account"})
	// Locations are an account's places; id: location id.
	Locations = row.Of[Location](row.Info{Tag: 'g', Name: "locations", Aggregate: "account"})
	// Emails finds the user of an account by address; id: the address.
	Emails = row.Of[Owner](row.Info{Tag: 'e', Name: "emails", Aggregate: "account", SecretID: true, Latest: true})
	// Packages are what an account may give out, and how many users have it;
	// id: product.
	Packages = row.Of[Package](row.Info{Tag: 'k', Name: "packages", Aggregate: "account"})
	// Extensions finds the user of an account by location and extension.
	Extensions = row.Of[Owner](row.Info{Tag: 'X', Name: "extensions", Aggregate: "account", Latest: true})
	// Numbers finds the user who has a phone number; scope empty, id: the number.
	Numbers = row.Of[Holder](row.Info{Tag: 'n', Name: "numbers", SecretID: true, Latest: true})
	// Leavers are there to be erased; id: the person's.
	Leavers = row.Of[Leaver](row.Info{Tag: 'q', Name: "leavers", Aggregate: "account", Latest: true})
	// Claims finds the account that claims a domain; scope: the domain.
	Claims = row.Of[Owner](row.Info{Tag: 'd', Name: "claims"})
	// ByPartner lists a partner's accounts; scope: partner, id: account.
	ByPartner = row.Of[Owner](row.Info{Tag: 'A', Name: "partner_accounts", Listed: true})

	// Partnerships are the rights of other partners; id: partner.
	Partnerships = row.Of[Partnership](row.Info{Tag: '6', Name: "partnerships", Aggregate: "account"})
	// DomainUses counts the users by domain; id: the domain.
	DomainUses = row.Of[DomainUse](row.Info{Tag: '7', Name: "domain_uses", Aggregate: "account", Latest: true, Forgets: true})
	// UserDomains has the domain that a user counts in; id: user id.
	UserDomains = row.Of[UserDomain](row.Info{Tag: '8', Name: "user_domains", Aggregate: "account", Latest: true, Forgets: true})
	// ActiveDays counts the users by the day of their last activity; id: the
	// day, as 2026-01-31.
	ActiveDays = row.Of[ActiveDay](row.Info{Tag: '9', Name: "active_days", Aggregate: "account"})
)
