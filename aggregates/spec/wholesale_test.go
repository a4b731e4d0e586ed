package spec

import "fmt"

const (
	setPackages = `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_calling","limit":2},{"package":"webex_suite"},` +
		`{"package":"webex_meetings","limit":2},{"package":"cx_essentials"},{"package":"common_area_calling","limit":1}]}`
	directoryOn = `P EnableDirectoryConnector {"account_id":"contoso"}`
	// desk is where sold's bob is reached.
	desk = `"location_id":"hq","phone_number":"+390612345678","extension":"101"`
)

var (
	// packaged: contoso has packages and two locations.
	packaged = join(users, setPackages, addHQ, `P AddLocation {"account_id":"contoso","location_id":"lab","name":"Lab","country":"IT"}`)
	// sold: bob has calling with all its numbers.
	sold = join(packaged, changeTo("bob", "webex_calling", desk))
	// consoled: bob has an add-on, too.
	consoled = join(sold, addOn("Assign", "bob"))
	// met: bob has meetings.
	met = join(packaged, changeTo("bob", "webex_meetings", `"preferred_site":"contoso"`))
)

func changeTo(user, pack, more string) string {
	return fmt.Sprintf(`P ChangeUserPackage {"account_id":"contoso","user_id":%q,"package":%q%s}`, user, pack, comma(more))
}

// add adds users, each given as its fields.
func add(users ...string) string { return addTo("P", "contoso", users...) }

func addTo(who, account string, users ...string) string {
	list := ""
	for i, u := range users {
		if i > 0 {
			list += ","
		}
		list += "{" + u + "}"
	}
	return fmt.Sprintf(`%s AddWholesaleUsers {"account_id":%q,"users":[%s]}`, who, account, list)
}

func named(name, pack, more string) string {
	return fmt.Sprintf(`"email":"%s@contoso.com","package":%q%s`, name, pack, comma(more))
}

func comma(more string) string {
	if more == "" {
		return ""
	}
	return "," + more
}

func addOn(verb, user string) string {
	return fmt.Sprintf(`P %sAddOn {"account_id":"contoso","user_id":%q,"add_on":"attendant_console"}`, verb, user)
}

func without(user string) string {
	return fmt.Sprintf(`P UnassignUserPackage {"account_id":"contoso","user_id":%q}`, user)
}

// many is n users with meetings.
func many(n int) []string {
	var list []string
	for i := range n {
		list = append(list, named(fmt.Sprintf("u%d", i), "webex_suite", fmt.Sprintf(`"location_id":"hq","extension":"%d"`, 200+i)))
	}
	return list
}

