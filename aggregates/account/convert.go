package account

import (
	"fmt"
	"slices"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/consumer"
	"github.com/seatledger/seatledger/aggregates/publicdomain"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// MaxConversions is how many users one command converts.
const MaxConversions = 250

// Conversion is a consumer user to be converted, with the licences that were
// chosen at the review.
type Conversion struct {
	Email    string   `json:"email" doc:"E-mail address of a consumer user"`
	Products []string `json:"products,omitzero" doc:"Products of kind licence or service that the user is given"`
}

// ConvertUsers moves consumer users into an account, with their ids, all of
// them or none (CNV-1 to CNV-6).
type ConvertUsers struct {
	InAccount
	Users []Conversion `json:"users" doc:"Who is converted, 1 to 250"`
}

// Check reports unacceptable fields.
func (c *ConvertUsers) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	if len(c.Users) == 0 {
		k.Fail("users", "must have at least one user")
	}
	k.AtMost("users", len(c.Users), MaxConversions)
	seen := map[string]bool{}
	for i := range c.Users {
		u, path := &c.Users[i], fmt.Sprintf("users[%d].", i)
		k.Email(path+"email", &u.Email)
		if seen[u.Email] {
			k.Fail(path+"email", "stands twice")
		}
		seen[u.Email] = true
		u.checkProducts(k, path)
	}
}

// checkProducts: each once, and one tier of a family (LIC-3, LIC-4).
func (v *Conversion) checkProducts(k *rule.Checker, path string) {
	families := map[string]bool{}
	for i, id := range v.Products {
		field := fmt.Sprintf("%sproducts[%d]", path, i)
		k.OneOf(field, id, catalogue.Assignable()...)
		p := catalogue.Find(id)
		switch {
		case slices.Contains(v.Products[:i], id):
			k.Fail(field, "stands twice")
		case p != nil && p.Family != "" && families[p.Family]:
			k.Fail(field, "is another tier of the same family: a user has one")
		case p != nil:
			families[p.Family] = true
		}
	}
}

// Names: a partner that is mapped to the account may name it (SUB-5).
func (c *ConvertUsers) Names() rule.Names { return rule.Names{Account: c.AccountID, Mapped: true} }

// Find wants every address to be a consumer user's; one who was converted is
// one still.
func (c *ConvertUsers) Find(r row.Reader) error {
	for i := range c.Users {
		if consumer.ByEmail(r, c.Users[i].Email) == nil {
			return rule.Refuse(rule.NotFound, "users[%d].email: there is no consumer user with this address", i)
		}
	}
	return nil
}

// Decide asks for the partner's right, the switches of the account, each
// domain, each user and the pools, in this order. Who is in the account
// already gets what licences are missing.
func (c *ConvertUsers) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	moves := c.moves(r, a)
	for _, err := range []error{
		notFullAdministrator(r, a, ctx.Caller), a.notByHand(), moves.publicDomain(), moves.convertedElsewhere(a),
		moves.noAdminInDomain(r, a), moves.inUse(r, a), moves.noLicenses(r, a, ctx.Caller.Role),
	} {
		if err != nil {
			return rule.Decision{}, err
		}
	}
	var ps []events.Payload
	for _, m := range moves {
		if m.joined == nil {
			ps = append(ps, &events.UserConverted{AccountID: a.AccountID, UserID: m.user.UserID,
				PersonID: m.user.PersonID, Email: events.Clear(m.user.Email.Plain), Role: RoleUser})
		}
		for _, p := range m.products {
			ps = append(ps, m.will().given(a.AccountID, p)...)
		}
	}
	return a.decided(ps...)
}

// move is one user on the way into the account.
type move struct {
	at       int // in the command
	user     *consumer.User
	joined   *User // in the account already, converted by an earlier command
	products []*catalogue.Product
}

type moves []move

func (c *ConvertUsers) moves(r row.Reader, a *Account) moves {
	list := make(moves, 0, len(c.Users))
	for i := range c.Users {
		m := move{at: i, user: consumer.ByEmail(r, c.Users[i].Email)}
		if m.user.AccountID == a.AccountID {
			if u := Users.Get(r, a.AccountID, m.user.UserID); u != nil && u.PersonID == m.user.PersonID {
				m.joined = u
			}
		}
		for _, id := range c.Users[i].Products {
			if !m.will().Has(id) {
				m.products = append(m.products, catalogue.Find(id))
			}
		}
		list = append(list, m)
	}
	return list
}

// will is the user as the account has it, or will have it.
func (m *move) will() *User {
	if m.joined != nil {
		return m.joined
	}
	return &User{UserID: m.user.UserID}
}

// domain is that of the user's address.
func (m *move) domain() string { return m.user.Domain }

func (ms moves) publicDomain() error {
	for _, m := range ms {
		if publicdomain.Is(m.domain()) {
			return rule.Refuse(rule.PublicEmailDomain,
				"users[%d].email: anyone can have an address in %q; invite the user under another address, as that of the company", m.at, m.domain())
		}
	}
	return nil
}

func (ms moves) convertedElsewhere(a *Account) error {
	for _, m := range ms {
		if m.user.Converted() && m.joined == nil {
			return rule.Refuse(rule.AlreadyConverted, "users[%d].email: consumer user %q was converted before", m.at, m.user.UserID)
		}
	}
	return nil
}

// noAdminInDomain wants an active account admin in every domain (CNV-2).
func (ms moves) noAdminInDomain(r row.Reader, a *Account) error {
	domains := AdminDomains(r, a.AccountID)
	for _, m := range ms {
		if m.joined == nil && !slices.Contains(domains, m.domain()) {
			return rule.Refuse(rule.NoAdminInDomain, "account %q has no account admin with an address in %q", a.AccountID, m.domain())
		}
	}
	return nil
}

// inUse wants ids and addresses that no user of the account has.
func (ms moves) inUse(r row.Reader, a *Account) error {
	for _, m := range ms {
		if m.joined != nil {
			continue
		}
		if Users.Get(r, a.AccountID, m.user.UserID) != nil {
			return rule.Refuse(rule.AlreadyExists, "account %q has a user %q already", a.AccountID, m.user.UserID)
		}
		if err := a.emailInUse(r, m.user.Email.Plain, m.user.UserID); err != nil {
			return err
		}
	}
	return nil
}

// noLicenses asks for all licences of the command at once who manages them,
// whether they are integrated, and whether there are as many seats (LIC-1).
func (ms moves) noLicenses(r row.Reader, a *Account, by rule.Role) error {
	var products []*catalogue.Product
	need := map[string]int{}
	for _, m := range ms {
		for _, p := range m.products {
			if need[p.ID]++; need[p.ID] == 1 {
				products = append(products, p)
			}
		}
	}
	for _, rule := range []func(*catalogue.Product) error{
		func(p *catalogue.Product) error { return a.notManageable(p, by) },
		a.notIntegrated,
		func(p *catalogue.Product) error { return a.noSeats(r, p.ID, need[p.ID]) },
	} {
		for _, p := range products {
			if err := rule(p); err != nil {
				return err
			}
		}
	}
	return nil
}
