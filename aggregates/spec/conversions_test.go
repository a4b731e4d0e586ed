package spec

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/consumer"
)

const (
	convertKim = ` ConvertUsers {"account_id":"contoso","users":[{"email":"Kim@contoso.com"}]}`
	convertIvy = `P ConvertUsers {"account_id":"initech","users":[{"email":"ivy@initech.com"}]}`
	inviteJo   = ` InviteUser {"account_id":"contoso","email":" Jo@Contoso.com"}`
	acceptJo   = `S AcceptInvitation {"account_id":"contoso","user_id":"ID000025"}`
	directory  = `P EnableDirectoryConnector {"account_id":"contoso"}`
)

func register(id, email string) string {
	return `S RegisterConsumerUser {"user_id":"` + id + `","email":"` + email + `"}`
}

func convert(users string) string {
	return `P ConvertUsers {"account_id":"contoso","users":[` + users + `]}`
}

var (
	// consumers: kim and lee share the domain of contoso's admin, max has
	// another, pat and sub have public ones.
	consumers = join(meetings, register("kim", "kim@contoso.com"), register("lee", "lee@contoso.com"), register("max", "max@fabrikam.com"),
		register("pat", "pat@gmail.com"), register("sub", "sub@mail.gmx.de"))
	converted = join(consumers, "P"+convertKim)
	kimAndLee = `{"email":"kim@contoso.com","products":["miteam_meetings"]},{"email":"lee@contoso.com","products":["miteam_meetings"]}`
)

