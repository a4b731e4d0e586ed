package replay

import (
	"slices"
	"strconv"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// tale is one explanation in the making: what is known so far of the things
// that the rules ask about.
type tale struct {
	topic
	words
	q     Question
	shows func(events.Personal) string
	steps []Step
	cut   int

	known   bool                     // the user was named
	never   bool                     // no licence of the topic was ever given
	called  string                   // what the user is called, where that may be shown
	state   string                   // of the licence
	tier    string                   // the product of which; or the package
	held    holding                  // of wholesale, by now
	touched bool                     // the account had to do with the topic
	last    *events.Event            // that last changed the licence
	gone    *events.Event            // that removed the user
	deleted *events.Event            // that deleted the account
	on      map[string]*events.Event // by integration: the event that enabled it, while it is
	off     map[string]*events.Event // by integration: the event that last disabled it

	// What disabled the licence (INT-4): the switch that did it, and the one
	// of the integration that was off already, if it ever was on.
	disabler, earlier *events.Event
}

func newTale(t topic, q Question, a projections.Audience) *tale {
	return &tale{
		topic: t, words: wordsOf(a.Language), q: q, never: true, state: account.LicenseNone,
		shows: func(p events.Personal) string { return a.Text(p) },
		on:    map[string]*events.Event{}, off: map[string]*events.Event{},
	}
}

// user is how the user is called.
func (t *tale) user() string {
	if t.called == "" {
		return t.q.User
	}
	return t.called + " (" + t.q.User + ")"
}

// tell takes one event of the account in.
func (t *tale) tell(e *events.Event) {
	switch p := e.Data.(type) {
	case *events.UserAdded:
		if p.UserID == t.q.User {
			t.joined(p.Name, p.FirstName, p.LastName)
			t.step(e, "user_added", nil)
		}
	case *events.UserConverted:
		if p.UserID == t.q.User {
			t.joined()
			t.step(e, "user_converted", nil, "CNV-5")
		}
	case *events.UserInvited:
		if p.UserID == t.q.User {
			t.joined()
			t.step(e, "user_invited", nil)
		}
	case *events.InvitationAccepted:
		if p.UserID == t.q.User {
			t.step(e, "invitation_accepted", nil)
		}
	case *events.UserUpdated:
		if p.UserID == t.q.User {
			if p.Changes.Name != nil {
				t.call(p.Changes.Name.New)
			}
			t.reached(e, &p.Changes)
		}
	case *events.UserRemoved:
		if p.UserID == t.q.User {
			t.left(e)
		}
	case *events.WholesaleUserRemoved:
		if p.UserID == t.q.User {
			t.left(e)
		}
	case *events.IntegrationSwitched:
		t.switched(e, p)
	case *events.AccountDeactivated:
		t.step(e, "account_deactivated", nil, "ACC-5")
	case *events.AccountReactivated:
		t.step(e, "account_reactivated", nil, "ACC-5")
	case *events.AccountDeleted:
		t.deleted = e
		if t.kind == ofSeats {
			t.step(e, "account_deleted", nil, "ACC-5")
			return
		}
		t.state, t.held = account.LicenseNone, holding{}
		t.step(e, "package_account_deleted", nil, "ACC-5")
	default:
		t.tellSeats(e)
	}
}

// tellSeats takes in what became of seats and licences.
func (t *tale) tellSeats(e *events.Event) {
	switch p := e.Data.(type) {
	case *events.LicensesAdded:
		if of := catalogue.Find(p.Product); of != nil && of.Kind == catalogue.Service {
			t.seats(e, "seats_provisioned", p.Product, p.Quantity, p.OrderID, "SUB-10")
			return
		}
		t.seats(e, "seats_added", p.Product, p.Quantity, p.OrderID, "ORD-2")
	case *events.LicensesRemoved:
		t.seats(e, "seats_removed", p.Product, p.Quantity, p.OrderID, "ORD-6")
	case *events.LicensesExpired:
		t.seats(e, "seats_expired", p.Product, p.Quantity, p.OrderID, "ORD-5")
	case *events.UserLicenseAssigned:
		if p.UserID == t.q.User && t.has(p.Product) {
			t.assigned(e, p.Product)
		}
	case *events.UserLicenseUnassigned:
		if p.UserID == t.q.User && t.has(p.Product) {
			t.unassigned(e, p)
		}
	case *events.UserLicenseDisabled:
		if p.UserID == t.q.User && t.has(p.Product) {
			t.state, t.last = account.LicenseDisabled, e
			t.disabler, t.earlier = t.off[t.integration], t.off[t.managedBy]
			key := "disabled_standalone"
			if p.Reason == account.ReasonAfterMiCollab {
				key = "disabled_after_micollab"
			}
			t.step(e, key, fill{"earlier": t.cite(t.off[account.MiCollab])}, "INT-4", "INT-5")
		}
	default:
		t.tellPackages(e)
	}
}

// call notes what the user is called, where that may be shown.
func (t *tale) call(names ...events.Personal) {
	t.called = ""
	for i, n := range names {
		text := t.shows(n)
		if i == 0 && text != "" {
			t.called = text
			return
		}
		if text != "" && t.called != "" {
			t.called += " "
		}
		t.called += text
	}
}

func (t *tale) seats(e *events.Event, key, product string, n int, order, id string) {
	if t.has(product) {
		t.touched = true
		t.step(e, key, fill{"n": strconv.Itoa(n), "product": nameOf(product), "order": order}, id)
	}
}

// assigned tells which conditions were met (LIC-1, LIC-2, LIC-4).
func (t *tale) assigned(e *events.Event, product string) {
	t.never, t.state, t.tier, t.last = false, account.LicenseActive, product, e
	with := fill{"product": nameOf(product)}
	switch {
	case t.managedBy != "" && e.ActorRole == rule.MiCollab.String():
		t.step(e, "assigned_micollab", with, "LIC-2", "LIC-5")
	case t.managedBy != "":
		t.step(e, "assigned_by_hand", with, "LIC-1", "LIC-5")
	case t.integration != "":
		t.step(e, "assigned_family", with, "LIC-4", "LIC-5")
	default:
		t.step(e, "assigned_service", with, "LIC-5")
	}
}

func (t *tale) unassigned(e *events.Event, p *events.UserLicenseUnassigned) {
	t.state, t.last = account.LicenseNone, e
	with := fill{"product": nameOf(p.Product)}
	switch {
	case p.Reason == account.ReasonUserRemoved:
		t.step(e, "unassigned_user_removed", with, "LIC-3")
	case p.Reason == account.ReasonAccountDeleted:
		t.step(e, "unassigned_account_deleted", with, "ACC-5")
	case p.Reason == account.ReasonTierChanged:
		t.step(e, "unassigned_tier", with, "LIC-4")
	case e.ActorRole == rule.MiCollab.String():
		t.step(e, "unassigned_micollab", with, "LIC-2", "LIC-3")
	default:
		t.step(e, "unassigned_by_hand", with, "LIC-3")
	}
}

// switched tells what an integration that was switched did to the licence.
func (t *tale) switched(e *events.Event, p *events.IntegrationSwitched) {
	switch p.Integration {
	case t.managedBy:
		t.switchedServer(e, p.Enabled)
	case t.integration:
		t.switchedOwn(e, p.Enabled)
	default:
		return
	}
	t.touched = true
	if p.Enabled {
		t.on[p.Integration] = e
	} else {
		t.on[p.Integration], t.off[p.Integration] = nil, e
	}
}

// switchedServer: MiCollab by itself never changes a licence (INT-6).
func (t *tale) switchedServer(e *events.Event, enabled bool) {
	kept := t.state == account.LicenseActive && t.on[t.integration] == nil && t.off[t.integration] != nil
	switch {
	case enabled:
		t.step(e, "manager_on", nil, "LIC-2", "INT-6")
	case kept:
		t.step(e, "manager_off_kept", fill{"earlier": t.cite(t.off[t.integration])}, "INT-6", "INT-4")
	default:
		t.step(e, "manager_off", nil, "LIC-1", "INT-6")
	}
}

// switchedOwn: what disabling MiTeam Meetings does depends on MiCollab (INT-4).
func (t *tale) switchedOwn(e *events.Event, enabled bool) {
	ordered := t.managedBy != ""
	switch {
	case enabled && t.state == account.LicenseDisabled:
		t.step(e, "own_on_revives_none", nil, "INT-5")
	case enabled && ordered:
		t.step(e, "own_on", nil, "LIC-1")
	case enabled:
		t.step(e, "own_on", nil, "LIC-4")
	case !ordered:
		t.step(e, "own_off_family", nil, "LIC-4")
	case t.on[t.managedBy] != nil:
		t.step(e, "own_off_while_managed", fill{"earlier": t.cite(t.on[t.managedBy])}, "INT-4")
	case t.off[t.managedBy] != nil:
		t.step(e, "own_off_after", fill{"earlier": t.cite(t.off[t.managedBy])}, "INT-4")
	default:
		t.step(e, "own_off_standalone", nil, "INT-4")
	}
}

// step adds a step to the story.
func (t *tale) step(e *events.Event, key string, with fill, rules ...string) {
	if len(t.steps) == MaxSteps {
		t.steps, t.cut = t.steps[1:], t.cut+1
	}
	t.steps = append(t.steps, Step{
		Position: e.Position, Time: e.Time, Type: e.Type(), Actor: e.Actor, ActorRole: e.ActorRole,
		CommandType: e.CommandType, By: t.by(e), Text: t.say(key, with), Rules: append([]string{}, rules...),
	})
	if imported(e) && t.kind != ofBase {
		t.addTo("by_import", importRule(e))
	}
}

// addTo adds a sentence, and the rules that it rests on, to the last step.
func (t *tale) addTo(key string, rules ...string) { t.addWith(key, nil, rules...) }

func (t *tale) addWith(key string, with fill, rules ...string) {
	s := &t.steps[len(t.steps)-1]
	s.Text += " " + t.say(key, with)
	for _, id := range rules {
		if !slices.Contains(s.Rules, id) {
			s.Rules = append(s.Rules, id)
		}
	}
}
