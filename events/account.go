package events

import "iter"

// Contact is a support contact of an account.
type Contact struct {
	PersonID string   `json:"person_id"`
	Email    Personal `json:"email"`
	Name     Personal `json:"name,omitzero"`
}

// AccountCreated: a customer's account, or a partner's own.
type AccountCreated struct {
	AccountID       string    `json:"account_id"`
	PartnerID       string    `json:"partner_id"`
	Own             bool      `json:"own,omitzero"`
	Kind            string    `json:"kind"`
	Name            string    `json:"name"`
	Country         string    `json:"country,omitzero"`
	State           string    `json:"state,omitzero"`
	Address         string    `json:"address,omitzero"`
	City            string    `json:"city,omitzero"`
	PostalCode      string    `json:"postal_code,omitzero"`
	DefaultLanguage string    `json:"default_language,omitzero"`
	CloudLocation   string    `json:"cloud_location,omitzero"`
	BusinessType    string    `json:"business_type,omitzero"`
	SupportContacts []Contact `json:"support_contacts,omitempty"`
}

// Change is a field's value before and after.
type Change struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// AccountInformationUpdated: only the fields that changed, by name.
type AccountInformationUpdated struct {
	AccountID string            `json:"account_id"`
	Changes   map[string]Change `json:"changes"`
}

// CustomerNumberRecorded: the customer's number in the billing system.
type CustomerNumberRecorded struct {
	AccountID      string `json:"account_id"`
	CustomerNumber string `json:"customer_number"`
}

// GatewayOnboardingCompleted: the kind of PBX is known from now on.
type GatewayOnboardingCompleted struct {
	AccountID string `json:"account_id"`
	PBXType   string `json:"pbx_type"`
}

// SupportContactAdded: a person to be told of the account's problems.
type SupportContactAdded struct {
	AccountID string `json:"account_id"`
	Contact
}

// SupportContactRemoved: the person is told no longer.
type SupportContactRemoved struct {
	AccountID string `json:"account_id"`
	Contact
}

// AccountDeactivated: licences are kept; it can be undone.
type AccountDeactivated struct {
	AccountID string `json:"account_id"`
}

// AccountReactivated undoes a deactivation.
type AccountReactivated struct {
	AccountID string `json:"account_id"`
}

// AccountDeleted releases domains, numbers and sites of the account by itself.
type AccountDeleted struct {
	AccountID string `json:"account_id"`
}

// DomainClaimed: the account says that the e-mail domain is its own.
type DomainClaimed struct {
	AccountID string `json:"account_id"`
	Domain    string `json:"domain"`
}

// DomainVerified: the claim was proved.
type DomainVerified struct {
	AccountID string `json:"account_id"`
	Domain    string `json:"domain"`
}

// DomainReleased: the claim was given up.
type DomainReleased struct {
	AccountID string `json:"account_id"`
	Domain    string `json:"domain"`
}

// ProblemReported is mailed to all support contacts.
type ProblemReported struct {
	AccountID string `json:"account_id"`
	Summary   string `json:"summary"`
}

// PersonErased: the persons' keys are destroyed once this is recorded.
type PersonErased struct {
	AccountID string   `json:"account_id,omitzero"`
	UserID    string   `json:"user_id,omitzero"`
	PersonIDs []string `json:"person_ids"`
}

// DirectoryConnectorEnabled: a directory manages the account's users.
type DirectoryConnectorEnabled struct {
	AccountID string `json:"account_id"`
}

// DirectoryConnectorDisabled: users are managed here again.
type DirectoryConnectorDisabled struct {
	AccountID string `json:"account_id"`
}

func (*AccountCreated) EventType() string             { return "AccountCreated" }
func (*AccountInformationUpdated) EventType() string  { return "AccountInformationUpdated" }
func (*CustomerNumberRecorded) EventType() string     { return "CustomerNumberRecorded" }
func (*GatewayOnboardingCompleted) EventType() string { return "GatewayOnboardingCompleted" }
func (*SupportContactAdded) EventType() string        { return "SupportContactAdded" }
func (*SupportContactRemoved) EventType() string      { return "SupportContactRemoved" }
func (*AccountDeactivated) EventType() string         { return "AccountDeactivated" }
func (*AccountReactivated) EventType() string         { return "AccountReactivated" }
func (*AccountDeleted) EventType() string             { return "AccountDeleted" }
func (*DomainClaimed) EventType() string              { return "DomainClaimed" }
func (*DomainVerified) EventType() string             { return "DomainVerified" }
func (*DomainReleased) EventType() string             { return "DomainReleased" }
func (*ProblemReported) EventType() string            { return "ProblemReported" }
func (*PersonErased) EventType() string               { return "PersonErased" }
func (*DirectoryConnectorEnabled) EventType() string  { return "DirectoryConnectorEnabled" }
func (*DirectoryConnectorDisabled) EventType() string { return "DirectoryConnectorDisabled" }

// Persons yields the contact's personal fields.
func (c *Contact) Persons() iter.Seq2[string, *Personal] {
	return fields(c.PersonID, &c.Email, &c.Name)
}

// Persons yields the personal fields of all support contacts.
func (e *AccountCreated) Persons() iter.Seq2[string, *Personal] {
	return func(yield func(string, *Personal) bool) {
		for i := range e.SupportContacts {
			for id, p := range e.SupportContacts[i].Persons() {
				if !yield(id, p) {
					return
				}
			}
		}
	}
}

// fields yields those fields of one person that are set.
func fields(person string, ps ...*Personal) iter.Seq2[string, *Personal] {
	return func(yield func(string, *Personal) bool) {
		for _, p := range ps {
			if !p.IsZero() && !yield(person, p) {
				return
			}
		}
	}
}
