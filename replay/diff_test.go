package replay

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/projections"
)

func find(t *testing.T, name string) View {
	t.Helper()
	v, ok := FindView(name)
	if !ok {
		t.Fatalf("no view %s", name)
	}
	return v
}

// shown writes a diff down: field, values and events; then the causes.
func shown(d Diff) string {
	var b strings.Builder
	for _, c := range d.Changes {
		fmt.Fprintf(&b, "%s %s %s %v\n", c.Field, c.From, c.To, c.Events)
	}
	for _, e := range d.Events {
		fmt.Fprintf(&b, "%d %s by %s: %s\n", e.Position, e.Type, e.Actor, strings.Join(e.Fields, " "))
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	w := founded(t).do(`
contoso DisableMiCollabIntegration "account_id":"contoso"
contoso EnableMiCollabIntegration "account_id":"contoso"
partner UpdateAccountInformation "account_id":"contoso","city":"Roma"
partner DisableMiTeamMeetingsIntegration "account_id":"contoso"
partner AddSupportContact "account_id":"contoso","email":"more@contoso.example","name":"More"`)
	at := func(n uint64) Moment { return At(n, time.Time{}) }
	for _, c := range []struct {
		view     string
		ids      []string
		from, to Moment
		want     string
	}{
		{"account", []string{"contoso"}, at(30), Moment{}, `city "Milano" "Roma" [33]
integrations.micollab.position 14 32 [31 32]
integrations.micollab.since "2026-03-01T09:10:00Z" "2026-03-01T09:21:00Z" [31 32]
integrations.miteam_meetings.enabled true false [34]
integrations.miteam_meetings.position 7 34 [34]
integrations.miteam_meetings.since "2026-03-01T09:05:00Z" "2026-03-01T09:23:00Z" [34]
support_contacts.more@contoso.example.email null "more@contoso.example" [35]
support_contacts.more@contoso.example.name null "More" [35]
31 MiCollabIntegrationDisabled by carl: cross_launch integrations.micollab.enabled integrations.micollab.position integrations.micollab.since
32 MiCollabIntegrationEnabled by carl: cross_launch integrations.micollab.enabled integrations.micollab.position integrations.micollab.since
33 AccountInformationUpdated by paula: city
34 MiTeamMeetingsIntegrationDisabled by paula: integrations.miteam_meetings.enabled integrations.miteam_meetings.position integrations.miteam_meetings.since
35 SupportContactAdded by paula: support_contacts.more@contoso.example.email support_contacts.more@contoso.example.name
`},
		{"pools", []string{"contoso"}, at(5), at(12), `items.miteam_meetings.assigned null 1 [6 12]
items.miteam_meetings.available null 4 [6 12]
items.miteam_meetings.over_allocated null false [6]
items.miteam_meetings.product null "miteam_meetings" [6]
items.miteam_meetings.total null 5 [6]
6 LicensesAdded by paula: items.miteam_meetings.assigned items.miteam_meetings.available items.miteam_meetings.over_allocated items.miteam_meetings.product items.miteam_meetings.total
12 UserLicenseAssigned by paula: items.miteam_meetings.assigned items.miteam_meetings.available
`},
		{"order", []string{"south-1"}, at(18), at(19), `account_id null "south" [19]
assigned_at null "2026-03-01T09:13:00Z" [19]
status "unassigned" "assigned" [19]
19 OrderAssigned by paula: account_id assigned_at status
`},
		{"account", []string{"contoso"}, at(16), at(30), ""},
		{"account", []string{"contoso"}, at(0), at(0), "refused"},
		{"partner", []string{"acme"}, Moment{Time: w.now.Add(-time.Hour)}, at(1), `name null "Acme" [1]
partner_id null "acme" [1]
registered_at null "2026-03-01T09:01:00Z" [1]
1 PartnerRegistered by root: name partner_id registered_at
`},
	} {
		d, err := w.log().Diff(t.Context(), find(t, c.view), c.ids, c.from, c.to, seen("en"))
		var refusal *rule.Refusal
		if c.want == "refused" && errors.As(err, &refusal) && refusal.Code == rule.NotFound {
			continue
		}
		if got := shown(d); err != nil || got != c.want {
			t.Errorf("%s %v: %v\n%s", c.view, c.ids, err, got)
		}
	}
	// What time alone changes has no cause.
	w.do(`partner PlaceOrder "order_id":"short","partner_id":"acme","expires_at":"2026-03-02T00:00:00Z","lines":[{"product":"miteam_meetings","quantity":1}]`)
	d, err := w.log().Diff(t.Context(), find(t, "order"), []string{"short"}, at(36), At(36, w.now.Add(48*time.Hour)), seen("en"))
	if got := shown(d); err != nil || got != "expiring_soon true false []\nstatus \"unassigned\" \"expired\" []\n" {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestDiffRefuses(t *testing.T) {
	w := founded(t)
	for _, c := range []struct {
		from, to Moment
		want     error
	}{
		{At(9, time.Time{}), At(5, time.Time{}), ErrBackwards},
		{At(5, time.Time{}), At(99, time.Time{}), projections.ErrBeyondEnd},
		{At(99, time.Time{}), Moment{}, projections.ErrBeyondEnd},
		{Moment{Time: w.now.Add(24 * time.Hour)}, Moment{}, projections.ErrFuture},
		{Moment{Time: w.now}, Moment{Time: w.now.Add(-time.Minute)}, ErrBackwards},
		{Moment{}, At(5, time.Time{}), ErrBackwards},
	} {
		if _, err := w.log().Diff(t.Context(), find(t, "account"), []string{"contoso"}, c.from, c.to, seen("en")); !errors.Is(err, c.want) {
			t.Errorf("%v to %v: %v, want %v", c.from, c.to, err, c.want)
		}
	}
}
