package replay

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
	"github.com/seatledger/seatledger/projections"
)

// world decides commands one after another, and records what they come to in
// a journal, with a clock of its own: one minute a command.
type world struct {
	testing.TB
	journal  *memlog.Journal
	rows     row.Map
	now      time.Time
	position uint64
	serial   int
	entries  []events.Entry
}

func newWorld(t testing.TB) *world {
	return &world{TB: t, journal: memlog.New(), rows: row.Map{}, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
}

// log reads the world's journal, at a moment shortly after its end.
func (w *world) log() *Log {
	return &Log{Journal: w.journal, Sealer: mask{}, Now: func() time.Time { return w.now.Add(time.Hour) }}
}

var callers = map[string]rule.Caller{
	"admin":   {Role: rule.Admin, Actor: "root"},
	"partner": {Role: rule.Partner, Partner: "acme", Actor: "paula"},
	"contoso": {Role: rule.AccountAdmin, Account: "contoso", Actor: "carl"},
	"server":  {Role: rule.MiCollab, Account: "contoso", Actor: "mc-1"},
}

// do does what lines say: who, command, and fields as JSON without braces.
func (w *world) do(lines string) *world {
	w.Helper()
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		words := strings.SplitN(line, " ", 3)
		if err := w.send(callers[words[0]], words[1], "{"+words[2]+"}"); err != nil {
			w.Fatalf("%s: %v", line, err)
		}
	}
	return w
}

func (w *world) send(who rule.Caller, name, body string) error {
	s, ok := aggregates.Find(name)
	if !ok {
		return fmt.Errorf("no command %q", name)
	}
	c, err := s.Decode([]byte(body))
	if err != nil {
		return err
	}
	var k rule.Checker
	if c.Check(&k); len(k.Errors) > 0 {
		return k.Errors
	}
	w.now = w.now.Add(time.Minute)
	d, err := aggregates.Decide(c, w.rows, &rule.Context{Now: w.now, NewID: w.id, Caller: who}, nil)
	if err != nil {
		return err
	}
	w.record(who, name, d.Drafts)
	return nil
}

func (w *world) id() string {
	w.serial++
	return ulid.ULID{15: byte(w.serial), 14: byte(w.serial >> 8)}.String()
}

// record makes one commit of drafts.
func (w *world) record(who rule.Caller, name string, drafts []events.Draft) {
	id := w.id()
	f := &events.Frame{Epoch: 1, First: w.position + 1, Commit: ulid.MustParse(id), End: true}
	for _, d := range drafts {
		k, _ := events.Kinds.Kind(d.Data.EventType())
		if p, ok := d.Data.(events.Personable); ok {
			if err := (mask{}).Seal(p); err != nil {
				w.Fatal(err)
			}
		}
		w.position++
		e := &events.Event{
			ID: w.id(), Position: w.position, Time: w.now, Version: k.Current(),
			Partner: d.Partner, Aggregate: k.Aggregate, AggregateID: d.AggregateID, Data: d.Data,
			Cause: events.Cause{Actor: who.Actor, ActorRole: who.Role.String(), CommandID: id, CommandType: name, CorrelationID: id, CausationID: id},
		}
		aggregates.Evolve(w.rows, e)
		b, err := events.Kinds.Encode(e)
		if err != nil {
			w.Fatal(err)
		}
		f.Entries = append(f.Entries, b)
	}
	w.entries = append(w.entries, f.Entries...)
	w.append(f)
}

func (w *world) append(f *events.Frame) {
	last, err := w.journal.Last(w.Context())
	if err == nil {
		_, err = w.journal.Append(w.Context(), last, f.Encode())
	}
	if err != nil {
		w.Fatal(err)
	}
}

// mask seals by flipping bits.
type mask struct{}

func flip(b []byte) []byte {
	b = bytes.Clone(b)
	for i := range b {
		b[i] ^= 0xa5
	}
	return b
}

func (mask) Seal(vs ...events.Personable) error {
	for _, v := range vs {
		for _, p := range v.Persons() {
			p.Sealed = flip([]byte(p.Plain))
		}
	}
	return nil
}

func (mask) Open(v events.Personable) error {
	for _, p := range v.Persons() {
		p.Plain = string(flip(p.Sealed))
	}
	return nil
}

// seen is who sees everything, in a language.
func seen(language string) projections.Audience {
	return projections.Audience{Caller: rule.Caller{Role: rule.Auditor}, Language: language}
}

// founded is a world with a partner, two accounts of five seats each, and two
// users in each.
func founded(t testing.TB) *world {
	w := newWorld(t).do(`admin RegisterPartner "partner_id":"acme","name":"Acme"`)
	for _, id := range []string{"contoso", "south"} {
		w.do(strings.ReplaceAll(`
partner CreateAccount "account_id":"ID","partner_id":"acme","name":"ID","country":"IT","address":"Via Roma 1","city":"Milano","postal_code":"20121","default_language":"it","cloud_location":"EU","support_contacts":[{"email":"help@ID.example","name":"Help"}]
partner PlaceOrder "order_id":"ID-1","partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":5}]
partner AssignOrder "order_id":"ID-1","account_id":"ID"
admin EnableMiTeamMeetingsIntegration "account_id":"ID"
partner AddUser "account_id":"ID","user_id":"anna","email":"anna@ID.example","name":"Anna"
partner AddUser "account_id":"ID","user_id":"bruno","email":"bruno@ID.example","first_name":"Bruno","last_name":"Rossi"
partner AssignLicense "account_id":"ID","user_id":"anna","product":"miteam_meetings"
partner AssignLicense "account_id":"ID","user_id":"bruno","product":"miteam_meetings"
partner EnableMiCollabIntegration "account_id":"ID"
`, "ID", id))
	}
	return w
}
