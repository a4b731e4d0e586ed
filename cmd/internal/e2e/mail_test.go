package e2e

import (
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// mailPatience is how long a message may take, a second try included.
const mailPatience = 30 * time.Second

// postOffice is a mail server that keeps what it takes, by recipient.
type postOffice struct {
	addr   string
	mu     sync.Mutex
	took   map[string][]string // letters, whole
	answer func(to string) error
}

type visit struct {
	post *postOffice
	to   string
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{post: p}, nil }
func (v *visit) Reset()                                           {}
func (v *visit) Logout() error                                    { return nil }
func (v *visit) Mail(string, *smtp.MailOptions) error             { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.to = to
	v.post.mu.Lock()
	defer v.post.mu.Unlock()
	if v.post.answer == nil {
		return nil
	}
	return v.post.answer(to)
}

func (v *visit) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	v.post.mu.Lock()
	defer v.post.mu.Unlock()
	v.post.took[v.to] = append(v.post.took[v.to], string(b))
	return err
}

func openPostOffice(t *testing.T, answer func(to string) error) *postOffice {
	t.Helper()
	p := &postOffice{took: map[string][]string{}, answer: answer}
	p.serve(t, p)
	return p
}

// serve has a backend answer where the post office is.
func (p *postOffice) serve(t *testing.T, backend smtp.Backend) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	s := smtp.NewServer(backend)
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
}

func (p *postOffice) letters(to string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.took[to]...)
}

// states are the messages of an account, as "kind recipient state".
func (b *bed) states(account string) []string {
	b.Helper()
	var list []string
	for _, m := range b.list("/v1/accounts/" + account + "/messages") {
		list = append(list, fmt.Sprint(m["kind"], " ", m["recipient"], " ", m["state"]))
	}
	return list
}

func (b *bed) mailed(account string, want ...string) {
	b.Helper()
	b.eventually(mailPatience, strings.Join(want, ", "), func() bool { return fmt.Sprint(b.states(account)) == fmt.Sprint(want) })
}

// silent wants no address and no secret in what the process logged, nor in what
// it keeps of refused commands and of what was done to it.
func (b *bed) silent(words ...string) {
	b.Helper()
	logs := map[string]string{"standard error": b.process.Log()}
	for _, folder := range []string{"attempts", "operations"} {
		names, err := filepath.Glob(filepath.Join(b.dir, folder, "*"))
		if err != nil || len(names) == 0 {
			b.Fatalf("%s: %v %v", folder, names, err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			logs[name] = string(content)
		}
	}
	for _, w := range words {
		for name, text := range logs {
			if strings.Contains(text, w) {
				b.Errorf("%s tells %q", name, w)
			}
		}
	}
}

// metered waits until the metrics have these lines, patterns from a line's start
// to its end.
func (b *bed) metered(patterns ...string) {
	b.Helper()
	for _, p := range patterns {
		line := regexp.MustCompile(`(?m)^` + p + `$`)
		b.eventually(mailPatience, p, func() bool { return line.Match(b.seen("/metrics").Body) })
	}
}

// Messages go out once each, in the account's language, under the event's id;
// what became of them is recorded apart from the account.
func TestMailIsSentOnce(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t, nil)
	b := start(t, "--smtp-url", "smtp://"+p.addr, "--smtp-from", "ledger@ledger.example", "--public-url", "https://ledger.example/")
	b.founded()
	report := b.done("ReportProblem", body{"account_id": "a", "summary": "Nessun tono\n.punto"})
	b.mailed("a", "problem_reported help@a.example sent")
	b.metered(`seatledger_messages_total{outcome="sent"} 1`, `seatledger_messages_waiting 0`, `seatledger_messages_waiting_oldest_seconds 0`)
	got := p.letters("help@a.example")
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	m, err := netmail.ReadMessage(strings.NewReader(got[0]))
	if err != nil || m.Header.Get("Message-Id") != "<"+report.Events[0].ID+"@ledger.example>" || m.Header.Get("Content-Language") != "it" ||
		!strings.Contains(got[0], "\r\n.punto\r\n") {
		t.Errorf("%v\n%s", err, got[0])
	}
	// It touches no expected position of the account.
	b.done("RecordCustomerNumber", body{"account_id": "a", "customer_number": "1"}, "expected_position", decimal(report.Position))

	for range 2 {
		b.crash()
		b.done("ReportProblem", body{"account_id": "a", "summary": "again"})
		b.eventually(mailPatience, "all sent", func() bool { return strings.Count(fmt.Sprint(b.states("a")), " sent") == len(b.states("a")) })
	}
	if got := p.letters("help@a.example"); len(got) != 3 {
		t.Errorf("%d letters of 3 reports", len(got))
	}
	sent := b.history(1, "type", "MessageSent")
	if len(sent) != 3 || sent[0]["aggregate"] != "message" || sent[0]["actor_role"] != "ledger" || sent[0]["causation_id"] != report.Events[0].ID {
		t.Errorf("%v", sent)
	}
	b.silent("help@", "again")
}

