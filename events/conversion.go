package events

import "iter"

// ConsumerUserRegistered: a person uses the free consumer organisation. The
// domain of the address stands in the clear: it names an organisation, and is
// what administrators find their people by.
type ConsumerUserRegistered struct {
	UserID   string   `json:"user_id"`
	PersonID string   `json:"person_id"`
	Email    Personal `json:"email"`
	Domain   string   `json:"domain"`
}

// UserConverted: the person left the consumer organisation and joined the
// account, under the same id.
type UserConverted struct {
	AccountID string   `json:"account_id"`
	UserID    string   `json:"user_id"`
	PersonID  string   `json:"person_id"`
	Email     Personal `json:"email"`
	Role      string   `json:"role"`
}

// UserInvited: the person is asked to join the account.
type UserInvited struct {
	AccountID string   `json:"account_id"`
	UserID    string   `json:"user_id"`
	PersonID  string   `json:"person_id"`
	Email     Personal `json:"email"`
	Role      string   `json:"role"`
}

// InvitationAccepted: the person who was invited joined.
type InvitationAccepted struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
}

func (*ConsumerUserRegistered) EventType() string { return "ConsumerUserRegistered" }
func (*UserConverted) EventType() string          { return "UserConverted" }
func (*UserInvited) EventType() string            { return "UserInvited" }
func (*InvitationAccepted) EventType() string     { return "InvitationAccepted" }

// Persons yields the consumer user's address.
func (e *ConsumerUserRegistered) Persons() iter.Seq2[string, *Personal] {
	return fields(e.PersonID, &e.Email)
}

// Persons yields the user's address.
func (e *UserConverted) Persons() iter.Seq2[string, *Personal] { return fields(e.PersonID, &e.Email) }

// Persons yields the user's address.
func (e *UserInvited) Persons() iter.Seq2[string, *Personal] { return fields(e.PersonID, &e.Email) }
