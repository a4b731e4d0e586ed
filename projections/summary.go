package projections

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/events"
)

// Summary is the order summary of a subscription (SUB-11). What is not known
// yet is absent.
type Summary struct {
	SubscriptionID      string            `json:"subscription_id"`
	Status              string            `json:"status"`
	OrderFor            string            `json:"order_for,omitzero"`
	ProvisioningContact Shown             `json:"provisioning_contact"`
	Partner             *SummaryParty     `json:"partner,omitzero"`
	Customer            *SummaryParty     `json:"customer,omitzero"`
	Services            []SummaryLine     `json:"services"`
	Sites               []events.Site     `json:"sites"`
	Location            *account.Location `json:"location,omitzero"`
	ReceivedAt          time.Time         `json:"received_at"`
	PartnerMappedAt     time.Time         `json:"partner_mapped_at,omitzero"`
	CustomerMappedAt    time.Time         `json:"customer_mapped_at,omitzero"`
	ProvisionedAt       time.Time         `json:"provisioned_at,omitzero"`
}

// SummaryParty is one of the two organisations of an order.
type SummaryParty struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country,omitzero"`
}

// SummaryLine is one service of an order.
type SummaryLine struct {
	OrderedSeats
	Name string `json:"name"`
}

// SubscriptionSummary is the order summary; rule.NotFound if there is no such
// subscription for the audience.
func SubscriptionSummary(s *Snapshot, a Audience, id string) (*Summary, error) {
	r, err := s.subscription(a, id)
	if err != nil {
		return nil, err
	}
	v := &Summary{
		SubscriptionID: r.SubscriptionID, Status: r.Status(), OrderFor: r.For, ProvisioningContact: a.show(r.Contact().Email),
		Partner: s.party(r.PartnerID), Customer: s.party(r.AccountID),
		Services: []SummaryLine{}, Sites: r.Sites, Location: r.Location, ReceivedAt: r.ReceivedAt,
		PartnerMappedAt: r.PartnerMappedAt, CustomerMappedAt: r.CustomerMappedAt, ProvisionedAt: r.ProvisionedAt,
	}
	if v.Sites == nil {
		v.Sites = []events.Site{}
	}
	for _, l := range orderedSeats(r) {
		v.Services = append(v.Services, SummaryLine{l, catalogue.Find(l.Service).Name})
	}
	return v, s.Err()
}

// party is an account, or the own account of a partner; nil if there is none.
func (s *Snapshot) party(id string) *SummaryParty {
	if id == "" {
		return nil
	}
	a := account.Accounts.Get(s, id, "")
	if a == nil {
		return nil
	}
	return &SummaryParty{a.AccountID, a.Name, a.Country}
}
