package projections

import (
	"iter"
	"time"

	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// Partner is the view of a partner organisation.
type Partner struct {
	PartnerID    string    `json:"partner_id"`
	Name         string    `json:"name"`
	Country      string    `json:"country,omitzero"`
	EmailDomains []string  `json:"email_domains,omitempty"`
	RegisteredAt time.Time `json:"registered_at"`
}

// PartnerFilter narrows the list of partners.
type PartnerFilter struct {
	Query string `json:"q"` // in id and name
}

// PartnerByID is one partner; rule.NotFound if there is none for the audience.
func PartnerByID(s *Snapshot, a Audience, id string) (*Partner, error) {
	r := partner.Partners.Get(s, id, "")
	if err := s.Err(); err != nil {
		return nil, err
	}
	if r == nil || !a.Caller.Sees(r.PartnerID, "") {
		return nil, rule.Refuse(rule.NotFound, "there is no partner %q", id)
	}
	v := Partner(*r)
	return &v, nil
}

// Partners lists the partners that the audience may see, by id.
func Partners(s *Snapshot, a Audience, f PartnerFilter, p Page) (List[Partner], error) {
	return lister[partner.Partner, Partner]{"partners", f, s.partners(a), func(r *partner.Partner) (*Partner, error) {
		if !a.Caller.Sees(r.PartnerID, "") || !has(f.Query, r.PartnerID, r.Name) {
			return nil, nil
		}
		v := Partner(*r)
		return &v, nil
	}}.page(s, a, p)
}

func (s *Snapshot) partners(a Audience) func(after string) iter.Seq2[string, *partner.Partner] {
	if a.Caller.Partner != "" {
		return only(s, partner.Partners, a.Caller.Partner)
	}
	return everywhere(s, partner.Partners)
}