var packageRows = []proof{
	{"WHS-2", users, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_meetings","limit":5},{"package":"webex_calling"},{"package":"cisco_calling_plan","limit":0}]}`,
		then(`WholesalePackagesSet {"account_id":"contoso","packages":[{"package":"webex_calling","limit":null},{"package":"webex_meetings","limit":5},{"package":"cisco_calling_plan","limit":0}]}`)},
	{"WHS-2 section-2", packaged, setPackages, then("nothing")},
	{"WHS-2", packaged, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[]}`, then(`WholesalePackagesSet {"packages":[]}`)},
	{"WHS-2", users, `P SetWholesalePackages {"account_id":"contoso","packages":[{"package":"webex_calling"},{"package":"webex_calling","limit":-1},{"package":"miteam_meetings","limit":1000001}]}`,
		then("invalid packages[1].package", "invalid packages[1].limit", "invalid packages[2].package", "invalid packages[2].limit", "invalid complete")},
	{"WHS-2", users, `C SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[]}`, then("refused forbidden")},
	{"section-2", join(users, deactivate), setPackages, then("refused account_deactivated")},
	{"WHS-6", sold, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_calling","limit":0}]}`, then("refused limit_below_use")},
	{"WHS-6", sold, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_suite"}]}`, then("refused limit_below_use")},
	{"WHS-6", sold, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_calling","limit":1}]}`, then("WholesalePackagesSet")},
	{"WHS-6", join(sold, without("bob")), `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[]}`, then("WholesalePackagesSet")},
	{"WHS-6", join(sold, "P"+removeBob), `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[]}`, then("WholesalePackagesSet")},
	{"WHS-6", consoled, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_calling"},{"package":"attendant_console","limit":0}]}`, then("refused limit_below_use")},
	{"WHS-6", consoled, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_calling"}]}`, then("WholesalePackagesSet")},
}

var addRows = []proof{
	{"WHS-1 WHS-3", packaged, addTo("C", "contoso", `"email":" Joe@contoso.com","first_name":"Joe","last_name":"J","package":"webex_calling",`+desk, named("sue", "webex_suite", `"location_id":"lab","extension":"101","preferred_site":"contoso"`)),
		then(`WholesaleUserAdded {"account_id":"contoso","user_id":"ID000031","person_id":"ID000032","email":"joe@contoso.com","first_name":"Joe","last_name":"J","package":"webex_calling","location_id":"hq","phone_number":"+390612345678","extension":"101","preferred_site":null}`,
			`WholesaleUserAdded {"user_id":"ID000033","email":"sue@contoso.com","first_name":null,"package":"webex_suite","preferred_site":"contoso"}`)},
	{"WHS-3 WHS-4", packaged, add(named("joe", "webex_meetings", `"location_id":"none","phone_number":"+390612345678","extension":"101","preferred_site":"x"`)),
		then(`WholesaleUserAdded {"package":"webex_meetings","location_id":null,"phone_number":null,"extension":null,"preferred_site":"x"}`)},
	{"WHS-1 WHS-3", packaged, addTo("P", "contoso", many(25)...), then(added(25)...)},
	{"section-2", packaged, `P AddWholesaleUsers {"account_id":"contoso","users":[]}`, then("invalid users")},
	{"section-2", packaged, add(`"email":"joe","package":"miteam_meetings","location_id":"a b","phone_number":"06","extension":"1\n2"`),
		then("invalid users[0].email", "invalid users[0].package", "invalid users[0].location_id", "invalid users[0].phone_number", "invalid users[0].extension")},
	{"section-2", packaged, add(`"email":"joe@contoso.com","package":"webex_suite","user_id":"joe"`), then("shape user_id")},
	{"section-2", packaged, add(named("joe", "webex_calling", `"location_id":"none","extension":"1"`)), then("refused not_found")},
	{"section-2", packaged, addTo("S", "contoso", named("joe", "webex_suite", "")), then("refused forbidden")},
	{"section-2", join(packaged, deactivate), add(named("joe", "webex_suite", "")), then("refused account_deactivated")},

	// In this order, whichever user it is about.
	{"WHS-7 WHS-1", join(packaged, directoryOn), addTo("P", "contoso", many(26)...), then("refused directory_managed")},
	{"WHS-1 WHS-2", packaged, addTo("P", "contoso", append(many(25), named("x", "common_area_calling", ""))...), then("refused too_many_users")},
	{"WHS-2", packaged, add(named("joe", "webex_voice", ""), named("sue", "attendant_console", "")), then("refused package_not_for_users")},
	{"WHS-2", packaged, add(named("bob", "webex_suite", desk), named("sue", "webex_voice", "")), then("refused package_not_offered")},
	{"WHS-2", sold, add(named("joe", "webex_calling", desk), named("sue", "webex_calling", desk), named("bob", "webex_suite", desk)), then("refused email_in_use")},
	{"LIC-6", packaged, add(named("joe", "webex_meetings", ""), `"email":"JOE@contoso.com","package":"webex_meetings"`), then("refused email_in_use")},
	{"WHS-2", sold, add(named("joe", "webex_suite", ""), named("sue", "webex_calling", desk), named("tim", "webex_calling", desk)), then("refused package_limit_reached")},
	{"WHS-3", sold, add(named("joe", "webex_suite", desk), named("sue", "webex_suite", `"location_id":"hq"`)), then("refused calling_information_required")},
	{"WHS-3", packaged, add(named("joe", "webex_suite", `"extension":"7"`)), then("refused calling_information_required")},
	{"WHS-3", sold, add(named("joe", "webex_suite", `"location_id":"lab","phone_number":"+390612345678"`)), then("refused number_in_use")},
	{"WHS-3", sold, add(named("joe", "webex_suite", `"location_id":"hq","extension":"101"`)), then("refused number_in_use")},
	{"WHS-3", sold, add(named("joe", "webex_suite", `"location_id":"lab","extension":"101"`)), then("WholesaleUserAdded")},
	{"WHS-1 WHS-3", packaged, add(named("joe", "webex_suite", desk), named("sue", "webex_suite", desk)), then("refused number_in_use")},
	{"WHS-3", join(sold, `P:globex AddLocation {"account_id":"initech","location_id":"x","name":"X","country":"IT"}`,
		`P:globex SetWholesalePackages {"account_id":"initech","complete":true,"packages":[{"package":"webex_voice"}]}`),
		addTo("P:globex", "initech", `"email":"joe@initech.com","package":"webex_voice","location_id":"x","phone_number":"+390612345678"`), then("refused number_in_use")},

	// What is given back is free.
	{"WHS-3 ACC-5", join(sold, remove, `P:globex AddLocation {"account_id":"initech","location_id":"x","name":"X","country":"IT"}`,
		`P:globex SetWholesalePackages {"account_id":"initech","complete":true,"packages":[{"package":"webex_voice"}]}`),
		addTo("P:globex", "initech", `"email":"joe@initech.com","package":"webex_voice","location_id":"x","phone_number":"+390612345678"`), then("WholesaleUserAdded")},
	{"WHS-3", join(sold, deactivate, reactivate), add(named("joe", "webex_suite", desk)), then("refused number_in_use")},
	{"WHS-3", join(sold, without("bob")), add(named("joe", "webex_suite", desk)), then("WholesaleUserAdded")},
	{"WHS-3 LIC-6", join(sold, "P"+removeBob), add(named("joe", "webex_suite", desk)), then("WholesaleUserAdded")},
	{"WHS-3", join(sold, changeTo("bob", "webex_meetings", "")), add(named("joe", "webex_suite", desk)), then("WholesaleUserAdded")},
	{"WHS-3", join(sold, changeTo("bob", "webex_calling", `"phone_number":"+390600000000","extension":"9"`)), add(named("joe", "webex_suite", desk)), then("WholesaleUserAdded")},
	{"WHS-3", join(sold, `P UpdateUser {"account_id":"contoso","user_id":"bob","phone_number":"","location_id":"lab"}`), add(named("joe", "webex_suite", desk)), then("WholesaleUserAdded")},
	{"WHS-3", join(sold, "P"+eraseBob), add(named("joe", "webex_suite", `"location_id":"hq","phone_number":"+390612345678","extension":"102"`)), then("WholesaleUserAdded")},
	{"WHS-3", join(sold, "P"+eraseBob), add(named("joe", "webex_suite", `"location_id":"hq","extension":"101"`)), then("refused number_in_use")},
	{"WHS-2", join(packaged, add(named("joe", "webex_meetings", ""), named("sue", "webex_meetings", ""))), add(named("tim", "webex_meetings", "")), then("refused package_limit_reached")},
	{"WHS-2", join(met, add(named("joe", "webex_meetings", "")), without("bob")), add(named("tim", "webex_meetings", "")), then("WholesaleUserAdded")},
}

func added(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "WholesaleUserAdded"
	}
	return list
}