// A mail server that is busy is asked again; what it refuses for good is
// recorded; and a crash in between changes neither.
func TestMailIsTriedAgain(t *testing.T) {
	t.Parallel()
	busy := 2
	p := openPostOffice(t, func(to string) error {
		switch {
		case to == "bad@a.example":
			return &smtp.SMTPError{Code: 550, Message: "no bad@a.example here"}
		case busy > 0:
			busy--
			return &smtp.SMTPError{Code: 451, Message: "come back, " + to}
		}
		return nil
	})
	b := start(t, "--smtp-url", "smtp://"+p.addr)
	b.founded()
	b.done("AddSupportContact", body{"account_id": "a", "email": "bad@a.example"})
	b.done("ReportProblem", body{"account_id": "a", "summary": "x"})
	b.eventually(mailPatience, "refused", func() bool { return strings.Contains(fmt.Sprint(b.states("a")), "bad@a.example failed") })
	b.crash()
	b.eventually(mailPatience, "sent", func() bool { return strings.Contains(fmt.Sprint(b.states("a")), "help@a.example sent") })
	if len(p.letters("help@a.example")) != 1 || len(p.letters("bad@a.example")) != 0 {
		t.Errorf("%v", p.took)
	}
	failed := b.history(1, "type", "MessageFailed")
	if len(failed) != 1 || fmt.Sprint(failed[0]["data"].(map[string]any)["smtp_code"]) != "550" || strings.Contains(fmt.Sprint(failed), "bad@") {
		t.Errorf("%v", failed)
	}
	b.silent("@a.example")
}

// Without a mail server that answers, messages wait; they are given up in time,
// also over a stop.
func TestMailIsGivenUp(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	b := start(t, "--smtp-url", "smtp://bob:s3cret@"+l.Addr().String(), "--smtp-give-up", "3s")
	b.founded()
	b.done("ReportProblem", body{"account_id": "a", "summary": "x"})
	b.mailed("a", "problem_reported help@a.example waiting")
	b.metered(`seatledger_messages_waiting 1`, `seatledger_messages_waiting_oldest_seconds [0-9]*\.[0-9]+`, `seatledger_message_retries_total [1-9]`)
	b.down()
	b.silent("s3cret", "help@")
	b.up()
	b.mailed("a", "problem_reported help@a.example failed")
	if m := b.list("/v1/accounts/a/messages")[0]; m["reason"] != "gave_up" {
		t.Errorf("%v", m)
	}
	b.metered(`seatledger_messages_total{outcome="failed"} 1`, `seatledger_messages_waiting 0`)
	b.silent("s3cret", "help@")
}

