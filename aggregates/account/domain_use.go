package account

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/publicdomain"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// DomainUse counts: the users of an account with an address in a domain that
// is not public; under the id AllDomains, such domains.
type DomainUse struct {
	Count int `json:"count"`
}

// AllDomains is the id of the row of DomainUses that counts the domains.
const AllDomains = ""

// UserDomain is the domain of a user's address, if it is not public. It finds
// what DomainUses has of a user whose address is not known any more: one who
// was erased.
type UserDomain struct {
	Domain string `json:"domain"`
}

// useDomain keeps the domains in use when a user's address changes; "" is no
// address.
func useDomain(tx row.Tx, account, user, address string) {
	domain := ""
	if address != "" {
		domain = rule.DomainOf(address)
	}
	if domain != "" && publicdomain.Is(domain) {
		domain = ""
	}
	old := UserDomains.Get(tx, account, user)
	switch {
	case old != nil && old.Domain == domain || old == nil && domain == "":
		return
	case old != nil:
		countDomain(tx, account, old.Domain, -1)
		UserDomains.Delete(tx, account, user)
	}
	if domain != "" {
		countDomain(tx, account, domain, 1)
		UserDomains.Put(tx, account, user, &UserDomain{domain})
	}
}

func countDomain(tx row.Tx, account, domain string, n int) {
	was := 0
	if old := DomainUses.Get(tx, account, domain); old != nil {
		was = old.Count
	}
	now := was + n
	if now == 0 {
		DomainUses.Delete(tx, account, domain)
	} else {
		DomainUses.Put(tx, account, domain, &DomainUse{now})
	}
	if domain != AllDomains && (was == 0 || now == 0) {
		countDomain(tx, account, AllDomains, n)
	}
}

// ActiveDay counts the users of an account whose last activity was on a day.
type ActiveDay struct {
	Users int `json:"users"`
}

// ActiveDayID is the id of a moment's day in ActiveDays.
func ActiveDayID(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// setActivity moves a user from the day of its last activity to that of a
// later one; the zero time is never.
func setActivity(tx row.Tx, account string, old, to time.Time) {
	if ActiveDayID(old) == ActiveDayID(to) {
		return
	}
	countDay(tx, account, old, -1)
	countDay(tx, account, to, 1)
}

func countDay(tx row.Tx, account string, t time.Time, n int) {
	if t.IsZero() {
		return
	}
	day, users := ActiveDayID(t), n
	if old := ActiveDays.Get(tx, account, day); old != nil {
		users += old.Users
	}
	if users <= 0 {
		ActiveDays.Delete(tx, account, day)
		return
	}
	ActiveDays.Put(tx, account, day, &ActiveDay{users})
}
