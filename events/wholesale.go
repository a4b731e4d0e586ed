package events

import "iter"

// WholesalePackage is a package, or an add-on, that an account may give out.
type WholesalePackage struct {
	Package string `json:"package"`
	Limit   *int   `json:"limit,omitzero"` // users who may have it; absent: any number
}

// WholesalePackagesSet: the complete list of what the account may give out.
type WholesalePackagesSet struct {
	AccountID string             `json:"account_id"`
	Packages  []WholesalePackage `json:"packages"`
}

// WholesaleUserAdded: a person joined the account with a package.
type WholesaleUserAdded struct {
	AccountID     string   `json:"account_id"`
	UserID        string   `json:"user_id"`
	PersonID      string   `json:"person_id"`
	Email         Personal `json:"email"`
	FirstName     Personal `json:"first_name,omitzero"`
	LastName      Personal `json:"last_name,omitzero"`
	Name          Personal `json:"name,omitzero"`
	Package       string   `json:"package"`
	LocationID    string   `json:"location_id,omitzero"`
	PhoneNumber   Personal `json:"phone_number,omitzero"`
	Extension     string   `json:"extension,omitzero"`
	PreferredSite string   `json:"preferred_site,omitzero"`
}

// CallingChanges holds what changed of where and how a user is reached.
type CallingChanges struct {
	LocationID    *Change         `json:"location_id,omitzero"`
	PhoneNumber   *PersonalChange `json:"phone_number,omitzero"`
	Extension     *Change         `json:"extension,omitzero"`
	PreferredSite *Change         `json:"preferred_site,omitzero"`
}

// UserPackageChanged: the user gave one package up and has another; or has the
// same, with other numbers.
type UserPackageChanged struct {
	AccountID  string         `json:"account_id"`
	UserID     string         `json:"user_id"`
	PersonID   string         `json:"person_id"`
	OldPackage string         `json:"old_package,omitzero"` // absent: the user had none
	Package    string         `json:"package"`
	Changes    CallingChanges `json:"changes,omitzero"`
}

// UserPackageUnassigned: the user has no package; location and numbers are
// free again.
type UserPackageUnassigned struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	Package   string `json:"package"`
}

// AddOnAssigned: the user has something beside its package.
type AddOnAssigned struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	AddOn     string `json:"add_on"`
}

// AddOnUnassigned: the user has the add-on no longer.
type AddOnUnassigned struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	AddOn     string `json:"add_on"`
	Reason    string `json:"reason,omitzero"`
}

// WholesaleUserRemoved: the person left the account; package and numbers are
// free again.
type WholesaleUserRemoved struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
}

// BaseLicensesAssigned: the user has base licences, which use no pool.
type BaseLicensesAssigned struct {
	AccountID    string   `json:"account_id"`
	UserID       string   `json:"user_id"`
	BaseLicenses []string `json:"base_licenses"` // those that the user did not have
}

// BaseLicensesRemoved: the user has them no longer.
type BaseLicensesRemoved struct {
	AccountID    string   `json:"account_id"`
	UserID       string   `json:"user_id"`
	BaseLicenses []string `json:"base_licenses"`
}

func (*WholesalePackagesSet) EventType() string  { return "WholesalePackagesSet" }
func (*WholesaleUserAdded) EventType() string    { return "WholesaleUserAdded" }
func (*UserPackageChanged) EventType() string    { return "UserPackageChanged" }
func (*UserPackageUnassigned) EventType() string { return "UserPackageUnassigned" }
func (*AddOnAssigned) EventType() string         { return "AddOnAssigned" }
func (*AddOnUnassigned) EventType() string       { return "AddOnUnassigned" }
func (*WholesaleUserRemoved) EventType() string  { return "WholesaleUserRemoved" }
func (*BaseLicensesAssigned) EventType() string  { return "BaseLicensesAssigned" }
func (*BaseLicensesRemoved) EventType() string   { return "BaseLicensesRemoved" }

// Persons yields the user's personal fields.
func (e *WholesaleUserAdded) Persons() iter.Seq2[string, *Personal] {
	return fields(e.PersonID, &e.Email, &e.FirstName, &e.LastName, &e.Name, &e.PhoneNumber)
}

// Persons yields the phone number, old and new, where it changed.
func (e *UserPackageChanged) Persons() iter.Seq2[string, *Personal] {
	if e.Changes.PhoneNumber == nil {
		return fields(e.PersonID)
	}
	return fields(e.PersonID, &e.Changes.PhoneNumber.Old, &e.Changes.PhoneNumber.New)
}
