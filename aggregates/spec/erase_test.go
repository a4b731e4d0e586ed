package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
)

const (
	eraseBob     = ` ErasePerson {"account_id":"contoso","user_id":"bob","confirm":"erase"}`
	eraseHelp    = ` ErasePerson {"account_id":"contoso","email":"help@contoso.com","confirm":"erase"}`
	addBob       = `P AddUser {"account_id":"contoso","user_id":"bob","email":"bob@contoso.com","name":"Bob"}`
	bobIsContact = `P AddSupportContact {"account_id":"contoso","email":"bob@contoso.com","name":"Bob"}`
	bobLeft      = `P RemoveSupportContact {"account_id":"contoso","email":"bob@contoso.com"}`
)

var eraseRows = []proof{
	{"section-2", users, "P" + eraseBob, then(`PersonErased {"account_id":"contoso","user_id":"bob","person_ids":["ID000019"]}`)},
	{"section-2", users, "A" + eraseBob, then("PersonErased")},
	{"section-2", users, `P ErasePerson {"account_id":"contoso","email":" BOB@contoso.com","confirm":"erase"}`, then(`PersonErased {"user_id":"bob","person_ids":["ID000019"]}`)},
	{"section-2", join(users, bobIsContact), "P" + eraseBob, then(`PersonErased {"user_id":"bob","person_ids":["ID000019","ID000025"]}`)},
	{"section-2", join(users, bobIsContact, bobLeft), "P" + eraseBob, then(`PersonErased {"user_id":"bob","person_ids":["ID000019","ID000025"]}`)},
	{"section-2", users, "P" + eraseHelp, then(`PersonErased {"user_id":null,"person_ids":["ID000007"]}`)},
	{"section-2", join(users, remove), "P" + eraseBob, then("PersonErased")},
	{"section-2", join(users, deactivate), "P" + eraseBob, then("PersonErased")},
	{"section-2", join(users, `P UpdateUser {"account_id":"contoso","user_id":"bob","email":"b@contoso.com"}`), "P" + eraseBob, then(`PersonErased {"person_ids":["ID000019"]}`)},
	// Who was removed stands in the history, under an id that may be another's by now.
	{"section-2", join(users, "P"+removeBob), "P" + eraseBob, then(`PersonErased {"user_id":"bob","person_ids":["ID000019"]}`)},
	{"section-2", join(users, "P"+removeBob, addBob), "P" + eraseBob, then(`PersonErased {"user_id":"bob","person_ids":["ID000027","ID000019"]}`)},
	{"section-2", join(users, "P"+removeBob, `P AddUser {"account_id":"contoso","user_id":"rob","email":"bob@contoso.com","name":"Bob"}`),
		`P ErasePerson {"account_id":"contoso","email":"bob@contoso.com","confirm":"erase"}`,
		then(`PersonErased {"user_id":"bob","person_ids":["ID000019"]}`, `PersonErased {"user_id":"rob","person_ids":["ID000027"]}`)},
	{"section-2", join(users, "P"+removeBob, `P AddUser {"account_id":"contoso","user_id":"bob","email":"robert@contoso.com","name":"Robert"}`),
		`P ErasePerson {"account_id":"contoso","email":"bob@contoso.com","confirm":"erase"}`, then(`PersonErased {"user_id":"bob","person_ids":["ID000019"]}`)},
	{"section-2", join(users, "P"+removeBob, `P AddUser {"account_id":"contoso","user_id":"rob","email":"bob@contoso.com","name":"Rob"}`), "P" + eraseBob, then(`PersonErased {"user_id":"bob","person_ids":["ID000019"]}`)},

	{"section-2", join(users, "P"+eraseBob), "P" + eraseBob, then("nothing")},
	{"section-2", join(users, "P"+eraseBob, "P"+removeBob), "P" + eraseBob, then("nothing")},
	{"section-2", join(users, "P"+eraseHelp), "P" + eraseHelp, then("nothing")},
	{"section-2", users, `P ErasePerson {"account_id":"contoso","email":"who@contoso.com","confirm":"erase"}`, then("nothing")},
	{"section-2", users, `P ErasePerson {"account_id":"contoso","user_id":"bob"}`, then("refused confirmation_required")},
	{"section-2", join(users, "P"+eraseBob), `P ErasePerson {"account_id":"contoso","user_id":"bob","confirm":"yes"}`, then("refused confirmation_required")},
	{"section-2", users, `P ErasePerson {"account_id":"contoso","user_id":"none"}`, then("refused not_found")},
	{"section-2", users, `P ErasePerson {"account_id":"none","user_id":"bob","confirm":"erase"}`, then("refused not_found")},
	{"section-2", users, "P:globex" + eraseBob, then("refused not_found")},
	{"section-2", users, "C" + eraseBob, then("refused forbidden")},
	{"section-2", users, "S" + eraseBob, then("refused forbidden")},
	{"section-2", users, `P ErasePerson {"account_id":"contoso","confirm":"erase"}`, then("invalid user_id")},
	{"section-2", users, `P ErasePerson {"account_id":"contoso","user_id":"bob","email":"bob@contoso.com","confirm":"erase"}`, then("invalid email")},
	{"section-2", users, `A ErasePerson {"email":"bob","confirm":"erase"}`, then("invalid email")},

	// What an erased user, or contact, can still do, and what not.
	{"section-2", join(users, "P"+eraseBob), `P UpdateUser {"account_id":"contoso","user_id":"bob","email":"x@contoso.com","first_name":"","name":"X","role":"account_admin"}`,
		then("invalid email", "invalid first_name", "invalid name")},
	{"section-2", join(users, "P"+eraseBob), `P UpdateUser {"account_id":"contoso","user_id":"bob","phone_number":"+390612345678"}`, then("invalid phone_number")},
	{"section-2", join(users, "P"+eraseBob), `P UpdateUser {"account_id":"contoso","user_id":"bob","role":"account_admin","extension":"12"}`, then(`UserUpdated {"changes":{"role":{"new":"account_admin"}}}`)},
	{"section-2", join(meetings, "P"+eraseBob), assign("P", "bob", "miteam_meetings"), then("UserLicenseAssigned")},
	{"section-2", join(bobMeets, "P"+eraseBob), unassign("P", "bob", "miteam_meetings"), then("UserLicenseUnassigned")},
	{"section-2", join(bobMeets, "P"+eraseBob), "P" + removeBob, then("UserLicenseUnassigned", "UserRemoved")},
	{"section-2", join(users, "P"+eraseBob, "P"+removeBob), addBob, then(`UserAdded {"user_id":"bob"}`)},
	{"LIC-6", join(users, "P"+eraseBob), `P AddUser {"account_id":"contoso","user_id":"rob","email":"bob@contoso.com","name":"Rob"}`, then("UserAdded")},
	{"LIC-6", join(users, "P"+eraseBob), `P UpdateUser {"account_id":"contoso","user_id":"eve","email":"bob@contoso.com"}`, then("UserUpdated")},
	{"ACC-5", join(bobMeets, "P"+eraseBob), remove, then("UserLicenseUnassigned", "AccountDeleted")},
	{"ACC-4", join(users, bobIsContact, "P"+eraseBob), `P RemoveSupportContact {"account_id":"contoso","email":"help@contoso.com"}`, then("refused last_support_contact")},
	{"ACC-4", join(users, "P"+eraseHelp), `P AddSupportContact {"account_id":"contoso","email":"help@contoso.com"}`, then(`SupportContactAdded {"person_id":"ID000027"}`)},
	{"ACC-4", join(users, "P"+eraseHelp), `P RemoveSupportContact {"account_id":"contoso","email":"help@contoso.com"}`, then("nothing")},
}