var conversionRows = []proof{
	{"CNV-1", users, `S RegisterConsumerUser {"user_id":"kim","email":" Kim@Contoso.com "}`,
		then(`ConsumerUserRegistered {"user_id":"kim","person_id":"ID000025","email":"kim@contoso.com","domain":"contoso.com"}`)},
	{"CNV-1", users, `S RegisterConsumerUser {"email":"kim@bücher.example"}`, then(`ConsumerUserRegistered {"user_id":"ID000025","domain":"xn--bcher-kva.example"}`)},
	{"section-2", users, register("bob", "bob@contoso.com"), then("ConsumerUserRegistered")},
	{"section-2", consumers, register("kim", "other@contoso.com"), then("refused already_exists")},
	{"section-2", consumers, register("new", "KIM@contoso.com"), then("refused email_in_use")},
	{"section-2", converted, register("new", "kim@contoso.com"), then("refused email_in_use")},
	{"section-2", users, register("_", "kim"), then("invalid user_id", "invalid email")},
	{"section-2", users, `P RegisterConsumerUser {"email":"kim@contoso.com"}`, then("refused forbidden")},

	{"CNV-5", consumers, "P" + convertKim, then(`UserConverted {"account_id":"contoso","user_id":"kim","person_id":"ID000034","email":"kim@contoso.com","role":"user"}`)},
	{"CNV-5", consumers, "A" + convertKim, then("UserConverted")},
	{"CNV-5", consumers, convert(kimAndLee), then(`UserConverted {"user_id":"kim"}`, `UserLicenseAssigned {"user_id":"kim","product":"miteam_meetings"}`,
		`UserConverted {"user_id":"lee"}`, `UserLicenseAssigned {"user_id":"lee"}`)},
	{"CNV-5", join(consumers, assign("P", "bob", "miteam_meetings")), convert(kimAndLee), then("refused no_licenses_available")},
	{"CNV-5", join(consumers, on("MiCollab"), off("MiTeamMeetings")), convert(kimAndLee), then("refused managed_by_micollab")},
	{"CNV-5", join(consumers, off("MiTeamMeetings")), convert(kimAndLee), then("refused integration_disabled")},
	{"CNV-5", join(consumers, seats("pre", "contoso", "mitel_one_premier", 1), on("MitelOne")),
		convert(`{"email":"kim@contoso.com","products":["miteam_meetings","mitel_one_premier"]}`), then("UserConverted", "UserLicenseAssigned", "UserLicenseAssigned")},
	{"CNV-5", converted, assign("P", "kim", "miteam_meetings"), then("UserLicenseAssigned")},
	{"CNV-5 LIC-6", converted, `P AddUser {"account_id":"contoso","email":"kim@contoso.com","name":"K"}`, then("refused email_in_use")},

	{"CNV-3", consumers, "C" + convertKim, then("refused forbidden")},
	{"CNV-3", consumers, "P:globex" + convertKim, then("refused not_found")},
	{"CNV-3", join(consumers, `P AddUser {"account_id":"acme","user_id":"boss","email":"boss@contoso.com","name":"B","role":"account_admin"}`),
		`P ConvertUsers {"account_id":"acme","users":[{"email":"kim@contoso.com"}]}`, then(`UserConverted {"account_id":"acme"}`)},
	{"CNV-3 SUB-5", join(foreign, register("ivy", "ivy@initech.com")), convertIvy, then("refused full_administrator_required")},
	{"CNV-3 SUB-5", join(requested, register("ivy", "ivy@initech.com")), convertIvy, then("refused full_administrator_required")},
	{"CNV-3 SUB-5", join(granted, register("ivy", "ivy@initech.com"), `A AddUser {"account_id":"initech","email":"i@initech.com","name":"I","role":"account_admin"}`),
		convertIvy, then(`UserConverted {"account_id":"initech","user_id":"ivy"}`)},
	{"CNV-3 SUB-5", join(foreign, register("ivy", "ivy@initech.com")), `A ConvertUsers {"account_id":"initech","users":[{"email":"ivy@initech.com"}]}`, then("refused no_admin_in_domain")},
	{"section-2", consumers, convert(`{"email":"kim@contoso.com"},{"email":"who@contoso.com"}`), then("refused not_found")},
	{"section-2", join(consumers, deactivate), convert(`{"email":"who@contoso.com"}`), then("refused not_found")},
	{"section-2", join(consumers, deactivate), "P" + convertKim, then("refused account_deactivated")},
	{"CNV-4", join(consumers, directory), convert(`{"email":"pat@gmail.com"}`), then("refused directory_connector_enabled")},
	{"CNV-3", converted, convert(`{"email":"kim@contoso.com"},{"email":"max@fabrikam.com"},{"email":"pat@gmail.com"}`), then("refused public_email_domain")},
	{"CNV-3", consumers, convert(`{"email":"sub@mail.gmx.de"}`), then("refused public_email_domain")},
	{"CNV-6", join(consumers, `P AddUser {"account_id":"fabrikam","email":"a@contoso.com","name":"A","role":"account_admin"}`,
		`P ConvertUsers {"account_id":"fabrikam","users":[{"email":"kim@contoso.com"}]}`),
		convert(`{"email":"max@fabrikam.com"},{"email":"kim@contoso.com"}`), then("refused already_converted")},
	{"CNV-6", join(converted, `P RemoveUser {"account_id":"contoso","user_id":"kim"}`), "P" + convertKim, then("refused already_converted")},
	{"CNV-2", consumers, convert(`{"email":"max@fabrikam.com","products":["mitel_one_elite"]}`), then("refused no_admin_in_domain")},
	{"CNV-2", join(consumers, `P UpdateUser {"account_id":"contoso","user_id":"ada","role":"user"}`), "P" + convertKim, then("refused no_admin_in_domain")},
	{"CNV-2", join(consumers, `P RemoveUser {"account_id":"contoso","user_id":"ada"}`), "P" + convertKim, then("refused no_admin_in_domain")},
	{"CNV-2", join(consumers, `P ErasePerson {"account_id":"contoso","user_id":"ada","confirm":"erase"}`), "P" + convertKim, then("refused no_admin_in_domain")},
	{"CNV-2", join(consumers, `P UpdateUser {"account_id":"contoso","user_id":"ada","email":"ada@fabrikam.com"}`), convert(`{"email":"max@fabrikam.com"}`), then("UserConverted")},
	{"CNV-2", join(consumers, "P"+inviteJo, `P UpdateUser {"account_id":"contoso","user_id":"ada","role":"user"}`,
		`P UpdateUser {"account_id":"contoso","user_id":"ID000049","role":"account_admin"}`), "P" + convertKim, then("refused no_admin_in_domain")},
	{"section-2", join(consumers, `P AddUser {"account_id":"contoso","user_id":"kim","email":"k@contoso.com","name":"K"}`), "P" + convertKim, then("refused already_exists")},
	{"LIC-6", join(consumers, `P AddUser {"account_id":"contoso","user_id":"k","email":"kim@contoso.com","name":"K"}`), "P" + convertKim, then("refused email_in_use")},

	// Each refusal comes before the next.
	{"CNV-3 CNV-4", join(foreign, register("ivy", "ivy@gmail.com"), `A EnableDirectoryConnector {"account_id":"initech"}`),
		`P ConvertUsers {"account_id":"initech","users":[{"email":"ivy@gmail.com"}]}`, then("refused full_administrator_required")},
	{"CNV-3 CNV-6", converted, convert(`{"email":"kim@contoso.com"},{"email":"pat@gmail.com","products":["mitel_one_elite"]}`), then("refused public_email_domain")},
	{"CNV-2 CNV-5", join(consumers, off("MiTeamMeetings")), convert(`{"email":"lee@contoso.com","products":["miteam_meetings"]},{"email":"max@fabrikam.com"}`), then("refused no_admin_in_domain")},

	// One domain in two ways of writing; a part of the domain is another one.
	{"CNV-2", join(consumers, `P UpdateUser {"account_id":"contoso","user_id":"ada","email":"ada@Bücher.example"}`, register("uma", "uma@xn--bcher-kva.example")),
		convert(`{"email":"uma@xn--bcher-kva.example"}`), then("UserConverted")},
	{"CNV-2", join(consumers, register("uma", "uma@it.contoso.com")), convert(`{"email":"uma@it.contoso.com"}`), then("refused no_admin_in_domain")},
	{"CNV-3", join(consumers, register("uma", "uma@example.com"), `P UpdateUser {"account_id":"contoso","user_id":"ada","email":"ada@example.com"}`),
		convert(`{"email":"uma@example.com"}`), then("UserConverted")},
	{"CNV-3", users, `P InviteUser {"account_id":"contoso","email":"jo@mail.yahóo.com"}`, then("refused public_email_domain")},

	// Who is in the account already gets what is missing.
	{"section-2", converted, "P" + convertKim, then("nothing")},
	{"section-2", converted, convert(kimAndLee), then(`UserLicenseAssigned {"user_id":"kim"}`, "UserConverted", `UserLicenseAssigned {"user_id":"lee"}`)},
	{"section-2", converted, convert(""), then("invalid users")},
	{"section-2", converted, convert(`{"email":"kim"},{"email":"kim@contoso.com","products":["webex_suite"]},{"email":"KIM@contoso.com","products":["meetings","meetings"]}`),
		then("invalid users[0].email", "invalid users[1].products[0]", "invalid users[2].email", "invalid users[2].products[1]")},
	{"LIC-4", consumers, convert(`{"email":"kim@contoso.com","products":["mitel_one_elite","mitel_one_premier"]}`), then("invalid users[0].products[1]")},

	{"CNV-3", users, "C" + inviteJo, then(`UserInvited {"account_id":"contoso","user_id":"ID000025","person_id":"ID000026","email":"jo@contoso.com","role":"user"}`)},
	{"CNV-3", users, `P InviteUser {"account_id":"contoso","email":"jo@yahoo.com"}`, then("refused public_email_domain")},
	{"LIC-6", users, `P InviteUser {"account_id":"contoso","email":"BOB@contoso.com"}`, then("refused email_in_use")},
	{"section-2", join(users, "P"+inviteJo), "C" + inviteJo, then("nothing")},
	{"section-2", users, `P InviteUser {"account_id":"contoso","email":"jo"}`, then("invalid email")},
	{"section-2", users, "S" + inviteJo, then("refused forbidden")},
	{"section-2", join(users, "P"+inviteJo), acceptJo, then(`InvitationAccepted {"account_id":"contoso","user_id":"ID000025"}`)},
	{"section-2", join(users, "P"+inviteJo, acceptJo), acceptJo, then("nothing")},
	{"section-2", users, `S AcceptInvitation {"account_id":"contoso","user_id":"none"}`, then("refused not_found")},
	{"section-2", join(users, "P"+inviteJo), `C AcceptInvitation {"account_id":"contoso","user_id":"ID000025"}`, then("refused forbidden")},

	// Erasing.
	{"section-2", consumers, `A ErasePerson {"user_id":"kim","confirm":"erase"}`, then(`PersonErased {"account_id":null,"user_id":"kim","person_ids":["ID000034"]}`)},
	{"section-2", consumers, `A ErasePerson {"email":"pat@gmail.com","confirm":"erase"}`, then(`PersonErased {"user_id":"pat"}`)},
	{"section-2", join(consumers, `A ErasePerson {"user_id":"kim","confirm":"erase"}`), `A ErasePerson {"user_id":"kim","confirm":"erase"}`, then("nothing")},
	{"section-2", join(consumers, `A ErasePerson {"user_id":"kim","confirm":"erase"}`), "P" + convertKim, then("refused not_found")},
	{"section-2", join(consumers, `A ErasePerson {"user_id":"kim","confirm":"erase"}`), register("new", "kim@contoso.com"), then("ConsumerUserRegistered")},
	{"section-2", converted, `A ErasePerson {"user_id":"kim","confirm":"erase"}`, then(`PersonErased {"account_id":"contoso","user_id":"kim","person_ids":["ID000034"]}`)},
	{"section-2", join(converted, `P ErasePerson {"account_id":"contoso","user_id":"kim","confirm":"erase"}`), register("new", "kim@contoso.com"), then("ConsumerUserRegistered")},
	{"section-2", join(users, register("rob", "bob@contoso.com")), `P ErasePerson {"account_id":"contoso","user_id":"bob","confirm":"erase"}`,
		then(`PersonErased {"user_id":"bob","person_ids":["ID000019","ID000025"]}`)},
	{"section-2", join(consumers, received("s", "kim@contoso.com", `[{"service":"messaging","quantity":1}]`)), `A ErasePerson {"email":"kim@contoso.com","confirm":"erase"}`,
		then(`PersonErased {"user_id":"kim","person_ids":["ID000034","ID000049"]}`)},
	{"section-2", consumers, `A ErasePerson {"email":"who@contoso.com","confirm":"erase"}`, then("nothing")},
	{"section-2", consumers, `A ErasePerson {"user_id":"who","confirm":"erase"}`, then("refused not_found")},
	{"section-2", consumers, `A ErasePerson {"user_id":"kim"}`, then("refused confirmation_required")},
	{"section-2", consumers, `P ErasePerson {"user_id":"kim","confirm":"erase"}`, then("invalid account_id")},
}

