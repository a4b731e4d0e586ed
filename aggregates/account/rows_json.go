package account

import (
	"maps"
	"slices"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// AppendJSON makes User a row.Appender.
func (u *User) AppendJSON(b []byte) ([]byte, error) {
	o := row.Begin(b)
	o.Text("user_id", u.UserID)
	o.Text("person_id", u.PersonID)
	o.Personal("email", &u.Email)
	for _, p := range []struct {
		name string
		of   *events.Personal
	}{{"first_name", &u.FirstName}, {"last_name", &u.LastName}, {"name", &u.Name}, {"phone_number", &u.PhoneNumber}} {
		if !p.of.IsZero() {
			o.Personal(p.name, p.of)
		}
	}
	o.Text("role", u.Role)
	o.Text("state", u.State)
	o.Some("location_id", u.LocationID)
	o.Some("extension", u.Extension)
	o.Some("preferred_site", u.PreferredSite)
	if !u.LastActivityAt.IsZero() {
		o.Time("last_activity_at", u.LastActivityAt)
	}
	o.Flag("wholesale", u.Wholesale)
	o.Some("package", u.Package)
	o.Texts("add_ons", u.AddOns)
	o.Texts("base_licenses", u.BaseLicenses)
	if len(u.Licenses) > 0 {
		o.Object("licenses", u.licenses)
	}
	return o.End()
}

func (u *User) licenses(o *row.Object) {
	for _, product := range slices.Sorted(maps.Keys(u.Licenses)) {
		o.Object(product, func(o *row.Object) {
			l := u.Licenses[product]
			o.Text("state", l.State)
			o.Time("since", l.Since)
			o.Position("position", l.Position)
		})
	}
}

// AppendJSON makes Pool a row.Appender.
func (p *Pool) AppendJSON(b []byte) ([]byte, error) {
	o := row.Begin(b)
	o.Text("product", p.Product)
	o.Int("total", p.Total)
	o.Int("assigned", p.Assigned)
	return o.End()
}
