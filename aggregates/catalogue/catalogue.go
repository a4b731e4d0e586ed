// Package catalogue is the list of products, regions and kinds of account. It
// is data, in one file (catalogue.json): a new product is a row there.
package catalogue

import (
	_ "embed"
	"slices"

	"github.com/seatledger/seatledger/events"
)

// Kind says how a product is bought and given to users.
type Kind string

// The kinds of product.
const (
	Licence     Kind = "licence"      // ordered by the seat, assigned to users
	Service     Kind = "service"      // comes by a subscription, assigned to users
	Package     Kind = "package"      // a user has at most one
	AddOn       Kind = "add_on"       // beside a user's package
	AccountOnly Kind = "account_only" // never a user's
)

// Product is one row of the catalogue.
type Product struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Vendor string `json:"vendor"`
	Kind   Kind   `json:"kind"`
	// Family joins the tiers of which a user has one (LIC-4); Tier is this one.
	Family string `json:"family,omitzero"`
	Tier   string `json:"tier,omitzero"`
	// Integration must be enabled to assign the product; none if empty.
	Integration string `json:"integration,omitzero"`
	// ManagedBy is the integration whose server alone manages the product's
	// licences while it is enabled (LIC-2).
	ManagedBy string `json:"managed_by,omitzero"`
	// Panel: the Subscriptions panel lists it (ACC-6).
	Panel bool `json:"panel,omitzero"`
	// Calling: a user needs a location and a number (WHS-3).
	Calling bool `json:"calling,omitzero"`
	// Meetings: a user should have a preferred site (WHS-4).
	Meetings bool `json:"meetings,omitzero"`
	// Requires lists the packages of which an add-on needs one.
	Requires []string `json:"requires,omitempty"`
	// Heading is the product's column in the users' CSV file.
	Heading string   `json:"heading,omitzero"`
	Rules   []string `json:"rules"` // ids of the rules that it is under
}

// AccountKind is one kind of account.
type AccountKind struct {
	ID string `json:"id"`
	// CustomerNumberLabel is what its customer number is called (ACC-2).
	CustomerNumberLabel string `json:"customer_number_label"`
	// Creatable: CreateAccount may name it.
	Creatable bool `json:"creatable,omitzero"`
}

// Catalogue is the whole file.
type Catalogue struct {
	Regions      []string      `json:"regions"` // cloud locations
	AccountKinds []AccountKind `json:"account_kinds"`
	Products     []Product     `json:"products"`
}

//go:embed catalogue.json
var file []byte

// All is the catalogue. It is never changed.
var All = mustRead(file)

// mustRead panics on a bad file: it is part of the program.
func mustRead(b []byte) *Catalogue {
	c := new(Catalogue)
	if err := events.UnmarshalStrict(b, c); err != nil {
		panic("catalogue.json: " + err.Error())
	}
	return c
}

var byID = func() map[string]*Product {
	m := map[string]*Product{}
	for i := range All.Products {
		m[All.Products[i].ID] = &All.Products[i]
	}
	return m
}()

// Find returns a product by its id, or nil.
func Find(id string) *Product { return byID[id] }

// Orderable lists the products that an order may hold (ORD-3).
func Orderable() []string { return ids(func(p *Product) bool { return p.Kind == Licence }) }

// Assignable lists the products that AssignLicense gives to a user.
func Assignable() []string { return ids((*Product).Assignable) }

// UserPackages lists the packages of which a user has one (WHS-2).
func UserPackages() []string { return ids(func(p *Product) bool { return p.Kind == Package }) }

// AddOns lists what a user may have beside a package.
func AddOns() []string { return ids(func(p *Product) bool { return p.Kind == AddOn }) }

// Wholesale lists what SetWholesalePackages may set for an account.
func Wholesale() []string {
	return ids(func(p *Product) bool { return p.Kind == Package || p.Kind == AddOn || p.Kind == AccountOnly })
}

// Assignable reports that AssignLicense gives the product to a user.
func (p *Product) Assignable() bool { return p.Kind == Licence || p.Kind == Service }

// OfKind lists the products of a kind, in the catalogue's order.
func OfKind(k Kind) []Product {
	return slices.DeleteFunc(slices.Clone(All.Products), func(p Product) bool { return p.Kind != k })
}

// Tiers lists the products of a family, lowest tier first.
func Tiers(family string) []string {
	return ids(func(p *Product) bool { return family != "" && p.Family == family })
}

func ids(keep func(*Product) bool) []string {
	var list []string
	for i := range All.Products {
		if keep(&All.Products[i]) {
			list = append(list, All.Products[i].ID)
		}
	}
	return list
}

// FindAccountKind returns a kind of account by its id; without a row it has
// the usual label.
func FindAccountKind(id string) AccountKind {
	for _, k := range All.AccountKinds {
		if k.ID == id {
			return k
		}
	}
	return All.AccountKinds[0]
}

// CreatableKinds lists the kinds that CreateAccount may name, the usual first.
func CreatableKinds() []string {
	var list []string
	for _, k := range All.AccountKinds {
		if k.Creatable {
			list = append(list, k.ID)
		}
	}
	return list
}