// adminDomains is where an account's consumer users are looked for.
func adminDomains(w *world) any { return account.AdminDomains(w.rows, "contoso") }

var conversionShows = []show{
	{"CNV-1", users, adminDomains, `["contoso.com"]`},
	{"CNV-1", join(users, `P AddUser {"account_id":"contoso","email":"a@gmail.com","name":"A","role":"account_admin"}`,
		`P AddUser {"account_id":"contoso","email":"b@b.example","name":"B","role":"account_admin"}`,
		`P AddUser {"account_id":"contoso","email":"c@contoso.com","name":"C","role":"account_admin"}`), adminDomains, `["b.example","contoso.com"]`},
	{"CNV-1", join(users, `P UpdateUser {"account_id":"contoso","user_id":"bob","role":"account_admin"}`, `P RemoveWholesaleUser {"account_id":"contoso","user_id":"ada"}`,
		`P RemoveUser {"account_id":"contoso","user_id":"bob"}`), adminDomains, `[]`},
	{"CNV-1", consumers, consumersOf("contoso.com"), `["kim","lee"]`},
	{"CNV-5", converted, consumersOf("contoso.com"), `["lee"]`},
	{"CNV-6", join(converted, `P RemoveUser {"account_id":"contoso","user_id":"kim"}`), consumersOf("contoso.com"), `["lee"]`},
	{"CNV-1", join(consumers, `A ErasePerson {"user_id":"kim","confirm":"erase"}`), consumersOf("contoso.com"), `["lee"]`},
	// Whoever came, by whatever way, counts as active while in the account.
	{"SUB-3", join(converted, active("kim", "2025-12-30T08:00:00Z")), activeOn("2025-12-30"), `1`},
	{"SUB-3", join(converted, active("kim", "2025-12-30T08:00:00Z"), active("kim", "2025-12-31T08:00:00Z")), activeOn("2025-12-30"), `0`},
	{"SUB-3", join(converted, active("kim", "2025-12-30T08:00:00Z"), `P RemoveUser {"account_id":"contoso","user_id":"kim"}`), activeOn("2025-12-30"), `0`},
	{"SUB-3", join(converted, active("kim", "2025-12-30T08:00:00Z"), `P RemoveWholesaleUser {"account_id":"contoso","user_id":"kim"}`), activeOn("2025-12-30"), `0`},
}

// consumersOf lists who can still be converted from a domain.
func consumersOf(domain string) func(*world) any {
	return func(w *world) any {
		list := []string{}
		for id := range consumer.ByDomain.Scan(w.rows, domain) {
			list = append(list, id)
		}
		return list
	}
}

func active(user, at string) string {
	return `S RecordUserActivity {"account_id":"contoso","user_id":"` + user + `","at":"` + at + `"}`
}

// activeOn counts contoso's users whose last activity was on a day.
func activeOn(day string) func(*world) any {
	return func(w *world) any {
		if n := account.ActiveDays.Get(w.rows, "contoso", day); n != nil {
			return n.Users
		}
		return 0
	}
}
