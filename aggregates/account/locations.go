package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// LocationDetails is what is known of a location, as commands give it.
type LocationDetails struct {
	Name       string `json:"name" doc:"Name of the location"`
	Country    string `json:"country" doc:"ISO 3166-1 alpha-2 code"`
	Address    string `json:"address,omitzero" doc:"Street and number"`
	City       string `json:"city,omitzero"`
	PostalCode string `json:"postal_code,omitzero"`
	Language   string `json:"language,omitzero" doc:"BCP 47 language"`
	TimeZone   string `json:"time_zone,omitzero" doc:"IANA time zone, as Europe/Rome"`
}

// CheckAt reports unacceptable fields; path stands before their names.
func (d *LocationDetails) CheckAt(k *rule.Checker, path string) {
	k.Text(path+"name", &d.Name, rule.MaxTextBytes)
	k.Country(path+"country", d.Country)
	k.OptionalText(path+"address", &d.Address, rule.MaxTextBytes)
	k.OptionalText(path+"city", &d.City, rule.MaxTextBytes)
	k.OptionalText(path+"postal_code", &d.PostalCode, rule.MaxIDBytes)
	if d.Language != "" {
		k.Language(path+"language", d.Language)
	}
	if d.TimeZone != "" {
		k.TimeZone(path+"time_zone", d.TimeZone)
	}
}

// Added is the event that makes a location of an account.
func (d *LocationDetails) Added(account, id string) *events.LocationAdded {
	return &events.LocationAdded{
		AccountID: account, LocationID: id, Name: d.Name, Country: d.Country, Address: d.Address,
		City: d.City, PostalCode: d.PostalCode, Language: d.Language, TimeZone: d.TimeZone,
	}
}

// AddLocation adds a place where users with calling are (SUB-9).
type AddLocation struct {
	InAccount
	LocationID string `json:"location_id,omitzero" doc:"Id of the new location; made by the ledger if left out"`
	LocationDetails
}

// Check reports unacceptable fields.
func (c *AddLocation) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.OptionalID("location_id", c.LocationID)
	c.CheckAt(k, "")
}

// Names names the account, which may be mapped to the partner (SUB-5).
func (c *AddLocation) Names() rule.Names { return rule.Names{Account: c.AccountID, Mapped: true} }

// Decide refuses an id that the account has already.
func (c *AddLocation) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a, id := c.load(r), c.LocationID
	if id == "" {
		id = ctx.NewID()
	}
	if Locations.Get(r, a.AccountID, id) != nil {
		return refused(rule.AlreadyExists, "account %q has a location %q already", a.AccountID, id)
	}
	d, err := a.decided(c.Added(a.AccountID, id))
	d.ID = id
	return d, err
}

// UpdateLocation changes what is known of a location. Fields left out stay as
// they are; all but name and country may be emptied.
type UpdateLocation struct {
	InAccount
	LocationID string  `json:"location_id" doc:"Location of the account"`
	Name       *string `json:"name,omitzero" doc:"Name of the location"`
	Country    *string `json:"country,omitzero" doc:"ISO 3166-1 alpha-2 code"`
	Address    *string `json:"address,omitzero" doc:"Street and number"`
	City       *string `json:"city,omitzero"`
	PostalCode *string `json:"postal_code,omitzero"`
	Language   *string `json:"language,omitzero" doc:"BCP 47 language"`
	TimeZone   *string `json:"time_zone,omitzero" doc:"IANA time zone, as Europe/Rome"`
}

// Check reports unacceptable fields.
func (c *UpdateLocation) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.ID("location_id", c.LocationID)
	text := func(field string, v *string, maxBytes int) {
		if v != nil {
			k.OptionalText(field, v, maxBytes)
		}
	}
	if c.Name != nil {
		k.Text("name", c.Name, rule.MaxTextBytes)
	}
	if c.Country != nil {
		k.Country("country", *c.Country)
	}
	text("address", c.Address, rule.MaxTextBytes)
	text("city", c.City, rule.MaxTextBytes)
	text("postal_code", c.PostalCode, rule.MaxIDBytes)
	if c.Language != nil && *c.Language != "" {
		k.Language("language", *c.Language)
	}
	if c.TimeZone != nil && *c.TimeZone != "" {
		k.TimeZone("time_zone", *c.TimeZone)
	}
}

// Names names account, which may be mapped to the partner (SUB-5), and location.
func (c *UpdateLocation) Names() rule.Names {
	return rule.Names{Account: c.AccountID, Mapped: true, Locations: []string{c.LocationID}}
}

// Decide records the fields that change, old and new.
func (c *UpdateLocation) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	old := *Locations.Get(r, c.AccountID, c.LocationID)
	changes := map[string]events.Change{}
	for name, v := range map[string]*string{
		"name": c.Name, "country": c.Country, "address": c.Address, "city": c.City,
		"postal_code": c.PostalCode, "language": c.Language, "time_zone": c.TimeZone,
	} {
		if was := old.field(name); v != nil && *v != *was {
			changes[name] = events.Change{Old: *was, New: *v}
		}
	}
	if len(changes) == 0 {
		return rule.Decision{}, nil
	}
	return a.decided(&events.LocationUpdated{AccountID: a.AccountID, LocationID: c.LocationID, Changes: changes})
}

// field finds what UpdateLocation changes, or nil.
func (l *Location) field(name string) *string {
	switch name {
	case "name":
		return &l.Name
	case "country":
		return &l.Country
	case "address":
		return &l.Address
	case "city":
		return &l.City
	case "postal_code":
		return &l.PostalCode
	case "language":
		return &l.Language
	case "time_zone":
		return &l.TimeZone
	}
	return nil
}
