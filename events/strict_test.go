package events

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// edit replaces exactly one place of an entry.
func edit(t *testing.T, b Entry, old, new string) Entry {
	t.Helper()
	if bytes.Count(b, []byte(old)) != 1 {
		t.Fatalf("%q is not once in\n%s", old, b)
	}
	return bytes.Replace(b, []byte(old), []byte(new), 1)
}

func TestDecodeRefuses(t *testing.T) {
	assigned := mustEncode(t, sampleEvent(t, &UserLicenseAssigned{"contoso", "u-1", "mitel_one"}))
	added := mustEncode(t, sampleEvent(t, &UserAdded{"contoso", "u-1", "p-1", sealed("e"), sealed("f"), sealed("l"), sealed("n"), "user"}))
	switched := mustEncode(t, sampleEvent(t, &IntegrationSwitched{"contoso", "micollab", true}))
	long := bytes.Repeat([]byte("x"), MaxEntryBytes)
	for _, c := range []struct {
		what  string
		entry Entry
		names string // what the refusal must name
		is    error
	}{
		{"unknown member", edit(t, assigned, `{"account_id"`, `{"colour":"red","account_id"`), `"colour"`, nil},
		{"member of another case", edit(t, assigned, `"product"`, `"Product"`), `"Product"`, nil},
		{"duplicate member", edit(t, assigned, `{"account_id"`, `{"user_id":"u-2","account_id"`), "user_id", nil},
		{"data of another type", edit(t, assigned, `"mitel_one"`, `7`), "product", nil},
		{"no data", assigned[:bytes.Index(assigned, []byte("{"))], "UserLicenseAssigned.v1", nil},
		{"data and more", append(bytes.Clone(assigned), "{}"...), "UserLicenseAssigned.v1", nil},
		{"invalid UTF-8", edit(t, assigned, `"mitel_one"`, "\"\xff\""), "UTF-8", nil},
		{"newer version", edit(t, assigned, "seatledger.UserLicenseAssigned.v1", "seatledger.UserLicenseAssigned.v2"), "seatledger.UserLicenseAssigned.v2", nil},
		{"unknown kind", edit(t, assigned, "seatledger.UserLicenseAssigned.v1", "seatledger.SeatMelted.v1"), "seatledger.SeatMelted.v1", nil},
		{"schema of another version", edit(t, assigned, "schema:UserLicenseAssigned.v1", "schema:UserLicenseAssigned.v2"), "schema:UserLicenseAssigned.v2", ErrNotCanonical},
		{"personal data in the clear", edit(t, added, `{"sealed":"`+base64Of("sealed:e")+`"}`, `"ana@contoso.example"`), "email", nil},
		{"personal data with no bytes", edit(t, added, base64Of("sealed:e"), ""), "email", ErrUnsealed},
		{"payload of another kind", edit(t, switched, `"micollab"`, `"micc"`), "MiCCIntegrationEnabled", nil},
		{"attribute twice", edit(t, assigned, "ce-actorrole: ", "ce-actorrole: partner\nce-actorrole: "), "ce-actorrole", ErrNotCanonical},
		{"attribute more", edit(t, assigned, "ce-actorrole: ", "ce-actorage: 7\nce-actorrole: "), "ce-actorage", ErrNotCanonical},
		{"attribute missing", edit(t, assigned, "ce-commandtype: Do\n", ""), "ce-correlationid", ErrNotCanonical},
		{"empty traceparent", edit(t, assigned, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""), "ce-traceparent", ErrNotCanonical},
		{"lower-case escape", edit(t, assigned, "%22Ana", "%2eAna"), "ce-actor", ErrNotCanonical},
		{"needless escape", edit(t, assigned, "%22Ana", "%41Ana"), "ce-actor", ErrNotCanonical},
		{"cut escape", edit(t, assigned, "ce-commandtype: Do", "ce-commandtype: Do%2"), "ce-commandtype", ErrNotCanonical},
		{"time of other width", edit(t, assigned, "08:30:00.250000Z", "08:30:00.25Z"), "08:30:00.25Z", ErrNotCanonical},
		{"time of other zone", edit(t, assigned, "08:30:00.250000Z", "08:30:00.250000+01:00"), "+01:00", ErrNotCanonical},
		{"subject of another account", edit(t, assigned, ".contoso.", ".fabrikam."), "contoso", ErrNotCanonical},
		{"subject of another aggregate", edit(t, assigned, ".account.", ".order."), ".order.", ErrNotCanonical},
		{"subject of six parts", edit(t, assigned, "ledger.acme", "ledger.x.acme"), "ledger.x.", ErrNotCanonical},
		{"subject with a wildcard", edit(t, assigned, ".contoso.", ".*."), "ledger.acme.account.*", ErrNotCanonical},
		{"line that is no attribute", edit(t, assigned, "ce-actor: ", "ce-actor:"), "ce-actor:", ErrNotCanonical},
		{"carriage return", edit(t, assigned, "ce-commandtype: Do", "ce-commandtype: Do\r"), "ce-commandtype", ErrNotCanonical},
		{"no head", Entry("{}"), "no head", ErrNotCanonical},
		{"nothing", nil, "no head", ErrNotCanonical},
		{"too long", append(bytes.Clone(assigned), long...), "no head", ErrNotCanonical},
	} {
		e, err := Kinds.Decode(9, c.entry)
		if err == nil {
			t.Errorf("%s: accepted as %+v", c.what, e.Data)
			continue
		}
		if !strings.HasPrefix(err.Error(), "entry 9: ") || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%s: %q does not name %q", c.what, err, c.names)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v is not %v", c.what, err, c.is)
		}
	}
}

