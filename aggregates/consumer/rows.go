// Package consumer decides and folds the history of consumer users: persons
// who use the free consumer organisation, until an account takes them over.
// How they are converted is a matter of the account.
package consumer

import (
	"iter"
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// User is the row of a consumer user.
type User struct {
	UserID       string          `json:"user_id"`
	PersonID     string          `json:"person_id"`
	Email        events.Personal `json:"email"`
	Domain       string          `json:"domain"` // of the address
	RegisteredAt time.Time       `json:"registered_at"`
	AccountID    string          `json:"account_id,omitzero"` // that took the user over
}

// Converted reports that the user left for an account (CNV-6).
func (u *User) Converted() bool { return u.AccountID != "" }

// Persons yields the user's address.
func (u *User) Persons() iter.Seq2[string, *events.Personal] {
	return func(yield func(string, *events.Personal) bool) {
		if !u.Email.IsZero() {
			yield(u.PersonID, &u.Email)
		}
	}
}

// Ref is a row of an index: it names a consumer user.
type Ref struct {
	UserID string `json:"user_id"`
}

// The tables of consumer users.
var (
	Users = row.Of[User](row.Info{Tag: 'j', Name: "consumer_users", Aggregate: "consumer_user"}) // scope: user id, id empty
	// ByDomain lists those who can still be converted; scope: domain, id: user.
	ByDomain = row.Of[Ref](row.Info{Tag: 'K', Name: "consumer_domains"})
	// Emails finds a consumer user, converted or not; scope: domain, id: the
	// address.
	Emails = row.Of[Ref](row.Info{Tag: 'E', Name: "consumer_emails", SecretID: true, Latest: true})
	// ByPerson finds a consumer user; scope: person.
	ByPerson = row.Of[Ref](row.Info{Tag: 'Y', Name: "consumer_persons", Latest: true})
)

// ByEmail finds the consumer user with an address, or nil. One who was
// converted is found too.
func ByEmail(r row.Reader, email string) *User {
	ref := Emails.Get(r, rule.DomainOf(email), email)
	if ref == nil {
		return nil
	}
	return Users.Get(r, ref.UserID, "")
}
