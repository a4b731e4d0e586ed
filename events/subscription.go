package events

import "iter"

// SubscriptionLine is one service of a subscription, and how many licences of it
// were bought.
type SubscriptionLine struct {
	Service  string `json:"service"`
	Quantity int    `json:"quantity"`
}

// SubscriptionReceived: a Webex order came in, to be mapped and set up. The
// provisioning contact is sent a message, in Language.
type SubscriptionReceived struct {
	SubscriptionID      string             `json:"subscription_id"`
	PersonID            string             `json:"person_id"` // of the provisioning contact
	ProvisioningContact Personal           `json:"provisioning_contact"`
	Services            []SubscriptionLine `json:"services"`
	Language            string             `json:"language,omitzero"`
}

// ProvisioningMessageRequested: the provisioning contact is sent the message
// again.
type ProvisioningMessageRequested struct {
	SubscriptionID string `json:"subscription_id"`
	AccountID      string `json:"account_id,omitzero"` // if it is mapped to one
}

// unmappedV1 is what ProvisioningMessageRequested and SetupPostponed said when
// they did not tell which account it was for.
type unmappedV1 struct {
	SubscriptionID string `json:"subscription_id"`
}

func liftMessageRequested(v1 unmappedV1) ProvisioningMessageRequested {
	return ProvisioningMessageRequested{SubscriptionID: v1.SubscriptionID}
}

func liftPostponed(v1 unmappedV1) SetupPostponed {
	return SetupPostponed{SubscriptionID: v1.SubscriptionID}
}

// OrderPurposeDeclared: it is known whom the order is for.
type OrderPurposeDeclared struct {
	SubscriptionID string `json:"subscription_id"`
	For            string `json:"for"` // customer or own_company
}

// ProvisioningDelegated: somebody else is the provisioning contact from now
// on, is sent the message, and starts over.
type ProvisioningDelegated struct {
	SubscriptionID string   `json:"subscription_id"`
	PersonID       string   `json:"person_id"`
	Email          Personal `json:"email"`
}

// PartnerOrganizationMapped: the subscription belongs to a partner.
type PartnerOrganizationMapped struct {
	SubscriptionID string `json:"subscription_id"`
	PartnerID      string `json:"partner_id"`
	Created        bool   `json:"created,omitzero"` // by the same command
}

// CustomerOrganizationMapped: the subscription is for an account.
type CustomerOrganizationMapped struct {
	SubscriptionID string `json:"subscription_id"`
	PartnerID      string `json:"partner_id"` // that it belongs to
	AccountID      string `json:"account_id"`
	PartnerRole    string `json:"partner_role"`     // provisioning_admin or full_admin
	Created        bool   `json:"created,omitzero"` // by the same command
}

// ServiceSetupDelegated: the customer sets its services up; its administrator
// is sent a message.
type ServiceSetupDelegated struct {
	SubscriptionID string   `json:"subscription_id"`
	AccountID      string   `json:"account_id"`
	PersonID       string   `json:"person_id"`
	AdminEmail     Personal `json:"admin_email"`
}

// SetupPostponed: nothing is provisioned; the next visit resumes.
type SetupPostponed struct {
	SubscriptionID string `json:"subscription_id"`
	AccountID      string `json:"account_id,omitzero"` // if it is mapped to one
}

// Site is a Webex meeting site: its URL is SiteURL + ".webex.com".
type Site struct {
	SiteID       string `json:"site_id"`
	SiteURL      string `json:"site_url"`
	TimeZone     string `json:"time_zone"`
	EarlyRelease bool   `json:"early_release"`
	Licenses     int    `json:"licenses"`
}

// MeetingSitesConfigured: all sites of the subscription. It replaces what was
// configured before.
type MeetingSitesConfigured struct {
	SubscriptionID string `json:"subscription_id"`
	AccountID      string `json:"account_id"`
	Sites          []Site `json:"sites"`
}

// Location is a calling location.
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

// CallingLocationConfigured: the subscription's main location. It replaces
// what was configured before.
type CallingLocationConfigured struct {
	SubscriptionID string   `json:"subscription_id"`
	AccountID      string   `json:"account_id"`
	Location       Location `json:"location"`
}

// SubscriptionProvisioned: set-up is complete. Sites and location are the
// account's from now on, and so are the licences (LicensesAdded, with the
// subscription's id as order_id).
type SubscriptionProvisioned struct {
	SubscriptionID string `json:"subscription_id"`
	AccountID      string `json:"account_id"`
}

// FullAdministratorRequested: the partner asks the customer's administrators
// for full rights; they are sent a message.
type FullAdministratorRequested struct {
	SubscriptionID string `json:"subscription_id"`
	AccountID      string `json:"account_id"`
	PartnerID      string `json:"partner_id"`
}

// FullAdministratorGranted: the partner is the account's full administrator.
type FullAdministratorGranted struct {
	SubscriptionID string `json:"subscription_id"`
	AccountID      string `json:"account_id"`
	PartnerID      string `json:"partner_id"`
}

func (*SubscriptionReceived) EventType() string         { return "SubscriptionReceived" }
func (*ProvisioningMessageRequested) EventType() string { return "ProvisioningMessageRequested" }
func (*OrderPurposeDeclared) EventType() string         { return "OrderPurposeDeclared" }
func (*ProvisioningDelegated) EventType() string        { return "ProvisioningDelegated" }
func (*PartnerOrganizationMapped) EventType() string    { return "PartnerOrganizationMapped" }
func (*CustomerOrganizationMapped) EventType() string   { return "CustomerOrganizationMapped" }
func (*ServiceSetupDelegated) EventType() string        { return "ServiceSetupDelegated" }
func (*SetupPostponed) EventType() string               { return "SetupPostponed" }
func (*MeetingSitesConfigured) EventType() string       { return "MeetingSitesConfigured" }
func (*CallingLocationConfigured) EventType() string    { return "CallingLocationConfigured" }
func (*SubscriptionProvisioned) EventType() string      { return "SubscriptionProvisioned" }
func (*FullAdministratorRequested) EventType() string   { return "FullAdministratorRequested" }
func (*FullAdministratorGranted) EventType() string     { return "FullAdministratorGranted" }

// Persons yields the provisioning contact's address.
func (e *SubscriptionReceived) Persons() iter.Seq2[string, *Personal] {
	return fields(e.PersonID, &e.ProvisioningContact)
}

// Persons yields the new provisioning contact's address.
func (e *ProvisioningDelegated) Persons() iter.Seq2[string, *Personal] {
	return fields(e.PersonID, &e.Email)
}

// Persons yields the administrator's address.
func (e *ServiceSetupDelegated) Persons() iter.Seq2[string, *Personal] {
	return fields(e.PersonID, &e.AdminEmail)
}
