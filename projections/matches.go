package projections

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/publicdomain"
	"github.com/seatledger/seatledger/aggregates/subscription"
)

// Outcomes of looking for organisations (SUB-3).
const (
	MatchedByEmail  = "matched_by_email"
	MatchedByDomain = "matched_by_domain"
	NoMatch         = "no_match"
)

// The sides of a subscription that organisations are looked for.
const (
	SidePartner  = "partner"
	SideCustomer = "customer"
)

// Limits of matches.
const (
	// ActiveWithinDays is how long ago an active user was last at work at most.
	ActiveWithinDays = 365
	// MaxMatches is how many organisations one answer has, best first.
	MaxMatches = 100
)

// Matches are the organisations that a subscription may be mapped to.
type Matches struct {
	Outcome string  `json:"outcome"`
	Message string  `json:"message"`
	Items   []Match `json:"items"`
}

// Match is an organisation, with what may be known of one that is not the
// caller's. Its id is a partner's or an account's.
type Match struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	ClaimedDomains  []string  `json:"claimed_domains"`
	VerifiedDomains []string  `json:"verified_domains"`
	ActiveUsers     int       `json:"active_users"`
	LastActivityAt  time.Time `json:"last_activity_at,omitzero"`
	// Unlikely: it has no verified domain, and nobody was at work for a year.
	Unlikely bool `json:"unlikely"`

	like subscription.Likeness
}

// matchMessages are what is said of an outcome, by language.
var matchMessages = map[string]map[string]string{
	MatchedByEmail: {
		"en": "Your order was matched to your organization based on your e-mail address.",
		"it": "L'ordine è stato associato alla tua organizzazione in base al tuo indirizzo e-mail.",
		"de": "Ihr Auftrag wurde anhand Ihrer E-Mail-Adresse Ihrer Organisation zugeordnet."},
	MatchedByDomain: {
		"en": "Matching organizations were found based on the e-mail address.",
		"it": "Trovate organizzazioni corrispondenti in base all'indirizzo e-mail.",
		"de": "Anhand der E-Mail-Adresse wurden passende Organisationen gefunden."},
	NoMatch: {
		"en": "No matching organization was found.",
		"it": "Nessuna organizzazione corrispondente trovata.",
		"de": "Es wurde keine passende Organisation gefunden."},
}

// OrganizationMatches looks for organisations on one side of a subscription:
// by the provisioning contact's address, or else by its domain; or by another
// domain, if that is not empty (SUB-3). rule.NotFound if there is no such
// subscription for the audience.
func OrganizationMatches(s *Snapshot, a Audience, id, side, domain string) (*Matches, error) {
	r, err := s.subscription(a, id)
	if err != nil {
		return nil, err
	}
	email, own := r.Address()
	m := &Matches{Outcome: NoMatch, Items: []Match{}}
	by := own
	if domain != "" {
		by = domain
	}
	if publicdomain.Is(by) {
		by = ""
	}
	if email != "" || by != "" {
		m.Items = s.alike(side, email, by)
	}
	if domain == "" && slices.ContainsFunc(m.Items, func(o Match) bool { return o.like.Email }) {
		m.Outcome = MatchedByEmail
		m.Items = slices.DeleteFunc(m.Items, func(o Match) bool { return !o.like.Email })
	} else {
		m.Items = slices.DeleteFunc(m.Items, func(o Match) bool { return !o.like.ByDomain() })
		if len(m.Items) > 0 {
			m.Outcome = MatchedByDomain
		}
	}
	slices.SortFunc(m.Items, m.order)
	m.Items = m.Items[:min(len(m.Items), MaxMatches)]
	m.Message = matchMessages[m.Outcome][a.Language]
	return m, s.Err()
}

// order puts the likeliest first. Where all have the address, the latest
// active is.
func (m *Matches) order(a, b Match) int {
	first := func(is func(Match) bool) int {
		switch {
		case is(a) == is(b):
			return 0
		case is(a):
			return -1
		}
		return 1
	}
	byDomain := 0
	if m.Outcome == MatchedByDomain {
		byDomain = cmp.Or(
			first(func(o Match) bool { return o.like.Email }),
			first(func(o Match) bool { return o.like.Verified }),
			first(func(o Match) bool { return o.like.Claimed }))
	}
	return cmp.Or(byDomain, b.LastActivityAt.Compare(a.LastActivityAt), cmp.Compare(a.ID, b.ID))
}

// alike finds the organisations of a side that have an address or a domain.
func (s *Snapshot) alike(side, email, domain string) []Match {
	d, found := s.directory(), []Match{}
	look := func(id string) {
		a := account.Accounts.Get(s, id, "")
		if a == nil || a.Status != account.Active || a.Own != (side == SidePartner) {
			return
		}
		if like := d.Compare(a, email, domain); like.Email || like.ByDomain() {
			found = append(found, s.organization(a, like))
		}
	}
	if side == SidePartner {
		for id := range everywhere(s, partner.Partners)("") {
			look(id)
		}
		return found
	}
	claimer := ""
	if o := account.Claims.Get(s, domain, ""); domain != "" && o != nil {
		claimer = o.ID
	}
	// The rows of accounts are large, and most are not alike.
	for k := range s.rows.all(account.ByPartner.Info, "") {
		if k.ID == claimer || d.Knows(k.ID, email, domain) {
			look(k.ID)
		}
	}
	return found
}

// organization shows an account, or a partner, as a match.
func (s *Snapshot) organization(a *account.Account, like subscription.Likeness) Match {
	m := Match{ID: a.AccountID, Name: a.Name, ClaimedDomains: []string{}, VerifiedDomains: []string{}, like: like}
	for _, d := range a.Domains {
		m.ClaimedDomains = append(m.ClaimedDomains, d.Domain)
		if d.Verified {
			m.VerifiedDomains = append(m.VerifiedDomains, d.Domain)
		}
	}
	if p := partner.Partners.Get(s, a.PartnerID, ""); a.Own && p != nil {
		for _, d := range p.EmailDomains {
			if !slices.Contains(m.ClaimedDomains, d) {
				m.ClaimedDomains = append(m.ClaimedDomains, d)
			}
		}
	}
	since := s.Time.AddDate(0, 0, -ActiveWithinDays)
	for day, n := range account.ActiveDays.Scan(s, a.AccountID) {
		if day >= account.ActiveDayID(since) {
			m.ActiveUsers += n.Users
		}
	}
	if t := account.Totals.Get(s, a.AccountID, ""); t != nil {
		m.LastActivityAt = t.LastActivityAt
	}
	m.Unlikely = len(m.VerifiedDomains) == 0 && m.LastActivityAt.Before(since)
	return m
}
