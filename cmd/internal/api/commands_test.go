package api

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

var errPanic = errors.New("the stand-in panics")

const goodOrder = `{"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":5}]}`

func TestCommandIsAnswered(t *testing.T) {
	s := newServer(t)
	r := s.post("PlaceOrder", goodOrder, "Idempotency-Key", "k1", "Seatledger-Actor", "ann",
		"Seatledger-Correlation-Id", "corr", "Seatledger-Causation-Id", "cause",
		"Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	want := `{"command_id":"01J00000000000000000000000","position":7,` +
		`"events":[{"id":"01J00000000000000000000001","type":"OrderPlaced","position":7}],"events_total":1}`
	if r.StatusCode != 200 || string(r.body) != want {
		t.Fatalf("%d %s", r.StatusCode, r.body)
	}
	if r.Header.Get("Idempotency-Replayed") != "" || r.Header.Get("Cache-Control") != "no-store" ||
		r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", r.Header)
	}
	q := s.commands.last()
	if q.Spec.Name != "PlaceOrder" || string(q.Body) != goodOrder || q.IdempotencyKey != "k1" || q.CorrelationID != "corr" ||
		q.CausationID != "cause" || q.Traceparent == "" || q.DryRun || q.Expected != nil ||
		q.Caller != (rule.Caller{Role: rule.Admin, Actor: "ann"}) {
		t.Errorf("asked %+v", q)
	}
}

func TestCommandParameters(t *testing.T) {
	s := newServer(t)
	s.commands.answer.Replayed = true
	s.commands.answer.Events = nil
	r := s.post("PlaceOrder?dry_run=true&expected_position=18446744073709551615", goodOrder, "Traceparent", "rubbish")
	if r.StatusCode != 200 || r.Header.Get("Idempotency-Replayed") != "true" || !strings.Contains(string(r.body), `"events":[]`) {
		t.Fatalf("%d %v %s", r.StatusCode, r.Header, r.body)
	}
	if q := s.commands.last(); !q.DryRun || *q.Expected != 1<<64-1 || q.Traceparent != "" {
		t.Errorf("asked %+v", q)
	}
	for query, location := range map[string]string{
		"dry_run=maybe": "query.dry_run", "dry_run=": "query.dry_run", "dry_run=true&dry_run=true": "query.dry_run",
		"expected_position=-1": "query.expected_position", "expected_position=1.5": "query.expected_position",
		"dryrun=true": "query.dryrun", "%zz": "",
	} {
		s.post("PlaceOrder?"+query, goodOrder).fails(t, 400, problem.InvalidRequest, location)
	}
}

// TestShape has every way in which a body can be malformed, and what is only a
// field's fault.
func TestShape(t *testing.T) {
	s := newServer(t)
	for _, c := range []struct{ body, location, says string }{
		{``, "", "empty"},
		{`   `, "", "empty"},
		{`null`, "", "JSON object"},
		{`[]`, "", "JSON object"},
		{`"text"`, "", "JSON object"},
		{`{"partner_id":"acme"`, "", "not JSON"},
		{`{"partner_id":"acme"} {}`, "", "not JSON"},
		{`{'partner_id':'acme'}`, "", "not JSON"},
		{"{\"partner_id\":\"\xff\"}", "", "not JSON"},
		{`{"partner_id":"acme","colour":"red"}`, "colour", `unknown field "colour"`},
		{`{"partner_id":"acme","PARTNER_ID":"b"}`, "PARTNER_ID", "unknown field"},
		{`{"partner_id":"acme","lines":[{"product":"p","quantity":1,"size":2}]}`, "lines[0].size", "unknown field"},
		{`{"partner_id":"acme","partner_id":"b"}`, "partner_id", "twice"},
		{`{"partner_id":7}`, "partner_id", "must be a string"},
		{`{"lines":{}}`, "lines", "must be a list"},
		{`{"lines":["x"]}`, "lines[0]", "must be an object"},
		{`{"lines":[{"product":"p","quantity":1.5}]}`, "lines[0].quantity", "must be an integer"},
		{`{"lines":[{"product":"p","quantity":"5"}]}`, "lines[0].quantity", "must be an integer"},
		{`{"expires_at":7}`, "expires_at", "must be a"},
		// Worse may follow what is only a field's fault.
		{`{"lines":[{"product":"p","quantity":99999999999999999999}],"colour":1}`, "colour", "unknown field"},
	} {
		p := s.post("PlaceOrder", c.body).fails(t, 400, problem.InvalidRequest, c.location)
		if !strings.Contains(p.Detail, c.says) {
			t.Errorf("%s: %q does not say %q", c.body, p.Detail, c.says)
		}
	}
	if len(s.commands.asked) != 0 {
		t.Error("the writer was asked")
	}
}

