// Package partner decides and folds the history of partner organisations.
package partner

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
)

// Partner is the row of a partner organisation.
type Partner struct {
	PartnerID    string    `json:"partner_id"`
	Name         string    `json:"name"`
	Country      string    `json:"country,omitzero"`
	EmailDomains []string  `json:"email_domains,omitempty"`
	RegisteredAt time.Time `json:"registered_at"`
}

// Partners: scope is the partner's id, id is empty.
var Partners = row.Of[Partner](row.Info{Tag: 'p', Name: "partners", Aggregate: "partner", Listed: true})
