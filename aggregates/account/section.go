package account

import (
	"time"

	"golang.org/x/text/language"

	"github.com/seatledger/seatledger/aggregates/catalogue"
)

// Displays of a licence section.
const (
	DisplayToggle = "toggle"
	DisplayNone   = "none"
)

// MessageCode names what a licence section says.
type MessageCode string

// The messages of a licence section.
const (
	NoLicenses           MessageCode = "no_licenses"
	LicensesNotAvailable MessageCode = "licenses_not_available"
)

// Section is what a user's page shows for one product, and the entitlement
// behind it; the two are separate facts.
type Section struct {
	Product     string       `json:"product"`
	Tier        string       `json:"tier,omitzero"` // of a family: the user's
	Display     string       `json:"display"`
	On          bool         `json:"on"`
	Editable    bool         `json:"editable"`
	Message     *string      `json:"message"`
	MessageCode *MessageCode `json:"message_code"`
	License     Entitlement  `json:"license"`
}

// LicenseNone is the state of a licence that the user does not have.
const LicenseNone = "none"

// Entitlement is the user's licence, whatever the page shows.
type Entitlement struct {
	State    string    `json:"state"` // active, disabled or none
	Since    time.Time `json:"since,omitzero"`
	Position uint64    `json:"position,omitzero"`
}

// Sections is what the licence section of a user shows, in the language nearest
// to a tag: MiTeam Meetings, the Mitel One family, and
// those services that the account or the user has (SEC-1 to SEC-6). A pool
// that does not exist is nil.
func Sections(a *Account, u *User, pool func(product string) *Pool, lang language.Tag) []Section {
	_, i, _ := matcher.Match(lang)
	s := sections{a, u, pool, languages[i]}
	list := []Section{
		s.show(MiTeamMeetings, []string{MiTeamMeetings}),
		s.show(MitelOne, catalogue.Tiers(MitelOne)),
	}
	for _, p := range catalogue.OfKind(catalogue.Service) {
		if pool(p.ID) != nil || u.Has(p.ID) {
			list = append(list, s.show(p.ID, []string{p.ID}))
		}
	}
	return list
}

type sections struct {
	account *Account
	user    *User
	pool    func(product string) *Pool
	lang    language.Tag
}

// show makes the entry of a family, or of a single product; the first rule
// that matches decides.
func (s *sections) show(id string, tiers []string) Section {
	p := catalogue.Find(tiers[0])
	e := Section{Product: id, Display: DisplayToggle, License: Entitlement{State: LicenseNone}}
	free := 0
	for _, t := range tiers {
		if l, ok := s.user.Licenses[t]; ok && e.License.State != LicenseActive {
			e.License, e.Tier = Entitlement(l), catalogue.Find(t).Tier
		}
		free += s.pool(t).Available()
	}
	active := e.License.State == LicenseActive
	managed := p.ManagedBy != "" && s.account.Enabled(p.ManagedBy)
	switch {
	case p.Integration != "" && !s.account.Enabled(p.Integration): // SEC-1
		s.say(&e, NoLicenses)
	case managed && active: // SEC-2
		e.On = true
	case managed: // SEC-3
		s.say(&e, NoLicenses)
	case active: // SEC-4
		e.On, e.Editable = true, true
	case free == 0: // SEC-5
		s.say(&e, LicensesNotAvailable)
	default: // SEC-6
		e.Editable = true
	}
	return e
}

// say sets the message; with no licences to speak of there is no toggle.
func (s *sections) say(e *Section, code MessageCode) {
	text := messages[code][s.lang]
	e.Message, e.MessageCode = &text, &code
	if code == NoLicenses {
		e.Display = DisplayNone
	}
}

// languages of the messages; the first is taken where none fits.
var languages = []language.Tag{language.English, language.Italian, language.German}

var messages = map[MessageCode]map[language.Tag]string{
	NoLicenses: {
		language.English: "No licenses", language.Italian: "Nessuna licenza", language.German: "Keine Lizenzen",
	},
	LicensesNotAvailable: {
		language.English: "Licenses not available", language.Italian: "Licenze non disponibili", language.German: "Lizenzen nicht verfügbar",
	},
}

var matcher = language.NewMatcher(languages)

// SectionLanguage picks the language of messages: English, Italian or German,
// for the value of an Accept-Language header or a single tag.
func SectionLanguage(accept string) language.Tag {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return languages[0]
	}
	_, i, _ := matcher.Match(tags...)
	return languages[i]
}
