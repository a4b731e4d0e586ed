package replay

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// ExplainSubscription says how far the provisioning of a subscription has come,
// and how it came there. The events are those that SubscriptionConcerns lets
// through; the snapshot is the state behind the last of them. The refusal is
// rule.NotFound.
func ExplainSubscription(all iter.Seq2[*events.Event, error], s *projections.Snapshot, a projections.Audience, id string) (*Explanation, error) {
	v, err := projections.SubscriptionByID(s, a, id)
	if err != nil {
		return nil, err
	}
	c := &course{words: wordsOf(a.Language), id: id}
	// What another partner did while it was theirs is not told.
	c.sees = func(e *events.Event) bool {
		return e.Partner == events.NoPartner || a.Caller.Sees(e.Partner, v.AccountID)
	}
	for e, err := range all {
		if err != nil {
			return nil, err
		}
		c.tell(e)
	}
	answer := c.end(v)
	return &Explanation{
		SubscriptionID: id, AccountID: v.AccountID, State: v.Status, Position: s.Position(), Time: s.Time, Language: c.language,
		Title: c.say("sub_title", nil), Answer: strings.Join(answer.sentences, " "), Rules: answer.rules, Steps: c.steps, Omitted: c.cut,
	}, nil
}

// SubscriptionConcerns are the filters that find, in the history's index, all
// that can matter to a subscription.
func SubscriptionConcerns(id string) []projections.EventFilter {
	return []projections.EventFilter{{Order: id}, {Type: (*events.AccountDeleted)(nil).EventType()}}
}

