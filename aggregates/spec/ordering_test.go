package spec

import (
	"maps"
	"slices"
	"testing"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
)

// oracle is INT-4 told a second time, with plain variables.
type oracle struct {
	collab, meetings  bool
	collabOffPosition uint64
	bob               bool // has an active licence
}

// steps of the exhaustive test; each is tried after each.
var orderingSteps = []string{on("MiCollab"), off("MiCollab"), on("MiTeamMeetings"), off("MiTeamMeetings"), "give"}

// orderingDepth is how many steps follow each other.
const orderingDepth = 6

// TestOrdering tries INT-4 in all orders: every sequence of switching MiCollab
// and MiTeam Meetings and of assigning a licence.
func TestOrdering(t *testing.T) {
	var walk func(w *world, o oracle, path []string)
	walk = func(w *world, o oracle, path []string) {
		if len(path) == orderingDepth || t.Failed() {
			return
		}
		for _, s := range orderingSteps {
			next, told := w.fork(), o
			disabled := told.step(s, next)
			if u := account.Users.Get(next.rows, "contoso", "bob"); u.Has("miteam_meetings") != told.bob {
				t.Errorf("%q after %q: bob has a licence: %v", s, path, !told.bob)
			}
			if disabled != o.ends(s) {
				t.Errorf("%q after %q: licence disabled: %v", s, path, disabled)
			}
			if p := account.Pools.Get(next.rows, "contoso", "miteam_meetings"); p.Assigned > 0 != told.bob {
				t.Errorf("%q after %q: %d seats in use", s, path, p.Assigned)
			}
			walk(next, told, append(slices.Clip(path), s))
		}
	}
	walk(given(t, join(users, seats("meet", "contoso", "miteam_meetings", 1))...), oracle{}, nil)
}

// fork copies a world; rows and events are never changed, so they are shared.
func (w *world) fork() *world {
	f := *w
	f.rows, f.log = maps.Clone(w.rows), slices.Clip(w.log)
	return &f
}

// ends is the rule: a licence there is ends when MiTeam Meetings is switched
// off while MiCollab is off.
func (o *oracle) ends(step string) bool {
	return step == off("MiTeamMeetings") && o.meetings && o.bob && !o.collab
}

// step does one step in both, and reports that a licence was disabled.
func (o *oracle) step(s string, w *world) bool {
	if s == "give" {
		by := "P"
		if o.collab {
			by = "M"
		}
		_, err := w.do(assign(by, "bob", "miteam_meetings"))
		o.bob = o.bob || err == nil && o.meetings
		return false
	}
	made, _ := w.do(s)
	switch s {
	case on("MiCollab"):
		o.collab = true
	case off("MiCollab"):
		if o.collab {
			o.collabOffPosition = made[0].Position
		}
		o.collab = false
	case on("MiTeamMeetings"):
		o.meetings = true
	case off("MiTeamMeetings"):
		o.bob = o.bob && !o.ends(s)
		o.meetings = false
	}
	return disabledWith(made, o.collabOffPosition)
}

// disabledWith reports that a licence was disabled, and for the right reason.
func disabledWith(made []*events.Event, collabOff uint64) bool {
	for _, e := range made {
		d, ok := e.Data.(*events.UserLicenseDisabled)
		reason := account.ReasonStandalone
		if collabOff > 0 {
			reason = account.ReasonAfterMiCollab
		}
		if ok && d.Reason == reason && d.MiCollabDisabledAt == collabOff && d.UserID == "bob" {
			return true
		}
	}
	return false
}
