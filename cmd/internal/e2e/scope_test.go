package e2e

import (
	"bytes"
	"fmt"
	"testing"
)

// twoPartners makes partners p and p2, each with an account, a user, an order.
func (b *bed) twoPartners() {
	b.Helper()
	for i, partner := range []string{"p", "p2"} {
		account := []string{"a", "zz2"}[i]
		b.done("RegisterPartner", body{"partner_id": partner, "name": "Partner " + partner})
		b.customer(partner, account)
		b.done("AddUser", addUser(account, "u"))
		b.done("PlaceOrder", changed(order(line("miteam_meetings", 2)), "partner_id", partner, "order_id", "order-"+account))
		b.done("AssignOrder", body{"order_id": "order-" + account, "account_id": account})
		b.done("AssignLicense", seat(account, "u"))
	}
}

// A caller sees what is its own, and of the rest not even that it exists.
func TestScopes(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.twoPartners()
	at := decimal(b.end())
	for _, who := range []struct{ role, scope string }{
		{"partner", "p"}, {"account_admin", "a"}, {"micollab", "a"}, {"auditor", "p"},
	} {
		c := b.As(who.role, who.scope)
		for _, path := range []string{
			"/v1/accounts/zz2", "/v1/accounts/zz2/users", "/v1/accounts/zz2/users/u", "/v1/accounts/zz2/pools", "/v1/accounts/zz2/orders",
			"/v1/accounts/zz2/subscriptions", "/v1/orders/order-zz2", "/v1/partners/p2",
		} {
			theirs := c.Get(path, "min_position", at)
			if theirs.Status != 404 && theirs.Status != 403 {
				t.Errorf("%s of %s: %s: %s", who.role, who.scope, path, shown(theirs))
			}
			none := c.Get(string(bytes.ReplaceAll([]byte(path), []byte("zz2"), []byte("nil"))), "min_position", at)
			if theirs.Status != none.Status || theirs.Code != none.Code {
				t.Errorf("%s of %s: %s looks like %d, a thing that is not like %d", who.role, who.scope, path, theirs.Status, none.Status)
			}
		}
		for _, path := range []string{"/v1/accounts", "/v1/orders", "/v1/partners", "/v1/events"} {
			a := c.Get(path, "min_position", at, "limit", "1000")
			if a.Status == 200 && (bytes.Contains(a.Body, []byte("zz2")) || bytes.Contains(a.Body, []byte("p2"))) {
				t.Errorf("%s of %s: %s shows another's: %s", who.role, who.scope, path, a.Body)
			}
		}
	}
	b.ownThings(at)
}

// ownThings wants each role to see what it may, and no more.
func (b *bed) ownThings(at string) {
	b.Helper()
	for _, row := range []struct {
		role, scope, path string
		status            int
	}{
		{"partner", "p", "/v1/accounts/a", 200}, {"partner", "p", "/v1/orders/order-a", 200}, {"partner", "p", "/v1/accounts/a/subscriptions", 200},
		{"partner", "p", "/v1/events", 200}, {"account_admin", "a", "/v1/accounts/a", 200}, {"account_admin", "a", "/v1/accounts/a/users/u", 200},
		{"account_admin", "a", "/v1/accounts/a/subscriptions", 403}, {"account_admin", "a", "/v1/orders", 403},
		{"micollab", "a", "/v1/accounts/a/users", 200}, {"micollab", "a", "/v1/accounts/a/pools", 200}, {"micollab", "a", "/v1/orders", 403},
		{"operator", "", "/v1/accounts/a", 200}, {"operator", "", "/v1/orders/order-zz2", 200}, {"auditor", "", "/v1/events", 200},
		{"consumer", "p", "/v1/accounts/a", 403}, {"consumer", "p", "/v1/accounts/a/users/u", 403},
	} {
		a := b.As(row.role, row.scope).Get(row.path, "min_position", at)
		hidden := row.status == 403 && a.Status == 404 // "does not exist" hides it as well
		if a.Status != row.status && !hidden {
			b.Errorf("%s of %q: GET %s: want %d, got %s", row.role, row.scope, row.path, row.status, shown(a))
		}
	}
	for i, a := range []map[string]any{
		b.As("partner", "p").Get("/v1/accounts/a/users/u").View, b.As("operator", "").Get("/v1/accounts/a/users/u").View,
	} {
		if open := fmt.Sprint(a["email"]) == "u@a.example"; open != (i == 0) {
			b.Errorf("personal data, shown to a partner and not to an operator: %v", a["email"])
		}
	}
}
