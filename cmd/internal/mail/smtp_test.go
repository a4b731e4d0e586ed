package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/seatledger/seatledger/cmd/internal/certs/selfsigned"
)

// post is a mail server that keeps what it takes.
type post struct {
	addr string
	mu   sync.Mutex
	took []taken
	rcpt func(to string) error // its answer to RCPT, if set
	data func() error          // its answer to DATA, if set
	mail func() error
	auth bool // who does not sign in may not send
}

type taken struct {
	to   string
	body []byte
	tls  bool
	user string
}

func (p *post) letters() []taken {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]taken(nil), p.took...)
}

type session struct {
	post *post
	conn *smtp.Conn
	to   string
	user string
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{post: p, conn: c}, nil }
func (s *session) Reset()                                     { s.to = "" }
func (s *session) Logout() error                              { return nil }
func (s *session) AuthMechanisms() []string                   { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "bob" || password != "s3cret" {
			return &smtp.SMTPError{Code: 535, Message: "bob@evil.example, go away"}
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.post.auth && s.user == "" {
		return &smtp.SMTPError{Code: 530, Message: "sign in"}
	}
	if s.post.mail != nil {
		return s.post.mail()
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.post.rcpt != nil {
		if err := s.post.rcpt(to); err != nil {
			return err
		}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.post.data != nil {
		if err := s.post.data(); err != nil {
			return err
		}
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.took = append(s.post.took, taken{s.to, body, encrypted, s.user})
	return nil
}

// open starts the server on loopback; with a certificate it offers STARTTLS, or
// speaks TLS from the first byte.
func (p *post) open(t *testing.T, cert *tls.Certificate, implicit bool) *post {
	t.Helper()
	s := smtp.NewServer(p)
	s.Domain, s.AllowInsecureAuth = "post.example", true
	if cert != nil {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	if implicit {
		l = tls.NewListener(l, s.TLSConfig)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return p
}

func selfSigned(t *testing.T) *tls.Certificate {
	t.Helper()
	c, err := tls.X509KeyPair(selfsigned.New(t, "post.example"))
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

func letterTo(t *testing.T, to string) *Letter {
	t.Helper()
	l := &Letter{ID: "E-P", PersonID: "P", Header: "E", From: "ledger@a.example", To: to, Date: time.Now()}
	if err := l.Compose(Facts{Kind: "problem_reported", Account: "Größe", Summary: ".\n..two\n.\nend"}); err != nil {
		t.Fatal(err)
	}
	return l
}

func send(t *testing.T, url string, letters ...*Letter) ([]error, error) {
	t.Helper()
	s, err := ParseSMTP(url)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return outcomes(t, ctx, s, letters)
}

// outcomes are what became of letters, which is told in their order.
func outcomes(t *testing.T, ctx context.Context, s *SMTP, letters []*Letter) (list []error, err error) {
	t.Helper()
	err = s.Send(ctx, letters, func(i int, err error) {
		if i != len(list) {
			t.Fatalf("letter %d is told of after %d others", i, len(list))
		}
		list = append(list, err)
	})
	return list, err
}

func TestSend(t *testing.T) {
	cert := selfSigned(t)
	for name, c := range map[string]struct {
		cert           *tls.Certificate
		implicit, auth bool
		url            string
	}{
		"plain":                  {url: "smtp://ADDR"},
		"STARTTLS":               {cert: cert, url: "smtp://ADDR"},
		"STARTTLS required":      {cert: cert, url: "smtp://ADDR?tls=required"},
		"TLS":                    {cert: cert, implicit: true, url: "smtps://ADDR"},
		"password":               {auth: true, url: "smtp://bob:s3cret@ADDR"},
		"password over STARTTLS": {cert: cert, auth: true, url: "smtp://bob:s3cret@ADDR/"},
	} {
		t.Run(name, func(t *testing.T) {
			p := (&post{auth: c.auth}).open(t, c.cert, c.implicit)
			outcomes, err := send(t, strings.Replace(c.url, "ADDR", p.addr, 1), letterTo(t, "ann@b.example"), letterTo(t, "zoë@b.example"))
			if err != nil || outcomes[0] != nil {
				t.Fatal(outcomes, err)
			}
			got := p.letters()
			if len(got) == 0 || got[0].to != "ann@b.example" || got[0].tls != (c.cert != nil && !c.implicit) && !c.implicit || (got[0].user != "") != c.auth {
				t.Fatalf("%+v", got)
			}
			// Lines that are only dots are the letter's, not its end.
			if r := readLetter(t, got[0].body); !strings.Contains(r.text, "\n.\n..two\n.\nend\n") || r.header.Get("Message-Id") != "<E@a.example>" {
				t.Errorf("%s", got[0].body)
			}
		})
	}
}

// What a mail server refuses is classed by whether it is worth trying again,
// and nothing of what it said is told.
func TestRefusals(t *testing.T) {
	say := func(code int) error { return &smtp.SMTPError{Code: code, Message: "ann@b.example is not welcome"} }
	once := func(code int) func() error { return func() error { return say(code) } }
	for name, c := range map[string]struct {
		post *post
		code int // of the rejection; 0: to be tried again
	}{
		"no such user":  {&post{rcpt: func(string) error { return say(550) }}, 550},
		"busy":          {&post{rcpt: func(string) error { return say(451) }}, 0},
		"full":          {&post{data: once(452)}, 0},
		"spam":          {&post{data: once(554)}, 554},
		"bad sender":    {&post{mail: once(553)}, 553},
		"not signed in": {&post{auth: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.post
			p.open(t, nil, false)
			outcomes, err := send(t, "smtp://"+p.addr, letterTo(t, "ann@b.example"))
			if err != nil || outcomes[0] == nil {
				t.Fatal(outcomes, err)
			}
			var rejected *Rejected
			if errors.As(outcomes[0], &rejected) != (c.code != 0) || rejected != nil && rejected.Code != c.code {
				t.Errorf("%v", outcomes[0])
			}
			if strings.Contains(outcomes[0].Error(), "ann@") {
				t.Errorf("tells the address: %v", outcomes[0])
			}
		})
	}
}

// One letter that is refused does not keep the others.
func TestOneIsRefused(t *testing.T) {
	p := &post{rcpt: func(to string) error {
		if to == "bad@b.example" {
			return &smtp.SMTPError{Code: 550, Message: "no"}
		}
		return nil
	}}
	p.open(t, nil, false)
	outcomes, err := send(t, "smtp://"+p.addr, letterTo(t, "a@b.example"), letterTo(t, "bad@b.example"), letterTo(t, "not an address"), letterTo(t, "c@b.example"))
	var rejected *Rejected
	if err != nil || outcomes[0] != nil || !errors.As(outcomes[1], &rejected) || outcomes[2] != ErrAddress || outcomes[3] != nil || len(p.letters()) != 2 {
		t.Error(outcomes, err, p.letters())
	}
}

// Where no conversation comes about, the error says why, and no secret.
func TestNoConversation(t *testing.T) {
	cert := selfSigned(t)
	plain, secure := (&post{}).open(t, nil, false), (&post{auth: true}).open(t, cert, false)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for url, says := range map[string]string{
		"smtp://" + closed.Addr().String():        "cannot be reached",
		"smtp://" + plain.addr + "?tls=required":  "look at user, password and TLS",
		"smtp://bob:wr0ng@" + secure.addr:         "look at user, password and TLS",
		"smtps://bob:wr0ng@" + plain.addr:         "",
		"smtp://bob:wr0ng@no-such-host.invalid:1": "",
	} {
		_, err := send(t, url, letterTo(t, "ann@b.example"))
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "wr0ng") || strings.Contains(err.Error(), "@") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if len(plain.letters())+len(secure.letters()) > 0 {
		t.Error("a letter was taken")
	}
}

// A mail server that says nothing keeps nobody from stopping.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := ParseSMTP("smtp://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err = outcomes(t, ctx, s, []*Letter{letterTo(t, "ann@b.example")}); err == nil || time.Since(start) > smtpTimeout/2 {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

// When we stop in the middle of a letter, its outcome is still heard; the next
// one is not begun.
func TestStopInTheMiddle(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := &post{data: func() error {
		cancel()
		time.Sleep(lastWord / 10)
		return nil
	}}
	p.open(t, nil, false)
	s, err := ParseSMTP("smtp://" + p.addr)
	if err != nil {
		t.Fatal(err)
	}
	got, err := outcomes(t, ctx, s, []*Letter{letterTo(t, "ann@b.example"), letterTo(t, "bob@b.example")})
	if err != nil || len(got) != 2 || got[0] != nil || got[1] == nil || len(p.letters()) != 1 {
		t.Errorf("%v %v, %d letters", got, err, len(p.letters()))
	}
}

func TestParseSMTP(t *testing.T) {
	for _, bad := range []string{
		"", "mail.example", "http://mail.example", "smtp://", "smtp://h:0", "smtp://h:99999", "smtp://h/path", "smtp://h?tls=none", "smtp://h?x=1",
		"smtp://u:s3cret@h:x", "smtp://u:s3cret@h/%zz",
	} {
		if _, err := ParseSMTP(bad); err != ErrURL {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for url, want := range map[string]SMTP{
		"smtp://mail.example":                  {host: "mail.example", port: 587},
		"smtp://mail.example:25?tls=required":  {host: "mail.example", port: 25, mandatory: true},
		"smtps://u:p%40ss@mail.example":        {host: "mail.example", port: 465, user: "u", password: "p@ss", implicit: true, mandatory: true},
		"smtp://u:p@127.0.0.1:1025":            {host: "127.0.0.1", port: 1025, user: "u", password: "p"},
		"smtp://u:p@127.0.0.1.evil.example:25": {host: "127.0.0.1.evil.example", port: 25, user: "u", password: "p", mandatory: true},
	} {
		s, err := ParseSMTP(url)
		if err != nil || *s != want || strings.Contains(s.String(), "p@ss") {
			t.Errorf("%s: %+v %v", url, s, err)
		}
	}
}
