package mail

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"
)

// read is a letter as a mail program reads it.
type read struct {
	header     netmail.Header
	text, html string
}

func (r *read) subject(t *testing.T) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(r.header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// readLetter takes a letter apart with the standard library.
func readLetter(t *testing.T, b []byte) *read {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %q: %v", kind, err)
	}
	r := &read{header: m.Header}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return r
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		switch p.Header.Get("Content-Type") {
		case "text/plain; charset=UTF-8":
			r.text = strings.ReplaceAll(string(text), "\r\n", "\n")
		case "text/html; charset=UTF-8":
			r.html = string(text)
		default:
			t.Errorf("a part of type %q", p.Header.Get("Content-Type"))
		}
	}
}

func composed(t *testing.T, f Facts) (*Letter, *read) {
	t.Helper()
	l := &Letter{ID: "E-P", PersonID: "P", Header: "E", From: "ledger@a.example", To: "ann@b.example",
		Date: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	if err := l.Compose(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := l.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return l, readLetter(t, b.Bytes())
}

// Every kind has a text in every language, and says what it must.
func TestEveryKindAndLanguage(t *testing.T) {
	seen := map[string]string{}
	for _, kind := range Kinds() {
		for _, language := range []string{"en", "it", "de"} {
			f := Facts{Kind: kind, Language: language, Account: "Größe & Söhne", Partner: "Zażółć", Subscription: "S-1",
				Summary: "no tone", Link: "https://ledger.example/setup/S-1"}
			l, r := composed(t, f)
			if l.Language != language || r.header.Get("Content-Language") != language || r.header.Get("Message-Id") != "<E@a.example>" {
				t.Errorf("%s %s: %v", kind, language, r.header)
			}
			if len(r.text) < 50 || len(r.html) < len(r.text) || strings.Contains(r.text+r.html+r.subject(t), "{{") || seen[r.text] != "" {
				t.Errorf("%s %s: %s\n%s", kind, language, r.text, r.html)
			}
			seen[r.text] = kind
		}
	}
}

func TestWhatLettersSay(t *testing.T) {
	link := "https://ledger.example/setup/S-1"
	for _, c := range []struct {
		facts               Facts
		subject, text, html string
	}{
		{Facts{Kind: "provisioning_information_required", Subscription: "S-1", Link: link},
			"Provisioning information required for order S-1", link, `<a href="` + link + `">`},
		{Facts{Kind: "problem_reported", Language: "it-IT", Account: "È & C.", Summary: "uno\r\n<b>due</b>\n\ntre"},
			"Segnalato un problema per È & C.", "\nuno\n<b>due</b>\n\ntre\n", "uno<br>&lt;b&gt;due&lt;/b&gt;"},
		{Facts{Kind: "account_now_managed", Language: "de-AT", Account: "Müller"}, "Ihr Konto wird jetzt von Müller verwaltet", "Müller", "Müller"},
		{Facts{Kind: "invitation", Language: "fr", Account: "東京 株式会社", Link: link}, "東京 株式会社 invites you", link, link},
	} {
		_, r := composed(t, c.facts)
		if r.subject(t) != c.subject || !strings.Contains(r.text, c.text) || !strings.Contains(r.html, c.html) {
			t.Errorf("%s: %q\n%s\n%s", c.facts.Kind, r.subject(t), r.text, r.html)
		}
	}
}

// No name, whatever is in it, makes a header or ends the headers.
func TestNamesMakeNoHeaders(t *testing.T) {
	for _, name := range []string{
		"A\r\nBcc: eve@evil.example", "A\nX-Evil: 1\n\nbody", "A\rB", "A\u2028Bcc: x", "A\u0085Bcc: x", "=?utf-8?q?=0D=0ABcc:_x?=",
		strings.Repeat("é", 200) + "\r\nBcc: eve@evil.example", "\x00\x1b[31m",
	} {
		for _, kind := range Kinds() {
			_, r := composed(t, Facts{Kind: kind, Account: name, Partner: name, Subscription: "S", Summary: name, Link: "https://x.example"})
			if r.header.Get("Bcc") != "" || r.header.Get("X-Evil") != "" || len(r.header) != 9 {
				t.Errorf("%s %q: %v", kind, name, r.header)
			}
			if s := r.subject(t); strings.ContainsAny(s, "\r\n\x00\x1b") {
				t.Errorf("%s %q: subject %q", kind, name, s)
			}
		}
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, to := range []string{"", "a", "a@b.example> RCPT TO:<c@d.example", "a@b.example\r\nDATA", "a@b.example, c@d.example"} {
		l := &Letter{From: "x@y.example", To: to}
		if err := l.Compose(Facts{Kind: "invitation"}); err != nil {
			t.Fatal(err)
		}
		if _, err := l.WriteTo(io.Discard); err != ErrAddress {
			t.Errorf("%q: %v", to, err)
		}
	}
}
