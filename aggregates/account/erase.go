package account

import (
	"maps"
	"slices"

	"github.com/seatledger/seatledger/aggregates/consumer"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// ConfirmErase is the word that confirms an erasure.
const ConfirmErase = "erase"

// MaxErasedPersons is how many persons one PersonErased names; it must fit
// its entry.
const MaxErasedPersons = 1000

// ErasePerson makes what is known of a person unreadable, wherever it stands
// in the account and its history: the user with an id or an address, whoever
// was that user before, the support contacts with the same address, those that
// were removed too, and the consumer user with it. It works on accounts in
// every state (section 2). Without an account it is on a consumer user, and on
// the contacts of subscriptions that are not mapped yet.
type ErasePerson struct {
	AccountID string `json:"account_id,omitzero" doc:"Account that the person is erased in; an admin may leave it out for a consumer user"`
	UserID    string `json:"user_id,omitzero" doc:"User, or who was one; or give email"`
	Email     string `json:"email,omitzero" doc:"E-mail address of a user or support contact; or give user_id"`
	Confirm   string `json:"confirm" doc:"The word erase"`
}

// Check reports unacceptable fields.
func (c *ErasePerson) Check(k *rule.Checker) {
	k.OptionalID("account_id", c.AccountID)
	switch {
	case c.UserID == "" && c.Email == "":
		k.Fail("user_id", "must be given, or email")
	case c.UserID != "" && c.Email != "":
		k.Fail("email", "must not be given beside user_id")
	case c.UserID != "":
		k.ID("user_id", c.UserID)
	default:
		k.Email("email", &c.Email)
	}
}

// Names: the account may be in any state, deleted too.
func (c *ErasePerson) Names() rule.Names {
	return rule.Names{Account: c.AccountID, EvenDeleted: true}
}

// Decide names the persons whose keys are to go, an event a user; contacts
// go with the first. An address that nobody has is no change: whether it was
// erased before is not known any more.
func (c *ErasePerson) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	if c.AccountID == "" {
		return c.decideNowhere(r, ctx)
	}
	a := Accounts.Get(r, c.AccountID, "")
	of := c.persons(r, a)
	if c.UserID != "" && len(of) == 0 {
		return refused(rule.NotFound, "there is no user %q in account %q", c.UserID, a.AccountID)
	}
	if c.Confirm != ConfirmErase {
		return refused(rule.ConfirmationRequired, "confirm must be the word %q", ConfirmErase)
	}
	byUser, contacts := map[string][]string{}, []string(nil)
	for _, p := range of {
		switch {
		case p.Email.Erased:
		case p.UserID == "":
			contacts = append(contacts, p.PersonID)
		default:
			byUser[p.UserID] = append(byUser[p.UserID], p.PersonID)
		}
	}
	users := slices.Sorted(maps.Keys(byUser))
	if len(users) == 0 && len(contacts) > 0 {
		users = []string{""}
	}
	var ps []events.Payload
	for i, user := range users {
		ids := byUser[user]
		if i == 0 {
			ids = append(ids, contacts...)
		}
		for some := range slices.Chunk(ids, MaxErasedPersons) {
			ps = append(ps, &events.PersonErased{AccountID: a.AccountID, UserID: user, PersonIDs: some})
		}
	}
	return a.decided(ps...)
}

// persons finds all that the command is on, those erased already too.
func (c *ErasePerson) persons(r row.Reader, a *Account) []*Leaver {
	var of, others []*Leaver
	if u := c.user(r); u != nil {
		of = append(of, &Leaver{PersonID: u.PersonID, UserID: u.UserID, Email: u.Email})
	}
	for _, l := range Leavers.Scan(r, a.AccountID) {
		if c.UserID != "" && l.UserID == c.UserID {
			of = append(of, l)
		} else if c.Email != "" || l.UserID == "" {
			others = append(others, l)
		}
	}
	for _, s := range a.SupportContacts {
		others = append(others, &Leaver{PersonID: s.PersonID, Email: s.Email})
	}
	addresses := map[string]bool{EmailKey(c.Email): true}
	for _, l := range of {
		addresses[EmailKey(l.Email.Plain)] = true
	}
	delete(addresses, "")
	for _, l := range others {
		if addresses[EmailKey(l.Email.Plain)] {
			of = append(of, l)
		}
	}
	for _, address := range slices.Sorted(maps.Keys(addresses)) {
		u := consumer.ByEmail(r, address)
		if u != nil && !slices.ContainsFunc(of, func(l *Leaver) bool { return l.PersonID == u.PersonID }) {
			of = append(of, &Leaver{PersonID: u.PersonID, Email: u.Email})
		}
	}
	return of
}

