package paper

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

var received = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// Whatever people write, a document comes of it, the same every time, and no
// line leaves the page.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringN(0, 80, 256)
		of := &projections.Summary{
			SubscriptionID: "s", Status: "received", ReceivedAt: received,
			Partner:  &projections.SummaryParty{ID: "p", Name: text.Draw(rt, "partner"), Country: "IT"},
			Location: &account.Location{Name: text.Draw(rt, "location"), Address: text.Draw(rt, "address")},
			Sites:    []events.Site{{SiteURL: strings.Repeat("w", 63), TimeZone: "Europe/Rome"}},
		}
		language := rapid.SampledFrom([]string{"en", "it", "de"}).Draw(rt, "language")
		one, err := Summary(of, language)
		if err != nil {
			rt.Fatal(err)
		}
		two, err := Summary(of, language)
		if err != nil || !bytes.Equal(one, two) {
			rt.Fatal("not the same twice", err)
		}
	})
}

// Letters of every script are drawn, each as itself: where one had no shape in
// the font, another that has none would look the same. That one text always
// looks the same is TestAnyText's.
func TestEachLetterIsItself(t *testing.T) {
	page := func(name string) []byte {
		t.Helper()
		doc, err := Summary(&projections.Summary{SubscriptionID: "s", Status: "received", ReceivedAt: received,
			Customer: &projections.SummaryParty{ID: "c", Name: name, Country: "IT"}}, "en")
		if err != nil {
			t.Fatal(err)
		}
		c := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-r", "96", "-singlefile", "-")
		c.Stdin = bytes.NewReader(doc)
		picture, err := c.Output()
		if err != nil || !bytes.HasPrefix(picture, []byte("\x89PNG")) {
			t.Fatalf("pdftoppm: %v %.20q", err, picture)
		}
		return picture
	}
	for _, pair := range [][2]string{{"Muller", "Müller"}, {"Łódź", "Łódż"}, {"Ωμέγα", "Ωμάγα"}, {"Жук", "Жак"}, {"東京", "東亰"}, {"서울", "서율"}, {"뷁", "뷀"}, {"힘", "힙"}, {"ひろ", "ヒロ"}} {
		if bytes.Equal(page(pair[0]), page(pair[1])) {
			t.Errorf("%s looks like %s", pair[0], pair[1])
		}
	}
}

func TestWrap(t *testing.T) {
	s, err := newSheet("title", "en", "footer", received, facesOf("東한"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "short", strings.Repeat("w", 256), strings.Repeat("東京", 60), strings.Repeat("서울", 60), strings.Repeat("word ", 50), "Ω" + strings.Repeat("東ab", 40), "\U0001F600 \x00",
	} {
		lines := s.wrap(text, 40, textPt, "")
		for _, l := range lines {
			if w := s.width(l, textPt, ""); w > 40 {
				t.Errorf("%q is %.1f mm wide", l, w)
			}
		}
		unspaced := strings.NewReplacer(" ", "", "\U0001F600", "\uFFFD", "\x00", "\uFFFD")
		if got := unspaced.Replace(strings.Join(lines, "")); got != unspaced.Replace(text) {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Every language has every word.
func TestWords(t *testing.T) {
	for language, l := range words {
		for status := range words["en"].statuses {
			if l.statuses[status] == "" {
				t.Errorf("%s has no word for %s", language, status)
			}
		}
		for _, w := range []string{l.title, l.order, l.status, l.purpose, l.contact, l.erased, l.partner, l.customer, l.id, l.dates, l.services, l.service,
			l.quantity, l.setUp, l.yes, l.no, l.sites, l.url, l.zone, l.early, l.licenses, l.location, l.name, l.address, l.languageOf,
			l.received, l.partnerMapped, l.customerMapped, l.provisioned, l.none, l.purposes["customer"], l.purposes["own_company"]} {
			if w == "" {
				t.Errorf("%s lacks a word", language)
			}
		}
	}
}
