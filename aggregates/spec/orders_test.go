package spec

const (
	assignMeet   = `P AssignOrder {"order_id":"meet","account_id":"contoso"}`
	unassignMeet = `P UnassignOrder {"order_id":"meet","reason":"wrong account"}`
	expireMeet   = `L ExpireOrder {"order_id":"meet"}`
	cancelMeet   = `P CancelOrder {"order_id":"meet","reason":"mistake"}`
	soon         = `,"expires_at":"2026-03-02T00:00:00Z"`
	later        = `,"activates_at":"2026-03-02T00:00:00Z"`
)

var (
	placed  = join(accounts, place("meet", "miteam_meetings", 5, ""))
	expires = join(users, place("meet", "miteam_meetings", 2, soon))
	// lapsed: bob has one of contoso's 2 seats, which have expired since.
	lapsed = join(expires, assignMeet, on("MiTeamMeetings"), assign("P", "bob", "miteam_meetings"), "wait 24h")
)

var orderRows = []proof{
	{"section-2", nil, `A RegisterPartner {"partner_id":"acme","name":" Acme ","country":"IT","email_domains":["Acme.example"]}`, then(
		`PartnerRegistered {"partner_id":"acme","name":"Acme","country":"IT","email_domains":["acme.example"]}`,
		`AccountCreated {"account_id":"acme","partner_id":"acme","own":true,"kind":"cloudlink","name":"Acme"}`)},
	{"section-2", nil, `A RegisterPartner {"name":"Acme"}`, then(`PartnerRegistered {"partner_id":"ID000001"}`, `AccountCreated {"account_id":"ID000001"}`)},
	{"section-2", nil, `A RegisterPartner {"partner_id":"_","name":"","country":"it","email_domains":["x","x"]}`, then(
		"invalid partner_id", "invalid name", "invalid country", "invalid email_domains[0]", "invalid email_domains[1]", "invalid email_domains[1]")},
	{"section-2", partners, `A RegisterPartner {"partner_id":"acme","name":"Acme"}`, then("refused already_exists")},
	{"section-2", accounts, `A RegisterPartner {"partner_id":"contoso","name":"Contoso"}`, then("refused already_exists")},
	{"section-2", partners, `P RegisterPartner {"partner_id":"other","name":"Other"}`, then("refused forbidden")},

	{"ORD-1", accounts, `P PlaceOrder {"order_id":"o","partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1000000},{"product":"mitel_one_elite","quantity":1}],` +
		`"activates_at":"2026-03-01T10:00:00+01:00","expires_at":"2027-01-01T00:00:00.1234567Z","reseller_po":"R1","customer_po":"C1","sap_order_id":"S1"}`, then(
		`OrderPlaced {"order_id":"o","partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1000000},{"product":"mitel_one_elite","quantity":1}],` +
			`"activates_at":"2026-03-01T09:00:00Z","expires_at":"2027-01-01T00:00:00.123456Z","reseller_po":"R1","customer_po":"C1","sap_order_id":"S1"}`)},
	{"ORD-1", accounts, `S PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1}]}`, then(`OrderPlaced {"order_id":"ID000016"}`)},
	{"ORD-1", accounts, `P PlaceOrder {"partner_id":"acme","lines":[]}`, then("invalid lines")},
	{"ORD-1", accounts, `P PlaceOrder {}`, then("invalid partner_id", "invalid lines")},
	{"ORD-1", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":0}]}`, then("invalid lines[0].quantity")},
	{"ORD-1", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1000001}]}`, then("invalid lines[0].quantity")},
	{"ORD-1", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1.5}]}`, then("shape quantity")},
	{"ORD-1", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1},{"product":"miteam_meetings","quantity":1}]}`, then("invalid lines[1].product")},
	{"ORD-1", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"teams","quantity":1}]}`, then("invalid lines[0].product")},
	{"ORD-3", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"meetings","quantity":1}]}`, then("invalid lines[0].product")},
	{"ORD-3", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"webex_suite","quantity":1}]}`, then("invalid lines[0].product")},
	{"ORD-3", accounts, `P PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1}],"activates_at":"2027-01-01T00:00:00Z","expires_at":"2027-01-01T00:00:00Z"}`,
		then("invalid expires_at")},
	{"section-2", placed, `P PlaceOrder {"order_id":"meet","partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1}]}`, then("refused already_exists")},
	{"section-2", accounts, `P:globex PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1}]}`, then("refused not_found")},
	{"section-2", accounts, `C PlaceOrder {"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1}]}`, then("refused forbidden")},

	{"ORD-2", join(accounts, `P PlaceOrder {"order_id":"meet","partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":5},{"product":"mitel_one_elite","quantity":7}]}`), assignMeet, then(
		`OrderAssigned {"order_id":"meet","account_id":"contoso"}`,
		`LicensesAdded {"account_id":"contoso","order_id":"meet","product":"miteam_meetings","quantity":5}`,
		`LicensesAdded {"account_id":"contoso","order_id":"meet","product":"mitel_one_elite","quantity":7}`)},
	{"ORD-2", join(placed, assignMeet), assignMeet, then("refused order_already_assigned")},
	{"ORD-2", join(placed, assignMeet), give("meet", "fabrikam"), then("refused order_already_assigned")},
	{"ORD-2", placed, `A AssignOrder {"order_id":"meet","account_id":"initech"}`, then("refused not_found")},
	{"ORD-2", placed, give("meet", "acme"), then("OrderAssigned", "LicensesAdded")},
	{"section-2", placed, give("meet", "initech"), then("refused not_found")},
	{"section-2", placed, give("none", "contoso"), then("refused not_found")},
	{"section-2", placed, `P:globex AssignOrder {"order_id":"meet","account_id":"initech"}`, then("refused not_found")},
	{"section-2", placed, `C AssignOrder {"order_id":"meet","account_id":"contoso"}`, then("refused forbidden")},
	{"section-2", placed, `S AssignOrder {"order_id":"meet","account_id":"contoso"}`, then("refused forbidden")},
	{"section-2", join(placed, deactivate, cancelMeet), assignMeet, then("refused account_deactivated")},
	{"section-2", join(placed, remove), assignMeet, then("refused not_found")},

	{"ORD-3", join(accounts, place("meet", "miteam_meetings", 5, later)), assignMeet, then("refused order_not_active")},
	{"ORD-3", join(accounts, place("meet", "miteam_meetings", 5, later), "wait 15h"), assignMeet, then("OrderAssigned", "LicensesAdded")},
	{"ORD-3", join(expires, "wait 15h"), assignMeet, then("refused order_expired")},
	{"ORD-3", join(placed, cancelMeet), assignMeet, then("refused order_cancelled")},
	{"ORD-3", join(expires, cancelMeet, "wait 24h"), assignMeet, then("refused order_cancelled")},
	{"ORD-3", placed, cancelMeet, then(`OrderCancelled {"order_id":"meet","reason":"mistake"}`)},
	{"ORD-3", join(placed, cancelMeet), `P CancelOrder {"order_id":"meet"}`, then("nothing")},
	{"ORD-3", join(placed, assignMeet), cancelMeet, then("refused order_already_assigned")},
	{"ORD-3", lapsed, cancelMeet, then("refused order_already_assigned")},
	{"ORD-3", join(placed, assignMeet, unassignMeet), cancelMeet, then("OrderCancelled")},

	{"ORD-5", lapsed, expireMeet, then(
		`OrderExpired {"order_id":"meet","account_id":"contoso"}`,
		`LicensesExpired {"account_id":"contoso","order_id":"meet","product":"miteam_meetings","quantity":2}`)},
	{"ORD-5", join(lapsed, expireMeet), expireMeet, then("nothing")},
	{"ORD-5", join(expires, assignMeet), expireMeet, then("nothing")},
	{"ORD-5", join(expires, "wait 24h"), expireMeet, then("nothing")},
	{"ORD-5", join(placed, assignMeet, "wait 9000h"), expireMeet, then("nothing")},
	{"ORD-5", join(lapsed, deactivate), expireMeet, then("OrderExpired", "LicensesExpired")},
	{"ORD-5", join(lapsed, remove), expireMeet, then("OrderExpired", "LicensesExpired")},
	{"ORD-5", lapsed, `A ExpireOrder {"order_id":"meet"}`, then("OrderExpired", "LicensesExpired")},
	{"ORD-5", lapsed, `P ExpireOrder {"order_id":"meet"}`, then("refused forbidden")},
	{"ORD-5", join(lapsed, expireMeet), assign("P", "eve", "miteam_meetings"), then("refused no_licenses_available")},
	{"ORD-5", join(lapsed, expireMeet), assign("P", "bob", "miteam_meetings"), then("nothing")},
	{"ORD-5", join(lapsed, expireMeet, seats("more", "contoso", "miteam_meetings", 1)), assign("P", "eve", "miteam_meetings"), then("refused no_licenses_available")},
	{"ORD-5", join(lapsed, expireMeet, seats("more", "contoso", "miteam_meetings", 2)), assign("P", "eve", "miteam_meetings"), then("UserLicenseAssigned")},

	{"ORD-6", join(placed, assignMeet), unassignMeet, then(
		`OrderUnassigned {"order_id":"meet","account_id":"contoso","reason":"wrong account"}`,
		`LicensesRemoved {"account_id":"contoso","order_id":"meet","product":"miteam_meetings","quantity":5}`)},
	{"ORD-6", bobMeets, unassignMeet, then("refused licenses_in_use")},
	{"ORD-6", join(bobMeets, unassign("P", "bob", "miteam_meetings")), unassignMeet, then("OrderUnassigned", "LicensesRemoved")},
	{"ORD-6", join(bobMeets, seats("more", "contoso", "miteam_meetings", 1)), unassignMeet, then("OrderUnassigned", "LicensesRemoved")},
	{"ORD-6", join(placed, assignMeet, unassignMeet), give("meet", "fabrikam"), then("OrderAssigned", "LicensesAdded")},
	{"ORD-6", join(placed, assignMeet), `P UnassignOrder {"order_id":"meet"}`, then("invalid reason")},
	{"ORD-6", placed, unassignMeet, then("nothing")},
	{"ORD-3", lapsed, unassignMeet, then("refused order_expired")},
	{"ORD-3", join(expires, "wait 24h"), unassignMeet, then("refused order_expired")},
	{"ORD-6", join(placed, assignMeet, deactivate), unassignMeet, then("refused account_deactivated")},
	{"ORD-6 ACC-5", join(placed, assignMeet, remove), unassignMeet, then("refused not_found")},
}
