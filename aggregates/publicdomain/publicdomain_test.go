package publicdomain

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestIs(t *testing.T) {
	for _, d := range []string{
		"gmail.com", "GMail.com", "gmail.com.", "mail.gmail.com", "yahoo.com", "yahoo.co.uk", "icloud.com", "me.com",
		"outlook.com", "hotmail.it", "libero.it", "virgilio.it", "web.de", "gmx.de", "t-online.de", "proton.me",
		"qq.com", "mail.ru", "mailinator.com", "tutanota.com", "a.b.c.gmx.net", "tin.it", "fastwebnet.it", "bluewin.ch", "sfr.fr",
		"yahóo.com", "YAHÓO.com", "mail.yahóo.com", "xn--yaho-sqa.com", "XN--YAHO-SQA.COM.",
	} {
		if !Is(d) {
			t.Errorf("%s is public", d)
		}
	}
	for _, d := range []string{
		"", "com", "example.com", "example.org", "mail.example.com", "test.com", "contoso.com", "acme.com", "mitel.com",
		"cisco.com", "bund.de", "notgmail.com", "gmail.com.contoso.com", "gmail.contoso.com", "müller.de", "xn--mller-kva.de",
		"contoso.co.uk", "co.uk", "acme.eu.org", "test.de", "facebook.com", "enel.net", "mydomain.com", "yahóo.contoso.com",
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

// Our own lists decide over the package's, whatever it brings.
func TestOwnLists(t *testing.T) {
	for name, public := range map[string]bool{"also.txt": true, "not.txt": false} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(b)) {
			d := strings.TrimSpace(line)
			if d == "" || d[0] == '#' {
				continue
			}
			if n++; Is(d) != public {
				t.Errorf("%s names %s, and domains.txt does not follow", name, d)
			}
		}
		if n < 5 {
			t.Errorf("%s has %d domains", name, n)
		}
	}
}
