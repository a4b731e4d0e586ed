package usercsv

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
)

// Format is one of the two kinds of file.
type Format string

// The formats.
const (
	Webex Format = "webex"
	Mitel Format = "mitel"
)

// Headings that the formats are known by.
const (
	emailHeading      = "User ID/Email (Required)"
	mitelEmailHeading = "EMAIL"
	phoneHeading      = "Phone Number"
	roleHeading       = "ROLE"
)

// column is one column that a format knows.
type column struct {
	heading string
	// set puts a cell that is not blank into the row; nil for the columns of
	// licences.
	set func(r *Row, cell string)
	// get is what an export writes there of a user.
	get func(u *user) string
	// product is what the column's TRUE and FALSE are about.
	product  string
	licences func(c *account.ImportRow) *map[string]bool
}

// formats lists the columns of each format, in the order of exports.
var formats = map[Format][]column{
	Webex: webexColumns(),
	Mitel: {
		{heading: "FIRST NAME", set: func(r *Row, cell string) { r.Command.FirstName = cell },
			get: func(u *user) string { return u.text(u.FirstName) }},
		{heading: "LAST NAME", set: func(r *Row, cell string) { r.Command.LastName = cell },
			get: func(u *user) string { return u.text(u.LastName) }},
		{heading: "NAME", set: func(r *Row, cell string) { r.Command.Name = cell },
			get: func(u *user) string { return u.text(u.Name) }},
		{heading: mitelEmailHeading, set: func(r *Row, cell string) { r.Command.Email = cell },
			get: func(u *user) string { return u.text(u.Email) }},
		{heading: roleHeading, set: func(r *Row, cell string) { r.Command.Role = roleOf(cell) },
			get: func(u *user) string { return roleName(u.Role) }},
	},
}

func webexColumns() []column {
	cs := []column{
		{heading: "First Name", set: func(r *Row, cell string) { r.Command.FirstName = cell },
			get: func(u *user) string { return u.text(u.FirstName) }},
		{heading: "Last Name", set: func(r *Row, cell string) { r.Command.LastName = cell },
			get: func(u *user) string { return u.text(u.LastName) }},
		{heading: "Display Name", set: func(r *Row, cell string) { r.Command.Name = cell },
			get: func(u *user) string { return u.text(u.Name) }},
		{heading: emailHeading, set: func(r *Row, cell string) { r.Command.Email = cell },
			get: func(u *user) string { return u.text(u.Email) }},
		{heading: "Extension", set: func(r *Row, cell string) { r.Command.Extension = cell },
			get: func(u *user) string { return u.Extension }},
		{heading: phoneHeading, set: func(r *Row, cell string) { r.Command.PhoneNumber = cell },
			get: func(u *user) string { return u.text(u.PhoneNumber) }},
		{heading: "Location", set: func(r *Row, cell string) { r.Location = cell },
			get: func(u *user) string { return u.location }},
		{heading: "Preferred Webex Site", set: func(r *Row, cell string) { r.Command.PreferredSite = cell },
			get: func(u *user) string { return u.PreferredSite }},
	}
	for _, p := range catalogue.OfKind(catalogue.Package) {
		cs = append(cs, column{heading: p.Heading, product: p.ID, licences: packages, get: (&has{id: p.ID, of: packagesOf}).cell})
	}
	for _, id := range account.BaseLicenses {
		cs = append(cs, column{heading: catalogue.Find(id).Heading, product: id, licences: unpooled, get: (&has{id: id, of: unpooledOf}).cell})
	}
	return cs
}

func packages(c *account.ImportRow) *map[string]bool { return &c.Packages }
func unpooled(c *account.ImportRow) *map[string]bool { return &c.BaseLicenses }