// ExplainSubscription answers from the log alone; see the function.
func (l *Log) ExplainSubscription(ctx context.Context, id string, at Moment, a projections.Audience) (*Explanation, error) {
	view, _ := FindView(ofSubscription)
	rows, concerns := row.Map{}, SubscriptionConcerns(id)
	var all []*events.Event
	last, err := l.history(ctx, view.subject([]string{id}, a), at, func(p place) error {
		e, err := p.decode()
		if err != nil {
			return err
		}
		aggregates.Evolve(rows, e)
		if slices.ContainsFunc(concerns, func(f projections.EventFilter) bool { return f.Covers(e) }) {
			all = append(all, e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s, err := l.over(rows, last, at)
	if err != nil {
		return nil, err
	}
	return ExplainSubscription(each(all), s, a, id)
}

// course is the explanation of a subscription in the making.
type course struct {
	words
	id      string
	sees    func(*events.Event) bool
	account string // that it is mapped to
	steps   []Step
	cut     int
	// provisioned completed it; postponed left it, and nothing was done since.
	provisioned, postponed *events.Event
}

func (c *course) say(key string, with fill) string {
	all := fill{"subscription": c.id, "account": c.account}
	for name, value := range with {
		all[name] = value
	}
	return c.text(key, all)
}

// tell takes one event in.
func (c *course) tell(e *events.Event) {
	if p, ok := e.Data.(*events.AccountDeleted); ok {
		if c.account != "" && p.AccountID == c.account {
			c.step(e, "sub_account_deleted", nil, "ACC-5", "SUB-8")
			if c.provisioned == nil {
				c.account, c.postponed = "", nil
			}
		}
		return
	}
	if e.Aggregate != ofSubscription || e.AggregateID != c.id || !c.sees(e) {
		return
	}
	c.postponed = nil
	if !c.mapped(e) {
		c.setUp(e)
	}
}

// mapped tells whom the order is for, and whose it is.
func (c *course) mapped(e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.SubscriptionReceived:
		c.step(e, "sub_received", fill{"services": bought(p.Services)}, "SUB-1")
	case *events.ProvisioningMessageRequested:
		c.step(e, "sub_message_again", nil, "SUB-1")
	case *events.OrderPurposeDeclared:
		c.account = ""
		key := "sub_for_customer"
		if p.For == subscription.ForOwnCompany {
			key = "sub_for_own_company"
		}
		c.step(e, key, nil, "SUB-2")
	case *events.ProvisioningDelegated:
		c.account = ""
		c.step(e, "sub_someone_else", nil, "SUB-2")
	case *events.PartnerOrganizationMapped:
		c.account = ""
		c.step(e, "sub_partner_mapped", fill{"partner": p.PartnerID}, "SUB-4")
	case *events.CustomerOrganizationMapped:
		c.account = p.AccountID
		c.step(e, "sub_customer_mapped", nil, "SUB-4", "SUB-5")
	default:
		return false
	}
	return true
}

// setUp tells how the services are set up, and what comes after.
func (c *course) setUp(e *events.Event) {
	switch p := e.Data.(type) {
	case *events.ServiceSetupDelegated:
		c.step(e, "sub_handed_over", nil, "SUB-6")
	case *events.SetupPostponed:
		c.postponed = e
		c.step(e, "sub_postponed", nil, "SUB-7")
	case *events.MeetingSitesConfigured:
		c.step(e, "sub_sites", fill{"sites": sitesOf(p.Sites)}, "SUB-8")
	case *events.CallingLocationConfigured:
		c.step(e, "sub_location", fill{"location": p.Location.Name + " (" + p.Location.Country + ")"}, "SUB-9")
	case *events.SubscriptionProvisioned:
		c.provisioned = e
		c.step(e, "sub_provisioned", nil, "SUB-7", "SUB-10")
	case *events.FullAdministratorRequested:
		c.step(e, "sub_full_requested", fill{"partner": p.PartnerID}, "SUB-5")
	case *events.FullAdministratorGranted:
		c.step(e, "sub_full_granted", fill{"partner": p.PartnerID}, "SUB-5")
	}
}

func (c *course) step(e *events.Event, key string, with fill, rules ...string) {
	if len(c.steps) == MaxSteps {
		c.steps, c.cut = c.steps[1:], c.cut+1
	}
	c.steps = append(c.steps, Step{
		Position: e.Position, Time: e.Time, Type: e.Type(), Actor: e.Actor, ActorRole: e.ActorRole,
		CommandType: e.CommandType, By: c.by(e), Text: c.say(key, with), Rules: rules,
	})
}

// dueRules are those of the step that is due.
var dueRules = map[string][]string{
	subscription.StepDeclare:     {"SUB-2", "SUB-4"},
	subscription.StepMapPartner:  {"SUB-4"},
	subscription.StepMapCustomer: {"SUB-4", "SUB-5"},
	subscription.StepMeetings:    {"SUB-8", "SUB-10"},
	subscription.StepCalling:     {"SUB-9", "SUB-10"},
	subscription.StepComplete:    {"SUB-7", "SUB-10"},
}

// end draws the conclusion.
func (c *course) end(v *projections.Subscription) (answer conclusion) {
	if c.provisioned != nil {
		answer.add(c.say("sub_provisioned_now", fill{"event": c.cite(c.provisioned)}), "SUB-10")
	} else {
		answer.add(c.say("sub_due_"+v.NextStep, nil), dueRules[v.NextStep]...)
	}
	if c.postponed != nil && c.provisioned == nil {
		answer.add(c.say("sub_postponed_now", fill{"event": c.cite(c.postponed)}), "SUB-7")
	}
	if v.PartnerRole != "" {
		answer.add(c.say("sub_role_"+v.PartnerRole, fill{"partner": v.PartnerID, "account": v.AccountID}), "SUB-5")
	}
	return answer
}

// bought names services with how many licences of them were bought.
func bought(lines []events.SubscriptionLine) string {
	var list []string
	for _, l := range lines {
		name := l.Service
		if p := catalogue.Find(l.Service); p != nil {
			name = p.Name
		}
		list = append(list, fmt.Sprintf("%s × %d", name, l.Quantity))
	}
	return strings.Join(list, ", ")
}

func sitesOf(sites []events.Site) string {
	var list []string
	for _, s := range sites {
		list = append(list, fmt.Sprintf("%s.webex.com × %d", s.SiteURL, s.Licenses))
	}
	return strings.Join(list, ", ")
}
