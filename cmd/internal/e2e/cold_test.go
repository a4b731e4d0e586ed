package e2e

import (
	"fmt"
	"testing"
)

// The first command after a start finds nothing in memory, whatever it is.
func TestFirstCommandAfterAStart(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	order := b.seats("p", "a", 2)
	b.done("AddUser", addUser("a", "u"))
	b.done("AddUser", addUser("a", "v"))
	b.done("AssignLicense", seat("a", "u"))
	mine := body{"account_id": "a"}
	for i, c := range []struct {
		name  string
		in    body
		types int // events; -1: refused
	}{
		{"UnassignOrder", body{"order_id": order, "reason": "x"}, -1},
		{"UnassignLicense", seat("a", "u"), 1},
		{"UnassignOrder", body{"order_id": order, "reason": "x"}, 2},
		{"AssignOrder", body{"order_id": order, "account_id": "a"}, 2},
		{"AssignLicense", seat("a", "u"), 1},
		{"DisableMiTeamMeetingsIntegration", mine, 2},
		{"CancelOrder", body{"order_id": order}, -1},
		{"RemoveUser", body{"account_id": "a", "user_id": "v"}, 1},
		{"EnablePrivilege", body{"account_id": "a", "integration": "micc", "privilege": "guest_access_consent"}, 1},
		{"DeleteAccount", body{"account_id": "a", "confirm": "delete"}, 1},
		{"UnassignOrder", body{"order_id": order, "reason": "x"}, -1},
	} {
		b.crash()
		a := b.Do(c.name, c.in)
		switch {
		case c.types < 0 && (a.Err != nil || a.Status < 400 || a.Status > 499):
			t.Errorf("%d: %s must be refused: %s", i, c.name, shown(a))
		case c.types >= 0 && (a.Status != 200 || len(a.Events) != c.types):
			t.Errorf("%d: %s must record %s: %s", i, c.name, fmt.Sprint(c.types), shown(a))
		}
	}
}

// What a large command changed is let go of, while an order that names the
// account stays in memory: the order's next command finds half of what it
// needs.
func TestCommandsBehindALargeOne(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("AddUser", addUser("a", "u"))
	for range 3 {
		b.done("EnableMiTeamMeetingsIntegration", body{"account_id": "a"})
		order := b.seats("p", "a", 1)
		b.done("AssignLicense", seat("a", "u"))
		b.done("DisableMiTeamMeetingsIntegration", body{"account_id": "a"})
		b.done("UnassignOrder", body{"order_id": order, "reason": "x"})
	}
}
