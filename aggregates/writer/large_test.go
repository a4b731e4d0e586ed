package writer_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seatledger/seatledger/events/memlog"
)

// licensed makes a customer whose users all have a licence.
func (x *world) licensed(id string, users int) {
	x.t.Helper()
	x.customer(id, users, users)
	for i := range users {
		x.must("AssignLicense", license(id, i))
	}
}

func TestLargeDecisionSpansFrames(t *testing.T) {
	j := memlog.New()
	j.SetMaxBytes(64<<10 + 4<<10) // a few entries a frame
	x := newWorld(t, j)
	x.licensed("contoso", 60)
	last, _ := j.Last(t.Context())
	a := x.must("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	if a.EventsTotal != 61 || int(a.Position) != len(x.history()) {
		t.Fatalf("%+v", a)
	}
	if now, _ := j.Last(t.Context()); now-last < 3 {
		t.Fatalf("one commit in %d frames", now-last)
	}
	got := types(x.history()[a.Position-61:])
	if got[0] != "MiTeamMeetingsIntegrationDisabled" || count(got, "UserLicenseDisabled") != 60 {
		t.Fatal(got)
	}
	x.must("EnableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	var before time.Time
	for i, e := range x.history() {
		if e.Position != uint64(i)+1 || e.Time.Before(before) {
			t.Fatalf("event %d at %d, %s after %s", i, e.Position, e.Time, before)
		}
		before = e.Time
	}
	if n := x.must("AssignLicense", license("contoso", 3)).EventsTotal; n != 1 {
		t.Fatalf("%d events: the disabled licence was not seen as given back", n)
	}
}

// A commit whose end was never written did not happen, and the next one takes
// its positions.
func TestUnfinishedCommitIsAbandoned(t *testing.T) {
	for part := 1; part <= 2; part++ {
		j := memlog.New()
		j.SetMaxBytes(64<<10 + 4<<10)
		x := newWorld(t, j)
		x.licensed("contoso", 60)
		before := len(x.history())
		faults := slices.Repeat([]memlog.Fault{memlog.Fine}, part)
		j.Script(append(faults, memlog.NotWritten)...)
		if got := code(second(x.do("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`))); got != "unavailable" {
			t.Fatal(got)
		}
		if n := len(x.history()); n != before {
			t.Fatalf("%d events", n)
		}
		if part == 2 {
			x.reopen()
		}
		x.must("UnassignLicense", license("contoso", 0))
		if e := x.history()[before]; e.Type() != "UserLicenseUnassigned" || e.Position != uint64(before)+1 {
			t.Fatalf("%s at %d", e.Type(), e.Position)
		}
	}
}

// While an account is held its commands wait and see all or nothing; other
// accounts go on.
func TestHeldAccount(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.licensed("contoso", 30)
	x.customer("fabrikam", 5, 5)
	x.views.lag(true) // the hold lasts until the views move
	disabled := make(chan string, 1)
	r := x.request("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	x.must("RecordCustomerNumber", `{"account_id":"contoso","customer_number":"7"}`) // the views lack this
	go func() { disabled <- code(second(x.send(r))) }()
	time.Sleep(20 * time.Millisecond)
	var wg sync.WaitGroup
	for i := range 5 { // of the held account
		wg.Go(func() {
			if got := code(second(x.do("AssignLicense", license("contoso", i)))); got != "integration_disabled" {
				t.Errorf("a command of the held account: %s", got)
			}
		})
	}
	for i := range 5 { // of another one
		if got := code(second(x.do("AssignLicense", license("fabrikam", i)))); got != "accepted" {
			t.Fatal(got)
		}
	}
	select {
	case got := <-disabled:
		t.Fatalf("%s, though the views do not have the account's last event", got)
	default:
	}
	x.views.lag(false)
	wg.Wait()
	if got := <-disabled; got != "accepted" {
		t.Fatal(got)
	}
}

func TestLargeDecisionWithKeyAndDryRun(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.licensed("contoso", 20)
	n := len(x.history())
	r := x.request("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	r.DryRun = true
	if a, err := x.send(r); err != nil || a.EventsTotal != 21 || int(a.Position) != n || len(x.history()) != n {
		t.Fatalf("%+v, %v", a, err)
	}
	r = x.request("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	r.IdempotencyKey = "k"
	first, err := x.send(r)
	if err != nil || first.EventsTotal != 21 {
		t.Fatalf("%+v, %v", first, err)
	}
	x.must("EnableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	again, err := x.send(r)
	if err != nil || !again.Replayed || !slices.Equal(again.Events, first.Events) {
		t.Fatalf("%+v, %v", again, err)
	}
}

// Another writer's frame came before a large commit: it is decided anew.
func TestLargeDecisionAfterForeignFrame(t *testing.T) {
	j := memlog.New()
	x := newWorld(t, j)
	x.licensed("contoso", 20)
	j.Script(memlog.Foreign(foreign(t, uint64(len(x.history()))+1)))
	a := x.must("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
	if a.EventsTotal != 21 || int(a.Position) != len(x.history()) {
		t.Fatalf("%+v of %d", a, len(x.history()))
	}
}

// What another aggregate's rows say after a deletion is not what is in memory.
func TestDeletionReleasesDomains(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.licensed("contoso", 3)
	x.customer("fabrikam", 1, 0)
	x.must("ClaimDomain", `{"account_id":"contoso","domain":"contoso.example"}`)
	if got := code(second(x.do("ClaimDomain", `{"account_id":"fabrikam","domain":"contoso.example"}`))); got != "domain_claimed_elsewhere" {
		t.Fatal(got)
	}
	x.must("DeleteAccount", `{"account_id":"contoso","confirm":"delete"}`)
	if got := code(second(x.do("AddUser", `{"account_id":"contoso","email":"a@b.example","name":"A"}`))); got != "not_found" {
		t.Fatal(got)
	}
	x.must("ClaimDomain", `{"account_id":"fabrikam","domain":"contoso.example"}`)
}

// With next to no memory for rows everything is loaded again and again, and
// decided the same.
func TestRowsAreLetGoAndLoaded(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.w.Close()
	x.config.MaxRows = 8
	x.open()
	for a := range 6 {
		x.customer(fmt.Sprintf("c%d", a), 2, 4)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := map[int]int{}
	for a := range 6 {
		for u := range 4 {
			wg.Go(func() {
				if code(second(x.do("AssignLicense", license(fmt.Sprintf("c%d", a), u)))) == "accepted" {
					mu.Lock()
					defer mu.Unlock()
					won[a]++
				}
			})
		}
	}
	wg.Wait()
	for a := range 6 {
		if won[a] != 2 {
			t.Errorf("account %d: %d seats of 2", a, won[a])
		}
	}
}

// BenchmarkLarge is INT-4 on an account of many users, in memory.
func BenchmarkLarge(b *testing.B) {
	x := newWorld(b, memlog.New())
	x.licensed("contoso", 2000)
	for b.Loop() {
		a := x.must("DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
		b.ReportMetric(float64(a.EventsTotal), "events")
		b.StopTimer()
		x.must("EnableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`)
		for i := range 2000 {
			x.must("AssignLicense", license("contoso", i))
		}
		b.StartTimer()
	}
}

// A command is decided though the views do not know yet what it builds upon:
// what changed lately is in memory.
func TestViewsMayLag(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.views.lag(true)
	x.customer("contoso", 1, 1)
	if got := code(second(x.do("AssignLicense", license("contoso", 0)))); got != "accepted" {
		t.Error(got)
	}
}
