package writer_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/events"
)

// plainViews are views in a map, as simple as can be. They can be made to lag:
// then nothing moves until they are let go.
type plainViews struct {
	mu       sync.Mutex
	rows     row.Map
	refs     []aggregates.EventRef
	seq, pos uint64
	waiting  []*events.Commit
	lagging  bool
	stopAt   string // type of event before which they begin to lag
	moved    chan struct{}
}

func newViews() *plainViews { return &plainViews{rows: row.Map{}, moved: make(chan struct{})} }

func (v *plainViews) Expect(uint64) {}

func (v *plainViews) Offer(c *events.Commit) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.waiting = append(v.waiting, c)
	for _, e := range c.Events {
		v.lagging = v.lagging || e.Type() == v.stopAt
		if p, ok := e.Data.(events.Personable); ok {
			openSealed(p)
		}
	}
	if !v.lagging {
		v.catchUp()
	}
}

func (v *plainViews) stopBefore(kind string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stopAt = kind
}

func (v *plainViews) lag(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.lagging = on; !on {
		v.catchUp()
	}
}

func (v *plainViews) catchUp() {
	for _, c := range v.waiting {
		if c.Seq <= v.seq {
			continue
		}
		for _, e := range c.Events {
			aggregates.Evolve(v.rows, e)
			v.refs = append(v.refs, aggregates.EventRef{ID: e.ID, Type: e.Type(), Position: e.Position})
		}
		for _, r := range c.Receipts {
			aggregates.Receipts.Put(v.rows, fmt.Sprintf("%x", r.Key), "",
				&aggregates.Receipt{Request: r.Request[:], Answer: r.Answer})
		}
		v.seq, v.pos = c.Seq, c.Last()
	}
	v.waiting = nil
	close(v.moved)
	v.moved = make(chan struct{})
}

func (v *plainViews) Seq() uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.seq
}

