package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// UpdateAccountInformation changes what partner and account admin may edit.
// Fields left out stay as they are; id, cloud location, customer number and
// PBX type are no fields of it (ACC-1).
type UpdateAccountInformation struct {
	InAccount
	Name            *string `json:"name,omitzero" doc:"Name of the customer"`
	Country         *string `json:"country,omitzero" doc:"ISO 3166-1 alpha-2 code"`
	State           *string `json:"state,omitzero" doc:"State or province; may be emptied"`
	Address         *string `json:"address,omitzero" doc:"Street and number"`
	City            *string `json:"city,omitzero"`
	PostalCode      *string `json:"postal_code,omitzero"`
	DefaultLanguage *string `json:"default_language,omitzero" doc:"BCP 47 language"`
	BusinessType    *string `json:"business_type,omitzero" doc:"May be emptied"`
}

// Check reports unacceptable fields.
func (c *UpdateAccountInformation) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	text := func(field string, v *string, maxBytes int) {
		if v != nil {
			k.Text(field, v, maxBytes)
		}
	}
	text("name", c.Name, rule.MaxTextBytes)
	text("address", c.Address, rule.MaxTextBytes)
	text("city", c.City, rule.MaxTextBytes)
	text("postal_code", c.PostalCode, rule.MaxIDBytes)
	if c.Country != nil {
		k.Country("country", *c.Country)
	}
	if c.DefaultLanguage != nil {
		k.Language("default_language", *c.DefaultLanguage)
	}
	if c.State != nil {
		k.OptionalText("state", c.State, rule.MaxTextBytes)
	}
	if c.BusinessType != nil {
		k.OptionalText("business_type", c.BusinessType, rule.MaxTextBytes)
	}
}

// Decide records the fields that change, old and new.
func (c *UpdateAccountInformation) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := *c.load(r)
	changes := map[string]events.Change{}
	for name, v := range map[string]*string{
		"name": c.Name, "country": c.Country, "state": c.State, "address": c.Address, "city": c.City,
		"postal_code": c.PostalCode, "default_language": c.DefaultLanguage, "business_type": c.BusinessType,
	} {
		if old := a.information(name); v != nil && *v != *old {
			changes[name] = events.Change{Old: *old, New: *v}
		}
	}
	if len(changes) == 0 {
		return rule.Decision{}, nil
	}
	return a.decided(&events.AccountInformationUpdated{AccountID: a.AccountID, Changes: changes})
}

// information finds a field that UpdateAccountInformation changes, or nil.
func (a *Account) information(name string) *string {
	switch name {
	case "name":
		return &a.Name
	case "country":
		return &a.Country
	case "state":
		return &a.State
	case "address":
		return &a.Address
	case "city":
		return &a.City
	case "postal_code":
		return &a.PostalCode
	case "default_language":
		return &a.DefaultLanguage
	case "business_type":
		return &a.BusinessType
	}
	return nil
}
