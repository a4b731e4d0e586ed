package consumer

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Evolve folds what happens to consumer users, also in accounts' histories:
// that they were converted, and that they were erased.
func Evolve(tx row.Tx, e *events.Event) {
	switch p := e.Data.(type) {
	case *events.ConsumerUserRegistered:
		Users.Put(tx, p.UserID, "", &User{
			UserID: p.UserID, PersonID: p.PersonID, Email: p.Email, Domain: p.Domain, RegisteredAt: e.Time,
		})
		ByPerson.Put(tx, p.PersonID, "", &Ref{p.UserID})
		if p.Email.Plain != "" { // else the person was erased, and nobody is found by the address
			Emails.Put(tx, p.Domain, p.Email.Plain, &Ref{p.UserID})
		}
		ByDomain.Put(tx, p.Domain, p.UserID, &Ref{p.UserID})
	case *events.UserConverted:
		edit(tx, p.UserID, func(u *User) { u.AccountID = p.AccountID })
	case *events.PersonErased:
		for _, person := range p.PersonIDs {
			if ref := ByPerson.Get(tx, person, ""); ref != nil {
				edit(tx, ref.UserID, func(u *User) { erase(tx, u) })
			}
		}
	}
}

// edit puts a changed copy of a user's row. Whoever is changed can not be
// converted any more.
func edit(tx row.Tx, id string, change func(*User)) {
	if old := Users.Get(tx, id, ""); old != nil {
		u := *old
		change(&u)
		Users.Put(tx, id, "", &u)
		ByDomain.Delete(tx, u.Domain, id)
	}
}

// erase leaves the sealed form of the address alone, which nobody can open.
func erase(tx row.Tx, u *User) {
	if u.Email.Plain != "" {
		Emails.Delete(tx, u.Domain, u.Email.Plain)
	}
	u.Email = events.Personal{Sealed: u.Email.Sealed, Erased: true}
}
