package partner

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Evolve folds an event of a partner into its row.
func Evolve(tx row.Tx, e *events.Event) {
	if p, ok := e.Data.(*events.PartnerRegistered); ok {
		Partners.Put(tx, p.PartnerID, "", &Partner{
			PartnerID: p.PartnerID, Name: p.Name, Country: p.Country, EmailDomains: p.EmailDomains, RegisteredAt: e.Time,
		})
	}
}
