package account

import (
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// UpdateUser changes what is known of a user. Fields left out stay as they
// are; all but address and role may be emptied.
type UpdateUser struct {
	OfUser
	Email         *string `json:"email,omitzero" doc:"E-mail address, unique in the account"`
	FirstName     *string `json:"first_name,omitzero" doc:"One of the three names stays"`
	LastName      *string `json:"last_name,omitzero"`
	Name          *string `json:"name,omitzero" doc:"Display name"`
	Role          *string `json:"role,omitzero" doc:"user or account_admin"`
	LocationID    *string `json:"location_id,omitzero" doc:"Location of the account"`
	PhoneNumber   *string `json:"phone_number,omitzero" doc:"E.164 number"`
	Extension     *string `json:"extension,omitzero"`
	PreferredSite *string `json:"preferred_site,omitzero" doc:"Preferred Webex site"`
}

// Check reports unacceptable fields.
func (c *UpdateUser) Check(k *rule.Checker) {
	c.OfUser.Check(k)
	text := func(field string, v *string, maxBytes int) {
		if v != nil {
			k.OptionalText(field, v, maxBytes)
		}
	}
	if c.Email != nil {
		k.Email("email", c.Email)
	}
	if c.Role != nil {
		k.OneOf("role", *c.Role, RoleUser, RoleAccountAdmin)
	}
	text("first_name", c.FirstName, rule.MaxTextBytes)
	text("last_name", c.LastName, rule.MaxTextBytes)
	text("name", c.Name, rule.MaxTextBytes)
	if c.LocationID != nil {
		k.OptionalID("location_id", *c.LocationID)
	}
	if c.PhoneNumber != nil && *c.PhoneNumber != "" {
		k.Phone("phone_number", *c.PhoneNumber)
	}
	text("extension", c.Extension, rule.MaxIDBytes)
	text("preferred_site", c.PreferredSite, rule.MaxTextBytes)
}

// Names names account and user, and the location.
func (c *UpdateUser) Names() rule.Names {
	n := c.OfUser.Names()
	if c.LocationID != nil && *c.LocationID != "" {
		n.Locations = []string{*c.LocationID}
	}
	return n
}

// Decide keeps a name, and addresses and numbers unique (LIC-6, WHS-3), and
// records the fields that change, old and new.
func (c *UpdateUser) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a, u := c.load(r)
	if err := c.onErased(u); err != nil {
		return rule.Decision{}, err
	}
	p := catalogue.Find(u.Package)
	to := c.reached(u, p)
	if c.nameless(u) {
		return rule.Decision{}, nameRequired()
	}
	changes := c.changes(u, to, p)
	if changes == (events.UserChanges{}) {
		return rule.Decision{}, nil
	}
	if changes.Email != nil {
		if err := a.emailInUse(r, *c.Email, u.UserID); err != nil {
			return rule.Decision{}, err
		}
	}
	if changes.LocationID != nil || changes.PhoneNumber != nil || changes.Extension != nil {
		if err := to.incomplete(p); err != nil {
			return rule.Decision{}, err
		}
		if err := a.numbers(r).inUse(u.UserID, to); err != nil {
			return rule.Decision{}, err
		}
	}
	return a.decided(&events.UserUpdated{AccountID: a.AccountID, UserID: u.UserID, PersonID: u.PersonID, Changes: changes})
}

// changes are the fields that change, old and new.
func (c *UpdateUser) changes(u *User, to Calling, p *catalogue.Product) events.UserChanges {
	of := to.changes(u, p)
	return events.UserChanges{
		Email:         changedPersonal(u.Email, c.Email),
		FirstName:     changedPersonal(u.FirstName, c.FirstName),
		LastName:      changedPersonal(u.LastName, c.LastName),
		Name:          changedPersonal(u.Name, c.Name),
		Role:          changedText(u.Role, c.Role),
		LocationID:    of.LocationID,
		PhoneNumber:   of.PhoneNumber,
		Extension:     of.Extension,
		PreferredSite: of.PreferredSite,
	}
}

// reached is how the user will be reached. For a wholesale user whose package
// has no calling, or who has none, calling fields are ignored (WHS-3).
func (c *UpdateUser) reached(u *User, p *catalogue.Product) Calling {
	to := u.calling()
	set := func(f *string, v *string) {
		if v != nil {
			*f = *v
		}
	}
	set(&to.PreferredSite, c.PreferredSite)
	if !u.Wholesale || p != nil && p.Calling {
		set(&to.LocationID, c.LocationID)
		set(&to.PhoneNumber, c.PhoneNumber)
		set(&to.Extension, c.Extension)
	}
	return to
}

// erasedMessage says why personal data cannot be given to a user.
const erasedMessage = "the person was erased: remove this user and add another"

// onErased refuses personal data for a user whose person was erased, or nil:
// nothing can be sealed for that person any more, and who comes instead is
// another user.
func (c *UpdateUser) onErased(u *User) error {
	if !u.Erased() {
		return nil
	}
	var off rule.Invalid
	for _, f := range []struct {
		name  string
		given *string
	}{
		{"email", c.Email}, {"first_name", c.FirstName}, {"last_name", c.LastName}, {"name", c.Name}, {"phone_number", c.PhoneNumber},
	} {
		if f.given != nil {
			off = append(off, rule.FieldError{Field: f.name, Message: erasedMessage})
		}
	}
	if len(off) == 0 {
		return nil
	}
	return off
}

// nameless reports that the command is on names, and would leave none. Users
// who came without names may stay so while other fields are changed.
func (c *UpdateUser) nameless(u *User) bool {
	given := false
	for old, v := range map[*events.Personal]*string{&u.FirstName: c.FirstName, &u.LastName: c.LastName, &u.Name: c.Name} {
		given = given || v != nil
		if v == nil && !old.IsZero() || v != nil && *v != "" {
			return false
		}
	}
	return given
}

// changedPersonal is the change that a given value makes, or nil.
func changedPersonal(old events.Personal, v *string) *events.PersonalChange {
	if v == nil || *v == old.Plain && old.IsZero() == (*v == "") {
		return nil
	}
	return &events.PersonalChange{Old: old, New: events.Clear(*v)}
}

// changedText is the change that a given value makes, or nil.
func changedText(old string, v *string) *events.Change {
	if v == nil || *v == old {
		return nil
	}
	return &events.Change{Old: old, New: *v}
}
