package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// LocationDetails is a calling location as commands give it.
type LocationDetails struct {
	Name       string `json:"name" doc:"Name of the location"`
	Country    string `json:"country" doc:"ISO 3166-1 alpha-2 code"`
	Address    string `json:"address,omitzero" doc:"Street and number"`
	City       string `json:"city,omitzero"`
	PostalCode string `json:"postal_code,omitzero"`
	Language   string `json:"language,omitzero" doc:"BCP 47 language"`
	TimeZone   string `json:"time_zone,omitzero" doc:"IANA time zone"`
}

// CheckAt reports unacceptable fields; path is where they stand in the body.
func (c *LocationDetails) CheckAt(k *rule.Checker, path string) {
	k.Text(path+"name", &c.Name, rule.MaxTextBytes)
	k.Country(path+"country", c.Country)
	k.OptionalText(path+"address", &c.Address, rule.MaxTextBytes)
	k.OptionalText(path+"city", &c.City, rule.MaxTextBytes)
	k.OptionalText(path+"postal_code", &c.PostalCode, rule.MaxIDBytes)
	if c.Language != "" {
		k.Language(path+"language", c.Language)
	}
	if c.TimeZone != "" {
		k.TimeZone(path+"time_zone", c.TimeZone)
	}
}

// Location is the location as it is recorded.
func (c *LocationDetails) Location(id string) events.Location {
	return events.Location{LocationID: id, Name: c.Name, Country: c.Country, Address: c.Address, City: c.City,
		PostalCode: c.PostalCode, Language: c.Language, TimeZone: c.TimeZone}
}

// AddLocation adds a calling location to an account (SUB-9).
type AddLocation struct {
	InAccount
	LocationID string `json:"location_id,omitzero" doc:"Id of the new location, unique in the account; made by the ledger if left out"`
	LocationDetails
}

// Check reports unacceptable fields.
func (c *AddLocation) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.OptionalID("location_id", c.LocationID)
	c.CheckAt(k, "")
}

// Names: a partner that a subscription maps to the account may name it.
func (c *AddLocation) Names() rule.Names { return rule.Names{Account: c.AccountID, Mapped: true} }

// Decide refuses an id in use in the account.
func (c *AddLocation) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a, id := c.load(r), c.LocationID
	if id == "" {
		id = ctx.NewID()
	}
	if Locations.Get(r, a.AccountID, id) != nil {
		return refused(rule.AlreadyExists, "account %q has a location %q already", a.AccountID, id)
	}
	d, err := a.decided(&events.LocationAdded{AccountID: a.AccountID, Location: c.Location(id)})
	d.ID = id
	return d, err
}

// UpdateLocation changes a calling location. Fields left out stay as they are.
type UpdateLocation struct {
	InAccount
	LocationID string  `json:"location_id" doc:"Location of the account"`
	Name       *string `json:"name,omitzero" doc:"Name of the location"`
	Country    *string `json:"country,omitzero" doc:"ISO 3166-1 alpha-2 code"`
	Address    *string `json:"address,omitzero" doc:"Street and number; may be emptied, as all that follow"`
	City       *string `json:"city,omitzero"`
	PostalCode *string `json:"postal_code,omitzero"`
	Language   *string `json:"language,omitzero" doc:"BCP 47 language"`
	TimeZone   *string `json:"time_zone,omitzero" doc:"IANA time zone"`
}

// Check reports unacceptable fields: those that are given must be as
// AddLocation wants them.
func (c *UpdateLocation) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.ID("location_id", c.LocationID)
	d := LocationDetails{Name: "left out", Country: "IT"}
	given := c.fields()
	for name, v := range given {
		if v != nil {
			*d.field(name) = *v
		}
	}
	d.CheckAt(k, "")
	for name, v := range given {
		if v != nil {
			*v = *d.field(name) // trimmed
		}
	}
}

func (c *UpdateLocation) fields() map[string]*string {
	return map[string]*string{"name": c.Name, "country": c.Country, "address": c.Address, "city": c.City,
		"postal_code": c.PostalCode, "language": c.Language, "time_zone": c.TimeZone}
}

// field finds a field by its name, or nil.
func (c *LocationDetails) field(name string) *string {
	switch name {
	case "name":
		return &c.Name
	case "country":
		return &c.Country
	case "address":
		return &c.Address
	case "city":
		return &c.City
	case "postal_code":
		return &c.PostalCode
	case "language":
		return &c.Language
	case "time_zone":
		return &c.TimeZone
	}
	return nil
}

// Names: a partner that a subscription maps to the account may name it.
func (c *UpdateLocation) Names() rule.Names { return rule.Names{Account: c.AccountID, Mapped: true} }

// Decide records the fields that change, old and new.
func (c *UpdateLocation) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, l := c.load(r), Locations.Get(r, c.AccountID, c.LocationID)
	if l == nil {
		return refused(rule.NotFound, "there is no location %q in account %q", c.LocationID, a.AccountID)
	}
	old, changes := details(l), map[string]events.Change{}
	for name, v := range c.fields() {
		if was := *old.field(name); v != nil && *v != was {
			changes[name] = events.Change{Old: was, New: *v}
		}
	}
	if len(changes) == 0 {
		return rule.Decision{}, nil
	}
	return a.decided(&events.LocationUpdated{AccountID: a.AccountID, LocationID: l.LocationID, Changes: changes})
}

func details(l *events.Location) *LocationDetails {
	return &LocationDetails{Name: l.Name, Country: l.Country, Address: l.Address, City: l.City,
		PostalCode: l.PostalCode, Language: l.Language, TimeZone: l.TimeZone}
}

// evolveLocation folds the calling locations of an account.
func evolveLocation(tx row.Tx, e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.LocationAdded:
		Locations.Put(tx, p.AccountID, p.LocationID, &p.Location)
	case *events.LocationUpdated:
		if old := Locations.Get(tx, p.AccountID, p.LocationID); old != nil {
			d := details(old)
			for name, c := range p.Changes {
				if f := d.field(name); f != nil {
					*f = c.New
				}
			}
			l := d.Location(p.LocationID)
			Locations.Put(tx, p.AccountID, p.LocationID, &l)
		}
	default:
		return false
	}
	return true
}
