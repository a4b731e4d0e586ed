package message

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Evolve folds what any event means for messages: that some are to be sent,
// that one was, that a person was erased. It comes after the event's own
// aggregate.
func Evolve(tx row.Tx, e *events.Event) {
	switch p := e.Data.(type) {
	case *events.MessageSent:
		end(tx, Ref{Scope(p.AccountID), p.MessageID}, func(m *Message) { m.State, m.EndedAt = Sent, e.Time })
	case *events.MessageFailed:
		end(tx, Ref{Scope(p.AccountID), p.MessageID}, func(m *Message) {
			m.State, m.EndedAt, m.Reason, m.SMTPCode = Failed, e.Time, p.Reason, p.SMTPCode
		})
	case *events.PersonErased:
		for _, person := range p.PersonIDs {
			forget(tx, person, e)
		}
	default:
		begin(tx, e, recipients(tx, e))
	}
}

// begin puts the messages that an event makes. Whether a person is erased by
// now must not matter here: a fold gives the same with and without the key.
func begin(tx row.Tx, e *events.Event, list []Message) {
	for _, m := range list {
		m.MessageID = e.ID + "-" + m.PersonID
		m.PartnerID, m.EventID, m.Position, m.CausedAt = e.Partner, e.ID, e.Position, e.Time
		m.Alone, m.State = len(list) == 1, Waiting
		ref := &Ref{m.scope(), m.MessageID}
		Messages.Put(tx, ref.Scope, m.MessageID, &m)
		Pending.Put(tx, "", m.pendingID(), ref)
		ByPerson.Put(tx, m.PersonID, m.MessageID, ref)
	}
}

// end puts a changed copy of a message's row; the message waits no longer.
func end(tx row.Tx, ref Ref, change func(*Message)) {
	old := Messages.Get(tx, ref.Scope, ref.MessageID)
	if old == nil {
		return
	}
	m := *old
	change(&m)
	Messages.Put(tx, ref.Scope, ref.MessageID, &m)
	Pending.Delete(tx, "", m.pendingID())
}

// forget leaves the sealed form of a person's address alone, in all messages to
// the person. Those that wait are not sent any more.
func forget(tx row.Tx, person string, e *events.Event) {
	for _, ref := range ByPerson.Scan(tx, person) {
		end(tx, *ref, func(m *Message) {
			m.To = events.Personal{Sealed: m.To.Sealed, Erased: true}
			if m.State == Waiting {
				m.State, m.EndedAt = Erased, e.Time
			}
		})
	}
}