// decideNowhere is on persons whom no partner and no account has: a consumer
// user, the contacts of subscriptions that are not mapped. It is the admin's to
// decide. Who was converted is erased where it went.
func (c *ErasePerson) decideNowhere(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	if ctx.Caller.Role != rule.Admin {
		return rule.Decision{}, rule.Invalid{{Field: "account_id", Message: "must be given: a person is erased account by account"}}
	}
	u := consumer.ByEmail(r, c.Email)
	if c.UserID != "" {
		u = consumer.Users.Get(r, c.UserID, "")
	}
	switch {
	case u == nil && c.UserID != "":
		return refused(rule.NotFound, "there is no consumer user %q", c.UserID)
	case u != nil && u.Converted():
		there := ErasePerson{AccountID: u.AccountID, UserID: u.UserID, Confirm: c.Confirm}
		return there.Decide(r, ctx)
	case c.Confirm != ConfirmErase:
		return refused(rule.ConfirmationRequired, "confirm must be the word %q", ConfirmErase)
	}
	p := &events.PersonErased{}
	if u != nil && !u.Email.Erased {
		p.UserID, p.PersonIDs = u.UserID, []string{u.PersonID}
	}
	for _, l := range Leavers.Scan(r, events.NoPartner) {
		if !l.Email.Erased && l.Email.Plain != "" && (EmailKey(l.Email.Plain) == c.Email || u != nil && l.Email.Plain == u.Email.Plain) {
			p.PersonIDs = append(p.PersonIDs, l.PersonID)
		}
	}
	var d rule.Decision
	for some := range slices.Chunk(p.PersonIDs, MaxErasedPersons) {
		d.Drafts = append(d.Drafts, events.Draft{Partner: events.NoPartner, AggregateID: events.NoPartner,
			Data: &events.PersonErased{UserID: p.UserID, PersonIDs: some}})
	}
	return d, nil
}

// user is the user of now that the command names, or nil.
func (c *ErasePerson) user(r row.Reader) *User {
	id := c.UserID
	if id == "" {
		o := Emails.Get(r, c.AccountID, EmailKey(c.Email))
		if o == nil {
			return nil
		}
		id = o.ID
	}
	return Users.Get(r, c.AccountID, id)
}

// erase folds an erasure. Users and contacts stay; of what is known of them
// the sealed form stays, which nobody can open. All is found by the persons'
// ids, for once their keys are gone nothing else of them is known.
func erase(tx row.Tx, p *events.PersonErased) {
	scope := p.AccountID
	if scope == "" {
		scope = events.NoPartner
	}
	erased := func(person string) bool { return slices.Contains(p.PersonIDs, person) }
	if p.UserID != "" {
		editReachable(tx, p.AccountID, p.UserID, func(u *User) {
			if erased(u.PersonID) {
				setEmail(tx, p.AccountID, p.UserID, u.Email, events.Personal{})
				forget(u)
			}
		})
	}
	a := Accounts.Get(tx, p.AccountID, "")
	if a != nil && slices.ContainsFunc(a.SupportContacts, func(c events.Contact) bool { return erased(c.PersonID) }) {
		edit(tx, p.AccountID, func(a *Account) {
			a.SupportContacts = slices.Clone(a.SupportContacts)
			for i := range a.SupportContacts {
				if c := &a.SupportContacts[i]; erased(c.PersonID) {
					forget(c)
				}
			}
		})
	}
	for _, person := range p.PersonIDs {
		if old := Leavers.Get(tx, scope, person); old != nil {
			l := *old
			forget(&l)
			Leavers.Put(tx, scope, person, &l)
		}
	}
}

// forget leaves the sealed form of a row's personal data alone. The row must
// be a copy.
func forget(v events.Personable) {
	for _, f := range v.Persons() {
		*f = events.Personal{Sealed: f.Sealed, Erased: true}
	}
}
