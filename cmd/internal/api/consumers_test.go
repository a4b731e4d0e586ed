package api

import (
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates/rule"
)

func TestFiltersStayWithTheCaller(t *testing.T) {
	partner := rule.Caller{Role: rule.Consumer, Partner: "acme"}
	account := rule.Caller{Role: rule.AccountAdmin, Account: "contoso"}
	admin := rule.Caller{Role: rule.Admin}
	const unusable = "(422)"
	const theirs = "(404)"
	for _, c := range []struct {
		who          rule.Caller
		filter, want string
	}{
		{partner, "", "ledger.acme.>"},
		{account, "", "ledger.*.account.contoso.>"},
		{admin, "", "ledger.>"},
		{admin, "ledger.>", "ledger.>"},
		{admin, "ledger.*.account.*.UserLicenseAssigned", "ledger.*.account.*.UserLicenseAssigned"},
		{partner, "ledger.acme.>", "ledger.acme.>"},
		{partner, "ledger.acme.*.*.*", "ledger.acme.*.*.*"},
		{partner, "ledger.acme.account.contoso.>", "ledger.acme.account.contoso.>"},
		{partner, "ledger.acme.account.contoso.UserAdded", "ledger.acme.account.contoso.UserAdded"},
		{partner, "ledger.>", unusable},
		{partner, "ledger.*.>", unusable},
		{partner, "ledger.*.account.contoso.UserAdded", unusable},
		{partner, "ledger.zeta.>", theirs},
		{partner, "ledger.zeta.account.contoso.UserAdded", theirs},
		{account, "ledger.acme.account.contoso.UserAdded", "ledger.acme.account.contoso.UserAdded"},
		{account, "ledger.*.account.contoso.*", "ledger.*.account.contoso.*"},
		{account, "ledger.acme.>", unusable},
		{account, "ledger.acme.account.>", unusable},
		{account, "ledger.acme.*.contoso.>", unusable},
		{account, "ledger.acme.account.fabrikam.>", theirs},
		{account, "ledger.acme.order.contoso.>", theirs},
		{admin, ">", unusable}, {admin, "*.>", unusable}, {admin, "ledger", unusable}, {admin, "journal.>", unusable},
		{admin, "ledger.acme", unusable}, {admin, "ledger.acme.account.contoso", unusable}, {admin, "ledger.>.x", unusable},
		{admin, "ledger.acme.account.contoso.UserAdded.x", unusable}, {admin, "ledger..account.contoso.UserAdded", unusable},
		{admin, "ledger.acme.account.con toso.UserAdded", unusable}, {admin, "ledger.acme.account.contoso.>.", unusable},
		{admin, "ledger.ac*.>", unusable}, {admin, "$JS.>", unusable}, {admin, "ledger." + strings.Repeat("a", 600) + ".>", unusable},
	} {
		var check rule.Checker
		got, elsewhere := filterFor(&check, c.who, c.filter)
		switch {
		case len(check.Errors) > 0:
			got = unusable
		case elsewhere:
			got = theirs
		}
		if got != c.want {
			t.Errorf("%s, %q: %s, want %s", c.who.Role, c.filter, got, c.want)
		}
	}
}
