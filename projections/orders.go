package projections

import (
	"iter"
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Order is the view of an order. Status and marks are those of the time that
// is asked about (ORD-3).
type Order struct {
	OrderID      string        `json:"order_id"`
	PartnerID    string        `json:"partner_id"`
	AccountID    string        `json:"account_id,omitzero"`
	Status       string        `json:"status"`
	Perpetual    bool          `json:"perpetual"`
	ExpiringSoon bool          `json:"expiring_soon"`
	Lines        []events.Line `json:"lines"`
	PurchasedAt  time.Time     `json:"purchased_at"`
	AssignedAt   time.Time     `json:"assigned_at,omitzero"`
	ActivatesAt  time.Time     `json:"activates_at,omitzero"`
	ExpiresAt    time.Time     `json:"expires_at,omitzero"`
	ResellerPO   string        `json:"reseller_po,omitzero"`
	CustomerPO   string        `json:"customer_po,omitzero"`
	SAPOrderID   string        `json:"sap_order_id,omitzero"`
}

// OrderFilter narrows the list of orders (ORD-4).
type OrderFilter struct {
	Partner string `json:"partner"`
	Account string `json:"account"`
	Status  string `json:"status"` // a status, order.FilterExpiring or order.FilterAll
	Product string `json:"product"`
	Query   string `json:"q"` // in id, PO numbers, SAP id, account's id and name
}

// OrderByID is one order; rule.NotFound if there is none for the audience.
func OrderByID(s *Snapshot, a Audience, id string) (*Order, error) {
	r := order.Orders.Get(s, id, "")
	if err := s.Err(); err != nil {
		return nil, err
	}
	if r == nil || !a.Caller.Sees(r.PartnerID, r.AccountID) {
		return nil, rule.Refuse(rule.NotFound, "there is no order %q", id)
	}
	return s.order(r), nil
}

// Orders lists the orders that the audience may see, by id.
func Orders(s *Snapshot, a Audience, f OrderFilter, p Page) (List[Order], error) {
	within := s.store.opt.ExpiringWithin
	return lister[order.Order, Order]{"orders", f, s.orders(a, f), func(r *order.Order) (*Order, error) {
		if !a.Caller.Sees(r.PartnerID, r.AccountID) || !is(f.Partner, r.PartnerID) || !is(f.Account, r.AccountID) ||
			!order.Matches(r, f.Status, s.Time, within) || f.Product != "" && !orders(r, f.Product) {
			return nil, nil
		}
		if f.Query != "" && !order.Found(r, s.accountName(r.AccountID), f.Query) {
			return nil, nil
		}
		return s.order(r), nil
	}}.page(s, a, p)
}

// AccountOrders is the Orders section of an account, f.Account (ORD-4);
// rule.NotFound if there is no such account for the audience.
func AccountOrders(s *Snapshot, a Audience, f OrderFilter, p Page) (List[Order], error) {
	if _, err := s.account(a, f.Account); err != nil {
		return List[Order]{}, err
	}
	return Orders(s, a, f, p)
}

// orders finds the shortest way to the orders that a list may show.
func (s *Snapshot) orders(a Audience, f OrderFilter) func(after string) iter.Seq2[string, *order.Order] {
	switch {
	case f.Account != "":
		if _, err := s.account(a, f.Account); err != nil {
			return none[order.Order] // how many there are is not told by a cursor either
		}
		return listed(s, order.ByAccount, f.Account, order.Orders)
	case a.Caller.Account != "":
		return listed(s, order.ByAccount, a.Caller.Account, order.Orders)
	case a.Caller.Partner != "":
		return listed(s, order.ByPartner, a.Caller.Partner, order.Orders)
	case f.Partner != "":
		return listed(s, order.ByPartner, f.Partner, order.Orders)
	}
	return everywhere(s, order.Orders)
}

func orders(r *order.Order, product string) bool {
	return slices.ContainsFunc(r.Lines, func(l events.Line) bool { return l.Product == product })
}

func (s *Snapshot) accountName(id string) string {
	if id == "" {
		return ""
	}
	if r := account.Accounts.Get(s, id, ""); r != nil {
		return r.Name
	}
	return ""
}

func (s *Snapshot) order(r *order.Order) *Order {
	return &Order{
		OrderID: r.OrderID, PartnerID: r.PartnerID, AccountID: r.AccountID,
		Status: order.Status(r, s.Time), Perpetual: r.Perpetual(),
		ExpiringSoon: order.ExpiringSoon(r, s.Time, s.store.opt.ExpiringWithin),
		Lines:        r.Lines, PurchasedAt: r.PurchasedAt, AssignedAt: r.AssignedAt,
		ActivatesAt: r.ActivatesAt, ExpiresAt: r.ExpiresAt,
		ResellerPO: r.ResellerPO, CustomerPO: r.CustomerPO, SAPOrderID: r.SAPOrderID,
	}
}
