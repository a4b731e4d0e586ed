package account

import (
	"github.com/seatledger/seatledger/aggregates/publicdomain"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// DomainOf are the fields of commands on an e-mail domain of an account.
type DomainOf struct {
	InAccount
	Domain string `json:"domain" doc:"E-mail domain, as contoso.com"`
}

// Check reports unacceptable fields.
func (c *DomainOf) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.Domain("domain", &c.Domain)
}

// ClaimDomain says that an e-mail domain is the account's own (ACC-8).
type ClaimDomain struct{ DomainOf }

// Decide refuses public domains and those that another account claims.
func (c *ClaimDomain) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if publicdomain.Is(c.Domain) {
		return refused(rule.PublicEmailDomain, "anyone can have an address in %q: no account can claim it", c.Domain)
	}
	if a.domain(c.Domain) >= 0 {
		return rule.Decision{}, nil
	}
	if Claims.Get(r, c.Domain, "") != nil {
		return claimedElsewhere(c.Domain)
	}
	return a.decided(&events.DomainClaimed{AccountID: a.AccountID, Domain: c.Domain})
}

// VerifyDomain tells that a claim was proved.
type VerifyDomain struct{ DomainOf }

// Decide wants the account's own claim.
func (c *VerifyDomain) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	i := a.domain(c.Domain)
	switch {
	case i < 0 && Claims.Get(r, c.Domain, "") != nil:
		return claimedElsewhere(c.Domain)
	case i < 0:
		return refused(rule.NotFound, "account %q does not claim the domain %q", a.AccountID, c.Domain)
	case a.Domains[i].Verified:
		return rule.Decision{}, nil
	}
	return a.decided(&events.DomainVerified{AccountID: a.AccountID, Domain: c.Domain})
}

// ReleaseDomain gives a claim up.
type ReleaseDomain struct{ DomainOf }

// Decide records the change, if it is one.
func (c *ReleaseDomain) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if a.domain(c.Domain) < 0 {
		return rule.Decision{}, nil
	}
	return a.decided(&events.DomainReleased{AccountID: a.AccountID, Domain: c.Domain})
}

func claimedElsewhere(domain string) (rule.Decision, error) {
	return refused(rule.DomainClaimedElse, "another account claims the domain %q", domain)
}
