package aggregates

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/consumer"
	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/events"
)

// Who may send a command, as the domain's tables abbreviate it.
const (
	adminOnly = rule.Role(0) // admin may send every command
	byP       = rule.Partner
	byC       = rule.AccountAdmin
	byM       = rule.MiCollab
	byS       = rule.System
)

// Commands is the table of commands, one row each.
var Commands = slices.Concat(
	[]Spec{
		command[partner.RegisterPartner]("RegisterPartner", adminOnly, "Register a partner organisation, with its own account."),

		command[order.PlaceOrder]("PlaceOrder", byP|byS, "Record an order that a partner bought.", "ORD-1", "ORD-3"),
		command[order.AssignOrder]("AssignOrder", byP, "Give a whole order to one account of its partner.", "ORD-2", "ORD-3"),
		command[order.CancelOrder]("CancelOrder", byP, "Cancel an order that was not assigned.", "ORD-3"),
		command[order.UnassignOrder]("UnassignOrder", byP, "Take an order back that was assigned wrongly.", "ORD-3", "ORD-6"),
		command[order.ExpireOrder]("ExpireOrder", rule.Ledger, "Take the seats of an order that has expired out of the pools.", "ORD-5"),

		command[account.CreateAccount]("CreateAccount", byP, "Create a customer's account.", "ACC-1", "ACC-4"),
		command[account.UpdateAccountInformation]("UpdateAccountInformation", byP|byC, "Change an account's information.", "ACC-1"),
		command[account.RecordCustomerNumber]("RecordCustomerNumber", byS, "Record the customer's number in the billing system.", "ACC-1", "ACC-2"),
		command[account.CompleteGatewayOnboarding]("CompleteGatewayOnboarding", byS, "Record the kind of PBX behind the gateway.", "ACC-3"),
		command[account.AddSupportContact]("AddSupportContact", byP|byC, "Add a person who is told of the account's problems.", "ACC-4", "ACC-7"),
		command[account.RemoveSupportContact]("RemoveSupportContact", byP|byC, "Remove a support contact, but not the last one.", "ACC-4"),
		command[account.DeactivateAccount]("DeactivateAccount", byP, "Deactivate an account; its licences are kept.", "ACC-5"),
		command[account.ReactivateAccount]("ReactivateAccount", byP, "Undo a deactivation.", "ACC-5"),
		command[account.DeleteAccount]("DeleteAccount", byP, "Delete an account and release every licence.", "ACC-5"),
		command[account.ClaimDomain]("ClaimDomain", byP|byC, "Claim an e-mail domain for an account.", "ACC-8"),
		command[account.VerifyDomain]("VerifyDomain", byS, "Record that a claim of a domain was proved.", "ACC-8"),
		command[account.ReleaseDomain]("ReleaseDomain", byP|byC, "Give up the claim of a domain.", "ACC-8"),
		command[account.ReportProblem]("ReportProblem", byP|byC|byS, "Report a problem to all support contacts.", "ACC-7"),
		command[account.ErasePerson]("ErasePerson", byP, "Make a person's data unreadable, in the whole history of an account."),

		command[account.AddUser]("AddUser", byP|byC|byS, "Add a user to an account.", "LIC-6"),
		command[account.UpdateUser]("UpdateUser", byP|byC|byS, "Change what is known of a user.", "LIC-6"),
		command[account.RecordUserActivity]("RecordUserActivity", byS, "Record when a user was last active."),
		command[account.RemoveUser]("RemoveUser", byP|byC|byS, "Remove a user and release its licences.", "LIC-3", "LIC-6"),
		command[account.AssignLicense]("AssignLicense", byP|byC|byM, "Give a user a licence.", "LIC-1", "LIC-2", "LIC-3", "LIC-4", "LIC-5"),
		command[account.UnassignLicense]("UnassignLicense", byP|byC|byM, "Take a licence back from a user.", "LIC-2", "LIC-3"),

		command[consumer.RegisterConsumerUser]("RegisterConsumerUser", byS, "Record a user of the free consumer organisation.", "CNV-1"),
		command[account.ConvertUsers]("ConvertUsers", byP, "Take consumer users over into an account, with licences.",
			"CNV-2", "CNV-3", "CNV-4", "CNV-5", "CNV-6"),
		command[account.InviteUser]("InviteUser", byP|byC, "Ask a person to join an account.", "CNV-3"),
		command[account.AcceptInvitation]("AcceptInvitation", byS, "Record that an invited person joined."),

		command[message.RecordMessageSent]("RecordMessageSent", rule.Ledger, "Record that a mail server took a message."),
		command[message.RecordMessageFailed]("RecordMessageFailed", rule.Ledger, "Record that a message is not tried again."),

		command[account.AddLocation]("AddLocation", byP|byC, "Add a place where users with calling are.", "SUB-9"),
		command[account.UpdateLocation]("UpdateLocation", byP|byC, "Change what is known of a location.", "SUB-9"),

		command[account.SetWholesalePackages]("SetWholesalePackages", byP, "Set the packages that an account may give out.", "WHS-2", "WHS-6"),
		command[account.AddWholesaleUsers]("AddWholesaleUsers", byP|byC, "Add up to 25 users with a package each.", "WHS-1", "WHS-2", "WHS-3", "WHS-4", "WHS-7"),
		command[account.ChangeUserPackage]("ChangeUserPackage", byP|byC, "Give a user another package.", "WHS-2", "WHS-3", "WHS-4", "WHS-5"),
		command[account.UnassignUserPackage]("UnassignUserPackage", byP|byC, "Take a user's package away and free its numbers.", "WHS-3", "WHS-5"),
		command[account.AssignAddOn]("AssignAddOn", byP|byC, "Give a user something beside its package.", "WHS-2"),
		command[account.UnassignAddOn]("UnassignAddOn", byP|byC, "Take an add-on away from a user.", "WHS-2"),
		command[account.RemoveWholesaleUser]("RemoveWholesaleUser", byP|byC, "Remove a user and free its package and numbers.", "LIC-6"),
		command[account.ImportUser]("ImportUser", byP|byC, "Do what one row of a file of users says.", "IMP-2", "IMP-3", "IMP-4", "IMP-5", "WHS-7"),
		command[account.ImportRow]("ImportRow", rule.Ledger, "Do what one row of an import says, and remember what came of it.", "IMP-2", "LIC-6"),

		command[subscription.ReceiveSubscription]("ReceiveSubscription", byS, "Record a Webex order that came in.", "SUB-1"),
		command[subscription.ResendProvisioningMessage]("ResendProvisioningMessage", byP|byS, "Send the provisioning contact the message again.", "SUB-1"),
		command[subscription.DeclareOrderFor]("DeclareOrderFor", byP|byS, "Say whom an order is for.", "SUB-2"),
		command[subscription.MapPartnerOrganization]("MapPartnerOrganization", byP|byS, "Map a subscription to its partner.", "SUB-2", "SUB-3", "SUB-4", "SUB-5"),
		command[subscription.MapCustomerOrganization]("MapCustomerOrganization", byP, "Map a subscription to a customer's account.", "SUB-3", "SUB-4", "SUB-5"),
		command[subscription.DelegateServiceSetup]("DelegateServiceSetup", byP, "Let the customer set up the services.", "SUB-4", "SUB-6"),
		command[subscription.PostponeSetup]("PostponeSetup", byP|byC, "Leave the set-up, to resume it later.", "SUB-7"),
		command[subscription.SetUpMeetings]("SetUpMeetings", byP|byC, "Set the meeting sites of a subscription up.", "SUB-4", "SUB-8", "SUB-9"),
		command[subscription.SetUpCalling]("SetUpCalling", byP|byC, "Set the main calling location of a subscription up.", "SUB-4", "SUB-9"),
		command[subscription.CompleteSetup]("CompleteSetup", byP|byC, "Make what was set up, and the licences, the account's.", "SUB-4", "SUB-7", "SUB-10"),
		command[subscription.RequestFullAdministrator]("RequestFullAdministrator", byP, "Ask the customer for full administrator rights.", "SUB-5"),
		command[subscription.GrantFullAdministrator]("GrantFullAdministrator", byC, "Grant the partner full administrator rights.", "SUB-5"),

		preset("EnablePrivilege", "Give a Mitel application a privilege in an account.",
			func() rule.Command { return account.NewSwitchPrivilege(true) }, "INT-2", "INT-3"),
		preset("DisablePrivilege", "Take a privilege back from a Mitel application.",
			func() rule.Command { return account.NewSwitchPrivilege(false) }, "INT-2", "INT-3"),
		preset("EnableBandwidthOptimization", "Switch bandwidth optimization on.",
			func() rule.Command { return account.NewSwitchBandwidth(true) }),
		preset("DisableBandwidthOptimization", "Switch bandwidth optimization off.",
			func() rule.Command { return account.NewSwitchBandwidth(false) }),
		preset("EnableDirectoryConnector", "Let a directory manage the account's users.",
			func() rule.Command { return account.NewSwitchDirectory(true) }),
		preset("DisableDirectoryConnector", "Manage the account's users here again.",
			func() rule.Command { return account.NewSwitchDirectory(false) }),
	},
	integrations(),
)

// preset makes the row of a command that partner and account admin send, of a
// form that several commands share.
func preset(name, doc string, make func() rule.Command, rules ...string) Spec {
	return Spec{name, byP | byC | rule.Admin, doc, rules, make}
}

// integrations makes the two rows of every integration.
func integrations() []Spec {
	var rows []Spec
	for _, i := range events.Integrations {
		on, off := []string{"INT-1"}, []string{"INT-1"}
		if i.Mitel {
			on, off = append(on, "INT-2"), append(off, "INT-3")
		}
		switch i.ID {
		case account.MiTeamMeetings:
			off = append(off, "INT-4", "INT-5")
		case account.MiCollab:
			on, off = append(on, "INT-6"), append(off, "INT-6")
		}
		rows = append(rows,
			preset("Enable"+i.Name+"Integration", "Tie an account to "+i.Name+".",
				func() rule.Command { return account.NewSwitchIntegration(i, true) }, on...),
			preset("Disable"+i.Name+"Integration", "Untie an account from "+i.Name+".",
				func() rule.Command { return account.NewSwitchIntegration(i, false) }, off...))
	}
	return rows
}
