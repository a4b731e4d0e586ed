package e2e

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// bad is a command that must be turned away before any rule is asked.
type bad struct {
	what, command string
	body          any // marshalled, or bytes as they are
	status        int
	code          string
	field         string // named in errors[].location or in detail, "" for none
	role, scope   string
}

// changed is a good body with some members changed; nil takes one out.
func changed(good body, pairs ...any) body {
	b := body{}
	for k, v := range good {
		b[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if b[pairs[i].(string)] = pairs[i+1]; pairs[i+1] == nil {
			delete(b, pairs[i].(string))
		}
	}
	return b
}

func order(lines ...any) body { return body{"partner_id": "p", "lines": lines} }

func line(product string, quantity any) body { return body{"product": product, "quantity": quantity} }

// shapes are answered 400: not JSON, unknown members, wrong types.
func shapes() []bad {
	ok := body{"partner_id": "q", "name": "Q"}
	rows := []bad{
		{what: "unknown command", command: "MakeCoffee", body: body{}, status: 404, code: "not_found"},
		{what: "unknown field", command: "RegisterPartner", body: changed(ok, "colour", "red"), status: 400, field: "colour"},
		{what: "wrong type", command: "RegisterPartner", body: changed(ok, "name", 7), status: 400, field: "name"},
		{what: "fraction", command: "PlaceOrder", body: order(line("miteam_meetings", 1.5)), status: 400, field: "quantity"},
		{what: "text for a number", command: "PlaceOrder", body: order(line("miteam_meetings", "1")), status: 400, field: "quantity"},
		{what: "huge number", command: "PlaceOrder", body: []byte(`{"partner_id":"p","lines":[{"product":"miteam_meetings","quantity":1e40}]}`), status: 400, field: "quantity"},
		{what: "ACC-1 field", command: "UpdateAccountInformation", body: body{"account_id": "a", "cloud_location": "US"}, status: 400, field: "cloud_location"},
	}
	for what, text := range map[string]string{
		"broken JSON": `{"partner_id":"q"`, "empty body": "", "not an object": `["q"]`, "null": "null", "trailing": `{"partner_id":"q","name":"Q"} {}`,
		"repeated member": `{"partner_id":"q","partner_id":"r","name":"Q"}`, "invalid UTF-8": "{\"partner_id\":\"q\",\"name\":\"\xff\"}",
		"deep": strings.Repeat(`[`, 100_000),
	} {
		rows = append(rows, bad{what: what, command: "RegisterPartner", body: []byte(text), status: 400})
	}
	return append(rows, bad{
		what: "2 MiB", command: "RegisterPartner", body: bytes.Repeat([]byte(" "), 2<<20), status: 413, code: "too_large",
	})
}

// fields are answered 422, naming the field.
func fields() []bad {
	user := addUser("a", "new")
	account := customer("p", "new")
	var rows []bad
	for _, id := range []any{"../x", "a.b", "*", ">", strings.Repeat("x", 65), "", "_", "é", "a b", "a\x00b"} {
		rows = append(rows,
			bad{what: fmt.Sprintf("id %q", id), command: "AssignOrder", body: body{"order_id": id, "account_id": "a"}, field: "order_id"},
			bad{what: fmt.Sprintf("account id %q", id), command: "EnableMiCCIntegration", body: body{"account_id": id}, field: "account_id"})
		if id != "" {
			rows = append(rows, bad{what: fmt.Sprintf("new id %q", id), command: "RegisterPartner", body: body{"partner_id": id, "name": "Q"}, field: "partner_id"})
		}
	}
	for _, email := range []string{"nobody", "@example.com", "a@", "a@b@c.example", "a b@c.example", "a@localhost", strings.Repeat("a", 300) + "@b.example"} {
		rows = append(rows, bad{what: "e-mail " + tail(email, 20), command: "AddUser", body: changed(user, "email", email), field: "email"})
	}
	return append(rows, []bad{
		{what: "missing id", command: "EnableMiCCIntegration", body: body{}, field: "account_id"},
		{what: "quantity 0", command: "PlaceOrder", body: order(line("miteam_meetings", 0)), field: "quantity"},
		{what: "quantity -1", command: "PlaceOrder", body: order(line("miteam_meetings", -1)), field: "quantity"},
		{what: "quantity 1,000,001", command: "PlaceOrder", body: order(line("miteam_meetings", 1_000_001)), field: "quantity"},
		{what: "no lines", command: "PlaceOrder", body: order(), field: "lines"},
		{what: "product twice", command: "PlaceOrder", body: order(line("miteam_meetings", 1), line("miteam_meetings", 2)), field: "lines"},
		{what: "unknown product", command: "PlaceOrder", body: order(line("coffee", 1)), field: "product"},
		{what: "not a licence", command: "PlaceOrder", body: order(line("webex_suite", 1)), field: "product"},
		{what: "unknown product", command: "AssignLicense", body: body{"account_id": "a", "user_id": "u", "product": "coffee"}, field: "product"},
		{what: "bad date", command: "PlaceOrder", body: changed(order(line("miteam_meetings", 1)), "expires_at", "soon"), status: -1, field: "expires_at"},
		{what: "country", command: "CreateAccount", body: changed(account, "country", "ZZ"), field: "country"},
		{what: "country in words", command: "CreateAccount", body: changed(account, "country", "Italy"), field: "country"},
		{what: "language", command: "CreateAccount", body: changed(account, "default_language", "not a language"), field: "default_language"},
		{what: "region", command: "CreateAccount", body: changed(account, "cloud_location", "MOON"), field: "cloud_location"},
		{what: "kind", command: "CreateAccount", body: changed(account, "kind", "strange"), field: "kind"},
		{what: "no contact", command: "CreateAccount", body: changed(account, "support_contacts", []any{}), field: "support_contacts"},
		{what: "contact's e-mail", command: "CreateAccount", body: changed(account, "support_contacts", []any{body{"email": "x"}}), field: "email"},
		{what: "no name", command: "CreateAccount", body: changed(account, "name", nil), field: "name"},
		{what: "role", command: "AddUser", body: changed(user, "role", "king"), field: "role"},
		{what: "phone", command: "UpdateUser", body: body{"account_id": "a", "user_id": "u", "phone_number": "06 12"}, field: "phone_number"},
		{what: "privilege", command: "EnablePrivilege", body: body{"account_id": "a", "integration": "micollab", "privilege": "all"}, field: "privilege"},
		{what: "integration", command: "EnablePrivilege", body: body{"account_id": "a", "integration": "fax", "privilege": "guest_access_consent"}, field: "integration"},
		{what: "domain", command: "ClaimDomain", body: body{"account_id": "a", "domain": "not a domain"}, field: "domain"},
		{what: "no reason", command: "UnassignOrder", body: body{"order_id": "theirs"}, field: "reason"},
		{what: "fields before existence", command: "AssignLicense", body: body{"account_id": "none", "user_id": "u", "product": "coffee"}, field: "product"},
	}...)
}

// strangers are answered 403 or 404: not the role's to do, not there, or not
// the caller's to see, which must look the same.
func strangers() []bad {
	give := body{"order_id": "theirs", "account_id": "a"}
	return []bad{
		{what: "another partner's order", command: "AssignOrder", body: give, role: "partner", scope: "p", status: 404, code: "not_found"},
		{what: "another partner's account", command: "EnableMiCCIntegration", body: body{"account_id": "a"}, role: "partner", scope: "p2", status: 404, code: "not_found"},
		{what: "another account", command: "EnableMiCCIntegration", body: body{"account_id": "a"}, role: "account_admin", scope: "b", status: 404, code: "not_found"},
		{what: "no such account", command: "EnableMiCCIntegration", body: body{"account_id": "none"}, status: 404, code: "not_found"},
		{what: "no such user", command: "AssignLicense", body: seat("a", "none"), status: 404, code: "not_found"},
		{what: "existence before rules", command: "AssignLicense", body: seat("b", "u"), status: 404, code: "not_found"},
		{what: "role", command: "RegisterPartner", body: body{"partner_id": "q", "name": "Q"}, role: "partner", scope: "p", status: 403, code: "forbidden"},
		{what: "role", command: "DeleteAccount", body: body{"account_id": "a", "confirm": "delete"}, role: "account_admin", scope: "a", status: 403, code: "forbidden"},
		{what: "role before fields", command: "AssignOrder", body: body{"order_id": "*"}, role: "account_admin", scope: "a", status: 403, code: "forbidden"},
		{what: "shape before role", command: "AssignOrder", body: body{"colour": 1}, role: "account_admin", scope: "a", status: 400, code: "invalid_request"},
		{what: "operator", command: "EnableMiCCIntegration", body: body{"account_id": "a"}, role: "operator", status: 403, code: "forbidden"},
		{what: "auditor", command: "EnableMiCCIntegration", body: body{"account_id": "a"}, role: "auditor", status: 403, code: "forbidden"},
		{what: "consumer", command: "EnableMiCCIntegration", body: body{"account_id": "a"}, role: "consumer", scope: "p", status: 403, code: "forbidden"},
		{what: "MiCollab's own", command: "AddUser", body: addUser("a", "x"), role: "micollab", scope: "a", status: 403, code: "forbidden"},
		{what: "the clock's own", command: "ExpireOrder", body: body{"order_id": "theirs"}, role: "system", status: -2},
	}
}

// Bad input is answered with the right status and code and the field's name,
// and nothing is recorded.
func TestBadInput(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.customer("p", "b")
	b.done("RegisterPartner", body{"partner_id": "p2", "name": "Other"})
	b.done("PlaceOrder", changed(order(line("miteam_meetings", 1)), "partner_id", "p2", "order_id", "theirs"))
	b.done("AddUser", addUser("a", "u"))
	before := b.end()
	for _, row := range shapes() {
		if row.code == "" {
			row.code = "invalid_request"
		}
		b.turnedAway(row)
	}
	for _, row := range fields() {
		if row.status == 0 {
			row.status = 422
		}
		row.code = "invalid_field"
		b.turnedAway(row)
	}
	for _, row := range strangers() {
		b.turnedAway(row)
	}
	if after := b.end(); after != before {
		t.Errorf("bad input was recorded: position %d, then %d: %v", before, after, b.history(before+1))
	}
}

func (b *bed) turnedAway(row bad) {
	b.Helper()
	c := b.Client
	if row.role != "" {
		c = c.As(row.role, row.scope)
	}
	a := c.Do(row.command, row.body)
	wrong := ""
	switch row.status {
	case -1: // shape or field: not said
		if a.Status != 400 && a.Status != 422 {
			wrong = "want 400 or 422, got " + shown(a)
		}
	case -2: // refused in any way
		if a.Err != nil || a.Status < 400 || a.Status >= 500 {
			wrong = "want a refusal, got " + shown(a)
		}
	default:
		wrong = refusal(a, row.status, row.code)
	}
	if wrong == "" && row.field != "" && !names(a.Body, row.field) {
		wrong = "does not name " + row.field + ": " + shown(a)
	}
	if wrong != "" {
		b.Errorf("%s (%s): %s", row.what, row.command, wrong)
	}
}

// names reports that a problem tells of a field.
func names(problem []byte, field string) bool { return bytes.Contains(problem, []byte(field)) }
