package mail

import (
	"fmt"
	"io"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Letter is a message to one person, as it is sent.
type Letter struct {
	ID       string    // the message's; the outbox names the file by it
	PersonID string    // of the recipient
	Header   string    // the Message-ID header without the domain; never changes
	From, To string    // addresses
	Date     time.Time // of the event that it tells of
	Language string    // en, it or de
	Subject  string
	Text     string
	HTML     string
}

// WriteTo writes the letter in the form of RFC 5322, with lines that end in
// CR LF.
func (l *Letter) WriteTo(w io.Writer) (int64, error) {
	m, err := l.message()
	if err != nil {
		return 0, err
	}
	return m.WriteTo(w)
}

// message makes the form of the library. What cannot be an address is told
// without it.
func (l *Letter) message() (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.FromFormat(sender, l.From); err != nil {
		return nil, fmt.Errorf("the sender's address is none")
	}
	if err := m.To("<" + l.To + ">"); err != nil {
		return nil, ErrAddress
	}
	m.SetMessageIDWithValue(l.Header + "@" + domainOf(l.From))
	m.SetDateWithValue(l.Date)
	m.Subject(l.Subject)
	m.SetGenHeader(gomail.HeaderContentLang, l.Language)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no robot answers
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}
