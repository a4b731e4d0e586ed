package spec

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// world is a whole ledger in memory: it decides, records and folds.
type world struct {
	rows row.Map
	log  []*events.Event
	now  time.Time
	ids  int
	// warned are the warnings of the last command.
	warned []rule.Warning
}

func newWorld() *world {
	return &world{rows: row.Map{}, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
}

// given makes a world in which all steps were done; none may be refused.
func given(t testing.TB, steps ...string) *world {
	t.Helper()
	w := newWorld()
	for _, s := range steps {
		if _, err := w.do(s); err != nil {
			t.Fatalf("given %s: %v", s, err)
		}
	}
	return w
}

// errShape is the answer to a body that cannot be read (400).
var errShape = errors.New("bad shape")

// do sends the command of a line, or lets time pass.
func (w *world) do(step string) ([]*events.Event, error) {
	who, rest, _ := strings.Cut(step, " ")
	if who == "wait" {
		d, err := time.ParseDuration(rest)
		w.now = w.now.Add(d)
		return nil, err
	}
	name, body, _ := strings.Cut(rest, " ")
	return w.send(caller(who), name, body)
}

func caller(who string) rule.Caller {
	letter, scope, bound := strings.Cut(who, ":")
	c := rule.Caller{Actor: "actor-" + letter}
	switch letter {
	case "A":
		c.Role = rule.Admin
	case "P":
		c.Role, c.Partner = rule.Partner, "acme"
	case "C":
		c.Role, c.Account = rule.AccountAdmin, "contoso"
	case "M":
		c.Role, c.Account = rule.MiCollab, "contoso"
	case "S":
		c.Role = rule.System
	case "L":
		c.Role = rule.Ledger
	case "X":
		c.Role = rule.Operator
	}
	if bound && letter == "P" {
		c.Partner = scope
	} else if bound {
		c.Account = scope
	}
	return c
}

// send does what the ledger does with a command, in its order.
func (w *world) send(who rule.Caller, name, body string) ([]*events.Event, error) {
	s, ok := aggregates.Find(name)
	if !ok {
		return nil, fmt.Errorf("no command %q", name)
	}
	c, err := s.Decode([]byte(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errShape, err)
	}
	if err := s.Permit(c, who); err != nil {
		return nil, err
	}
	var k rule.Checker
	if c.Check(&k); len(k.Errors) > 0 {
		return nil, k.Errors
	}
	w.now = w.now.Add(time.Second)
	d, err := aggregates.Decide(c, w.rows, &rule.Context{Now: w.now, NewID: w.newID, Caller: who}, nil)
	if err != nil {
		return nil, err
	}
	w.warned = d.Warnings
	if d.Refused != nil {
		return nil, d.Refused
	}
	return w.record(who, name, d.Drafts)
}

func (w *world) newID() string {
	w.ids++
	return fmt.Sprintf("ID%06d", w.ids)
}

// record makes events of drafts and folds them.
func (w *world) record(who rule.Caller, name string, drafts []events.Draft) ([]*events.Event, error) {
	id := w.newID()
	var made []*events.Event
	for _, d := range drafts {
		k, ok := events.Kinds.Kind(d.Data.EventType())
		if !ok {
			return nil, fmt.Errorf("no kind %q", d.Data.EventType())
		}
		seal(d.Data)
		e := &events.Event{
			ID: w.newID(), Position: uint64(len(w.log)) + 1, Time: w.now, Version: k.Current(),
			Partner: d.Partner, Aggregate: k.Aggregate, AggregateID: d.AggregateID, Data: d.Data,
			Cause: events.Cause{Actor: who.Actor, ActorRole: who.Role.String(), CommandID: id, CommandType: name, CorrelationID: id, CausationID: id},
		}
		w.log, made = append(w.log, e), append(made, e)
		aggregates.Evolve(w.rows, e)
	}
	return made, nil
}

const sealMark = "sealed:"

// seal stands for real sealing: it makes personal data fit to be written.
func seal(v any) {
	if p, ok := v.(events.Personable); ok {
		for _, f := range p.Persons() {
			f.Sealed = []byte(sealMark + f.Plain)
		}
	}
}

// open is the opposite of seal, but for persons who were erased.
func open(v any, erased map[string]bool) {
	if p, ok := v.(events.Personable); ok {
		for person, f := range p.Persons() {
			if f.Erased = erased[person]; f.Erased {
				f.Plain = ""
			} else {
				f.Plain = strings.TrimPrefix(string(f.Sealed), sealMark)
			}
		}
	}
}

// erased are the persons whose keys are gone by now.
func (w *world) erased() map[string]bool {
	gone := map[string]bool{}
	for _, e := range w.log {
		if p, ok := e.Data.(*events.PersonErased); ok {
			for _, id := range p.PersonIDs {
				gone[id] = true
			}
		}
	}
	return gone
}
