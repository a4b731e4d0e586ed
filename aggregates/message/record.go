package message

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// OfMessage are the fields of the sender's commands.
type OfMessage struct {
	AccountID string `json:"account_id,omitzero" doc:"Account that the message is about, if any"`
	MessageID string `json:"message_id" doc:"The message"`
}

// Check reports unacceptable ids.
func (c *OfMessage) Check(k *rule.Checker) {
	k.OptionalID("account_id", c.AccountID)
	k.ID("message_id", c.MessageID)
}

// Names names nothing: messages are the ledger's own, whatever state an account
// is in.
func (c *OfMessage) Names() rule.Names { return rule.Names{} }

// load returns the message, nil if it waits no longer.
func (c *OfMessage) load(r row.Reader) (*Message, error) {
	m := Messages.Get(r, Scope(c.AccountID), c.MessageID)
	if m == nil {
		return nil, rule.Refuse(rule.NotFound, "there is no message %q", c.MessageID)
	}
	if m.State != Waiting {
		return nil, nil
	}
	return m, nil
}

func (m *Message) decided(p events.Payload) rule.Decision {
	return rule.Decision{Drafts: []events.Draft{{Partner: m.PartnerID, AggregateID: m.MessageID, Data: p}}}
}

// RecordMessageSent is sent by the ledger's sender once a mail server took a
// message.
type RecordMessageSent struct{ OfMessage }

// Decide records it once.
func (c *RecordMessageSent) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	m, err := c.load(r)
	if m == nil {
		return rule.Decision{}, err
	}
	return m.decided(&events.MessageSent{
		MessageID: m.MessageID, Kind: m.Kind, EventID: m.EventID, AccountID: m.AccountID, PersonID: m.PersonID,
	}), nil
}

// RecordMessageFailed is sent by the ledger's sender once a message is not
// tried again.
type RecordMessageFailed struct {
	OfMessage
	Reason   string `json:"reason" doc:"rejected, gave_up or recipient_erased"`
	SMTPCode int    `json:"smtp_code,omitzero" doc:"The mail server's code, if it rejected the message"`
}

// Check reports unacceptable fields.
func (c *RecordMessageFailed) Check(k *rule.Checker) {
	c.OfMessage.Check(k)
	k.OneOf("reason", c.Reason, Rejected, GaveUp, RecipientErased)
	if c.SMTPCode != 0 && (c.SMTPCode < 500 || c.SMTPCode > 599) {
		k.Fail("smtp_code", "must be from 500 to 599")
	}
}

// Decide records it once.
func (c *RecordMessageFailed) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	m, err := c.load(r)
	if m == nil {
		return rule.Decision{}, err
	}
	return m.decided(&events.MessageFailed{
		MessageID: m.MessageID, Kind: m.Kind, EventID: m.EventID, AccountID: m.AccountID, PersonID: m.PersonID,
		Reason: c.Reason, SMTPCode: c.SMTPCode,
	}), nil
}