func TestUnknownKindIsNamed(t *testing.T) {
	b := mustEncode(t, sampleEvent(t, &UserLicenseAssigned{"contoso", "u-1", "mitel_one"}))
	_, err := Kinds.Decode(1, edit(t, b, "seatledger.UserLicenseAssigned.v1", "seatledger.UserLicenseAssigned.v9"))
	if u, ok := errors.AsType[*UnknownKindError](err); !ok || u.Type != "seatledger.UserLicenseAssigned.v9" {
		t.Errorf("got %v", err)
	}
}

// unheardOf is a payload of no row.
type unheardOf struct{}

func (unheardOf) EventType() string { return "UnheardOf" }

func TestEncodeRefuses(t *testing.T) {
	with := func(change func(*Event)) *Event {
		e := sampleEvent(t, &UserLicenseAssigned{"contoso", "u-1", "mitel_one"})
		change(e)
		return e
	}
	for _, c := range []struct {
		what  string
		event *Event
		names string
		is    error
	}{
		{"no row", with(func(e *Event) { e.Data = unheardOf{} }), "UnheardOf", nil},
		{"plain personal data", with(func(e *Event) { e.Data = &UserAdded{Email: Clear("ana@contoso.example")} }), "email", ErrUnsealed},
		{"plain optional data", with(func(e *Event) {
			e.Data = &UserAdded{Email: sealed("e"), Name: Clear("Ana")}
		}), "name", ErrUnsealed},
		{"erased data", with(func(e *Event) { e.Data = &UserAdded{Email: Personal{Erased: true}} }), "email", ErrUnsealed},
		{"dot in an id", with(func(e *Event) { e.AggregateID = "con.toso" }), `"con.toso"`, ErrNotToken},
		{"no id", with(func(e *Event) { e.AggregateID = "" }), `""`, ErrNotToken},
		{"wildcard partner", with(func(e *Event) { e.Partner = ">" }), `">"`, ErrNotToken},
		{"line in an id", with(func(e *Event) { e.AggregateID = "a\nb" }), `"a\nb"`, ErrNotToken},
		{"too large", with(func(e *Event) { e.Data = &ProblemReported{"contoso", strings.Repeat("x", MaxEntryBytes)} }), "ProblemReported", ErrEntryTooLarge},
	} {
		_, err := Kinds.Encode(c.event)
		if err == nil || !strings.Contains(err.Error(), c.names) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v, want %q and %v", c.what, err, c.names, c.is)
		}
		if err != nil && strings.Contains(err.Error(), "ana@") {
			t.Errorf("%s: personal data in the error: %v", c.what, err)
		}
	}
}

func TestPersonsYieldsEveryPersonalField(t *testing.T) {
	for _, p := range samples {
		b, err := MarshalStrict(p)
		if err != nil {
			t.Fatal(err)
		}
		sealedFields, yielded := bytes.Count(b, []byte(`"sealed":`)), 0
		if v, ok := p.(Personable); ok {
			for person, field := range v.Persons() {
				if yielded++; person != "p-1" || len(field.Sealed) == 0 {
					t.Errorf("%s: field %d is %q of %q", p.EventType(), yielded, field.Sealed, person)
				}
			}
		}
		if yielded != sealedFields {
			t.Errorf("%s: %d personal fields written, %d yielded", p.EventType(), sealedFields, yielded)
		}
	}
}
