package writer_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
)

func code(err error) string {
	var r *rule.Refusal
	switch {
	case err == nil:
		return "accepted"
	case errors.As(err, &r):
		return string(r.Code)
	case errors.Is(err, writer.ErrUnavailable):
		return "unavailable"
	}
	return err.Error()
}

func TestCommandsAreRecordedInOrder(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 1, 2)
	if got := code(second(x.do("AssignLicense", license("contoso", 0)))); got != "accepted" {
		t.Fatal(got)
	}
	if got := code(second(x.do("AssignLicense", license("contoso", 1)))); got != "no_licenses_available" {
		t.Fatal(got)
	}
	var last time.Time
	for i, e := range x.history() {
		if e.Position != uint64(i)+1 || e.Time.Before(last) {
			t.Fatalf("event %d at position %d, %s after %s", i, e.Position, e.Time, last)
		}
		last = e.Time
	}
	x.reopen()
	if got := code(second(x.do("AssignLicense", license("contoso", 1)))); got != "no_licenses_available" {
		t.Fatalf("after a restart: %s", got)
	}
}

func second[A any](_ A, err error) error { return err }

// customerEvents is how many events a customer with one user makes, the
// partner's included.
const customerEvents = 10

// Every write fails in every way, and lands or does not.
func TestEveryFault(t *testing.T) {
	for _, c := range []struct {
		name     string
		faults   []memlog.Fault
		want     string
		recorded bool
	}{
		{"fine", nil, "accepted", true},
		{"refused", []memlog.Fault{memlog.NotWritten}, "unavailable", false},
		{"landed without an answer", []memlog.Fault{memlog.Landed}, "accepted", true},
		{"lost, and sent again", []memlog.Fault{memlog.Lost}, "accepted", true},
		{"lost, then landed", []memlog.Fault{memlog.Lost, memlog.Landed}, "accepted", true},
		{"lost for good", []memlog.Fault{memlog.Lost, memlog.Lost, memlog.Lost}, "unavailable", false},
		{"another writer's frame came first", []memlog.Fault{memlog.Foreign(foreign(t, customerEvents+1))}, "accepted", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := memlog.New()
			x := newWorld(t, j)
			x.customer("contoso", 1, 1)
			if n := len(x.history()); n != customerEvents {
				t.Fatalf("%d events", n)
			}
			j.Script(c.faults...)
			r := x.request("AssignLicense", license("contoso", 0))
			r.IdempotencyKey = "k1"
			if got := code(second(x.send(r))); got != c.want {
				t.Fatalf("answered %s, want %s", got, c.want)
			}
			has := slices.Contains(types(x.history()), "UserLicenseAssigned")
			if has != c.recorded {
				t.Fatalf("recorded: %t", has)
			}
			// A retry with the same key settles it, once.
			a, err := x.send(r)
			if err != nil || a.EventsTotal != 1 || a.Replayed != c.recorded {
				t.Fatalf("retry: %+v, %v", a, err)
			}
			if n := count(types(x.history()), "UserLicenseAssigned"); n != 1 {
				t.Fatalf("recorded %d times", n)
			}
		})
	}
}

