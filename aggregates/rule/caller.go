package rule

import (
	"time"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Role is what a caller is, as a bit, so that a set of roles is a Role too.
type Role uint16

// The roles (contract, section 6).
const (
	Admin Role = 1 << iota
	Partner
	AccountAdmin
	MiCollab
	System
	Operator
	Auditor
	Consumer
	// Ledger is the ledger itself: its clock and other processes.
	Ledger
)

// Roles lists the roles that callers can have, by name.
var Roles = []struct {
	Name string
	Role Role
}{
	{"admin", Admin}, {"partner", Partner}, {"account_admin", AccountAdmin}, {"micollab", MiCollab},
	{"system", System}, {"operator", Operator}, {"auditor", Auditor}, {"consumer", Consumer},
}

// Has reports that r is one of set.
func (set Role) Has(r Role) bool { return set&r != 0 }

func (set Role) String() string {
	if set == Ledger {
		return "ledger"
	}
	for _, r := range Roles {
		if r.Role == set {
			return r.Name
		}
	}
	return "none"
}

// Caller is who asks, and what is theirs to see.
type Caller struct {
	Role    Role
	Partner string // the partner that the caller is bound to, or ""
	Account string // the account that the caller is bound to, or ""
	Actor   string // opaque id for the record
}

// Sees reports that what belongs to a partner, and to an account if any, is
// within the caller's scope (contract, section 6). A caller of a bound role
// that is bound to nothing sees nothing.
func (c Caller) Sees(partner, account string) bool {
	switch c.Role {
	case Admin, System, Operator, Ledger:
		return true
	case Auditor:
		return c.Partner == "" || c.Partner == partner
	case Partner, Consumer:
		return c.Partner != "" && c.Partner == partner
	case AccountAdmin, MiCollab:
		return c.Account != "" && c.Account == account && (c.Partner == "" || c.Partner == partner)
	}
	return false
}

// Context is what a decision is given besides command and state: nothing is
// read from clocks or random sources by the rules themselves.
type Context struct {
	Now    time.Time
	NewID  func() string // a ULID
	Caller Caller
}

// Decision is what a command that is not refused comes to.
type Decision struct {
	Drafts   []events.Draft // empty: nothing had to change
	ID       string         // what a creating command created
	Warnings []Warning
	// Refused is a refusal that is remembered like any other answer: the same
	// idempotency key gets it again, whatever has changed. Then there are no
	// Drafts. Rows of an import end so, for each of them happens once.
	Refused *Refusal
}

// Warning tells of something that is accepted but may not be meant.
type Warning struct {
	Code    string `json:"code"`
	UserID  string `json:"user_id,omitzero"`
	Message string `json:"message"`
}

// The codes of warnings.
const (
	PreferredSiteMissing = "preferred_site_missing" // WHS-4, IMP-5
	BaseLicensesAdded    = "base_licenses_added"    // IMP-4
)

// Command is an intention. Values are made by decoding a body strictly.
type Command interface {
	// Check reports unacceptable fields, and normalises the others.
	Check(c *Checker)
	// Names says what must exist and be the caller's before any rule is asked.
	Names() Names
	// Decide applies the rules to the state. It is pure: same state, command
	// and context, same answer. Errors are *Refusal, or Invalid for a field
	// that only the state can judge.
	Decide(r row.Reader, ctx *Context) (Decision, error)
}

// Permitter is a command that not every caller of its roles may send with
// every body. Permit answers nil, or the refusal Forbidden.
type Permitter interface{ Permit(who Caller) error }

// Seeker is a command that names things by more than their ids. Find answers
// nil, or the refusal NotFound.
type Seeker interface{ Find(row.Reader) error }

// Names is what a command names; empty means not named.
type Names struct {
	Partner, Account, Order, User, Subscription string
	// Locations of the account.
	Locations []string
	// Mapped: a partner that a subscription maps to the account may name it,
	// too (SUB-5).
	Mapped bool
	// Offered is an account that need not be the caller's: the command itself
	// decides whether it may be named (SUB-5).
	Offered string
	// AnyState: the account may be deactivated.
	AnyState bool
	// EvenDeleted: the account may be in any state, deleted too (section 2:
	// ErasePerson and the ledger's own commands).
	EvenDeleted bool
}
