package demodata

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// Limits of what can be asked for.
const (
	MaxUsers = 250_000
	MaxYears = 20
)

const (
	day = 24 * time.Hour
	// usersOfPartner is how many customers' users there are for one partner.
	usersOfPartner = 2000
	// largestShare of all users is in one account at most, and mostUsers.
	largestShare = 8
	mostUsers    = 5000
	// steepness makes most accounts small.
	steepness = 12
)

// Ask is what data are wanted.
type Ask struct {
	Users int       // of customers' accounts, about; 1 to MaxUsers
	Years int       // of history, 1 to MaxYears
	Seed  uint64    // the same seed, the same data
	End   time.Time // of the history
}

// step is a command of the plan. Steps of one moment and turn are independent
// of each other.
type step struct {
	at      time.Time
	turn    int
	by      rule.Caller
	name    string
	command rule.Command
}

// plan makes every step, in order.
func plan(a Ask) []step {
	p := &planner{Ask: a, begin: a.End.AddDate(-a.Years, 0, 0).UTC().Truncate(day)}
	r := p.chance(0)
	partners := (a.Users + usersOfPartner - 1) / usersOfPartner
	for i := range partners {
		p.partner(i, one(r, scripts), p.begin.Add(time.Duration(r.IntN(14))*day))
	}
	for left, i := a.Users, 0; left > 0; i++ {
		size := min(left, 3+int(float64(min(a.Users/largestShare, mostUsers))*math.Pow(r.Float64(), steepness))+r.IntN(20))
		left -= size
		p.account(i, i%partners, size)
	}
	slices.SortStableFunc(p.steps, func(a, b step) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.turn, b.turn)) })
	return p.steps
}

// planner gathers the steps.
type planner struct {
	Ask
	begin  time.Time
	steps  []step
	phones int // given out; each is one user's in the whole ledger
}

// chance is a source of chance of its own for each thing that is planned, so
// that one does not change the other.
func (p *planner) chance(of uint64) *rand.Rand { return rand.New(rand.NewPCG(p.Seed, of)) } // #nosec G404 -- the same seed makes the same data

func (p *planner) add(at time.Time, turn int, by rule.Caller, name string, c rule.Command) {
	if at.Before(p.End) {
		p.steps = append(p.steps, step{at, turn, by, name, c})
	}
}

// who sends what.
func (p *planner) admin() rule.Caller { return rule.Caller{Role: rule.Admin, Actor: "demo-admin"} }
func (p *planner) system() rule.Caller {
	return rule.Caller{Role: rule.System, Actor: "demo-system"}
}
func (p *planner) ledger() rule.Caller { return rule.Caller{Role: rule.Ledger, Actor: "ledger"} }

func partnerID(i int) string { return fmt.Sprintf("partner-%03d", i+1) }

// partner plans a partner and the people of its own account.
func (p *planner) partner(i int, s script, at time.Time) {
	id, r := partnerID(i), p.chance(1+uint64(i))
	p.add(at, 0, p.admin(), "RegisterPartner", &partner.RegisterPartner{
		PartnerID: id, Name: fmt.Sprintf(one(r, s.company), one(r, s.last)), Country: s.country, EmailDomains: []string{id + ".example"},
	})
	own := &book{planner: p, r: r, script: s, id: id, partner: id, domain: id + ".example"}
	for n := range 3 + r.IntN(5) {
		own.hire(at, 1, n == 0)
	}
}
