package aggregates

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/consumer"
	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/subscription"
)

// Tables lists every table of rows.
var Tables = []*row.Info{
	partner.Partners.Info,

	account.Accounts.Info,
	account.Pools.Info,
	account.Users.Info,
	account.Totals.Info,
	account.Locations.Info,
	account.Emails.Info,
	account.Packages.Info,
	account.Extensions.Info,
	account.Numbers.Info,
	account.Leavers.Info,
	account.Claims.Info,
	account.ByPartner.Info,
	account.Partnerships.Info,
	account.DomainUses.Info,
	account.UserDomains.Info,
	account.ActiveDays.Info,

	account.Admins.Info,

	consumer.Users.Info,
	consumer.ByDomain.Info,
	consumer.Emails.Info,
	consumer.ByPerson.Info,

	message.Messages.Info,
	message.Pending.Info,
	message.ByPerson.Info,

	order.Orders.Info,
	order.ByPartner.Info,
	order.ByAccount.Info,
	order.Expiring.Info,

	subscription.Subscriptions.Info,
	subscription.ByPartner.Info,
	subscription.ByAccount.Info,
	subscription.SiteURLs.Info,
	subscription.Contacts.Info,

	Heads.Info,
	Receipts.Info,
}
