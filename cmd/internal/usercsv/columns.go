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
	// set puts a cell that is not blank into the row's command; nil for the
	// columns of licences.
	set func(c *account.ImportUser, cell string)
	// product is what the column's TRUE and FALSE are about.
	product  string
	licences func(c *account.ImportUser) *map[string]bool
}

// formats lists the columns of each format, in the order of exports.
var formats = map[Format][]column{
	Webex: webexColumns(),
	Mitel: {
		{heading: "FIRST NAME", set: func(c *account.ImportUser, cell string) { c.FirstName = cell }},
		{heading: "LAST NAME", set: func(c *account.ImportUser, cell string) { c.LastName = cell }},
		{heading: "NAME", set: func(c *account.ImportUser, cell string) { c.Name = cell }},
		{heading: mitelEmailHeading, set: func(c *account.ImportUser, cell string) { c.Email = cell }},
		{heading: roleHeading, set: func(c *account.ImportUser, cell string) { c.Role = roleOf(cell) }},
	},
}

func webexColumns() []column {
	cs := []column{
		{heading: "First Name", set: func(c *account.ImportUser, cell string) { c.FirstName = cell }},
		{heading: "Last Name", set: func(c *account.ImportUser, cell string) { c.LastName = cell }},
		{heading: "Display Name", set: func(c *account.ImportUser, cell string) { c.Name = cell }},
		{heading: emailHeading, set: func(c *account.ImportUser, cell string) { c.Email = cell }},
		{heading: "Extension", set: func(c *account.ImportUser, cell string) { c.Extension = cell }},
		{heading: phoneHeading, set: func(c *account.ImportUser, cell string) { c.PhoneNumber = cell }},
		{heading: "Location", set: func(c *account.ImportUser, cell string) { c.Location = cell }},
		{heading: "Preferred Webex Site", set: func(c *account.ImportUser, cell string) { c.PreferredSite = cell }},
	}
	for _, p := range catalogue.OfKind(catalogue.Package) {
		cs = append(cs, column{heading: p.Heading, product: p.ID, licences: packages})
	}
	for _, id := range []string{"messaging", "meetings", "calling"} {
		cs = append(cs, column{heading: catalogue.Find(id).Heading, product: id, licences: services})
	}
	return cs
}

func packages(c *account.ImportUser) *map[string]bool { return &c.Packages }
func services(c *account.ImportUser) *map[string]bool { return &c.BaseLicenses }
