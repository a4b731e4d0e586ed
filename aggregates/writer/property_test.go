package writer_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
)

// Whatever goes wrong between the writer and the log, with whatever restarts
// and however little memory: what was acknowledged stands where it was said to
// stand, a retry with the same key never records twice, and no seat is sold
// twice.
func TestAcknowledgedIsRecordedOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := memlog.New()
		x := newWorld(t, j)
		if rapid.Bool().Draw(rt, "little memory") {
			x.w.Close()
			x.config.MaxRows = 4
			x.open()
		}
		const users, seats = 4, 2
		x.customer("contoso", seats, users)
		acked := map[uint64]string{} // id of the event acknowledged at a position
		setUp := len(x.history())
		for step := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			if rapid.IntRange(0, 9).Draw(rt, "restart") == 0 {
				x.reopen()
			}
			j.Script(rapid.SliceOfN(rapid.SampledFrom([]memlog.Fault{
				memlog.Fine, memlog.Fine, memlog.NotWritten, memlog.Landed, memlog.Lost,
			}), 0, 3).Draw(rt, "faults")...)
			x.step(rt, fmt.Sprint("key-", step), users, acked)
		}
		if got := len(x.history()) - setUp; got != len(acked) {
			rt.Fatalf("%d events recorded, %d acknowledged", got, len(acked))
		}
		x.judge(rt, acked, seats)
	})
}

// step sends one command, with its key, until it is known what became of it.
func (x *world) step(rt *rapid.T, key string, users int, acked map[uint64]string) {
	r := x.request(rapid.SampledFrom([]string{"AssignLicense", "UnassignLicense"}).Draw(rt, "command"),
		license("contoso", rapid.IntRange(0, users-1).Draw(rt, "user")))
	if rapid.IntRange(0, 7).Draw(rt, "all") == 0 {
		r = x.request(rapid.SampledFrom([]string{"DisableMiTeamMeetingsIntegration", "EnableMiTeamMeetingsIntegration"}).Draw(rt, "switch"),
			`{"account_id":"contoso"}`)
	}
	r.IdempotencyKey = key
	for range 10 {
		a, err := x.send(r)
		if errors.Is(err, writer.ErrUnavailable) {
			continue
		}
		for _, e := range a.Events {
			acked[e.Position] = e.ID
		}
		return
	}
	rt.Fatal("not settled after ten tries")
}

// judge reads the log, and nothing else.
func (x *world) judge(rt *rapid.T, acked map[uint64]string, seats int) {
	holders := map[string]bool{}
	commands := map[string]uint64{}
	all := x.history()
	for _, e := range all {
		if id, ok := acked[e.Position]; ok && id != e.ID {
			rt.Fatalf("position %d was acknowledged as %s and is %s", e.Position, id, e.ID)
		}
		delete(acked, e.Position)
		if last, seen := commands[e.CommandID]; seen && last != e.Position-1 {
			rt.Fatalf("command %s has events at %d and %d", e.CommandID, last, e.Position)
		}
		commands[e.CommandID] = e.Position
		switch d := e.Data.(type) {
		case *events.UserLicenseAssigned:
			if holders[d.UserID] {
				rt.Fatalf("position %d: %s has the licence already", e.Position, d.UserID)
			}
			holders[d.UserID] = true
		case *events.UserLicenseUnassigned:
			delete(holders, d.UserID)
		case *events.UserLicenseDisabled:
			delete(holders, d.UserID)
		}
		if len(holders) > seats {
			rt.Fatalf("position %d: %d licences of %d", e.Position, len(holders), seats)
		}
	}
	if len(acked) > 0 {
		rt.Fatalf("acknowledged and not recorded: %v, of %d", acked, len(all))
	}
}
