package writer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/events/memlog"
)

// inOrder sends requests until each has an outcome.
func (x *world) inOrder(rt *rapid.T, rs []writer.Request) (outs []writer.Outcome) {
	for range 50 {
		ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
		some, err := x.w.DoInOrder(ctx, rs[len(outs):])
		stop()
		outs = append(outs, some...)
		switch {
		case err == nil && len(outs) == len(rs):
			return outs
		case err == nil:
			rt.Fatalf("%d outcomes of %d, and no error", len(outs), len(rs))
		case !errors.Is(err, writer.ErrUnavailable):
			rt.Fatal(err)
		}
	}
	rt.Fatalf("%d outcomes of %d", len(outs), len(rs))
	return nil
}

// Whatever goes wrong, and however little memory there is: each command is
// decided on what those before it left, and recorded once.
func TestDecidedInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := memlog.New()
		x := newWorld(t, j)
		x.w.Close()
		x.config.MaxRows = rapid.SampledFrom([]int{0, 4}).Draw(rt, "rows in memory")
		x.config.TrainPart = rapid.SampledFrom([]int{0, 1, 3}).Draw(rt, "rehearsed at a time")
		x.open()
		const users, seats = 4, 2
		x.customer("contoso", seats, users)
		setUp := len(x.history())
		j.Script(rapid.SliceOfN(rapid.SampledFrom([]memlog.Fault{
			memlog.Fine, memlog.Fine, memlog.NotWritten, memlog.Landed, memlog.Lost,
		}), 0, 6).Draw(rt, "faults")...)
		holds, assigned := [users]bool{}, 0
		var rs []writer.Request
		var wants, changes []string
		for i := range rapid.IntRange(1, 60).Draw(rt, "commands") {
			user, name := rapid.IntRange(0, users-1).Draw(rt, "user"), "UnassignLicense"
			want := "unchanged"
			if rapid.Bool().Draw(rt, "assign") {
				name = "AssignLicense"
			}
			switch {
			case name == "AssignLicense" && !holds[user] && assigned == seats:
				want = "no_licenses_available"
			case name == "AssignLicense" && !holds[user]:
				holds[user], want = true, "UserLicenseAssigned"
				assigned++
			case name == "UnassignLicense" && holds[user]:
				holds[user], want = false, "UserLicenseUnassigned"
				assigned--
			}
			if want[0] == 'U' {
				changes = append(changes, want)
			}
			r := x.request(name, license("contoso", user))
			r.IdempotencyKey, r.KeyScope = fmt.Sprint(i), "here"
			rs, wants = append(rs, r), append(wants, want)
		}
		var got []string
		for _, o := range x.inOrder(rt, rs) {
			got = append(got, inAWord(o))
		}
		if !slices.Equal(got, wants) {
			rt.Fatalf("outcomes\n%q, want\n%q", got, wants)
		}
		if recorded := types(x.history())[setUp:]; !slices.Equal(recorded, changes) {
			rt.Fatalf("recorded\n%q, want\n%q", recorded, changes)
		}
	})
}

func inAWord(o writer.Outcome) string {
	var refusal *rule.Refusal
	switch {
	case errors.As(o.Err, &refusal):
		return string(refusal.Code)
	case o.Err != nil:
		return o.Err.Error()
	case len(o.Answer.Events) == 0:
		return "unchanged"
	}
	return o.Answer.Events[0].Type
}

// A refusal that is an answer is remembered: sent again with its key, after a
// restart too, it is answered as it was, though it would be accepted by now. A
// client's key of the same name is another one.
func TestRefusalsThatAreAnswersAreRemembered(t *testing.T) {
	x := newWorld(t, memlog.New())
	x.customer("contoso", 1, 1)
	r := x.request("ImportRow", `{"account_id":"contoso","behavior":"add_only","email":"joe@contoso.example","named":true}`)
	r.IdempotencyKey, r.KeyScope = "2", "import/x"
	refused := func(want bool) {
		t.Helper()
		a, err := x.send(r)
		if err != nil || a.Replayed != want || a.Refused == nil || a.Refused.Code != rule.NameRequired {
			t.Fatalf("%+v %v", a, err)
		}
	}
	refused(false)
	x.must("AddUser", `{"account_id":"contoso","email":"joe@contoso.example","name":"Joe"}`)
	refused(true)
	x.reopen()
	refused(true)
	r.KeyScope = ""
	if a, err := x.send(r); err != nil || a.Replayed || a.Refused != nil {
		t.Fatalf("%+v %v", a, err)
	}
}
