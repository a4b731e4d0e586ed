package aggregates

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/consumer"
	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/events"
)

// Evolve folds an event into all state: the one fold of writer, projections
// and replays. Events come in the order of their positions.
func Evolve(tx row.Tx, e *events.Event) {
	switch e.Aggregate {
	case "partner":
		partner.Evolve(tx, e)
	case "account":
		account.Evolve(tx, e)
		subscription.EvolveAccount(tx, e)
	case "subscription":
		subscription.Evolve(tx, e)
	case "order":
		order.Evolve(tx, e)
	}
	consumer.Evolve(tx, e)
	message.Evolve(tx, e)
	Heads.Put(tx, e.AggregateID, e.Aggregate, &Head{Position: e.Position})
}
