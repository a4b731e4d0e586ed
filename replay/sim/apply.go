package sim

import (
	"slices"
	"strings"
	"time"
)

// Command is a command's name and body, as sent.
type Command struct {
	Name string
	Body map[string]any
}

// Caller is who sends it: a role, and the partner or account it is bound to.
type Caller struct{ Role, Scope string }

// Outcome is what the pages say must come of a command.
type Outcome struct {
	Refusal string   // the code, "" when it is accepted
	Events  []string // the types recorded; none: nothing had to change
	// Or lists refusals that would also be right, where the pages are silent.
	Or []string
}

// unchanged, among the refusals that would also be right, is to accept with no
// event.
const unchanged = ""

// step is one command being applied to a copy of the world.
type step struct {
	m      *Model
	name   string
	body   map[string]any
	caller Caller
	now    time.Time
	out    Outcome
}

// entry is what is common about a command: who may send it (section 2 names
// the letters), what must exist, and its rule.
type entry struct {
	roles    string
	names    []string // body fields that name things
	anyState bool     // also on an account that is deactivated
	check    func(*step) bool
	do       func(*step) string
}

var letters = map[string]string{"admin": "A", "partner": "P", "account_admin": "C", "micollab": "M", "system": "S"}

// Apply says what a command does: the world after it, and the answer. The
// checks come in the contract's order.
func (m *Model) Apply(c Command, by Caller, now time.Time) (*Model, Outcome) {
	s := &step{m: m.clone(), name: c.Name, body: c.Body, caller: by, now: now}
	e, known := commandTable[c.Name]
	code := ""
	switch {
	case !known:
		code = "invalid_request"
	case by.Role != "admin" && !strings.Contains(e.roles, letters[by.Role]+" "):
		code = "forbidden"
	case by.Role == "micollab" && s.text("product") != Meetings && assignable(s):
		code = "forbidden"
	case e.check != nil && !e.check(s):
		code = "invalid_field"
	case !s.exist(e.names):
		code = "not_found"
	case !e.anyState && s.dormant(e.names):
		code = "account_deactivated"
	default:
		code = e.do(s)
	}
	if code != "" {
		return m, Outcome{Refusal: code, Or: s.out.Or}
	}
	return s.m, s.out
}

// exist reports that everything named is there and the caller's to see.
func (s *step) exist(names []string) bool {
	for _, n := range names {
		id := s.text(n)
		switch n {
		case "partner_id":
			if _, ok := s.m.Partners[id]; !ok || !s.sees(id, "") {
				return false
			}
		case "order_id":
			if o, ok := s.m.Orders[id]; !ok || !s.sees(o.Partner, "") {
				return false
			}
		case "account_id":
			if a, ok := s.m.Accounts[id]; !ok || a.Status == "deleted" || !s.sees(a.Partner, id) {
				return false
			}
		case "subscription_id":
			if sub, ok := s.m.Subscriptions[id]; !ok || !s.sees(sub.Partner, sub.Account) {
				return false
			}
		case "user_id":
			if _, ok := s.m.Accounts[s.text("account_id")].Users[id]; !ok {
				return false
			}
		}
	}
	return true
}

// sees reports that a thing of a partner, and of an account unless "", is in
// the caller's scope.
func (s *step) sees(partner, account string) bool {
	switch s.caller.Role {
	case "partner":
		return s.caller.Scope == partner
	case "account_admin", "micollab":
		return s.caller.Scope == account
	}
	return true
}

func (s *step) dormant(names []string) bool {
	return slices.Contains(names, "account_id") && s.m.Accounts[s.text("account_id")].Status != "active"
}

// event records an event and answers with its position.
func (s *step) event(kind string) uint64 {
	s.out.Events = append(s.out.Events, kind)
	s.m.Position++
	return s.m.Position
}

// or accepts other refusals, too.
func (s *step) or(codes ...string) { s.out.Or = append(s.out.Or, codes...) }

func (s *step) text(field string) string { t, _ := s.body[field].(string); return t }

// account is the account that the command names.
func (s *step) account() Account { return s.m.Accounts[s.text("account_id")] }

// keep stores an account as the command leaves it.
func (s *step) keep(a Account) { s.m.Accounts[a.ID] = a }

func (s *step) moment(field string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, s.text(field))
	return t
}
