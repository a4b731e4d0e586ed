package server

import (
	"fmt"
	netmail "net/mail"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/seatledger/seatledger/cmd/internal/mail"
	"github.com/seatledger/seatledger/cmd/internal/processes"
	"github.com/seatledger/seatledger/events/keys"
)

// outboxFolder is where letters go when there is no mail server.
const outboxFolder = "outbox"

// checkMail reads the settings of mail. Errors never repeat the URL of the mail
// server: there may be a password in it.
func (c *Config) checkMail() (err error) {
	if c.SMTPURL != "" {
		if c.mailer, err = mail.ParseSMTP(c.SMTPURL); err != nil {
			return fmt.Errorf("%w: --smtp-url %w", ErrConfig, err)
		}
	}
	if a, err := netmail.ParseAddress(c.SMTPFrom); err != nil || a.Address != c.SMTPFrom {
		return fmt.Errorf("%w: --smtp-from=%s is not an e-mail address", ErrConfig, c.SMTPFrom)
	}
	if c.SMTPGiveUp < 0 {
		return fmt.Errorf("%w: --smtp-give-up=%s is negative", ErrConfig, c.SMTPGiveUp)
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%w: --public-url=%s is not http://host or https://host", ErrConfig, c.PublicURL)
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	return nil
}

// openMail opens the outbox, also of a ledger that has a mail server now: there
// may be letters in it to persons who will be erased.
func (s *Server) openMail() (err error) {
	s.outbox, err = mail.OpenOutbox(filepath.Join(s.DataDir, outboxFolder))
	return err
}

// startMail starts the sender; at is where the API listens.
func (s *Server) startMail(at string) {
	public := s.PublicURL
	if public == "" {
		public = "http://" + at
		if s.TLSCert != "" {
			public = "https://" + at
		}
	}
	link := func() string { return public }
	if s.mailer == nil {
		s.background.start(processes.NewOutbox(s.mailed, s.outbox, s.SMTPFrom, link, s.SMTPGiveUp, s.Log).Run)
		return
	}
	s.background.start(processes.NewSender(s.Do, s.mailed, s.mailer, s.SMTPFrom, link, s.SMTPGiveUp, s.Log).Run)
}

// erasing opens and seals with the persons' keys, and has an erasure take the
// letters in the outbox too: whoever sees that a person was erased finds
// neither.
type erasing struct {
	*keys.Store
	outbox *mail.Outbox
}

// Erase destroys the keys first: from then on no letter can be written.
func (e erasing) Erase(personIDs ...string) error {
	if err := e.Store.Erase(personIDs...); err != nil {
		return err
	}
	return e.outbox.Erase(personIDs...)
}
