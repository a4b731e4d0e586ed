// Package message decides and folds what becomes of messages to people. A
// message is made by the event that it tells of, in the fold: which event is
// told to whom stands in recipients.go. That it was sent, or never will be, is
// an event of the message's own.
package message

import (
	"fmt"
	"iter"
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Kinds of messages.
const (
	ProvisioningInformation = "provisioning_information_required"
	ProblemReported         = "problem_reported"
	FullAdministrator       = "full_administrator_requested"
	ServiceSetup            = "service_setup_handed_over"
	AccountManaged          = "account_now_managed"
	Invitation              = "invitation"
)

// State of a message.
const (
	Waiting = "waiting" // no mail server took it yet
	Sent    = "sent"
	Failed  = "failed"
	Erased  = "erased" // the person was erased before it was sent
)

// Reasons why a message is not tried again.
const (
	Rejected        = "rejected"         // the mail server refused it for good
	GaveUp          = "gave_up"          // no mail server took it in time
	RecipientErased = "recipient_erased" // nobody knows the address any more
)

// Message is the row of a message to one person.
type Message struct {
	MessageID      string          `json:"message_id"`
	Kind           string          `json:"kind"`
	PartnerID      string          `json:"partner_id"` // of the event's subject
	AccountID      string          `json:"account_id,omitzero"`
	SubscriptionID string          `json:"subscription_id,omitzero"`
	UserID         string          `json:"user_id,omitzero"`
	PersonID       string          `json:"person_id"`
	To             events.Personal `json:"to"`
	EventID        string          `json:"event_id"` // what it tells of
	Position       uint64          `json:"position"` // of that event
	CausedAt       time.Time       `json:"caused_at"`
	// Alone: no other message tells of the same event.
	Alone    bool      `json:"alone,omitzero"`
	State    string    `json:"state"`
	EndedAt  time.Time `json:"ended_at,omitzero"`
	Reason   string    `json:"reason,omitzero"`
	SMTPCode int       `json:"smtp_code,omitzero"`
}

// Persons yields the recipient's address.
func (m *Message) Persons() iter.Seq2[string, *events.Personal] {
	return func(yield func(string, *events.Personal) bool) {
		if !m.To.IsZero() {
			yield(m.PersonID, &m.To)
		}
	}
}

// scope is what a message's row hangs on: its account, or none.
func (m *Message) scope() string { return Scope(m.AccountID) }

// Scope is the scope of an account's messages; "" is no account.
func Scope(account string) string {
	if account == "" {
		return events.NoPartner
	}
	return account
}

// pendingID orders the messages that wait by the events that they tell of.
func (m *Message) pendingID() string { return fmt.Sprintf("%016x %s", m.Position, m.MessageID) }

// Ref is a row of an index: it names a message.
type Ref struct {
	Scope     string `json:"scope"`
	MessageID string `json:"message_id"`
}

// The tables of messages.
var (
	Messages = row.Of[Message](row.Info{Tag: 'm', Name: "messages"}) // scope: account or events.NoPartner, id: message
	// Pending lists what waits, by event; scope empty.
	Pending = row.Of[Ref](row.Info{Tag: 'M', Name: "pending_messages", Latest: true})
	// ByPerson lists a person's messages; scope: person, id: message.
	ByPerson = row.Of[Ref](row.Info{Tag: 'N', Name: "person_messages", Latest: true})
)
