package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// evolveLocation folds an account's locations.
func evolveLocation(tx row.Tx, e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.LocationAdded:
		Locations.Put(tx, p.AccountID, p.LocationID, &Location{
			LocationID: p.LocationID, Name: p.Name, Country: p.Country, Address: p.Address,
			City: p.City, PostalCode: p.PostalCode, Language: p.Language, TimeZone: p.TimeZone,
		})
	case *events.LocationUpdated:
		old := Locations.Get(tx, p.AccountID, p.LocationID)
		if old == nil {
			return true
		}
		l := *old
		for name, c := range p.Changes {
			if f := l.field(name); f != nil {
				*f = c.New
			}
		}
		Locations.Put(tx, p.AccountID, p.LocationID, &l)
	default:
		return false
	}
	return true
}
