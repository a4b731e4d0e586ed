package projections

import "github.com/seatledger/seatledger/aggregates/account"

// Locations lists an account's places, by id; rule.NotFound if there is no
// such account for the audience.
func Locations(s *Snapshot, a Audience, accountID string, p Page) (List[account.Location], error) {
	if _, err := s.mappedAccount(a, accountID); err != nil {
		return List[account.Location]{}, err
	}
	return lister[account.Location, account.Location]{
		"locations", accountID, within(s, account.Locations, accountID),
		func(r *account.Location) (*account.Location, error) { return r, nil },
	}.page(s, a, p)
}
