package replay

import (
	"errors"
	"strings"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// end draws the conclusion from the story and the state that it ends in.
func (t *tale) end(s *projections.Snapshot, a projections.Audience) (Explanation, error) {
	v := Explanation{
		AccountID: t.q.Account, UserID: t.q.User, Product: t.id, State: t.state,
		Position: s.Position(), Time: s.Time, Language: t.language, Steps: t.steps, Omitted: t.cut,
	}
	user, err := projections.UserByID(s, a, t.q.Account, t.q.User)
	var refusal *rule.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return v, err
	}
	var answer conclusion
	switch {
	case t.kind != ofSeats:
		v.Title, answer = t.endPackages(s)
	case t.state == account.LicenseActive:
		v.Title = t.say("title_active", nil)
		answer = t.whyActive()
	case t.state == account.LicenseDisabled && t.gone == nil:
		v.Title = t.say("title_disabled", nil)
		answer = t.whyDisabled()
	default:
		v.Title = t.say("title_none", nil)
		answer = t.whyNone(user)
	}
	if t.kind == ofPackages && t.other() != nil {
		v.Product, v.State = t.q.Product, account.LicenseNone
	}
	if user != nil && t.deleted == nil {
		v.Page = t.page(user, &answer)
	}
	v.Answer, v.Rules, v.FirstDisabled = strings.Join(answer.sentences, " "), answer.rules, answer.first
	return v, s.Err()
}

// conclusion is the answer in the making.
type conclusion struct {
	sentences []string
	rules     []string
	first     string
}

func (c *conclusion) add(sentence string, rules ...string) {
	c.sentences = append(c.sentences, sentence)
	for _, r := range rules {
		c.cite(r)
	}
}

func (c *conclusion) cite(id string) {
	for _, r := range c.rules {
		if r == id {
			return
		}
	}
	c.rules = append(c.rules, id)
}

func (t *tale) whyActive() (c conclusion) {
	c.add(t.say("answer_active", fill{"event": t.cite(t.last), "product": nameOf(t.tier)}), t.lastRules()...)
	own, manager := t.off[t.integration], t.off[t.managedBy]
	switch {
	case t.integration == "" || t.on[t.integration] != nil || own == nil || own.Position < t.last.Position:
		return c
	case t.managedBy == "":
		c.add(t.say("answer_family_off", fill{"event": t.cite(own)}), "LIC-4")
		return c
	}
	c.add(t.say("answer_kept", nil), "INT-4")
	c.first = t.integration
	if manager != nil && manager.Position > own.Position {
		c.add(t.say("order_own_first", fill{"first": t.cite(own), "second": t.cite(manager)}), "INT-6")
	} else {
		c.add(t.say("order_own_only", fill{"first": t.cite(own), "on": t.cite(t.on[t.managedBy])}))
	}
	return c
}

func (t *tale) whyDisabled() (c conclusion) {
	c.add(t.say("answer_disabled", fill{"event": t.cite(t.last)}), "INT-4")
	p := t.last.Data.(*events.UserLicenseDisabled)
	if p.Reason == account.ReasonAfterMiCollab {
		c.first = t.managedBy
		c.add(t.say("order_manager_first", fill{"first": t.cite(t.earlier), "second": t.cite(t.disabler)}))
	} else {
		c.first = t.integration
		c.add(t.say("order_standalone", fill{"first": t.cite(t.disabler)}))
	}
	c.add(t.say("answer_anew", nil), "INT-5")
	return c
}

// lastRules are the rules that the licence was last changed by.
func (t *tale) lastRules() []string {
	for _, s := range t.steps {
		if s.Position == t.last.Position {
			return s.Rules
		}
	}
	return nil
}

// whyNone says how the licence was lost, or what stands in the way of one.
func (t *tale) whyNone(user *projections.User) (c conclusion) {
	switch {
	case t.deleted != nil:
		c.add(t.say("answer_account_deleted", fill{"event": t.cite(t.deleted)}), "ACC-5")
		return c
	case t.gone != nil || user == nil:
		c.add(t.say("answer_gone", fill{"event": t.cite(t.gone)}), "LIC-3")
		return c
	case t.never:
		c.add(t.say("answer_never", nil))
	default:
		c.add(t.say("answer_unassigned", fill{"event": t.cite(t.last)}), t.lastRules()...)
	}
	section := t.section(user)
	switch {
	case t.managedBy != "" && t.on[t.managedBy] != nil:
		c.add(t.say("now_managed", fill{"event": t.cite(t.on[t.managedBy])}), "LIC-2")
	case t.integration != "" && t.on[t.integration] == nil && t.managedBy != "":
		c.add(t.say("now_off", nil), "LIC-1")
	case t.integration != "" && t.on[t.integration] == nil:
		c.add(t.say("now_off", nil), "LIC-4")
	case section != nil && section.MessageCode != nil && *section.MessageCode == account.LicensesNotAvailable:
		c.add(t.say("now_no_seat", nil), "LIC-5")
	case section != nil:
		c.add(t.say("now_free", nil))
	}
	return c
}

// section is what the user's page has for the topic, nil where it has nothing.
func (t *tale) section(user *projections.User) *account.Section {
	for i := range user.ProductsAndLicenses {
		if s := &user.ProductsAndLicenses[i]; s.Product == t.id {
			return s
		}
	}
	return nil
}

// page says what the user's page shows, and by which rule (SEC-1 to SEC-6).
func (t *tale) page(user *projections.User, c *conclusion) string {
	s := t.section(user)
	if s == nil {
		return ""
	}
	id, key := "SEC-6", "page_off"
	switch {
	case s.On && !s.Editable:
		id, key = "SEC-2", "page_on_managed"
	case s.On:
		id, key = "SEC-4", "page_on"
	case s.MessageCode != nil && *s.MessageCode == account.LicensesNotAvailable:
		id, key = "SEC-5", "page_message"
	case s.MessageCode != nil && t.on[t.integration] == nil:
		id, key = "SEC-1", "page_message"
	case s.MessageCode != nil:
		id, key = "SEC-3", "page_message"
	}
	message := ""
	if s.Message != nil {
		message = *s.Message
	}
	c.cite(id)
	return t.say(key, fill{"message": message, "rule": id})
}