func TestFields(t *testing.T) {
	s := newServer(t)
	for _, c := range []struct{ body, location string }{
		{`{"partner_id":"a b","lines":[{"product":"miteam_meetings","quantity":5}]}`, "partner_id"},
		{`{"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":0}]}`, "lines[0].quantity"},
		{`{"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":-1}]}`, "lines[0].quantity"},
		{`{"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":99999999999999999999}]}`, "lines[0].quantity"},
		{`{"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":5}],"expires_at":"tomorrow"}`, "expires_at"},
	} {
		p := s.post("PlaceOrder", c.body).fails(t, 422, problem.InvalidField, c.location)
		if len(p.Errors) != 1 {
			t.Errorf("%s: %v", c.body, p.Errors)
		}
	}
	p := s.post("PlaceOrder", `{"partner_id":"","lines":[{"product":"miteam_meetings","quantity":0}]}`).
		fails(t, 422, problem.InvalidField, "partner_id")
	if len(p.Errors) != 2 {
		t.Errorf("all that is wrong is told: %v", p.Errors)
	}
}

// TestOrderOfChecks has requests with everything wrong from some check on: the
// first check that fails answers.
func TestOrderOfChecks(t *testing.T) {
	s := newServer(t)
	s.commands.err = rule.Refuse(rule.NotFound, "there is no partner")
	operator := []string{"Seatledger-Role", "operator"}
	const badFields = `{"partner_id":"a b","lines":[{"product":"p","quantity":0}]}`
	s.post("Nonsense", `[`, "Seatledger-Role", "king").fails(t, 400, problem.InvalidRequest, "header.Seatledger-Role")
	s.post("Nonsense", `[`, operator...).fails(t, 404, problem.NotFound, "")
	s.post("PlaceOrder", `[`, operator...).fails(t, 400, problem.InvalidRequest, "")
	s.post("PlaceOrder", badFields, operator...).fails(t, 403, problem.Forbidden, "")
	s.post("PlaceOrder", badFields).fails(t, 422, problem.InvalidField, "partner_id")
	s.post("PlaceOrder", goodOrder).fails(t, 404, problem.NotFound, "")
}

func TestErrorsOfTheWriter(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   problem.Code
	}{
		{rule.Refuse(rule.NotFound, "there is no order"), 404, problem.NotFound},
		{rule.Refuse(rule.ManagedByMiCollab, "MiCollab manages it"), 409, "managed_by_micollab"},
		{rule.Refuse(rule.ChangedSince, "it has changed"), 412, "changed_since"},
		{rule.Refuse(rule.IdempotencyKeyReused, "used for another body"), 422, "idempotency_key_reused"},
		{rule.Invalid{{Field: "product", Message: "is not in the catalogue"}}, 422, problem.InvalidField},
		{writer.ErrBusy, 503, problem.Unavailable},
		{fmt.Errorf("%w: %w", writer.ErrUnavailable, io.ErrUnexpectedEOF), 503, problem.Unavailable},
		{errors.New("secret detail"), 500, problem.Internal},
		{errPanic, 500, problem.Internal},
	} {
		s := newServer(t)
		s.commands.err = c.err
		r := s.post("PlaceOrder", goodOrder)
		p := r.fails(t, c.status, c.code, "")
		if retry := r.Header.Get("Retry-After") != ""; retry != (c.status == 503) {
			t.Errorf("%v: Retry-After %v", c.err, r.Header)
		}
		if c.code == problem.Internal {
			id := strings.ToUpper(strings.TrimPrefix(p.Instance, "urn:seatledger:instance:"))
			if strings.Contains(string(r.body), "secret") || id == "" || !strings.Contains(s.log.String(), id) {
				t.Errorf("%s; log %s", r.body, s.log)
			}
		}
	}
}

