package rule

// Info is one row of the table of rules: an id that tests, commands and
// explanations cite, and what the rule says in one line.
type Info struct{ ID, Title string }

// Rules lists the rules of orders, accounts, integrations, users' licences, the
// licence section, subscriptions, packages and imports, in the order of the
// domain's description.
var Rules = []Info{
	{"ORD-1", "An order has 1 or more lines, each product once, each quantity from 1 to 1,000,000"},
	{"ORD-2", "An order is assigned whole, once, to one account of its partner"},
	{"ORD-3", "An order's status and marks come from its history and the time asked about"},
	{"ORD-4", "The Orders page filters by status and searches by id, PO numbers and account"},
	{"ORD-5", "Seats of an expired order leave the pool; nobody loses a licence by that alone"},
	{"ORD-6", "A wrong assignment is taken back while the pools have that many free seats"},

	{"ACC-1", "Account id, cloud location, customer number and PBX type are never edited"},
	{"ACC-2", "The customer number's label depends on the kind of account"},
	{"ACC-3", "The PBX type is known once gateway onboarding is complete"},
	{"ACC-4", "An account keeps at least one support contact"},
	{"ACC-5", "Only the partner deactivates, reactivates or deletes, and confirms by a word"},
	{"ACC-6", "Assigned seats count against the order that expires first"},
	{"ACC-7", "Every reported problem is mailed to all support contacts"},
	{"ACC-8", "A domain is claimed by one account at a time, a public one never"},

	{"INT-1", "Integrations start disabled, and each toggles by itself"},
	{"INT-2", "Enabling a Mitel integration enables both its privileges"},
	{"INT-3", "Privileges toggle separately, and outlive the integration"},
	{"INT-4", "What was disabled first decides about MiTeam Meetings licences"},
	{"INT-5", "A disabled licence gives its seat back and is not revived"},
	{"INT-6", "Switching MiCollab changes no licence; cross launch is on while it is enabled"},

	{"LIC-1", "By hand: MiCollab disabled, MiTeam Meetings enabled, a seat available, in this order"},
	{"LIC-2", "While MiCollab is enabled, its server alone manages MiTeam Meetings licences"},
	{"LIC-3", "A user has a product once; giving back needs no integration"},
	{"LIC-4", "A user has one Mitel One tier; another one moves the user"},
	{"LIC-5", "Assigning never takes more seats than the pool has"},
	{"LIC-6", "A user has a name and an address of its own; the last account admin is the partner's to remove"},

	{"CNV-1", "Consumer users in the domains of the account's administrators can be reviewed"},
	{"CNV-2", "Every domain converted has an account admin with an address in it"},
	{"CNV-3", "The partner is full administrator; public domains are neither converted nor invited"},
	{"CNV-4", "Nobody is converted while the directory connector is enabled"},
	{"CNV-5", "The user joins with its id and the chosen licences, all of the command or none, and is told"},
	{"CNV-6", "A user is converted once"},

	{"SEC-1", "Integration disabled: no licences are shown"},
	{"SEC-2", "MiCollab enabled and a licence: a toggle that cannot be used"},
	{"SEC-3", "MiCollab enabled and no licence: no licences are shown"},
	{"SEC-4", "A licence: a toggle that is on"},
	{"SEC-5", "No seat available: a toggle that cannot be used, and why"},
	{"SEC-6", "Otherwise: a toggle that is off"},

	{"SUB-1", "A subscription's provisioning contact is sent a message; unmapped, it is for those whom it may concern"},
	{"SUB-2", "First comes whom the order is for; for the own company the own account is mapped, too"},
	{"SUB-3", "Organisations match by a person's address, or by its domain; a match by domain is offered, never taken"},
	{"SUB-4", "Partner mapping comes before customer mapping, customer mapping before set-up"},
	{"SUB-5", "Of a customer that it did not create, a partner is provisioning admin until more is granted"},
	{"SUB-6", "Set-up can be handed to the customer's administrator; the partner keeps access"},
	{"SUB-7", "Set-up can be left and resumed; no licence is in a pool before it is complete"},
	{"SUB-8", "A site's URL is unique in the ledger; the sites' licences add up to those bought"},
	{"SUB-9", "Calling needs one main location; only what was bought is set up"},
	{"SUB-10", "Set-up is complete when every service is set up; messaging needs nothing"},
	{"SUB-11", "The order summary is a document, and JSON"},

	{"WHS-1", "By hand at most 25 users are added at a time, all or none"},
	{"WHS-2", "A user has one package, of those set for the account and within its limit"},
	{"WHS-3", "Calling needs a location and a number of the user's own"},
	{"WHS-4", "Packages with meetings want a preferred site, or warn"},
	{"WHS-5", "Another package is released and taken in one commit"},
	{"WHS-6", "A package in use is not dropped, nor its limit lowered below use"},
	{"WHS-7", "With the directory connector, users are not added by hand or by import"},

	{"IMP-1", "A file of users is refused as a whole before any job is made: its format, headers, rows, columns, in this order"},
	{"IMP-2", "A row of an import fails by itself"},
	{"IMP-3", "Adding and removing: TRUE assigns, FALSE takes away, all packages FALSE deletes"},
	{"IMP-4", "Adding only: FALSE is ignored, and the base licences come with a package"},
	{"IMP-5", "A package with meetings but no preferred site: accepted, with a warning"},
	{"IMP-6", "A dry run answers with what each row would do, and changes nothing"},
}

// OfFiles are the rules on files of users as a whole, which no command decides.
var OfFiles = []string{"IMP-1", "IMP-6"}
