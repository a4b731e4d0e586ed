package rule

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the same time zones on every machine
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
)

// Limits of fields, in bytes unless said otherwise.
const (
	MaxIDBytes       = 64
	MaxTextBytes     = 256
	MaxLongTextBytes = 4096
	MaxEmailBytes    = 254
	MaxDomainBytes   = 253
	// MaxQuantity is the most seats of one line of an order (ORD-1).
	MaxQuantity = 1_000_000
)

var (
	idPattern     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	domainPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$`)
)

// Checker collects what is wrong with a command's fields.
type Checker struct{ Errors Invalid }

// MaxFieldErrors is how many unacceptable fields are told at a time.
const MaxFieldErrors = 100

// Fail records that a field is not acceptable, if not many are already.
func (c *Checker) Fail(field, message string, args ...any) {
	if len(c.Errors) >= MaxFieldErrors {
		return
	}
	c.Errors = append(c.Errors, FieldError{field, fmt.Sprintf(message, args...)})
}

// ID checks an id (section 2).
func (c *Checker) ID(field, v string) {
	if !idPattern.MatchString(v) || v == "_" {
		c.Fail(field, "must be 1 to 64 characters of A-Z a-z 0-9 _ - (and not _ alone)")
	}
}

// OptionalID checks an id that may be left out.
func (c *Checker) OptionalID(field, v string) {
	if v != "" {
		c.ID(field, v)
	}
}

// Text checks a line of text of 1 to max bytes, trimmed in place.
func (c *Checker) Text(field string, v *string, maxBytes int) {
	*v = strings.TrimSpace(*v)
	if *v == "" {
		c.Fail(field, "must not be empty")
		return
	}
	c.OptionalText(field, v, maxBytes)
}

// OptionalText checks a line of text that may be empty, trimmed in place.
func (c *Checker) OptionalText(field string, v *string, maxBytes int) {
	*v = strings.TrimSpace(*v)
	c.characters(field, *v, maxBytes, "")
}

// Paragraphs checks a text of 1 to max bytes that may have several lines,
// trimmed in place.
func (c *Checker) Paragraphs(field string, v *string, maxBytes int) {
	*v = strings.TrimSpace(*v)
	if *v == "" {
		c.Fail(field, "must not be empty")
		return
	}
	c.characters(field, *v, maxBytes, "\n\r\t")
}

// characters checks a text's size, and that it has no control characters but
// those allowed.
func (c *Checker) characters(field, v string, maxBytes int, allowed string) {
	control := func(r rune) bool {
		return (r < 0x20 || r >= 0x7f && r < 0xa0) && !strings.ContainsRune(allowed, r)
	}
	switch {
	case len(v) > maxBytes:
		c.Fail(field, "must have at most %d bytes", maxBytes)
	case !utf8.ValidString(v) || strings.ContainsFunc(v, control):
		c.Fail(field, "must not contain control characters")
	}
}

// OneOf checks a word against a list.
func (c *Checker) OneOf(field, v string, words ...string) {
	if !slices.Contains(words, v) {
		c.Fail(field, "must be one of %s", strings.Join(words, ", "))
	}
}

// Email checks an address, trimmed and lower-cased in place (section 2).
func (c *Checker) Email(field string, v *string) {
	*v = strings.ToLower(strings.TrimSpace(*v))
	a, err := mail.ParseAddress(*v)
	if err != nil || a.Address != *v || len(*v) > MaxEmailBytes || !domainPattern.MatchString(DomainOf(*v)) {
		c.Fail(field, "must be an e-mail address")
	}
}

// DomainOf is the domain of an e-mail address, as ASCIIDomain writes it.
func DomainOf(email string) string {
	return ASCIIDomain(email[strings.LastIndexByte(email, '@')+1:])
}

// ASCIIDomain is the one form in which domains are compared: lower-cased, in
// letters of ASCII (xn--…), without a dot at the end. What is no domain name
// comes back lower-cased only.
func ASCIIDomain(v string) string {
	v = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(v)), ".")
	if strings.ContainsFunc(v, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if ascii, err := idna.Lookup.ToASCII(v); err == nil {
			return ascii
		}
	}
	return v
}

// Domain checks a domain name, put into the form of ASCIIDomain in place.
func (c *Checker) Domain(field string, v *string) {
	*v = ASCIIDomain(*v)
	if len(*v) > MaxDomainBytes || !domainPattern.MatchString(*v) {
		c.Fail(field, "must be a domain name")
	}
}

// notISO are the regions that the language library takes for countries, but
// ISO 3166-1 does not list: reserved codes, and countries that are no more.
const notISO = "AC AN BU CP CQ CS CT DD DG DY EA EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ RH SU TA TP UK UN VD WK XK YD YU ZR"

// Country checks an ISO 3166-1 alpha-2 code.
func (c *Checker) Country(field, v string) {
	r, err := language.ParseRegion(v)
	if err != nil || len(v) != 2 || r.String() != v || !r.IsCountry() || strings.Contains(notISO, v) {
		c.Fail(field, "must be an ISO 3166-1 alpha-2 country, as IT")
	}
}

// Language checks a BCP 47 tag.
func (c *Checker) Language(field, v string) {
	tag, err := language.Parse(v)
	if err != nil || tag == language.Und || len(v) > MaxIDBytes || strings.Contains(v, "_") {
		c.Fail(field, "must be a BCP 47 language, as it or en-GB")
	}
}

// TimeZone checks an IANA time zone name.
func (c *Checker) TimeZone(field, v string) {
	if _, err := time.LoadLocation(v); err != nil || v == "" || v == "Local" {
		c.Fail(field, "must be an IANA time zone, as Europe/Rome")
	}
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// Phone checks an E.164 number.
func (c *Checker) Phone(field, v string) {
	if !e164.MatchString(v) {
		c.Fail(field, "must be an E.164 number, as +390612345678")
	}
}

// Quantity checks a number of seats (ORD-1).
func (c *Checker) Quantity(field string, v int) {
	if v < 1 || v > MaxQuantity {
		c.Fail(field, "must be from 1 to %d", MaxQuantity)
	}
}

// AtMost checks how many items a list has.
func (c *Checker) AtMost(field string, n, limit int) {
	if n > limit {
		c.Fail(field, "must have at most %d items", limit)
	}
}