func (v *plainViews) wait(ctx context.Context, there func() bool) error {
	for {
		v.mu.Lock()
		ok, moved := there(), v.moved
		v.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (v *plainViews) WaitSeq(ctx context.Context, seq uint64) error {
	return v.wait(ctx, func() bool { return v.seq >= seq })
}

func (v *plainViews) Wait(ctx context.Context, position uint64) error {
	return v.wait(ctx, func() bool { return v.pos >= position })
}

func (v *plainViews) Refs(first uint64, count int) ([]aggregates.EventRef, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.refs[first-1 : int(first)-1+count], nil
}

func (v *plainViews) Snapshot() (aggregates.Snapshot, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return &plainSnapshot{Map: maps.Clone(v.rows), seq: v.seq, pos: v.pos}, nil
}

type plainSnapshot struct {
	row.Map
	seq, pos uint64
}

func (s *plainSnapshot) Seq() uint64      { return s.seq }
func (s *plainSnapshot) Position() uint64 { return s.pos }
func (s *plainSnapshot) Err() error       { return nil }
func (s *plainSnapshot) Close() error     { return nil }

// Scan is named here because two embedded ones would be ambiguous to readers.
func (s *plainSnapshot) Scan(t *row.Info, scope string) iter.Seq2[row.Key, any] {
	return s.Map.Scan(t, scope)
}

// openSealer seals by writing the plain bytes: what sealing does is another
// package's to prove.
type openSealer struct{}

func (openSealer) Seal(vs ...events.Personable) error {
	for _, v := range vs {
		for _, p := range v.Persons() {
			p.Sealed = []byte("sealed " + p.Plain)
		}
	}
	return nil
}

func (openSealer) Open(v events.Personable) error {
	openSealed(v)
	return nil
}

// openSealed opens what was read from the journal.
func openSealed(v events.Personable) {
	for _, p := range v.Persons() {
		if p.Plain == "" {
			p.Plain = strings.TrimPrefix(string(p.Sealed), "sealed ")
		}
	}
}

// world is a writer over a journal, with its views.
type world struct {
	t       testing.TB
	w       *writer.Writer
	views   *plainViews
	journal events.Journal
	config  writer.Config
}

func newWorld(t testing.TB, j events.Journal) *world {
	x := &world{t: t, journal: j}
	x.config = writer.Config{Journal: j, Kinds: events.Kinds, Sealer: openSealer{}, Epoch: 1}
	x.open()
	return x
}

// open starts a writer with new views, made from the journal.
func (x *world) open() {
	x.t.Helper()
	x.views = newViews()
	x.config.Views = x.views
	x.config.Start = writer.Place{}
	w, err := writer.Open(x.config)
	if err != nil {
		x.t.Fatal(err)
	}
	x.w = w
	x.t.Cleanup(w.Close)
}

func (x *world) reopen() {
	x.w.Close()
	x.open()
}

var admin = rule.Caller{Role: rule.Admin, Actor: "tester"}

// request makes a request of a command and its body.
func (x *world) request(name, body string) writer.Request {
	x.t.Helper()
	spec, ok := aggregates.Find(name)
	if !ok {
		x.t.Fatalf("no command %s", name)
	}
	c, err := spec.Decode([]byte(body))
	if err != nil {
		x.t.Fatalf("%s %s: %v", name, body, err)
	}
	var check rule.Checker
	if c.Check(&check); len(check.Errors) > 0 {
		x.t.Fatalf("%s %s: %v", name, body, check.Errors)
	}
	return writer.Request{Spec: spec, Command: c, Caller: admin, Body: []byte(body)}
}

func (x *world) send(r writer.Request) (writer.Answer, error) {
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	return x.w.Do(ctx, r)
}

func (x *world) do(name, body string) (writer.Answer, error) {
	x.t.Helper()
	return x.send(x.request(name, body))
}

func (x *world) must(name, body string) writer.Answer {
	x.t.Helper()
	a, err := x.do(name, body)
	if err != nil {
		x.t.Fatalf("%s %s: %v", name, body, err)
	}
	return a
}

// history reads the whole journal.
func (x *world) history() []*events.Event {
	x.t.Helper()
	a := events.NewAssembler(events.Kinds, 1)
	var all []*events.Event
	for m, err := range x.journal.Read(context.Background(), 1) {
		if err != nil {
			x.t.Fatal(err)
		}
		c, err := a.Add(m)
		if err != nil {
			x.t.Fatal(err)
		}
		if c != nil {
			all = append(all, c.Events...)
		}
	}
	return all
}

// types lists the events' names.
func types(es []*events.Event) []string {
	names := make([]string, len(es))
	for i, e := range es {
		names[i] = e.Type()
	}
	return names
}

// customer makes a partner, an account with both integrations' switch on, an
// order of seats assigned to it, and users u0, u1, ….
func (x *world) customer(id string, seats, users int) {
	x.t.Helper()
	x.do("RegisterPartner", `{"partner_id":"acme","name":"Acme"}`)
	x.must("CreateAccount", fmt.Sprintf(`{"account_id":%q,"partner_id":"acme","name":"Contoso","country":"IT",
		"address":"Via Roma 1","city":"Torino","postal_code":"10100","default_language":"it","cloud_location":"EU",
		"support_contacts":[{"email":"help@%s.example"}]}`, id, id))
	x.must("PlaceOrder", fmt.Sprintf(`{"order_id":"o-%s","partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":%d}]}`, id, seats))
	x.must("AssignOrder", fmt.Sprintf(`{"order_id":"o-%s","account_id":%q}`, id, id))
	x.must("EnableMiTeamMeetingsIntegration", fmt.Sprintf(`{"account_id":%q}`, id))
	for i := range users {
		x.must("AddUser", fmt.Sprintf(`{"account_id":%q,"user_id":"u%d","email":"u%d@%s.example","name":"U"}`, id, i, i, id))
	}
}

func license(account string, user int) string {
	return fmt.Sprintf(`{"account_id":%q,"user_id":"u%d","product":"miteam_meetings"}`, account, user)
}