func TestHeadersOfCommands(t *testing.T) {
	s := newServer(t)
	for _, bad := range []string{"", "two words", "snow\u2603", strings.Repeat("k", 256)} {
		s.post("PlaceOrder", goodOrder, "Idempotency-Key", bad).
			fails(t, 400, problem.InvalidRequest, "header.Idempotency-Key")
	}
	s.post("PlaceOrder", goodOrder, "Idempotency-Key", "a", "Idempotency-Key", "b").
		fails(t, 400, problem.InvalidRequest, "header.Idempotency-Key")
	s.post("PlaceOrder", goodOrder, "Seatledger-Causation-Id", "a b").
		fails(t, 400, problem.InvalidRequest, "header.Seatledger-Causation-Id")
	if r := s.post("PlaceOrder", goodOrder, "Idempotency-Key", strings.Repeat("k", 255)); r.StatusCode != 200 {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
}

// TestLargeBodies checks that the answer arrives, whoever says how much comes.
func TestLargeBodies(t *testing.T) {
	s := newServer(t)
	fits := `{"partner_id":"acme","lines":[]` + strings.Repeat(" ", MaxBodyBytes-32) + `}`
	if r := s.post("PlaceOrder", fits); len(fits) != MaxBodyBytes || r.StatusCode == 413 {
		t.Errorf("%d bytes: %d", len(fits), r.StatusCode)
	}
	for _, n := range []int{MaxBodyBytes + 1, 2 << 20} {
		s.post("PlaceOrder", strings.Repeat(" ", n)).fails(t, 413, problem.TooLarge, "")
		chunked, _ := http.NewRequest("POST", s.URL+"/v1/commands/PlaceOrder", io.MultiReader(strings.NewReader(strings.Repeat(" ", n))))
		res, err := s.Client().Do(chunked)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		reply{res, b}.fails(t, 413, problem.TooLarge, "")
	}
}

// TestTwoMebibytesByHand sends all of a large body before it reads: a bare
// client that would not notice an early answer.
func TestTwoMebibytesByHand(t *testing.T) {
	s := newServer(t)
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(c, "POST /v1/commands/PlaceOrder HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", 2<<20)
	if _, err := c.Write(make([]byte, 2<<20)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 64)
	if n, err := c.Read(b); err != nil || !strings.HasPrefix(string(b[:n]), "HTTP/1.1 413 ") {
		t.Errorf("%q %v", b[:n], err)
	}
}

func TestCommandMetrics(t *testing.T) {
	s := newServer(t)
	s.post("PlaceOrder", goodOrder)
	s.post("PlaceOrder", `[`)
	s.post("Nonsense-from-outside", `{}`)
	s.send("GET", "/some/path/from/outside", "")
	s.commands.err = writer.ErrUnavailable
	s.post("PlaceOrder", goodOrder)
	s.commands.err = rule.Refuse(rule.OrderExpired, "it has expired")
	s.post("PlaceOrder", goodOrder)
	s.commands.err, s.commands.answer.Events = nil, nil
	s.post("PlaceOrder", goodOrder)
	text := string(s.send("GET", "/metrics", "").body)
	for _, outcome := range outcomeNames {
		if want := fmt.Sprintf("seatledger_commands_total{name=\"PlaceOrder\",outcome=%q} 1\n", outcome); !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, want := range []string{`seatledger_command_duration_seconds_count{name="PlaceOrder"} 5`,
		`seatledger_http_requests_total{route="none",status="404"} 1`,
		`seatledger_http_requests_total{route="/v1/commands/{name}",status="503"} 1`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "outside") {
		t.Error("a request made a label value")
	}
}
