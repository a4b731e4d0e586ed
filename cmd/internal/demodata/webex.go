package demodata

import (
	"strconv"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/events"
)

const (
	// webexSeed is the first source of chance of what accounts have of Webex.
	webexSeed = 1 << 40
	// wholesaleShare: one account in so many gives out packages.
	wholesaleShare = 3
	// subscriptionShare: one account in so many buys a Webex order.
	subscriptionShare = 4
	// subscriptionPause lies between two steps of its provisioning; all are
	// before the account's life begins.
	subscriptionPause = 9 * time.Hour
)

// webex plans what the account has of Webex: packages, and a subscription that
// is provisioned, or was left on the way.
func (b *book) webex(i int, at time.Time) {
	b.luck = b.chance(webexSeed + uint64(i))
	if b.luck.IntN(wholesaleShare) == 0 {
		b.wholesale = true
		b.add(at, 2, b.boss(), "SetWholesalePackages", &account.SetWholesalePackages{InAccount: b.in(), Complete: true, Packages: []account.PackageSetting{
			{Package: "webex_calling"}, {Package: "webex_meetings"}, {Package: "attendant_console"}}})
	}
	if b.luck.IntN(subscriptionShare) == 0 {
		b.subscribe(at)
	}
}

// packaged gives most new users of a wholesale account a package, and some an
// add-on. Steps take the turns turn and turn+1.
func (b *book) packaged(at time.Time, turn int, user string) {
	if !b.wholesale || b.luck.IntN(5) == 0 {
		return
	}
	c := &account.ChangeUserPackage{OfUser: b.of(user), Package: "webex_meetings", Calling: account.Calling{PreferredSite: b.id}}
	calling := b.luck.IntN(3) > 0
	if calling {
		c.Package, c.Calling = "webex_calling", account.Calling{LocationID: headquarters, Extension: strconv.Itoa(1000 + b.hired)}
	}
	b.add(at, turn, b.boss(), "ChangeUserPackage", c)
	if calling && b.luck.IntN(10) == 0 {
		b.add(at, turn+1, b.boss(), "AssignAddOn", &account.AssignAddOn{AddOnOf: account.AddOnOf{OfUser: b.of(user), AddOn: "attendant_console"}})
	}
}

// subscribe plans the provisioning of a Webex order, which one in four leave
// before it is complete.
func (b *book) subscribe(at time.Time) {
	r, s := b.luck, subscription.OfSubscription{SubscriptionID: b.id + "-webex"}
	half, seats := 1+r.IntN(20), 5+r.IntN(200)
	sites := []subscription.SiteDetails{{SiteURL: b.id, TimeZone: "Europe/Rome", Licenses: half}, {SiteURL: b.id + "-lab", TimeZone: "UTC", Licenses: seats}}
	steps := []struct {
		by      rule.Caller
		name    string
		command rule.Command
	}{
		{b.system(), "ReceiveSubscription", &subscription.ReceiveSubscription{SubscriptionID: s.SubscriptionID, ProvisioningContact: "orders@" + b.partner + ".example",
			Language: b.script.language, Services: []events.SubscriptionLine{{Service: "meetings", Quantity: half + seats}, {Service: "calling", Quantity: seats}}}},
		{b.system(), "DeclareOrderFor", &subscription.DeclareOrderFor{OfSubscription: s, For: subscription.ForCustomer}},
		{b.system(), "MapPartnerOrganization", &subscription.MapPartnerOrganization{OfSubscription: s, PartnerID: b.partner}},
		{b.boss(), "MapCustomerOrganization", &subscription.MapCustomerOrganization{OfSubscription: s, AccountID: b.id}},
		{b.boss(), "SetUpMeetings", &subscription.SetUpMeetings{OfSubscription: s, Sites: sites}},
		{b.boss(), "PostponeSetup", &subscription.PostponeSetup{OfSubscription: s}},
		{b.boss(), "SetUpCalling", &subscription.SetUpCalling{OfSubscription: s, Location: account.LocationDetails{Name: b.script.city + " 2", Country: b.script.country}}},
		{b.boss(), "CompleteSetup", &subscription.CompleteSetup{OfSubscription: s}},
	}
	if r.IntN(4) == 0 {
		steps = steps[:1+r.IntN(len(steps)-1)]
	}
	for i, step := range steps {
		b.add(at.Add(day+time.Duration(i)*subscriptionPause), 0, step.by, step.name, step.command)
	}
}
