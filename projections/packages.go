package projections

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
)

// Package is the view of a package, or add-on, that an account may give out.
type Package struct {
	Package string `json:"package"`
	// Limit is how many users may have it, Available how many more; both are
	// absent where it has no limit.
	Limit     *int `json:"limit,omitzero"`
	Used      int  `json:"used"`
	Available *int `json:"available,omitzero"`
}

// Packages lists what was set for an account, and add-ons that users have
// without, in the catalogue's order; rule.NotFound if there is no such account
// for the audience. A deleted account has none.
func Packages(s *Snapshot, a Audience, accountID string) (List[Package], error) {
	list := List[Package]{Items: []Package{}}
	of, err := s.account(a, accountID)
	if err != nil || of.Status == account.Deleted {
		return list, err
	}
	for _, id := range catalogue.Wholesale() {
		if r := account.Packages.Get(s, accountID, id); r != nil && (r.Offered || r.Used > 0) {
			list.Items = append(list.Items, Package{r.Package, r.Limit, r.Used, r.Available()})
		}
	}
	return list, s.Err()
}
