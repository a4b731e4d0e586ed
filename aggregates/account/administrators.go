package account

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/publicdomain"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// Administrators is the row of an account's users of role account_admin,
// beside the account's, so that they are found without reading all users.
type Administrators struct {
	UserIDs []string `json:"user_ids"` // sorted
}

// AdminDomains lists the domains that the account's active administrators have
// addresses in, sorted; public ones never (CNV-1, CNV-2).
func AdminDomains(r row.Reader, account string) []string {
	var domains []string
	for _, id := range AdminIDs(r, account) {
		u := Users.Get(r, account, id)
		if u == nil || u.State != UserActive || u.Email.Plain == "" {
			continue
		}
		if d := rule.DomainOf(u.Email.Plain); !publicdomain.Is(d) {
			domains = append(domains, d)
		}
	}
	slices.Sort(domains)
	return slices.Compact(domains)
}

// AdminIDs lists the users of role account_admin, sorted.
func AdminIDs(r row.Reader, account string) []string {
	if list := Admins.Get(r, account, ""); list != nil {
		return list.UserIDs
	}
	return nil
}

// setAdmin keeps the list of administrators.
func setAdmin(tx row.Tx, account, user string, admin bool) {
	var ids []string
	if old := Admins.Get(tx, account, ""); old != nil {
		ids = old.UserIDs
	}
	i, found := slices.BinarySearch(ids, user)
	switch {
	case found == admin:
		return
	case admin:
		ids = slices.Insert(slices.Clone(ids), i, user)
	default:
		ids = slices.Delete(slices.Clone(ids), i, i+1)
	}
	if len(ids) == 0 {
		Admins.Delete(tx, account, "")
		return
	}
	Admins.Put(tx, account, "", &Administrators{ids})
}

// notFullAdministrator says that the caller is not the account's full
// administrator, or nil (CNV-3). Admin acts as the account's partner.
func notFullAdministrator(r row.Reader, a *Account, who rule.Caller) error {
	if who.Role == rule.Admin || PartnerRole(r, a, who.Partner) == FullAdmin {
		return nil
	}
	return rule.Refuse(rule.FullAdministratorRequired, "partner %q is not the full administrator of account %q", who.Partner, a.AccountID)
}

// notByHand says that a directory manages the users, or nil (CNV-4).
func (a *Account) notByHand() error {
	if !a.DirectoryConnector {
		return nil
	}
	return rule.Refuse(rule.DirectoryConnectorEnabled, "the directory connector of account %q is enabled: disable it first", a.AccountID)
}