// After an erasure no row and no key of a row has anything of the person in
// the clear; users, contacts and totals stay.
func TestErasedRows(t *testing.T) {
	w := given(t, join(bobMeets, bobIsContact, `P UpdateUser {"account_id":"contoso","user_id":"bob","last_name":"Bobsen","phone_number":"+390612345678"}`, "P"+eraseBob)...)
	for k, v := range w.rows {
		if text := fmt.Sprintf("%+v", plain(v)); strings.Contains(text, "Bob") || strings.Contains(text, "+39") || strings.Contains(k.ID+text, "bob@") {
			t.Errorf("row %s: %s", k, text)
		}
	}
	u, a := account.Users.Get(w.rows, "contoso", "bob"), w.account("contoso")
	if !u.Erased() || !u.Has("miteam_meetings") || !u.PhoneNumber.Erased || !u.Name.IsZero() || account.Totals.Get(w.rows, "contoso", "").Users != 3 {
		t.Errorf("%+v", u)
	}
	if c := a.SupportContacts; len(c) != 2 || c[0].Email.Erased || !c[1].Email.Erased || !c[1].Name.Erased {
		t.Errorf("%+v", c)
	}
}

// plain is a row without the sealed forms, which this world's sealer leaves
// readable.
func plain(v any) any {
	switch v := v.(type) {
	case *account.User:
		u := *v
		v = &u
		unseal(v)
		return *v
	case *account.Leaver:
		l := *v
		unseal(&l)
		return l
	case *account.Account:
		a := *v
		a.SupportContacts = append([]events.Contact(nil), a.SupportContacts...)
		unseal(&a)
		return a
	}
	return v
}

func unseal(v events.Personable) {
	for _, p := range v.Persons() {
		p.Sealed = nil
	}
}

// However many persons an erasure covers, its events fit their entries.
func TestErasureOfMany(t *testing.T) {
	w := given(t, users...)
	for range account.MaxErasedPersons + 1 {
		for _, step := range []string{"P" + removeBob, addBob} {
			if _, err := w.do(step); err != nil {
				t.Fatal(err)
			}
		}
	}
	made, err := w.do("P" + eraseBob)
	if err != nil || len(made) != 2 {
		t.Fatal(len(made), err)
	}
	for _, e := range made {
		p := e.Data.(*events.PersonErased)
		for i := range p.PersonIDs {
			p.PersonIDs[i] = "01J00000000000000000000000"
		}
		if _, err := events.Kinds.Encode(e); err != nil {
			t.Error(err)
		}
	}
	if got := answer(w.do("P" + eraseBob)); compare(then("nothing"), got) != "" {
		t.Error(got)
	}
}
