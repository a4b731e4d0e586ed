package subscription

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/publicdomain"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// Directory finds organisations by the addresses and domains of their people.
type Directory struct {
	Rows row.Reader
	// Past: indexes by address know the present only, so users are looked
	// through one by one.
	Past bool
}

// Likeness says what an address and an organisation have in common (SUB-3).
type Likeness struct {
	Email    bool // the address is that of one of its users
	Verified bool // it proved that the domain is its own
	Claimed  bool // it says so
	Used     bool // some user's address is in the domain
}

// ByDomain reports that they have the domain in common.
func (l Likeness) ByDomain() bool { return l.Verified || l.Claimed || l.Used }

// Compare looks for an address and a domain in an organisation: an account, or
// a partner's own, which also has the domains that the partner was registered
// with. Empty ones, and public domains, match nothing.
func (d Directory) Compare(a *account.Account, email, domain string) (l Likeness) {
	l.Email = email != "" && d.hasEmail(a.AccountID, email)
	if domain == "" || publicdomain.Is(domain) {
		return l
	}
	for _, claim := range a.Domains {
		if claim.Domain == domain {
			l.Claimed, l.Verified = true, claim.Verified
		}
	}
	if a.Own && !l.Claimed {
		p := partner.Partners.Get(d.Rows, a.PartnerID, "")
		l.Claimed = p != nil && slices.Contains(p.EmailDomains, domain)
	}
	l.Used = d.uses(a.AccountID, domain)
	return l
}

// Knows reports that a user of an account has an address, or one in a domain.
func (d Directory) Knows(id, email, domain string) bool {
	return email != "" && d.hasEmail(id, email) || domain != "" && d.uses(id, domain)
}

func (d Directory) hasEmail(id, email string) bool {
	if !d.Past {
		return account.Emails.Get(d.Rows, id, account.EmailKey(email)) != nil
	}
	return d.anyone(id, func(address string) bool { return address == account.EmailKey(email) })
}

func (d Directory) uses(id, domain string) bool {
	if !d.Past {
		return account.DomainUses.Get(d.Rows, id, domain) != nil
	}
	return d.anyone(id, func(address string) bool { return rule.DomainOf(address) == domain })
}

// anyone looks for a user by address.
func (d Directory) anyone(id string, is func(address string) bool) bool {
	for _, u := range account.Users.Scan(d.Rows, id) {
		if address := account.EmailKey(u.Email.Plain); address != "" && is(address) {
			return true
		}
	}
	return false
}

// Address is the provisioning contact's address and its domain; both empty
// once the person was erased.
func (s *Subscription) Address() (email, domain string) {
	email = account.EmailKey(s.Contact().Email.Plain)
	if email == "" {
		return "", ""
	}
	return email, rule.DomainOf(email)
}

// offers reports that organization-matches shows an account for the
// subscription: its contact's address or domain is there, or it can be found
// by a domain (SUB-3, SUB-5).
func (d Directory) offers(s *Subscription, a *account.Account) bool {
	if a.Own || a.Status != account.Active {
		return false
	}
	email, _ := s.Address()
	return d.Compare(a, email, "").Email || len(a.Domains) > 0 || account.DomainUses.Get(d.Rows, a.AccountID, account.AllDomains) != nil
}

// Visible reports that a subscription is the caller's to see. Unmapped, it is
// for those who see everything, and for partners whose people it concerns:
// by person, claimed or used domain alike (SUB-1).
func Visible(d Directory, s *Subscription, who rule.Caller) bool {
	switch {
	case who.Role == rule.AccountAdmin:
		a := account.Accounts.Get(d.Rows, who.Account, "")
		return a != nil && s.AccountID == who.Account && who.Sees(a.PartnerID, a.AccountID)
	case who.Sees(s.PartnerID, "") || s.PartnerID != "":
		return who.Sees(s.PartnerID, "")
	case (rule.Partner | rule.Auditor).Has(who.Role) && who.Partner != "":
		own := account.Accounts.Get(d.Rows, who.Partner, "")
		if own == nil {
			return false
		}
		email, domain := s.Address()
		l := d.Compare(own, email, domain)
		return l.Email || l.ByDomain()
	}
	return false
}
