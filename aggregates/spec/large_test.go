package spec

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// largeUsers is how many users the rules promise to bear in one account.
const largeUsers = 100_000

// largeDecision is the longest that one decision on such an account may take
// here; it is generous, since what it guards against is squares.
const largeDecision = 10 * time.Second

// large is an account of n users, each with a MiTeam Meetings licence.
func large(t testing.TB, n int) *world {
	t.Helper()
	w := given(t, join(accounts, on("MiTeamMeetings"))...)
	a := w.account("contoso")
	drafts := []events.Draft{a.Draft(&events.LicensesAdded{AccountID: "contoso", OrderID: "o", Product: "miteam_meetings", Quantity: n})}
	for i := range n {
		id := fmt.Sprintf("u%06d", i)
		drafts = append(drafts,
			a.Draft(&events.UserAdded{AccountID: "contoso", UserID: id, PersonID: id, Email: events.Clear(id + "@contoso.com"), Role: account.RoleUser}),
			a.Draft(&events.UserLicenseAssigned{AccountID: "contoso", UserID: id, Product: "miteam_meetings"}))
	}
	if _, err := w.record(caller("L"), "Test", drafts); err != nil {
		t.Fatal(err)
	}
	return w
}

// counting counts the rows that a decision reads by scanning.
type counting struct {
	row.Map
	scanned int
}

func (c *counting) Scan(table *row.Info, scope string) iter.Seq2[row.Key, any] {
	return func(yield func(row.Key, any) bool) {
		for k, v := range c.Map.Scan(table, scope) {
			c.scanned++
			if !yield(k, v) {
				return
			}
		}
	}
}

// decide decides without recording, and tells what was scanned and how long
// it took.
func (w *world) decide(t testing.TB, name, body string) (drafts []events.Draft, scanned int, took time.Duration) {
	t.Helper()
	s, _ := aggregates.Find(name)
	c, err := s.Decode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	reader := &counting{Map: w.rows}
	start := time.Now()
	d, err := aggregates.Decide(c, reader, &rule.Context{Now: w.now, NewID: w.newID, Caller: caller("P")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d.Drafts, reader.scanned, time.Since(start)
}

// TestLarge: INT-4 and ACC-5 on an account of 100,000 users are one decision
// each, read each user once, and nobody else's rows.
func TestLarge(t *testing.T) {
	w := large(t, largeUsers)
	off := `{"account_id":"contoso"}`
	drafts, scanned, took := w.decide(t, "DisableMiTeamMeetingsIntegration", off)
	if len(drafts) != 1+largeUsers || scanned != largeUsers || took > largeDecision {
		t.Errorf("INT-4: %d events, %d rows read, %s", len(drafts), scanned, took)
	}
	t.Logf("INT-4: %d events decided in %s", len(drafts), took)

	deleted, scanned, took := w.decide(t, "DeleteAccount", `{"account_id":"contoso","confirm":"delete"}`)
	if len(deleted) != largeUsers+1 || scanned != largeUsers || took > largeDecision {
		t.Errorf("ACC-5: %d events, %d rows read, %s", len(deleted), scanned, took)
	}
	t.Logf("ACC-5: %d events decided in %s", len(deleted), took)

	start := time.Now()
	if _, err := w.record(caller("P"), "DisableMiTeamMeetingsIntegration", drafts); err != nil {
		t.Fatal(err)
	}
	t.Logf("INT-4: %d events folded in %s", len(drafts), time.Since(start))
	if p := account.Pools.Get(w.rows, "contoso", "miteam_meetings"); p.Assigned != 0 || p.Total != largeUsers {
		t.Errorf("INT-5: %+v", p)
	}
	_, scanned, _ = w.decide(t, "EnableMiTeamMeetingsIntegration", off)
	if scanned != 0 {
		t.Errorf("enabling reads %d users", scanned)
	}
}

// No other command reads users to decide, nor does INT-4 where there is no
// licence to disable, or MiCollab is enabled.
func TestScansForNothing(t *testing.T) {
	for name, w := range map[string]*world{"MiCollab": given(t, collabMeet...), "none": given(t, meetings...)} {
		if _, scanned, _ := w.decide(t, "DisableMiTeamMeetingsIntegration", `{"account_id":"contoso"}`); scanned != 0 {
			t.Errorf("%s: %d users read", name, scanned)
		}
	}
	w := given(t, bobMeets...)
	for name, body := range map[string]string{
		"DeactivateAccount": `{"account_id":"contoso","confirm":"deactivate"}`,
		"RemoveUser":        `{"account_id":"contoso","user_id":"bob"}`,
		"UnassignLicense":   `{"account_id":"contoso","user_id":"bob","product":"miteam_meetings"}`,
	} {
		if _, scanned, _ := w.decide(t, name, body); scanned != 0 {
			t.Errorf("%s: %d rows scanned", name, scanned)
		}
	}
}
