package aggregates

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// Spec is one row of the table of commands.
type Spec struct {
	Name  string
	Roles rule.Role // who may send it, Admin included
	Doc   string    // one sentence
	Rules []string  // ids of the rules that it obeys
	New   func() rule.Command
}

// command makes a row; admin may send every command.
func command[C any, PC interface {
	*C
	rule.Command
}](name string, roles rule.Role, doc string, rules ...string) Spec {
	return Spec{name, roles | rule.Admin, doc, rules, func() rule.Command { return PC(new(C)) }}
}

// Permit answers nil, or the refusal Forbidden where the caller's role may
// never send the command with this body (403; it comes before fields and
// existence).
func (s *Spec) Permit(c rule.Command, who rule.Caller) error {
	if !s.Roles.Has(who.Role) {
		return rule.Refuse(rule.Forbidden, "%s is not a command of the role %s", s.Name, who.Role)
	}
	return permit(c, who)
}

// permit asks the command itself, if it knows more than its roles.
func permit(c rule.Command, who rule.Caller) error {
	if p, ok := c.(rule.Permitter); ok {
		return p.Permit(who)
	}
	return nil
}

// Find returns the row of a command.
func Find(name string) (*Spec, bool) { s, ok := byName[name]; return s, ok }

var byName = func() map[string]*Spec {
	m := map[string]*Spec{}
	for i := range Commands {
		m[Commands[i].Name] = &Commands[i]
	}
	return m
}()

// Decode reads a body strictly: unknown or repeated members, wrong types and
// invalid UTF-8 are errors of shape (400).
func (s *Spec) Decode(body []byte) (rule.Command, error) {
	c := s.New()
	err := json.Unmarshal(body, c,
		json.RejectUnknownMembers(true), jsontext.AllowDuplicateNames(false), jsontext.AllowInvalidUTF8(false))
	return c, err
}
