package rule

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Limits of fields, in bytes unless said otherwise.
const (
	MaxIDBytes       = 64
	MaxTextBytes     = 256
	MaxLongTextBytes = 4096
	MaxEmailBytes    = 254
)

var (
	idPattern     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	domainPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$`)
)

// Checker collects what is wrong with a command's fields.
type Checker struct{ Errors Invalid }

// Fail records that a field is not acceptable.
func (c *Checker) Fail(field, message string, args ...any) {
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
	switch {
	case len(*v) > maxBytes:
		c.Fail(field, "must have at most %d bytes", maxBytes)
	case !utf8.ValidString(*v) || strings.ContainsFunc(*v, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		c.Fail(field, "must not contain control characters")
	}
}

// OneOf checks a word against a list.
func (c *Checker) OneOf(field, v string, words ...string) {
	for _, w := range words {
		if v == w {
			return
		}
	}
	c.Fail(field, "must be one of %s", strings.Join(words, ", "))
}

// Email checks an address, trimmed and lower-cased in place (section 2).
func (c *Checker) Email(field string, v *string) {
	*v = strings.ToLower(strings.TrimSpace(*v))
	a, err := mail.ParseAddress(*v)
	if err != nil || a.Address != *v || len(*v) > MaxEmailBytes || !domainPattern.MatchString(DomainOf(*v)) {
		c.Fail(field, "must be an e-mail address")
	}
}

// DomainOf is the part of an e-mail address behind the @, lower-cased.
func DomainOf(email string) string {
	return strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
}

// Domain checks a domain name, trimmed and lower-cased in place.
func (c *Checker) Domain(field string, v *string) {
	*v = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(*v)), ".")
	if len(*v) > 253 || !domainPattern.MatchString(*v) {
		c.Fail(field, "must be a domain name")
	}
}

// Country checks an ISO 3166-1 alpha-2 code.
func (c *Checker) Country(field, v string) {
	r, err := language.ParseRegion(v)
	if err != nil || !r.IsCountry() || r.String() != v {
		c.Fail(field, "must be an ISO 3166-1 alpha-2 country, as IT")
	}
}

// Language checks a BCP 47 tag.
func (c *Checker) Language(field, v string) {
	if _, err := language.Parse(v); err != nil || len(v) > MaxIDBytes {
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
	if v < 1 || v > 1_000_000 {
		c.Fail(field, "must be from 1 to 1,000,000")
	}
}
