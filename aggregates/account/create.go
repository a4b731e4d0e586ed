package account

import (
	"fmt"
	"slices"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Limits of support contacts.
const (
	MaxSupportContacts = 100
	// MaxContactsBytes bounds the contacts that come with one AccountCreated:
	// sealed, they must fit its entry.
	MaxContactsBytes = 24 << 10
)

// ContactDetails is a support contact as commands give it.
type ContactDetails struct {
	Email string `json:"email" doc:"E-mail address"`
	Name  string `json:"name,omitzero" doc:"Name of the person"`
}

func (c *ContactDetails) check(k *rule.Checker, path string) {
	k.Email(path+"email", &c.Email)
	k.OptionalText(path+"name", &c.Name, rule.MaxTextBytes)
}

// contact is the person as it is recorded.
func (c *ContactDetails) contact(person string) events.Contact {
	return events.Contact{PersonID: person, Email: events.Clear(c.Email), Name: events.Clear(c.Name)}
}

// CreateAccount makes a customer's account.
type CreateAccount struct {
	AccountID       string           `json:"account_id,omitzero" doc:"Id of the new account; made by the ledger if left out"`
	PartnerID       string           `json:"partner_id" doc:"Partner whose customer it is"`
	Name            string           `json:"name" doc:"Name of the customer"`
	Country         string           `json:"country" doc:"ISO 3166-1 alpha-2 code"`
	State           string           `json:"state,omitzero" doc:"State or province"`
	Address         string           `json:"address" doc:"Street and number"`
	City            string           `json:"city"`
	PostalCode      string           `json:"postal_code"`
	DefaultLanguage string           `json:"default_language" doc:"BCP 47 language"`
	CloudLocation   string           `json:"cloud_location" doc:"Region where its data stand: EU, US or APAC; never changed"`
	SupportContacts []ContactDetails `json:"support_contacts" doc:"Who is told of the account's problems, 1 to 100"`
	BusinessType    string           `json:"business_type,omitzero"`
	Kind            string           `json:"kind,omitzero" doc:"cloudlink (if left out) or micloud_connect"`
}

// Check reports unacceptable fields.
func (c *CreateAccount) Check(k *rule.Checker) {
	k.OptionalID("account_id", c.AccountID)
	k.ID("partner_id", c.PartnerID)
	k.Text("name", &c.Name, rule.MaxTextBytes)
	k.Country("country", c.Country)
	k.OptionalText("state", &c.State, rule.MaxTextBytes)
	k.Text("address", &c.Address, rule.MaxTextBytes)
	k.Text("city", &c.City, rule.MaxTextBytes)
	k.Text("postal_code", &c.PostalCode, rule.MaxIDBytes)
	k.Language("default_language", c.DefaultLanguage)
	k.OneOf("cloud_location", c.CloudLocation, catalogue.All.Regions...)
	k.OptionalText("business_type", &c.BusinessType, rule.MaxTextBytes)
	kinds := catalogue.CreatableKinds()
	if c.Kind == "" {
		c.Kind = kinds[0]
	}
	k.OneOf("kind", c.Kind, kinds...)
	c.checkContacts(k)
}

// checkContacts: at least one (ACC-4), each address once.
func (c *CreateAccount) checkContacts(k *rule.Checker) {
	if len(c.SupportContacts) == 0 {
		k.Fail("support_contacts", "must have at least one contact")
	}
	k.AtMost("support_contacts", len(c.SupportContacts), MaxSupportContacts)
	size, seen := 0, []string{}
	for i := range c.SupportContacts[:min(len(c.SupportContacts), MaxSupportContacts)] {
		s, path := &c.SupportContacts[i], fmt.Sprintf("support_contacts[%d].", i)
		s.check(k, path)
		if slices.Contains(seen, s.Email) {
			k.Fail(path+"email", "stands twice")
		}
		seen = append(seen, s.Email)
		size += len(s.Email) + len(s.Name)
	}
	if size > MaxContactsBytes {
		k.Fail("support_contacts", "must have at most %d bytes in all", MaxContactsBytes)
	}
}

// Names names the partner.
func (c *CreateAccount) Names() rule.Names { return rule.Names{Partner: c.PartnerID} }

// Decide refuses an id in use, a deleted account's too: its history stays.
func (c *CreateAccount) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	id := c.AccountID
	if id == "" {
		id = ctx.NewID()
	}
	if Accounts.Get(r, id, "") != nil {
		return refused(rule.AlreadyExists, "there is an account %q already", id)
	}
	e := &events.AccountCreated{
		AccountID: id, PartnerID: c.PartnerID, Kind: c.Kind, Name: c.Name, Country: c.Country, State: c.State,
		Address: c.Address, City: c.City, PostalCode: c.PostalCode, DefaultLanguage: c.DefaultLanguage,
		CloudLocation: c.CloudLocation, BusinessType: c.BusinessType,
	}
	for i := range c.SupportContacts {
		e.SupportContacts = append(e.SupportContacts, c.SupportContacts[i].contact(ctx.NewID()))
	}
	return rule.Decision{ID: id, Drafts: []events.Draft{{Partner: c.PartnerID, AggregateID: id, Data: e}}}, nil
}
