package events

// MessageSent: a mail server took a message to a person. EventID names the
// event that the message tells of.
type MessageSent struct {
	MessageID string `json:"message_id"`
	Kind      string `json:"kind"`
	EventID   string `json:"event_id"`
	AccountID string `json:"account_id,omitzero"`
	PersonID  string `json:"person_id"`
}

// MessageFailed: the message is not tried again. The reason never holds an
// address; SMTPCode is the server's, where it refused.
type MessageFailed struct {
	MessageID string `json:"message_id"`
	Kind      string `json:"kind"`
	EventID   string `json:"event_id"`
	AccountID string `json:"account_id,omitzero"`
	PersonID  string `json:"person_id"`
	Reason    string `json:"reason"`
	SMTPCode  int    `json:"smtp_code,omitzero"`
}

func (*MessageSent) EventType() string   { return "MessageSent" }
func (*MessageFailed) EventType() string { return "MessageFailed" }
