package events

// LicensesAdded: seats of one product joined the account's pool.
type LicensesAdded struct {
	AccountID string `json:"account_id"`
	OrderID   string `json:"order_id"`
	Product   string `json:"product"`
	Quantity  int    `json:"quantity"`
}

// LicensesRemoved: the order was taken back, and its seats with it.
type LicensesRemoved struct {
	AccountID string `json:"account_id"`
	OrderID   string `json:"order_id"`
	Product   string `json:"product"`
	Quantity  int    `json:"quantity"`
}

// LicensesExpired: the order expired, and its seats left the pool.
type LicensesExpired struct {
	AccountID string `json:"account_id"`
	OrderID   string `json:"order_id"`
	Product   string `json:"product"`
	Quantity  int    `json:"quantity"`
}

// UserLicenseAssigned: one seat of a pool is the user's.
type UserLicenseAssigned struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	Product   string `json:"product"`
}

// UserLicenseUnassigned: the seat is available again.
type UserLicenseUnassigned struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	Product   string `json:"product"`
	Reason    string `json:"reason,omitzero"`
}

// UserLicenseDisabled: the licence stopped by a rule; its seat is available.
type UserLicenseDisabled struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	Product   string `json:"product"`
	Reason    string `json:"reason"`
	// MiCollabDisabledAt is the position of the event that disabled
	// MiCollab, 0 when it never was enabled.
	MiCollabDisabledAt uint64 `json:"micollab_disabled_at,omitzero"`
}

func (*LicensesAdded) EventType() string         { return "LicensesAdded" }
func (*LicensesRemoved) EventType() string       { return "LicensesRemoved" }
func (*LicensesExpired) EventType() string       { return "LicensesExpired" }
func (*UserLicenseAssigned) EventType() string   { return "UserLicenseAssigned" }
func (*UserLicenseUnassigned) EventType() string { return "UserLicenseUnassigned" }
func (*UserLicenseDisabled) EventType() string   { return "UserLicenseDisabled" }
