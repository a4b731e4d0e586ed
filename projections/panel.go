package projections

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/order"
)

// Subscriptions is the Subscriptions panel of an account: one item per order
// and product, with the seats that count against it (ACC-6). It is for the
// partner only: who asks must have been checked.
func Subscriptions(s *Snapshot, a Audience, accountID string) (List[order.Allocation], error) {
	list := List[order.Allocation]{Items: []order.Allocation{}}
	if _, err := s.account(a, accountID); err != nil {
		return list, err
	}
	var orders []*order.Order
	for id := range order.ByAccount.Scan(s, accountID) {
		if o := order.Orders.Get(s, id, ""); o != nil {
			orders = append(orders, o)
		}
	}
	for _, i := range order.Allocate(orders, s.assigned(accountID)) {
		if p := catalogue.Find(i.Product); p != nil && p.Panel {
			list.Items = append(list.Items, i)
		}
	}
	return list, s.Err()
}

// assigned says how many seats of a product the users of an account have.
func (s *Snapshot) assigned(accountID string) func(product string) int {
	return func(product string) int {
		if p := account.Pools.Get(s, accountID, product); p != nil {
			return p.Assigned
		}
		return 0
	}
}
