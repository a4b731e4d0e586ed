package api

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/events/memlog"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/replay"
)

// newLedger runs a whole ledger behind the API: a journal in memory, the
// writer, keys and views.
func newLedger(t *testing.T) *server {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	proofs, err := audit.Open(t.Context(), audit.Options{Journal: memlog.New(), Epoch: 1, Dir: t.TempDir(),
		KeyFile: filepath.Join(t.TempDir(), "log.key"), Checkpoints: new(shelf), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	proofs.Start()
	journal := proofs.Journal()
	sealer, err := keys.Open(t.TempDir(), keys.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var w *writer.Writer
	views, err := projections.Open(projections.Options{
		Dir: t.TempDir(), Journal: journal, Sealer: sealer, Key: make([]byte, 32), Log: log,
		Fix: func(ctx context.Context, at time.Time) (uint64, error) { return w.Fix(ctx, at) },
	})
	if err != nil {
		t.Fatal(err)
	}
	views.Start()
	<-views.CaughtUp()
	w, err = writer.Open(writer.Config{Journal: journal, Kinds: events.Kinds, Sealer: sealer, Views: followers{views, proofs}, Epoch: 1, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, func(c *Config) {
		c.Commands, c.Views, c.Proofs, c.Ready = w, views, proofs, views.Ready
		c.Replay = &replay.Log{Journal: journal, Sealer: sealer}
	})
	t.Cleanup(func() {
		s.Close()
		w.Close()
		if err := views.Close(); err != nil {
			t.Error(err)
		}
		if err := proofs.Close(); err != nil {
			t.Error(err)
		}
		sealer.Close()
	})
	return s
}

// followers are handed what is durable.
type followers struct {
	*projections.Store
	proofs *audit.Log
}

func (f followers) Offer(c *events.Commit) {
	f.proofs.Offer(c)
	f.Store.Offer(c)
}

// shelf keeps the newest checkpoint.
type shelf struct{ newest []byte }

func (s *shelf) Put(_ context.Context, note []byte) error { s.newest = note; return nil }
func (s *shelf) Newest(context.Context) ([]byte, error)   { return s.newest, nil }

// do sends a command that must be accepted, and returns its answer.
func (s *server) do(name, body string, headers ...string) writer.Answer {
	s.t.Helper()
	r := s.post(name, body, headers...)
	var a writer.Answer
	if err := json.Unmarshal(r.body, &a); err != nil || r.StatusCode != 200 {
		s.t.Fatalf("%s %s: %d %s", name, body, r.StatusCode, r.body)
	}
	return a
}

// story tells of two partners; each has an account, an order assigned to it, a
// user with a licence, and an order that is not assigned. The first one sets a
// Webex subscription up. It returns the last position, which the views have
// reached.
func (s *server) story() uint64 {
	var last writer.Answer
	for i, p := range []struct{ partner, account, user string }{{"acme", "contoso", "ann"}, {"zeta", "initech", "bob"}} {
		account := fmt.Sprintf(`{"account_id":%q}`, p.account)
		s.do("RegisterPartner", fmt.Sprintf(`{"partner_id":%q,"name":"Partner %s"}`, p.partner, p.partner))
		s.do("CreateAccount", fmt.Sprintf(`{"account_id":%q,"partner_id":%q,"name":"Firm %[1]s","country":"IT","address":"Via 1",`+
			`"city":"Roma","postal_code":"00100","default_language":"it","cloud_location":"EU",`+
			`"support_contacts":[{"email":"help@%[1]s.example","name":"Help"}]}`, p.account, p.partner))
		for _, order := range []string{"order", "spare"} {
			s.do("PlaceOrder", fmt.Sprintf(`{"order_id":"%s-%s","partner_id":%[1]q,`+
				`"lines":[{"product":"miteam_meetings","quantity":5}]}`, p.partner, order))
		}
		s.do("AssignOrder", fmt.Sprintf(`{"order_id":"%s-order","account_id":%q}`, p.partner, p.account))
		s.do("EnableMiTeamMeetingsIntegration", account)
		s.do("ClaimDomain", fmt.Sprintf(`{"account_id":%q,"domain":"%[1]s.example"}`, p.account))
		s.do("AddUser", fmt.Sprintf(`{"account_id":%q,"user_id":%q,"email":"%s@%[1]s.example","name":"Person %[3]s"}`, p.account, p.user, p.user))
		if i == 0 {
			s.subscription()
		}
		last = s.do("AssignLicense", fmt.Sprintf(`{"account_id":%q,"user_id":%q,"product":"miteam_meetings"}`, p.account, p.user))
	}
	if r := s.send("GET", fmt.Sprintf("/v1/partners?min_position=%d", last.Position), ""); r.StatusCode != 200 {
		s.t.Fatalf("%d %s", r.StatusCode, r.body)
	}
	return last.Position
}

// subscription sets the Webex subscription web up, of acme's for contoso.
func (s *server) subscription() {
	s.do("ReceiveSubscription", `{"subscription_id":"web","provisioning_contact":"mia@contoso.example","services":[{"service":"meetings","quantity":9},{"service":"calling","quantity":2}]}`)
	for _, step := range [][2]string{{"DeclareOrderFor", `"for":"customer"`}, {"MapPartnerOrganization", `"partner_id":"acme"`},
		{"MapCustomerOrganization", `"account_id":"contoso"`}, {"SetUpMeetings", `"sites":[{"site_url":"firm","time_zone":"Europe/Rome"}]`},
		{"SetUpCalling", `"location":{"name":"Firm office","country":"IT"}`}} {
		s.do(step[0], fmt.Sprintf(`{"subscription_id":"web",%s}`, step[1]))
	}
}

// get reads a view that must be there.
func (s *server) get(path string, headers ...string) (map[string]any, reply) {
	s.t.Helper()
	r := s.send("GET", path, "", headers...)
	var v map[string]any
	if err := json.Unmarshal(r.body, &v); err != nil || r.StatusCode != 200 {
		s.t.Fatalf("%s: %d %s", path, r.StatusCode, r.body)
	}
	return v, r
}

// ids are the values of a field of a list's items.
func (s *server) ids(path, field string, headers ...string) string {
	s.t.Helper()
	v, _ := s.get(path, headers...)
	var ids []string
	for _, item := range v["items"].([]any) {
		ids = append(ids, fmt.Sprint(item.(map[string]any)[field]))
	}
	return strings.Join(ids, " ")
}

// as makes the headers of a role.
func as(role, scope string) []string {
	return []string{"Seatledger-Role", role, "Seatledger-Scope", scope}
}
