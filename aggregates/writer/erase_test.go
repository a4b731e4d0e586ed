package writer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/events/memlog"
)

const eraseU0 = `{"account_id":"contoso","user_id":"u0","confirm":"erase"}`

// After an erasure the writer's memory has nothing of the person, not in rows
// and not in their keys; the user goes on without.
func TestErasureLeavesNothingInMemory(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 2, 2)
	x.must("AddSupportContact", `{"account_id":"contoso","email":"u0@contoso.example","name":"Zebedeus"}`)
	x.must("UpdateUser", `{"account_id":"contoso","user_id":"u0","email":"zebedeus@contoso.example","name":"Zebedeus","phone_number":"+3906555019283"}`)
	x.must("UpdateUser", `{"account_id":"contoso","user_id":"u0","email":"u0@contoso.example"}`)
	secrets := []string{"u0@", "zebedeus@", "Zebedeus", "+3906555019283"}
	seen := func() (found []string) {
		x.w.Close()
		held := x.w.InMemory()
		for _, s := range secrets {
			if strings.Contains(held, s) {
				found = append(found, s)
			}
		}
		return found
	}
	if found := seen(); len(found) != len(secrets) {
		t.Fatalf("before, only %q are in memory", found)
	}
	x.open()
	x.must("AssignLicense", license("contoso", 0))
	x.must("ErasePerson", eraseU0)
	if found := seen(); len(found) > 0 {
		t.Errorf("%q are still in memory", found)
	}
	x.open()
	x.must("UnassignLicense", license("contoso", 0))
	x.must("AssignLicense", license("contoso", 0))
	if got := code(second(x.do("UpdateUser", `{"account_id":"contoso","user_id":"u0","name":"New"}`))); got == "accepted" {
		t.Error("an erased person gets a new name")
	}
	x.must("UpdateUser", `{"account_id":"contoso","user_id":"u0","role":"account_admin"}`)
	x.must("RemoveUser", `{"account_id":"contoso","user_id":"u0"}`)
	x.must("AddUser", `{"account_id":"contoso","user_id":"u0","email":"u0@contoso.example","name":"Another"}`)
}

// An erasure is answered only when the views have it, for the keys go before
// that; and so is its repetition.
func TestErasureIsAnsweredWhenTheKeysAreGone(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 1, 1)
	x.views.stopBefore("PersonErased")
	r := x.request("ErasePerson", eraseU0)
	r.IdempotencyKey = "k"
	answers := make(chan string, 2)
	send := func() { answers <- code(second(x.send(r))) }
	go send()
	for !slices.Contains(types(x.history()), "PersonErased") {
		time.Sleep(time.Millisecond)
	}
	go send()
	select {
	case got := <-answers:
		t.Fatalf("%s, though the views do not have it", got)
	case <-time.After(30 * time.Millisecond):
	}
	x.views.lag(false)
	for range 2 {
		if got := <-answers; got != "accepted" && got != "unchanged" {
			t.Error(got)
		}
	}
	if n := count(types(x.history()), "PersonErased"); n != 1 {
		t.Errorf("recorded %d times", n)
	}
}

// An erasure that landed without an answer, or behind another writer's frame,
// is recorded once.
func TestErasureUnderFaults(t *testing.T) {
	for name, fault := range map[string]memlog.Fault{
		"landed": memlog.Landed, "lost": memlog.Lost, "foreign": memlog.Foreign(foreign(t, customerEvents+1)),
	} {
		j := memlog.New()
		x := newWorld(t, j)
		x.customer("contoso", 1, 1)
		j.Script(fault)
		x.must("ErasePerson", eraseU0)
		a := x.must("ErasePerson", eraseU0)
		if n := count(types(x.history()), "PersonErased"); n != 1 || a.EventsTotal != 0 {
			t.Errorf("%s: recorded %d times, then %+v", name, n, a)
		}
	}
}
