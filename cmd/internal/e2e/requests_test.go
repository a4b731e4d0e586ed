package e2e

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// ask sends a request over NATS; headers are name and value by turns. It
// answers with the body, the service's error code, and the headers.
func ask(t *testing.T, nc *nats.Conn, subject, in string, headers ...string) (out map[string]any, code string, h nats.Header) {
	t.Helper()
	m := &nats.Msg{Subject: subject, Data: []byte(in), Header: nats.Header{}}
	for i := 0; i+1 < len(headers); i += 2 {
		m.Header[headers[i]] = append(m.Header[headers[i]], headers[i+1])
	}
	a, err := nc.RequestMsg(m, 20*time.Second)
	if err != nil {
		t.Fatalf("%s: %v", subject, err)
	}
	if err := json.Unmarshal(a.Data, &out); err != nil {
		t.Fatalf("%s: %s %v", subject, a.Data, a.Header)
	}
	code = a.Header.Get("Nats-Service-Error-Code")
	if code != "" && out["code"] != code {
		t.Errorf("%s: the header says %s, the body %s", subject, code, a.Data)
	}
	return out, code, a.Header
}

// Commands and queries over NATS are those of HTTP: the same bodies, checks and
// codes.
func TestRequestsOverNATS(t *testing.T) {
	t.Parallel()
	b := startRaced(t)
	nc, _ := b.nats()
	info, _, _ := ask(t, nc, "$SRV.INFO.seatledger", "")
	if info["name"] != "seatledger" || len(info["endpoints"].([]any)) != 2 {
		t.Errorf("%v", info)
	}
	for _, subject := range []string{"$SRV.PING", "$SRV.STATS.seatledger"} {
		if out, _, _ := ask(t, nc, subject, ""); out["name"] != "seatledger" {
			t.Errorf("%s: %v", subject, out)
		}
	}
	made, code, _ := ask(t, nc, "seatledger.commands.RegisterPartner", `{"partner_id":"p","name":"Partner"}`, "Idempotency-Key", "k1")
	if code != "" || made["position"] == nil || made["events"] == nil {
		t.Fatalf("%v %s", made, code)
	}
	again, _, h := ask(t, nc, "seatledger.commands.RegisterPartner", `{"partner_id":"p","name":"Partner"}`, "Idempotency-Key", "k1")
	if again["command_id"] != made["command_id"] || h.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%v %v", again, h)
	}
	over := b.Keyed("k1").Do("RegisterPartner", []byte(`{"partner_id":"p","name":"Partner"}`))
	if over.CommandID != made["command_id"] {
		t.Errorf("over HTTP the key is another's: %s", shown(over))
	}
	dry, _, _ := ask(t, nc, "seatledger.commands.RegisterPartner", `{"partner_id":"q","name":"Q"}`, "Seatledger-Parameters", "dry_run=true")
	if got, code, _ := ask(t, nc, "seatledger.queries.partners.q", ""); len(dry["events"].([]any)) == 0 || code != "not_found" {
		t.Errorf("%v %v", dry, got)
	}
	if got, code, h := ask(t, nc, "seatledger.queries.partners", `{"limit":1,"min_position":1}`); code != "" || len(got["items"].([]any)) != 1 || h.Get("Ledger-Position") == "" {
		t.Errorf("%v %s %v", got, code, h)
	}
	for _, c := range []struct {
		subject, body, code string
		headers             []string
	}{
		{"seatledger.commands.RegisterPartner", `{"partner_id":"p","name":"Partner"}`, "already_exists", nil},
		{"seatledger.commands.RegisterPartner", `{"name":1}`, "invalid_request", nil},
		{"seatledger.commands.RegisterPartner", `{"name":"x","x":1}`, "invalid_request", nil},
		{"seatledger.commands.RegisterPartner", `{"name":"x"}`, "forbidden", []string{"Seatledger-Role", "operator"}},
		{"seatledger.commands.RegisterPartner", `{"name":"other"}`, "idempotency_key_reused", []string{"Idempotency-Key", "k1"}},
		{"seatledger.commands.RegisterPartner", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, "too_large", nil},
		{"seatledger.commands.None", `{}`, "not_found", nil},
		{"seatledger.queries.nothing", "", "not_found", nil},
		{"seatledger.queries.partners", `{"limit":0}`, "invalid_field", nil},
		{"seatledger.queries.partners", `{"colour":"x"}`, "invalid_request", nil},
		{"seatledger.queries.partners", `[]`, "invalid_request", nil},
		{"seatledger.queries.partners", `{"q":["x"]}`, "invalid_request", nil},
		{"seatledger.queries.tokens", "", "not_found", nil},
		{"seatledger.queries.events.stream", "", "not_found", nil},
		{"seatledger.queries.replay.export", "", "not_found", nil},
	} {
		if out, code, _ := ask(t, nc, c.subject, c.body, c.headers...); code != c.code {
			t.Errorf("%s %.60s: %v, want %s", c.subject, c.body, out, c.code)
		}
	}
	var positions []any
	for i := range 50 { // at once, so that they share frames
		go func() {
			_, _ = nc.Request("seatledger.commands.RegisterPartner", []byte(`{"partner_id":"p`+decimal(uint64(i))+`","name":"x"}`), 20*time.Second)
		}()
	}
	b.eventually(30*time.Second, "all are there", func() bool {
		got, _, _ := ask(t, nc, "seatledger.queries.partners", `{"limit":1000}`)
		positions = got["items"].([]any)
		return len(positions) == 51
	})
}

