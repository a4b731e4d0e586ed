package demodata

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

const (
	meetings = account.MiTeamMeetings
	// headquarters is the location that every account has.
	headquarters = "hq"
	// hiredAtOnce is how many people join an account on one day of its start.
	hiredAtOnce = 200
	term        = 365 * day // of an order
)

// book is one account's plan, and what of its state the rules ask about.
type book struct {
	*planner
	r       *rand.Rand
	script  script
	id      string
	partner string
	domain  string

	people   []string        // users of now, in the order in which they came
	licensed map[string]bool // who has a MiTeam Meetings licence
	managed  bool            // by MiCollab
	on       bool            // the MiTeam Meetings integration
	hired    int
	orders   int
	renewals []time.Time // when an order is assigned

	luck      *rand.Rand // what Webex comes of
	wholesale bool       // it gives out packages
}

// accountSeed is the first source of chance of accounts; partners come before.
const accountSeed = 1 << 20

// account plans an account with about size users, from its first day to now.
func (p *planner) account(i, of, size int) {
	r := p.chance(accountSeed + uint64(i))
	b := &book{planner: p, r: r, script: one(r, scripts), id: fmt.Sprintf("account-%05d", i+1), partner: partnerID(of), licensed: map[string]bool{}}
	b.domain = b.id + ".example"
	whole := p.End.Sub(p.begin)
	at := b.hour(p.begin.Add(20*day + time.Duration(r.Float64()*0.7*float64(whole-30*day))))
	b.found(at)
	b.webex(i, at)
	b.buy(at, size+size/4+r.IntN(10)+2)
	for n := 0; n < size; n++ {
		b.hire(at.Add(time.Duration(n/hiredAtOnce)*day), 4, n == 0)
	}
	at = at.Add(time.Duration(size/hiredAtOnce+5) * day)
	for b.life(b.hour(at)) {
		at = at.Add(time.Duration(4+r.IntN(17)) * day)
	}
}

// hour is a working hour of a day.
func (b *book) hour(t time.Time) time.Time {
	return t.Truncate(day).Add(time.Duration(8*60+b.r.IntN(9*60)) * time.Minute)
}

func (b *book) boss() rule.Caller {
	return rule.Caller{Role: rule.Partner, Partner: b.partner, Actor: "desk-" + b.partner}
}

// keeper is who manages the licences now.
func (b *book) keeper() rule.Caller {
	if b.managed {
		return rule.Caller{Role: rule.MiCollab, Account: b.id, Actor: "micollab-" + b.id}
	}
	return b.boss()
}

func (b *book) in() account.InAccount { return account.InAccount{AccountID: b.id} }

func (b *book) of(user string) account.OfUser { return account.OfUser{InAccount: b.in(), UserID: user} }

// found makes the account and switches on what it uses.
func (b *book) found(at time.Time) {
	s, r := b.script, b.r
	kind := "cloudlink"
	if r.IntN(5) == 0 {
		kind = "micloud_connect"
	}
	b.add(at, 0, b.boss(), "CreateAccount", &account.CreateAccount{
		AccountID: b.id, PartnerID: b.partner, Name: fmt.Sprintf(one(r, s.company), one(r, s.last)), Country: s.country,
		Address: s.street + " " + fmt.Sprint(1+r.IntN(200)), City: s.city, PostalCode: s.postal, DefaultLanguage: s.language,
		CloudLocation: one(r, []string{"EU", "EU", "US", "APAC"}), Kind: kind,
		SupportContacts: []account.ContactDetails{{Email: "support@" + b.domain, Name: one(r, s.last) + " " + one(r, s.first)}},
	})
	b.add(at, 1, b.boss(), "ClaimDomain", &account.ClaimDomain{DomainOf: account.DomainOf{InAccount: b.in(), Domain: b.domain}})
	b.add(at.Add(2*day), 1, b.system(), "VerifyDomain", &account.VerifyDomain{DomainOf: account.DomainOf{InAccount: b.in(), Domain: b.domain}})
	b.add(at.Add(day), 1, b.system(), "RecordCustomerNumber", &account.RecordCustomerNumber{InAccount: b.in(), CustomerNumber: fmt.Sprintf("%08d", r.IntN(1e8))})
	b.add(at, 1, b.boss(), "AddLocation", &account.AddLocation{InAccount: b.in(), LocationID: headquarters,
		LocationDetails: account.LocationDetails{Name: s.city, Country: s.country}})
	b.toggle(at, 1, "CloudLinkGateway", true)
	b.toggle(at, 1, "MiTeamMeetings", true)
	b.on = true
	b.add(at.Add(3*day), 1, b.system(), "CompleteGatewayOnboarding", &account.CompleteGatewayOnboarding{InAccount: b.in(), PBXType: one(r, []string{"MiVoice Business", "MiVoice 5000", "MX-ONE"})})
}

func (b *book) toggle(at time.Time, turn int, name string, on bool) {
	verb := "Disable"
	if on {
		verb = "Enable"
	}
	for _, i := range events.Integrations {
		if i.Name == name {
			c := account.NewSwitchIntegration(i, on)
			c.AccountID = b.id
			b.add(at, turn, b.boss(), verb+name+"Integration", c)
		}
	}
}

// buy plans an order with seats for all, renewed in time for ever, or a
// perpetual one; what is not renewed expires.
func (b *book) buy(at time.Time, seats int) {
	perpetual := b.r.IntN(3) == 0
	for from := at; ; from = from.Add(term - 20*day) {
		b.orders++
		b.renewals = append(b.renewals, from)
		o := &order.PlaceOrder{OrderID: fmt.Sprintf("%s-%d", b.id, b.orders), PartnerID: b.partner, Lines: []events.Line{{Product: meetings, Quantity: seats}},
			ResellerPO: fmt.Sprintf("R-%d", b.r.IntN(1e6)), CustomerPO: fmt.Sprintf("C-%d", b.r.IntN(1e6)), SAPOrderID: fmt.Sprintf("%010d", b.r.IntN(1e9))}
		expires := from.Add(term)
		if !perpetual {
			o.ExpiresAt = expires
		}
		b.add(from, 2, b.system(), "PlaceOrder", o)
		b.add(from, 3, b.boss(), "AssignOrder", &order.AssignOrder{OrderID: o.OrderID, AccountID: b.id})
		if perpetual || !from.Before(b.End) {
			return
		}
		b.add(expires.Add(time.Minute), 0, b.ledger(), "ExpireOrder", &order.ExpireOrder{OrderID: o.OrderID})
	}
}
