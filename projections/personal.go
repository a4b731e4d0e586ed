package projections

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// seesPersons are the roles that personal data is shown to (contract,
// section 4).
const seesPersons = rule.Admin | rule.Partner | rule.AccountAdmin | rule.Auditor

// Audience is whom a view is made for: only what is the caller's to see is in
// it.
type Audience struct {
	Caller   rule.Caller
	Language string // of messages: "en", "it" or "de"
}

func (a Audience) seesPersons() bool { return seesPersons.Has(a.Caller.Role) }

// show makes personal data, opened, what the audience sees of it.
func (a Audience) show(p events.Personal) Shown { return Shown{p, a.seesPersons()} }

// Text is what the audience can read of personal data, opened: "" when it is
// sealed for it, or erased.
func (a Audience) Text(p events.Personal) string { return a.show(p).Text() }

// Shown is personal data as an audience sees it. In JSON it is a string,
// {"sealed":"<base64>"} where the role may not see it, or {"erased":true}.
type Shown struct {
	of   events.Personal
	open bool
}

// IsZero reports that nothing is known: the field is then left out of JSON.
func (s Shown) IsZero() bool { return s.of.IsZero() }

// MarshalJSONTo writes what the audience sees.
func (s Shown) MarshalJSONTo(enc *jsontext.Encoder) error {
	switch {
	case s.of.Erased:
		return enc.WriteValue(jsontext.Value(`{"erased":true}`))
	case s.open && s.of.Plain != "":
		return enc.WriteToken(jsontext.String(s.of.Plain))
	}
	return s.of.MarshalJSONTo(enc)
}

// MarshalJSON is MarshalJSONTo for encoding/json.
func (s Shown) MarshalJSON() ([]byte, error) { return json.Marshal(s) }

// Text is what the audience can read of it: "" when it is sealed or erased.
func (s Shown) Text() string {
	if s.open && !s.of.Erased {
		return s.of.Plain
	}
	return ""
}

// payloads write events for an audience that sees persons, and for one that
// does not.
var payloads = map[bool]json.Options{true: showing(true), false: showing(false)}

func showing(open bool) json.Options {
	return json.JoinOptions(json.Deterministic(true), json.WithMarshalers(json.MarshalToFunc(
		func(enc *jsontext.Encoder, p events.Personal) error { return Shown{p, open}.MarshalJSONTo(enc) })))
}

// Data is an event's payload in JSON as the audience sees it. The payload's
// personal data must be opened.
func (a Audience) Data(p events.Payload) (jsontext.Value, error) {
	return json.Marshal(p, payloads[a.seesPersons()])
}
