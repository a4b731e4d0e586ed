package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const (
	// smtpTimeout bounds each step of a conversation with a mail server.
	smtpTimeout = 30 * time.Second
	// lastWord is how long a mail server may take over the letter in hand when
	// the ledger stops.
	lastWord = 2 * time.Second
)

// Ports of mail servers, where the URL names none.
const (
	portSMTP  = 587 // submission, with STARTTLS
	portSMTPS = 465 // TLS from the first byte
)

// codes of a mail server that are about who sends, not about the message:
// mending the settings mends them.
var settings = map[int]bool{530: true, 534: true, 535: true, 538: true}

// Rejected: the mail server refused a letter for good.
type Rejected struct{ Code int }

func (e *Rejected) Error() string { return fmt.Sprintf("the mail server refused: %d", e.Code) }

// SMTP hands letters to a mail server.
type SMTP struct {
	host           string
	port           int
	user, password string
	implicit       bool // TLS from the first byte
	mandatory      bool // no TLS, no letter
}

// ErrURL: the URL of the mail server cannot be used. Its text is not in the
// error, for there may be a password in it.
var ErrURL = errors.New("must be smtp://[user:password@]host[:port] or smtps://…")

// ParseSMTP reads the URL of a mail server. With smtp, STARTTLS is used where
// it is offered; it must be when there is a password, or with ?tls=required.
// On loopback nobody listens in between: there TLS is not required, and no
// certificate is checked.
func ParseSMTP(text string) (*SMTP, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, ErrURL
	}
	s := &SMTP{host: u.Hostname(), port: portSMTP}
	switch u.Scheme {
	case "smtp":
	case "smtps":
		s.implicit, s.port = true, portSMTPS
	default:
		return nil, ErrURL
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, ErrURL
		}
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	switch q := u.Query(); {
	case len(q) == 0:
	case len(q) == 1 && q.Get("tls") == "required":
		s.mandatory = true
	default:
		return nil, ErrURL
	}
	s.mandatory = s.mandatory || s.user != "" && !s.loopback()
	return s, nil
}

// String names the server, without user and password.
func (s *SMTP) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

func (s *SMTP) loopback() bool {
	a, err := netip.ParseAddr(s.host)
	return s.host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// mechanisms are tried in this order; those that show the password are last.
var mechanisms = []gomail.SMTPAuthType{
	gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin,
}

// client makes a client whose connection ends with the conversation, or soon
// after ctx: a mail server that does not answer keeps nobody from stopping.
func (s *SMTP) client(ctx, conversation context.Context) (*gomail.Client, error) {
	policy := gomail.TLSOpportunistic
	if s.mandatory {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(smtpTimeout), gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(s.tls()), gomail.WithDialContextFunc(func(dial context.Context, network, address string) (net.Conn, error) {
			conn, err := s.dial(dial, network, address)
			if err == nil {
				context.AfterFunc(conversation, func() {
					if ctx.Err() != nil {
						time.Sleep(lastWord)
					}
					conn.Close()
				})
			}
			return conn, err
		}),
	}
	if s.implicit {
		options = append(options, gomail.WithSSL())
	}
	if s.user != "" {
		options = append(options, gomail.WithUsername(s.user), gomail.WithPassword(s.password), gomail.WithOpportunisticSMTPAuth(mechanisms...))
	}
	return gomail.NewClient(s.host, options...)
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: s.loopback()} // #nosec G402 -- on loopback nobody is between, and few have a certificate for it
}

func (s *SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.implicit {
		return (&tls.Dialer{Config: s.tls()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// Send hands letters over in one conversation. What became of each is told as
// soon as it is known: nil, *Rejected for one that is not to be sent again, or
// another error for one that is. It returns an error when no conversation comes
// about; nothing is told then.
func (s *SMTP) Send(ctx context.Context, letters []*Letter, told func(i int, err error)) error {
	conversation, end := context.WithCancel(ctx)
	defer end()
	c, err := s.client(ctx, conversation)
	if err != nil {
		return ErrURL
	}
	if err := c.DialWithContext(ctx); err != nil {
		return spoken(err)
	}
	defer c.Close()
	for i, l := range letters {
		m, err := l.message()
		switch {
		case ctx.Err() != nil:
			err = ctx.Err()
		case err == nil:
			err = outcome(c.Send(m))
		}
		told(i, err)
	}
	return nil
}

// outcome classes what became of a letter.
func outcome(err error) error {
	var e *gomail.SendError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &e):
		return errors.New("the conversation with the mail server broke off")
	}
	switch e.Reason {
	case gomail.ErrSMTPReset: // it had been taken by then
		return nil
	case gomail.ErrSMTPMailFrom, gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		if code := e.ErrorCode(); code >= 500 && code < 600 && !settings[code] {
			return &Rejected{code}
		} else if code != 0 {
			return fmt.Errorf("the mail server answered %d", code)
		}
	}
	return errors.New("the conversation with the mail server broke off")
}

// spoken says why no conversation came about, without what the server said.
func spoken(err error) error {
	var (
		network *net.OpError
		unknown *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &network):
		return fmt.Errorf("the mail server cannot be reached: %s", network.Err)
	case errors.As(err, &unknown):
		return errors.New("the mail server's certificate is not trusted")
	case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return errors.New("the mail server offers no way to sign in that is safe here")
	}
	return errors.New("the mail server does not take letters from us: look at user, password and TLS")
}
