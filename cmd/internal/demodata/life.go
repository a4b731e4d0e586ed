package demodata

import (
	"fmt"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/consumer"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/events"
)

// hire adds a person, most of whom get a licence. Steps take the turns from turn
// to turn+2.
func (b *book) hire(at time.Time, turn int, admin bool) {
	b.hired++
	s, r := b.script, b.r
	u := &account.AddUser{InAccount: b.in(), UserID: fmt.Sprintf("user-%05d", b.hired), Email: fmt.Sprintf("user%d@%s", b.hired, b.domain),
		FirstName: one(r, s.first), LastName: one(r, s.last)}
	if admin {
		u.Role = account.RoleAccountAdmin
	}
	b.add(at, turn, b.boss(), "AddUser", u)
	b.people = append(b.people, u.UserID)
	b.packaged(at, turn+1, u.UserID)
	if b.on && r.IntN(10) < 8 {
		b.assign(at, turn+1, u.UserID)
	}
}

// assign gives a licence to somebody who has none. There always is a seat.
func (b *book) assign(at time.Time, turn int, user string) {
	if !b.licensed[user] {
		b.licensed[user] = true
		b.add(at, turn, b.keeper(), "AssignLicense", &account.AssignLicense{LicenseOf: account.LicenseOf{OfUser: b.of(user), Product: meetings}})
	}
}

// somebody is a user of now who is not the first, the administrator.
func (b *book) somebody() string {
	if len(b.people) < 2 {
		return ""
	}
	return b.people[1+b.r.IntN(len(b.people)-1)]
}

// life plans one day of an account. It reports that there is a next one.
func (b *book) life(at time.Time) bool {
	if !at.Before(b.End) {
		return false
	}
	user := b.somebody()
	switch n := b.r.IntN(40); {
	case n == 0:
		b.collab(at)
	case n == 1:
		b.order(at)
	case n == 2:
		b.add(at, 0, b.boss(), "ReportProblem", &account.ReportProblem{InAccount: b.in(), Summary: one(b.r, problems)})
	case n == 3:
		b.takeOver(at)
	case n == 4 && b.r.IntN(4) == 0:
		b.pause(at)
	case n < 9 && len(b.licensed) > 0 && b.hired < len(b.people)*2:
		b.leave(at, user)
	case n < 15 && len(b.licensed)*5 < b.hired*6:
		b.swap(at, user)
	case n < 20 && user != "":
		b.phones++
		phone, location := fmt.Sprintf("+3902%08d", b.phones), headquarters
		b.add(at, 0, b.boss(), "UpdateUser", &account.UpdateUser{OfUser: b.of(user), PhoneNumber: &phone, LocationID: &location})
	default:
		for range min(3, len(b.people)) {
			who := one(b.r, b.people)
			b.add(at, b.r.IntN(9), b.system(), "RecordUserActivity", &account.RecordUserActivity{OfUser: b.of(who), At: at.Add(-time.Duration(1+b.r.IntN(120)) * time.Minute)})
		}
	}
	return true
}

var problems = []string{
	"No dial tone since this morning.", "Die Konferenz bricht nach 30 Minuten ab.", "L’audio arriva in ritardo.", "通話が途切れます。",
	"Η κλήση δεν συνδέεται.", "Звука няма.",
}

// leave removes somebody, and hires another.
func (b *book) leave(at time.Time, user string) {
	if user == "" {
		return
	}
	b.add(at, 0, b.boss(), "RemoveUser", &account.RemoveUser{OfUser: b.of(user)})
	for i, id := range b.people {
		if id == user {
			b.people = append(b.people[:i:i], b.people[i+1:]...)
		}
	}
	delete(b.licensed, user)
	b.hire(at, 1, false)
}

// swap takes somebody's licence back, or gives one.
func (b *book) swap(at time.Time, user string) {
	switch {
	case user == "" || !b.on:
	case b.licensed[user]:
		delete(b.licensed, user)
		b.add(at, 0, b.keeper(), "UnassignLicense", &account.UnassignLicense{LicenseOf: account.LicenseOf{OfUser: b.of(user), Product: meetings}})
	default:
		b.assign(at, 0, user)
	}
}

// collab switches MiCollab on; later it and MiTeam Meetings go off, in either
// order, which ends differently (INT-4); then all is as before.
func (b *book) collab(at time.Time) {
	b.toggle(at, 0, "MiCollab", true)
	b.managed = true
	if user := b.somebody(); user != "" {
		b.swap(at.Add(day), user)
	}
	off := at.Add(time.Duration(2+b.r.IntN(2)) * day)
	if b.r.IntN(2) == 0 {
		b.toggle(off, 0, "MiCollab", false)
		b.toggle(off, 1, "MiTeamMeetings", false)
		clear(b.licensed)
	} else {
		b.toggle(off, 0, "MiTeamMeetings", false)
		b.toggle(off, 1, "MiCollab", false)
	}
	b.managed = false
	b.toggle(off, 2, "MiTeamMeetings", true)
	for _, user := range b.people[:len(b.people)*3/4] {
		b.assign(off, 3, user)
	}
}

// order is one that is cancelled, or not assigned yet.
func (b *book) order(at time.Time) {
	b.orders++
	o := &order.PlaceOrder{OrderID: fmt.Sprintf("%s-%d", b.id, b.orders), PartnerID: b.partner,
		Lines: []events.Line{{Product: one(b.r, []string{"mitel_one_essential", "mitel_one_premier", "mitel_one_elite"}), Quantity: 1 + b.r.IntN(50)}}}
	b.add(at, 0, b.boss(), "PlaceOrder", o)
	if b.r.IntN(2) == 0 {
		b.add(at.Add(day), 0, b.boss(), "CancelOrder", &order.CancelOrder{OrderID: o.OrderID, Reason: "ordered twice"})
	}
}

// takeOver converts a consumer user, and invites somebody.
func (b *book) takeOver(at time.Time) {
	b.hired++
	user, email := fmt.Sprintf("%s-c%d", b.id, b.hired), fmt.Sprintf("consumer%d@%s", b.hired, b.domain)
	b.add(at, 0, b.system(), "RegisterConsumerUser", &consumer.RegisterConsumerUser{UserID: user, Email: email})
	if b.r.IntN(3) > 0 {
		b.add(at.Add(2*day), 0, b.boss(), "ConvertUsers", &account.ConvertUsers{InAccount: b.in(), Users: []account.Conversion{{Email: email}}})
	}
	b.add(at, 1, b.boss(), "InviteUser", &account.InviteUser{InAccount: b.in(), Email: fmt.Sprintf("guest%d@%s", b.hired, b.domain)})
}

// pause deactivates the account for a night, unless an order is due.
func (b *book) pause(at time.Time) {
	for _, t := range b.renewals {
		if t.Sub(at).Abs() < day {
			return
		}
	}
	b.add(at, 5, b.boss(), "DeactivateAccount", &account.DeactivateAccount{InAccount: b.in(), Confirm: account.ConfirmDeactivate})
	b.add(at.Add(12*time.Hour), 5, b.boss(), "ReactivateAccount", &account.ReactivateAccount{InAccount: b.in()})
}
