package projections

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/message"
)

// Message is the view of a message to one person.
type Message struct {
	MessageID      string `json:"message_id"`
	Kind           string `json:"kind"`
	State          string `json:"state"` // waiting, sent, failed or erased
	AccountID      string `json:"account_id"`
	SubscriptionID string `json:"subscription_id,omitzero"`
	UserID         string `json:"user_id,omitzero"`
	Recipient      Shown  `json:"recipient"`
	// EventID and Position are of the event that the message tells of, and
	// Time is that event's.
	EventID  string    `json:"event_id"`
	Position uint64    `json:"position"`
	Time     time.Time `json:"time"`
	// EndedAt is when it was sent, or given up.
	EndedAt  time.Time `json:"ended_at,omitzero"`
	Reason   string    `json:"reason,omitzero"`    // of a message that failed
	SMTPCode int       `json:"smtp_code,omitzero"` // of the mail server that rejected it
}

// Messages lists the messages to people that an account's events made, oldest
// first; rule.NotFound if there is no such account for the audience.
func Messages(s *Snapshot, a Audience, accountID string, p Page) (List[Message], error) {
	if _, err := s.account(a, accountID); err != nil {
		return List[Message]{Items: []Message{}}, err
	}
	return lister[message.Message, Message]{"messages", accountID, within(s, message.Messages, accountID), func(r *message.Message) (*Message, error) {
		return &Message{
			MessageID: r.MessageID, Kind: r.Kind, State: r.State, AccountID: r.AccountID, SubscriptionID: r.SubscriptionID,
			UserID: r.UserID, Recipient: a.show(r.To), EventID: r.EventID, Position: r.Position, Time: r.CausedAt,
			EndedAt: r.EndedAt, Reason: r.Reason, SMTPCode: r.SMTPCode,
		}, nil
	}}.page(s, a, p)
}
