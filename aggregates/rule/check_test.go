package rule

import (
	"strings"
	"testing"
)

// fields runs one check on many values, and says which were accepted.
func fields(t *testing.T, check func(c *Checker, v string), good, bad []string) {
	t.Helper()
	for _, v := range good {
		var c Checker
		if check(&c, v); len(c.Errors) > 0 {
			t.Errorf("%q: %v", v, c.Errors)
		}
	}
	for _, v := range bad {
		var c Checker
		if check(&c, v); len(c.Errors) != 1 || c.Errors[0].Field != "f" || c.Errors[0].Message == "" {
			t.Errorf("%q is accepted: %v", v, c.Errors)
		}
	}
}

func TestFields(t *testing.T) {
	fields(t, func(c *Checker, v string) { c.ID("f", v) },
		[]string{"a", "A_b-9", "__", strings.Repeat("x", 64)}, []string{"", "_", "a.b", "a b", "é", "a\n", "a*", ">", strings.Repeat("x", 65)})
	fields(t, func(c *Checker, v string) { c.Country("f", v) },
		[]string{"IT", "DE", "GB", "US", "RS", "SS", "CW"}, []string{"", "it", "ITA", "UK", "EU", "XK", "ZZ", "DD", "380", "A N"})
	fields(t, func(c *Checker, v string) { c.Language("f", v) },
		[]string{"it", "en-GB", "de-CH-1996", "zh-Hant"}, []string{"", "italian", "xx", "it_IT", "und", strings.Repeat("a", 65)})
	fields(t, func(c *Checker, v string) { c.TimeZone("f", v) },
		[]string{"Europe/Rome", "UTC", "America/Argentina/Ushuaia"}, []string{"", "Local", "Rome", "../etc/passwd", "Mars/Base"})
	fields(t, func(c *Checker, v string) { c.Phone("f", v) },
		[]string{"+390612345678", "+12"}, []string{"", "0612345678", "+0123", "+39 06", "+1234567890123456", "39061234567"})
	fields(t, func(c *Checker, v string) { c.Domain("f", &v) },
		[]string{"contoso.com", " Contoso.COM. ", "a.b.c.de", "müller.de", "xn--mller-kva.de"},
		[]string{"", "com", "-a.com", "a-.com", "a..com", "a b.com", "a@b.com", "a.c", "*.com", strings.Repeat("abcdefghi.", 26) + "com"})
	fields(t, func(c *Checker, v string) { c.Email("f", &v) },
		[]string{"a@b.com", " A.B+c@Sub.Example.com ", "o'neil@contoso.com", "hans@müller.de", "jürgen@contoso.de"},
		[]string{"", "a", "a@", "@b.com", "a@b", "a b@c.com", "A <a@b.com>", "<a@b.com>", "a@b.com,c@d.com", "a@[127.0.0.1]", `"a b"@c.com`, "a@b@c.com", "a@b.com\n.x", strings.Repeat("a", 250) + "@b.com"})
	fields(t, func(c *Checker, v string) { c.Text("f", &v, 5) },
		[]string{"a", " hello ", "éé"}, []string{"", "  ", "hello!", "a\nb", "a\x00", "a\x7f", "a\u0085b", "\xff"})
	fields(t, func(c *Checker, v string) { c.Paragraphs("f", &v, 9) },
		[]string{"a\nb\tc\r\n"}, []string{"", "\n", "a\x00", "0123456789"})
	fields(t, func(c *Checker, v string) { c.OneOf("f", v, "a", "b") }, []string{"a", "b"}, []string{"", "c", "A"})
}

func TestNormalised(t *testing.T) {
	var c Checker
	email, domain, text := " Ada@Contoso.COM ", "Müller.DE.", " two words "
	c.Email("email", &email)
	c.Domain("domain", &domain)
	c.Text("text", &text, MaxTextBytes)
	if email != "ada@contoso.com" || domain != "xn--mller-kva.de" || text != "two words" {
		t.Errorf("%q %q %q", email, domain, text)
	}
	for address, want := range map[string]string{"a@Contoso.com": "contoso.com", "hans@müller.de": "xn--mller-kva.de", "a": "a"} {
		if got := DomainOf(address); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
}

// A caller sees what its scope covers, and nothing if it has none.
func TestSees(t *testing.T) {
	for _, c := range []struct {
		caller                   Caller
		partner, account, others bool // sees its partner, its account, another partner's
	}{
		{Caller{Role: Admin}, true, true, true},
		{Caller{Role: System}, true, true, true},
		{Caller{Role: Operator}, true, true, true},
		{Caller{Role: Ledger}, true, true, true},
		{Caller{Role: Auditor}, true, true, true},
		{Caller{Role: Auditor, Partner: "acme"}, true, true, false},
		{Caller{Role: Partner, Partner: "acme"}, true, true, false},
		{Caller{Role: Partner}, false, false, false},
		{Caller{Role: Consumer, Partner: "acme"}, true, true, false},
		{Caller{Role: Consumer}, false, false, false},
		{Caller{Role: AccountAdmin, Account: "contoso"}, false, true, false},
		{Caller{Role: AccountAdmin, Account: "contoso", Partner: "acme"}, false, true, false},
		{Caller{Role: AccountAdmin, Account: "contoso", Partner: "globex"}, false, false, false},
		{Caller{Role: AccountAdmin, Account: "fabrikam"}, false, false, false},
		{Caller{Role: AccountAdmin, Partner: "acme"}, false, false, false},
		{Caller{Role: MiCollab, Account: "contoso"}, false, true, false},
		{Caller{}, false, false, false},
		{Caller{Role: Partner | Admin, Partner: "acme"}, false, false, false},
	} {
		partner, account := c.caller.Sees("acme", ""), c.caller.Sees("acme", "contoso")
		others := c.caller.Sees("globex", "initech")
		if partner != c.partner || account != c.account || others != c.others {
			t.Errorf("%+v: %v %v %v", c.caller, partner, account, others)
		}
	}
}

func TestErrorsAreBounded(t *testing.T) {
	var c Checker
	for range 10_000 {
		c.Fail("f", "is bad")
	}
	if len(c.Errors) != MaxFieldErrors {
		t.Errorf("%d errors", len(c.Errors))
	}
}