// Over NATS a token is as good as over HTTP, and no better.
func TestRequestsOfTokens(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, filepath.Join(t.TempDir(), "data"))
	g.story()
	acme, id := g.makes("--role", "partner", "--partner", "acme")
	consumer, _ := g.makes("--role", "consumer", "--partner", "acme")
	zeta, _ := g.makes("--role", "partner", "--partner", "zeta")
	operator, _ := g.makes("--role", "operator")
	for _, c := range []struct {
		token, subject, body, code string
		headers                    []string
	}{
		{acme, "seatledger.queries.accounts.contoso", "", "", nil},
		{acme, "seatledger.queries.accounts.contoso.users", `{"limit":5}`, "", nil},
		{acme, "seatledger.commands.EnableMiCCIntegration", `{"account_id":"contoso"}`, "", nil},
		{acme, "seatledger.commands.RegisterPartner", `{"name":"x"}`, "forbidden", []string{"Seatledger-Role", "admin"}},
		{zeta, "seatledger.queries.accounts.contoso", "", "not_found", []string{"Seatledger-Role", "admin", "Nats-Request-Info", `{"acc":"LEDGER_GUEST_1"}`}},
		{zeta, "seatledger.commands.EnableMiCCIntegration", `{"account_id":"contoso"}`, "not_found", []string{"Seatledger-Scope", "acme"}},
		{operator, "seatledger.commands.EnableMiCCIntegration", `{"account_id":"contoso"}`, "forbidden", nil},
		{g.token, "seatledger.commands.RegisterPartner", `{"partner_id":"new","name":"New"}`, "", nil},
	} {
		if out, code, _ := ask(t, g.enters(c.token), c.subject, c.body, c.headers...); code != c.code {
			t.Errorf("%s %s: %v, want %q", c.subject, c.body, out, c.code)
		}
	}
	nc := g.enters(zeta)
	if out, _, _ := ask(t, nc, "$SRV.PING", ""); out["name"] != "seatledger" {
		t.Errorf("%v", out)
	}
	// A consumer may neither command nor ask, and is not even heard.
	for _, subject := range []string{"seatledger.queries.accounts", "seatledger.commands.EnableMiCCIntegration", "$SRV.PING"} {
		if a, err := g.enters(consumer).Request(subject, []byte(`{}`), 100*time.Millisecond); err == nil {
			t.Errorf("%s is answered: %s", subject, a.Data)
		}
	}
	for _, subject := range []string{"seatledger.guest.1.queries.accounts.contoso", "seatledger.guest.1.commands.RegisterPartner", "seatledger.other"} {
		if a, err := nc.Request(subject, []byte(`{}`), 100*time.Millisecond); err == nil {
			t.Errorf("%s is answered: %s", subject, a.Data)
		}
	}
	if sub, err := nc.SubscribeSync("seatledger.>"); err == nil {
		if _, err := sub.NextMsg(time.Second); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("requests of others can be listened to: %v", err)
		}
	}
	last := g.enters(acme, nats.NoReconnect())
	if _, complaint, status := g.run("token", "revoke", id); status != 0 {
		t.Fatal(complaint)
	}
	g.eventually(10*time.Second, "a revoked token ends its connection", last.IsClosed)
}
