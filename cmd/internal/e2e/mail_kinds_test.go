package e2e

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// told is a letter that must have come: to whom, under the id of which event.
type told struct {
	to, event      string
	language, says string // in both parts
}

// letterOf takes a letter apart, as a mail program does.
func letterOf(t *testing.T, raw string) (head netmail.Header, text, html string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return m.Header, parts["text/plain"], parts["text/html"]
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
		parts[kind] = string(b)
	}
}

// Everything that people are to be told comes by mail, once, in the account's
// language or the subscription's, and no log says to whom (ACC-7, SUB-1, SUB-2,
// SUB-5, SUB-6, CNV-5).
func TestEveryKindOfMail(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t, nil)
	b := start(t, "--smtp-url", "smtp://"+p.addr, "--smtp-from", "ledger@ledger.example", "--public-url", "https://ledger.example")
	b.founded()
	b.done("RegisterPartner", body{"partner_id": "q", "name": "Other"})
	b.customer("q", "other")
	b.done("UpdateAccountInformation", body{"account_id": "other", "default_language": "en-GB"})
	b.done("AddUser", body{"account_id": "other", "user_id": "ann", "email": "ann@other.example", "name": "Ann", "role": "account_admin"})
	b.done("AddUser", body{"account_id": "a", "user_id": "boss", "email": "boss@a.example", "name": "B", "role": "account_admin"})
	b.done("RegisterConsumerUser", body{"user_id": "kim", "email": "kim@a.example"})
	event := func(name string, in body) string { return b.done(name, in).Events[0].ID }
	received := func(id, contact, language string) string {
		return event("ReceiveSubscription", body{"subscription_id": id, "provisioning_contact": contact, "language": language, "services": []any{body{"service": "messaging", "quantity": 1}}})
	}
	link := "https://ledger.example/setup/"
	want := []told{
		{"ann@other.example", received("s", "ann@other.example", "de"), "de", link + "s"},
		{"ann@other.example", event("ResendProvisioningMessage", onS()), "de", link + "s"},
		{"eve@b.example", received("s2", "eve@b.example", "fr"), "en", link + "s2"},
		{"ben@b.example", event("DeclareOrderFor", body{"subscription_id": "s2", "for": "someone_else", "email": "ben@b.example"}), "en", link + "s2"},
		{"help@a.example", event("ReportProblem", body{"account_id": "a", "summary": "nessun tono"}), "it", "nessun tono"},
		{"jo@a.example", event("InviteUser", body{"account_id": "a", "email": "jo@a.example"}), "it", "Customer a"},
		{"kim@a.example", event("ConvertUsers", body{"account_id": "a", "users": []any{body{"email": "kim@a.example"}}}), "it", "Customer a"},
	}
	b.done("DeclareOrderFor", onS("for", "customer"))
	b.done("MapPartnerOrganization", onS("partner_id", "p"))
	b.done("MapCustomerOrganization", onS("account_id", "other"))
	want = append(want, told{"zoe@other.example", event("DelegateServiceSetup", onS("admin_email", "zoe@other.example")), "en", link + "s"})
	b.done("CompleteSetup", onS())
	partner := b.As("partner", "p")
	asked := accepted(t, partner.Do("RequestFullAdministrator", onS()), "RequestFullAdministrator", onS()).Events[0].ID
	want = append(want, told{"ann@other.example", asked, "en", "Partner"})

	b.eventually(mailPatience, "all letters", func() bool { return len(b.history(1, "type", "MessageSent")) == len(want) })
	b.crash() // and nothing is sent again
	b.done("ReportProblem", body{"account_id": "a", "summary": "the last one"})
	b.eventually(mailPatience, "the last letter", func() bool { return len(p.letters("help@a.example")) == 2 })
	if n := p.count(); n != len(want)+1 {
		t.Errorf("%d letters of %d events", n, len(want)+1)
	}
	for _, w := range want {
		p.brought(t, w)
	}
	b.silent("@a.example", "@b.example", "@other.example", "the last one", "nessun tono")
}

// count is how many letters were taken.
func (p *postOffice) count() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, letters := range p.took {
		n += len(letters)
	}
	return n
}

// brought wants one letter under the id of the event, as it must be.
func (p *postOffice) brought(t *testing.T, w told) {
	t.Helper()
	n := 0
	for _, raw := range p.letters(w.to) {
		head, text, html := letterOf(t, raw)
		if head.Get("Message-Id") != "<"+w.event+"@ledger.example>" {
			continue
		}
		n++
		if head.Get("Content-Language") != w.language || head.Get("Subject") == "" || !strings.Contains(text, w.says) ||
			!strings.Contains(html, w.says) || !strings.Contains(html, `<html lang="`+w.language+`">`) || strings.Contains(text, "<p>") {
			t.Errorf("%+v: %v\n%s\n%s", w, head, text, html)
		}
	}
	if n != 1 {
		t.Errorf("%d letters of %+v", n, w)
	}
}

// shut is a mail server that greets nobody until it is opened.
type shut struct {
	*postOffice
	open  atomic.Bool
	turns atomic.Int64 // how many were sent away
}

func (s *shut) NewSession(c *smtp.Conn) (smtp.Session, error) {
	if !s.open.Load() {
		s.turns.Add(1)
		return nil, &smtp.SMTPError{Code: 421, Message: "closed"}
	}
	return s.postOffice.NewSession(c)
}

// A mail server that is away is asked less and less often, however much waits
// for it; when it is back, all goes out, once.
func TestMailServerComesBack(t *testing.T) {
	t.Parallel()
	const reports = 100
	s := &shut{postOffice: &postOffice{took: map[string][]string{}}}
	s.serve(t, s)
	b := start(t, "--smtp-url", "smtp://"+s.addr)
	b.founded()
	ids := map[string]bool{}
	for i := range reports {
		ids[b.done("ReportProblem", body{"account_id": "a", "summary": fmt.Sprint("report ", i)}).Events[0].ID] = true
	}
	b.eventually(mailPatience, "a second try", func() bool { return s.turns.Load() >= 2 })
	s.open.Store(true)
	b.eventually(mailPatience, "all letters", func() bool { return s.count() >= reports })
	b.eventually(mailPatience, "all recorded", func() bool { return len(b.history(1, "type", "MessageSent")) == reports })
	for _, raw := range s.letters("help@a.example") {
		head, _, _ := letterOf(t, raw)
		id, _, _ := strings.Cut(strings.Trim(head.Get("Message-Id"), "<>"), "@")
		if !ids[id] {
			t.Errorf("letter %s came twice, or tells of no report", id)
		}
		delete(ids, id)
	}
	if n := s.turns.Load(); len(ids) > 0 || n > 6 {
		t.Errorf("%d letters are missing; the server was asked %d times while it was away", len(ids), n)
	}
	b.silent("help@", "report 1")
}

// A ledger that is stopped while a letter is on its way hears what becomes of
// it, and records that.
func TestStopWhileMailIsSent(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{}, 1)
	p := openPostOffice(t, func(string) error {
		begun <- struct{}{}
		time.Sleep(300 * time.Millisecond)
		return nil
	})
	b := start(t, "--smtp-url", "smtp://"+p.addr)
	b.founded()
	b.done("ReportProblem", body{"account_id": "a", "summary": "x"})
	<-begun
	b.down()
	b.up()
	b.mailed("a", "problem_reported help@a.example sent")
	if n := p.count(); n != 1 {
		t.Errorf("%d letters of one report", n)
	}
}