// foreign is the frame of another writer: a partner registers at a position.
func foreign(t *testing.T, first uint64) []byte {
	t.Helper()
	id := ulid.Make()
	b, err := events.Kinds.Encode(&events.Event{
		ID: id.String(), Position: first, Time: time.Now(), Partner: "other", AggregateID: "other",
		Cause: events.Cause{Actor: "x", ActorRole: "admin", CommandID: id.String(), CommandType: "RegisterPartner",
			CorrelationID: id.String(), CausationID: id.String()},
		Data: &events.PartnerRegistered{PartnerID: "other", Name: "Other"},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := events.Frame{Epoch: 1, First: first, Commit: id, End: true, Entries: []events.Entry{b}}
	return f.Encode()
}

func count(names []string, name string) (n int) {
	for _, s := range names {
		if s == name {
			n++
		}
	}
	return n
}

// A refusal that rests on an event of the same group is not given before that
// event is durable, and never when it is not.
func TestRefusalsWaitForDurability(t *testing.T) {
	for _, fate := range []struct {
		fault memlog.Fault
		want  []string
	}{
		{memlog.Fine, []string{"accepted", "no_licenses_available"}},
		{memlog.NotWritten, []string{"unavailable", "unavailable"}},
	} {
		j := memlog.New()
		x := newWorld(t, j)
		x.customer("contoso", 1, 2)
		var gate sync.WaitGroup
		gate.Add(1)
		blocked := make(chan struct{}, 8)
		j.OnAppend(func(uint64, []byte) { blocked <- struct{}{}; gate.Wait() })
		// The first command holds the writer in an append, so that the next
		// two gather into one group.
		answers := make([]chan string, 3)
		for i := range answers {
			answers[i] = make(chan string, 1)
			body := license("contoso", max(0, i-1))
			name := "AssignLicense"
			if i == 0 {
				name, body = "RecordCustomerNumber", `{"account_id":"contoso","customer_number":"1"}`
			}
			r := x.request(name, body)
			go func() { answers[i] <- code(second(x.send(r))) }()
			if i == 0 {
				<-blocked
			}
		}
		time.Sleep(20 * time.Millisecond) // let both stand in the queue
		j.Script(memlog.Fine, fate.fault)
		for i, a := range answers {
			select {
			case got := <-a:
				t.Fatalf("command %d was answered %q before anything was durable", i, got)
			default:
			}
		}
		gate.Done()
		<-answers[0]
		got := []string{<-answers[1], <-answers[2]}
		slices.Sort(got)
		slices.Sort(fate.want)
		if !slices.Equal(got, fate.want) {
			t.Fatalf("%v, want %v", got, fate.want)
		}
	}
}

func TestIdempotencyKeys(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 5, 3)
	r := x.request("AssignLicense", license("contoso", 0))
	r.IdempotencyKey = "once"
	first, err := x.send(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, restart := range []bool{false, true} {
		if restart {
			x.reopen()
		}
		again, err := x.send(r)
		if err != nil || !again.Replayed || again.CommandID != first.CommandID ||
			again.Position != first.Position || !slices.Equal(again.Events, first.Events) {
			t.Fatalf("restart %t: %+v, %v; first was %+v", restart, again, err, first)
		}
		other := x.request("AssignLicense", license("contoso", 1))
		other.IdempotencyKey = "once"
		if got := code(second(x.send(other))); got != "idempotency_key_reused" {
			t.Fatal(got)
		}
		other.Caller = rule.Caller{Role: rule.Partner, Partner: "acme", Actor: "p"}
		if got := code(second(x.send(other))); got != "accepted" && !restart {
			t.Fatalf("another scope's key: %s", got)
		}
	}
}

// "No change" is remembered, too: a late retry must not flip a switch.
func TestNoChangeIsRemembered(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 1, 0)
	on := x.request("EnableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	on.IdempotencyKey = "keep it on"
	if a, err := x.send(on); err != nil || len(a.Events) != 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	x.must("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	n := len(x.history())
	for range 2 {
		if a, err := x.send(on); err != nil || !a.Replayed || len(a.Events) != 0 {
			t.Fatalf("%+v, %v", a, err)
		}
		x.reopen()
	}
	if got := len(x.history()); got != n {
		t.Fatalf("%d events, not %d", got, n)
	}
}

func TestRefusalsAreNotRemembered(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 1, 2)
	x.must("AssignLicense", license("contoso", 0))
	r := x.request("AssignLicense", license("contoso", 1))
	r.IdempotencyKey = "mine"
	if got := code(second(x.send(r))); got != "no_licenses_available" {
		t.Fatal(got)
	}
	x.must("UnassignLicense", license("contoso", 0))
	if got := code(second(x.send(r))); got != "accepted" {
		t.Fatal(got)
	}
}

func TestOneKeyManyCallers(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 5, 1)
	n := len(x.history())
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			r := x.request("AssignLicense", license("contoso", 0))
			r.IdempotencyKey = "k"
			if a, err := x.send(r); err != nil || a.EventsTotal != 1 {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	wg.Wait()
	if got := len(x.history()); got != n+1 {
		t.Fatalf("%d events, not %d", got, n+1)
	}
}

func TestDryRunRecordsNothing(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 1, 2)
	n := uint64(len(x.history()))
	for _, name := range []string{"AssignLicense", "AssignLicense"} {
		r := x.request(name, license("contoso", 0))
		r.DryRun = true
		if a, err := x.send(r); err != nil || a.EventsTotal != 1 || a.Position != n {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	if got := uint64(len(x.history())); got != n {
		t.Fatalf("%d events", got)
	}
}

func TestExpectedPosition(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 5, 2)
	seen := uint64(len(x.history()))
	x.must("RegisterPartner", `{"partner_id":"unrelated","name":"U"}`)
	r := x.request("AssignLicense", license("contoso", 0))
	r.Expected = &seen
	if got := code(second(x.send(r))); got != "accepted" {
		t.Fatal(got)
	}
	r = x.request("AssignLicense", license("contoso", 1))
	r.Expected = &seen
	if got := code(second(x.send(r))); got != "changed_since" {
		t.Fatal(got)
	}
}

func TestSeatsAreNeverOversold(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 17, 64)
	var wg sync.WaitGroup
	got := make([]string, 64)
	for i := range 64 {
		wg.Go(func() { got[i] = code(second(x.do("AssignLicense", license("contoso", i)))) })
	}
	wg.Wait()
	if w, l := count(got, "accepted"), count(got, "no_licenses_available"); w != 17 || l != 47 {
		t.Fatalf("%d won, %d lost", w, l)
	}
}

// Times never run backwards, and a moment that was answered for is over.
func TestFix(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.must("RegisterPartner", `{"partner_id":"a","name":"A"}`)
	now := time.Now().Add(time.Second) // as if the clock of the asker were ahead
	end, err := x.w.Fix(context.Background(), now)
	if err != nil || end != 2 {
		t.Fatal(end, err)
	}
	x.must("RegisterPartner", `{"partner_id":"b","name":"B"}`)
	if e := x.history()[2]; !e.Time.After(now) {
		t.Fatalf("an event at %s, though %s was over", e.Time, now)
	}
}

// Ids that the ledger makes are looked up, too.
func TestMadeIDs(t *testing.T) {
	x := newWorld(t, memlog.New())
	p := x.must("RegisterPartner", `{"name":"A"}`)
	a := x.must("CreateAccount", `{"partner_id":"`+p.ID+`","name":"C","country":"IT","address":"Via Roma 1","city":"Torino",
		"postal_code":"10100","default_language":"it","cloud_location":"EU","support_contacts":[{"email":"a@b.example"}]}`)
	u := x.must("AddUser", `{"account_id":"`+a.ID+`","email":"u@b.example","name":"U"}`)
	if p.ID == "" || a.ID == "" || u.ID == "" {
		t.Fatal(p.ID, a.ID, u.ID)
	}
	if got := code(second(x.do("RemoveUser", `{"account_id":"`+a.ID+`","user_id":"`+u.ID+`"}`))); got != "accepted" {
		t.Fatal(got)
	}
}
