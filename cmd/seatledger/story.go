package main

import "strings"

// chapter is a part of the story: what happens, and the commands that do it.
type chapter struct {
	title, text string
	steps       []step
}

// step is one command, or a file of users to be imported. In its fields and its
// file stand {partner}, {north} and {south} for the ids of this telling.
type step struct {
	command string
	fields  []string // name, value, name, value …; as the command line takes them

	account, behavior, file string // of an import
}

func say(command string, fields ...string) step { return step{command: command, fields: fields} }

// both does the same on one account and then on the other.
func both(command string, fields ...string) []step {
	var steps []step
	for _, account := range []string{"{north}", "{south}"} {
		at := make([]string, len(fields))
		for i, f := range fields {
			at[i] = strings.ReplaceAll(f, "{account}", account)
		}
		steps = append(steps, say(command, at...))
	}
	return steps
}

func concat(parts ...[]step) (steps []step) {
	for _, p := range parts {
		steps = append(steps, p...)
	}
	return steps
}

// story is how it comes that two accounts with the same licences and the same
// switches end differently (INT-4).
var story = []chapter{
	{
		"A partner and two customers",
		"The partner's own account comes with it.",
		concat(
			[]step{say("RegisterPartner", "partner_id", "{partner}", "name", "Demo Partner", "country", "IT")},
			both("CreateAccount", "account_id", "{account}", "partner_id", "{partner}", "name", "{account}",
				"country", "IT", "address", "Via Roma 1", "city", "Milano", "postal_code", "20121",
				"default_language", "it", "cloud_location", "EU", "support_contacts", "email=support@{account}.example"),
		),
	},
	{
		"Licences are bought, and assigned as whole orders",
		"One command, two aggregates, one commit: the order is assigned, the account has the seats.",
		concat(
			both("PlaceOrder", "order_id", "{account}-1", "partner_id", "{partner}",
				"lines", "product=miteam_meetings,quantity=5"),
			both("AssignOrder", "order_id", "{account}-1", "account_id", "{account}"),
		),
	},
	{
		"Users get licences",
		"While MiCollab is disabled, people assign MiTeam Meetings by hand.",
		concat(
			both("EnableMiTeamMeetingsIntegration", "account_id", "{account}"),
			both("AddUser", "account_id", "{account}", "user_id", "anna", "email", "anna@{account}.example", "name", "Anna"),
			both("AddUser", "account_id", "{account}", "user_id", "bruno", "email", "bruno@{account}.example", "name", "Bruno"),
			both("AssignLicense", "account_id", "{account}", "user_id", "anna", "product", "miteam_meetings"),
			both("AssignLicense", "account_id", "{account}", "user_id", "bruno", "product", "miteam_meetings"),
			both("EnableMiCollabIntegration", "account_id", "{account}"),
		),
	},
	{
		"North disables MiCollab first, then MiTeam Meetings",
		"MiCollab is disabled already, so every MiTeam Meetings licence goes, in the same commit.",
		[]step{
			say("DisableMiCollabIntegration", "account_id", "{north}"),
			say("DisableMiTeamMeetingsIntegration", "account_id", "{north}"),
		},
	},
	{
		"South disables MiTeam Meetings first, then MiCollab",
		"MiCollab is still enabled, so every licence stays active; disabling MiCollab later changes none.",
		[]step{
			say("DisableMiTeamMeetingsIntegration", "account_id", "{south}"),
			say("DisableMiCollabIntegration", "account_id", "{south}"),
		},
	},
	{
		"People are written to",
		"The event comes first; the letter goes to a mail server, or into the folder outbox.",
		[]step{
			say("ReportProblem", "account_id", "{south}", "summary", "No dial tone since this morning."),
			say("InviteUser", "account_id", "{south}", "email", "elena@{south}.example"),
		},
	},
	{
		"A Webex order is provisioned",
		"Step by step, each of which can be left and resumed; no licence is in a pool before the last one.",
		[]step{
			say("ReceiveSubscription", "subscription_id", "{partner}-webex", "provisioning_contact", "paolo@{partner}.example",
				"services", "service=meetings,quantity=5", "services", "service=calling,quantity=5", "language", "it"),
			say("DeclareOrderFor", "subscription_id", "{partner}-webex", "for", "customer"),
			say("MapPartnerOrganization", "subscription_id", "{partner}-webex", "partner_id", "{partner}"),
			say("MapCustomerOrganization", "subscription_id", "{partner}-webex", "account_id", "{south}"),
			say("SetUpMeetings", "subscription_id", "{partner}-webex",
				"sites", "site_url={partner},time_zone=Europe/Rome,licenses=3", "sites", "site_url={partner}-lab,time_zone=UTC,licenses=2"),
			say("SetUpCalling", "subscription_id", "{partner}-webex", "location", `{"name":"Milano","country":"IT"}`),
			say("CompleteSetup", "subscription_id", "{partner}-webex"),
		},
	},
	{
		"Users get packages",
		"Wholesale users have one package each, within its limit; calling packages want a place and a number.",
		[]step{
			say("SetWholesalePackages", "account_id", "{north}", "packages", "package=webex_calling,limit=2", "packages", "package=webex_meetings", "complete", "true"),
			say("AddLocation", "account_id", "{north}", "location_id", "hq", "name", "Milano", "country", "IT"),
			say("AddWholesaleUsers", "account_id", "{north}",
				"users", "email=elena@{north}.example,first_name=Elena,package=webex_calling,location_id=hq,extension=101",
				"users", "email=fabio@{north}.example,first_name=Fabio,package=webex_meetings,preferred_site={partner}"),
			say("ChangeUserPackage", "account_id", "{north}", "user_id", "anna", "package", "webex_calling", "location_id", "hq", "extension", "102"),
			say("AssignAddOn", "account_id", "{north}", "user_id", "anna", "add_on", "attendant_console"),
			say("ChangeUserPackage", "account_id", "{north}", "user_id", "anna", "package", "webex_meetings"),
		},
	},
	{
		"Files of users are imported",
		"Each row by itself: one that cannot be done fails alone. add_only never takes away, and gives base licences; add_and_remove does what FALSE says.",
		[]step{
			{account: "{north}", behavior: "add_only", file: `First Name,User ID/Email (Required),Location,Extension,Preferred Webex Site,Webex Calling,Webex Meetings
Gaia,gaia@{north}.example,Milano,103,,TRUE,
Ivo,ivo@{north}.example,,,{partner},,TRUE
Nobody,nobody,Milano,104,,TRUE,
`},
			{account: "{north}", behavior: "add_and_remove", file: `User ID/Email (Required),Preferred Webex Site,Webex Calling,Webex Calling Standard,Webex Voice,Webex Suite,Webex Meetings,Customer Assist
gaia@{north}.example,{partner},FALSE,,,,TRUE,
ivo@{north}.example,,FALSE,FALSE,FALSE,FALSE,FALSE,FALSE
`},
		},
	},
	{
		"A user comes from the free consumer organisation",
		"Carla's address is in the domain of an administrator of South. She keeps her id, gets a licence in the same commit, and is told.",
		[]step{
			say("AddUser", "account_id", "{south}", "user_id", "dario", "email", "dario@{south}.example", "name", "Dario", "role", "account_admin"),
			say("RegisterConsumerUser", "user_id", "{partner}-carla", "email", "carla@{south}.example"),
			say("ConvertUsers", "account_id", "{south}", "users", "email=carla@{south}.example,products=meetings"),
		},
	},
}
