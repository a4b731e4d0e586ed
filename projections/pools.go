package projections

import "github.com/seatledger/seatledger/aggregates/account"

// Pool is the view of an account's seats of one product.
type Pool struct {
	Product   string `json:"product"`
	Total     int    `json:"total"`
	Assigned  int    `json:"assigned"`
	Available int    `json:"available"` // never below 0 (ORD-5)
	// OverAllocated: more seats are assigned than there are (ORD-5).
	OverAllocated bool `json:"over_allocated"`
}

// Pools lists all pools of an account, by product; rule.NotFound if there is
// no such account for the audience.
func Pools(s *Snapshot, a Audience, accountID string) (List[Pool], error) {
	list := List[Pool]{Items: []Pool{}}
	if _, err := s.account(a, accountID); err != nil {
		return list, err
	}
	for _, r := range account.Pools.Scan(s, accountID) {
		list.Items = append(list.Items, pool(r))
	}
	return list, s.Err()
}

func pool(r *account.Pool) Pool {
	return Pool{r.Product, r.Total, r.Assigned, r.Available(), r.Assigned > r.Total}
}