// Without a mail server the letters lie in a folder, and nothing is recorded of
// them; to a person who was erased none is left there, once that is answered.
func TestOutbox(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("AddUser", body{"account_id": "a", "user_id": "boss", "email": "boss@a.example", "name": "B", "role": "account_admin"})
	b.done("RegisterConsumerUser", body{"user_id": "kim", "email": "kim@a.example"})
	b.done("ReceiveSubscription", body{"subscription_id": "S-7", "provisioning_contact": "ann@b.example", "services": []any{body{"service": "messaging", "quantity": 1}}})
	b.done("ConvertUsers", body{"account_id": "a", "users": []any{body{"email": "kim@a.example"}}})
	end := b.done("InviteUser", body{"account_id": "a", "email": "jo@a.example"}).Position
	letters := func() (names []string, text string) {
		names, _ = filepath.Glob(filepath.Join(b.dir, "outbox", "*.eml"))
		for _, n := range names {
			content, err := os.ReadFile(n)
			if about, e := os.Stat(n); err != nil || e != nil || about.Mode() != 0o600 {
				t.Errorf("%s: %v %v", n, err, e)
			}
			text += string(content)
		}
		return names, text
	}
	b.eventually(mailPatience, "three letters", func() bool { names, _ := letters(); return len(names) == 3 })
	if _, text := letters(); !strings.Contains(text, "Provisioning information required for order S-7") || !strings.Contains(text, "/setup/S-7") {
		t.Error(text)
	}
	b.mailed("a", "account_now_managed kim@a.example waiting", "invitation jo@a.example waiting")
	b.metered(`seatledger_messages_total{outcome="written"} 3`, `seatledger_messages_waiting 0`)
	if at := b.end(); at != end {
		t.Errorf("the log goes on to %d behind %d", at, end)
	}
	// What was taken out of the folder does not come back.
	names, _ := letters()
	for _, n := range names {
		if content, _ := os.ReadFile(n); strings.Contains(string(content), "jo@") {
			if err := os.Remove(n); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.crash()
	b.done("ErasePerson", body{"account_id": "a", "user_id": "kim", "confirm": "erase"})
	if names, text := letters(); len(names) != 1 || strings.Contains(text, "kim@") {
		t.Errorf("%v", names)
	}
	b.mailed("a", "account_now_managed map[erased:true] erased", "invitation jo@a.example waiting")
	b.done("ErasePerson", body{"email": "ann@b.example", "confirm": "erase"})
	if names, _ := letters(); len(names) != 0 {
		t.Errorf("%v", names)
	}
	b.silent("@a.example", "@b.example")
}

// Consumer users are found by those who share their domain, and taken over once.
func TestConversion(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.customer("p", "b")
	system, partner := b.As("system", ""), b.As("partner", "p")
	for _, user := range []string{"kim", "lee"} {
		accepted(b, system.Do("RegisterConsumerUser", body{"user_id": user, "email": user + "@a.example"}), "RegisterConsumerUser", user)
	}
	accepted(b, system.Do("RegisterConsumerUser", body{"user_id": "pat", "email": "pat@gmail.com"}), "RegisterConsumerUser", "pat")
	review := func(want bool, users ...string) {
		t.Helper()
		a := b.seen("/v1/accounts/a/convertible-users", "min_position", decimal(b.end()))
		var got []string
		for _, u := range b.list("/v1/accounts/a/convertible-users", "limit", "1") {
			got = append(got, u["user_id"].(string))
		}
		if a.View["review_available"] != want || fmt.Sprint(got) != fmt.Sprint(users) {
			t.Errorf("%v, want %v: %s", got, users, a.Body)
		}
	}
	review(false)
	for _, account := range []string{"a", "b"} {
		b.done("AddUser", body{"account_id": account, "user_id": "boss", "email": "boss@a.example", "name": "B", "role": "account_admin"})
	}
	review(true, "kim", "lee")
	before := b.end()
	b.seats("p", "a", 1)
	both := body{"account_id": "a", "users": []any{
		body{"email": "kim@a.example", "products": []any{"miteam_meetings"}}, body{"email": "lee@a.example", "products": []any{"miteam_meetings"}}}}
	if s := refusal(partner.Do("ConvertUsers", both), 409, "no_licenses_available"); s != "" {
		t.Error(s)
	}
	one := body{"account_id": "a", "users": []any{body{"email": "kim@a.example", "products": []any{"miteam_meetings"}}}}
	a := accepted(b, partner.Do("ConvertUsers", one), "ConvertUsers", one)
	if len(a.Events) != 2 || a.Events[0].Type != "UserConverted" || a.Events[1].Type != "UserLicenseAssigned" {
		t.Errorf("%v", a.Events)
	}
	review(true, "lee")
	one["account_id"] = "b"
	if s := refusal(partner.Do("ConvertUsers", one), 409, "already_converted"); s != "" {
		t.Error(s)
	}
	if u := b.seen("/v1/accounts/a/users/kim"); u.View["email"] != "kim@a.example" || u.View["state"] != "active" {
		t.Errorf("%s", u.Body)
	}
	if past := b.seen("/v1/accounts/a/convertible-users", "as_of", decimal(before)); len(past.Items()) != 2 {
		t.Errorf("%s", past.Body)
	}
	sealed := b.As("operator", "").Get("/v1/accounts/a/convertible-users")
	if sealed.Status != 200 || strings.Contains(string(sealed.Body), "lee@") {
		t.Errorf("%s", sealed.Body)
	}
	b.done("ErasePerson", body{"user_id": "lee", "confirm": "erase"})
	review(false)
	b.crash()
	review(false)
}
