package events

// PartnerRegistered: a partner organisation joined the ledger.
type PartnerRegistered struct {
	PartnerID    string   `json:"partner_id"`
	Name         string   `json:"name"`
	Country      string   `json:"country,omitzero"`
	EmailDomains []string `json:"email_domains,omitempty"`
}

func (*PartnerRegistered) EventType() string { return "PartnerRegistered" }
