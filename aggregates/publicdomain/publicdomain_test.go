package publicdomain

import (
	"slices"
	"strings"
	"testing"
)

func TestIs(t *testing.T) {
	for _, d := range []string{
		"gmail.com", "GMail.com", "gmail.com.", "mail.gmail.com", "yahoo.com", "yahoo.co.uk", "icloud.com", "me.com",
		"outlook.com", "hotmail.it", "libero.it", "virgilio.it", "web.de", "gmx.de", "t-online.de", "proton.me",
		"qq.com", "mail.ru", "mailinator.com", "tutanota.com", "a.b.c.gmx.net",
	} {
		if !Is(d) {
			t.Errorf("%s is public", d)
		}
	}
	for _, d := range []string{
		"", "com", "example.com", "example.org", "mail.example.com", "test.com", "contoso.com", "acme.com", "mitel.com",
		"cisco.com", "bund.de", "notgmail.com", "gmail.com.contoso.com", "gmail.contoso.com", "müller.de", "xn--mller-kva.de",
		"contoso.co.uk", "co.uk", "acme.eu.org",
	} {
		if Is(d) {
			t.Errorf("%s is not public", d)
		}
	}
}

func TestList(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(file), "\n")[1:]
	if len(lines) < 5_000 {
		t.Errorf("%d domains", len(lines))
	}
	if !slices.IsSorted(lines) || len(slices.Compact(slices.Clone(lines))) != len(lines) {
		t.Error("domains.txt is not sorted, or has a domain twice")
	}
}
