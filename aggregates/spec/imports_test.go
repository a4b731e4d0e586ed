package spec

import "fmt"

// imported is a row of an import.
func imported(name, behavior, packages, more string) string {
	return fmt.Sprintf(`P ImportUser {"account_id":"contoso","behavior":%q,"email":"%s@contoso.com","packages":%s%s}`, behavior, name, packages, comma(more))
}

const (
	both   = "add_and_remove"
	adding = "add_only"
	gone   = `{"webex_calling":false,"webex_calling_standard":false,"webex_voice":false,"webex_suite":false,"webex_meetings":false,"cx_essentials":false}`
)

var importRows = []proof{
	{"IMP-3", packaged, imported("joe", both, `{"webex_calling":true}`, `"first_name":"Joe","last_name":"J","name":"Joe J",`+desk),
		then(`WholesaleUserAdded {"email":"joe@contoso.com","first_name":"Joe","last_name":"J","name":"Joe J","package":"webex_calling","location_id":"hq","phone_number":"+390612345678","extension":"101"}`)},
	{"IMP-3", packaged, imported("joe", both, `{"webex_meetings":true}`, `"base_licenses":{"calling":true,"meetings":false}`),
		then("WholesaleUserAdded", `BaseLicensesAssigned {"user_id":"ID000031","base_licenses":["calling"]}`)},
	{"IMP-4", packaged, imported("joe", adding, `{"webex_meetings":true,"webex_calling":false}`, ""),
		then("WholesaleUserAdded", `BaseLicensesAssigned {"account_id":"contoso","user_id":"ID000031","base_licenses":["messaging","meetings","calling"]}`)},

	{"IMP-2", packaged, imported("joe", adding, `{"webex_meetings":true,"webex_calling":true}`, `"location_id":"none"`), then("refused two_packages")},
	{"IMP-2", sold, imported("bob", both, `{"webex_meetings":true}`, ""), then("refused two_packages")},
	{"IMP-2 IMP-4", sold, imported("bob", adding, `{"webex_meetings":true,"webex_calling":false}`, ""), then("refused two_packages")},
	{"IMP-2", packaged, imported("joe", both, `{}`, `"location_id":"none"`), then("refused package_required")},
	{"IMP-2 IMP-4", packaged, imported("joe", adding, gone, ""), then("refused package_required")},
	{"IMP-2", join(packaged, directoryOn), imported("joe", both, `{"webex_calling":true}`, `"location_id":"none","extension":"1"`), then("refused not_found")},
	{"WHS-7", join(packaged, directoryOn), imported("joe", both, `{"webex_voice":true}`, ""), then("refused directory_managed")},
	{"IMP-2", packaged, imported("joe", both, `{"webex_voice":true}`, ""), then("refused package_not_offered")},
	{"IMP-2", join(packaged, add(named("x", "webex_meetings", ""), named("y", "webex_meetings", ""))), imported("joe", both, `{"webex_meetings":true}`, ""), then("refused package_limit_reached")},
	{"IMP-2", packaged, imported("joe", both, `{"webex_calling":true}`, `"extension":"1"`), then("refused calling_information_required")},
	{"IMP-2", sold, imported("joe", both, `{"webex_calling":true}`, desk), then("refused number_in_use")},
	{"IMP-2", packaged, `C ImportUser {"account_id":"contoso","behavior":"replace","email":"joe","packages":{"meetings":true},"base_licenses":{"webex_suite":true}}`,
		then("invalid behavior", "invalid email", "invalid packages", "invalid base_licenses")},

	// A package change is one change, and what is blank stays.
	{"IMP-3 WHS-5", sold, imported("bob", both, `{"webex_calling":false,"webex_suite":true}`, `"name":"Bobby"`),
		then(`UserUpdated {"user_id":"bob","changes":{"name":{"new":"Bobby"},"first_name":null}}`, `UserPackageChanged {"old_package":"webex_calling","package":"webex_suite","changes":null}`)},
	{"IMP-3", sold, imported("bob", both, `{"webex_calling":false,"webex_suite":false}`, `"preferred_site":"x","extension":"7"`), then(`UserUpdated {"changes":{"preferred_site":{"new":"x"},"extension":null}}`, "UserPackageUnassigned")},
	{"IMP-3", sold, imported("bob", both, `{"webex_calling":true,"webex_suite":false}`, `"first_name":"Bob",`+desk), then("nothing")},
	{"IMP-3", sold, imported("bob", both, `{}`, `"extension":"102"`), then(`UserUpdated {"changes":{"extension":{"old":"101","new":"102"}}}`)},
	{"IMP-2 WHS-3", join(sold, changeTo("eve", "webex_suite", `"location_id":"hq","extension":"102"`)), imported("bob", both, `{}`, `"extension":"102"`), then("refused number_in_use")},
	{"IMP-3 WHS-3", met, imported("bob", both, `{"webex_meetings":true}`, desk), then("nothing")},
	{"IMP-3 WHS-3", packaged, imported("bob", both, `{}`, desk), then("nothing")},
	{"IMP-3 WHS-7", join(sold, directoryOn), imported("bob", both, `{"webex_calling":false,"webex_suite":true}`, ""), then("UserPackageChanged")},
	{"IMP-4", sold, imported("bob", adding, `{"webex_calling":false}`, ""), then("nothing")},
	{"IMP-4", join(sold, imported("bob", adding, `{"webex_calling":true}`, "")), imported("bob", adding, `{"webex_calling":true}`, ""), then("nothing")},
	{"IMP-4", join(sold, imported("bob", both, `{}`, `"base_licenses":{"meetings":true}`)), imported("bob", adding, `{"webex_calling":true}`, `"base_licenses":{"meetings":false}`),
		then(`BaseLicensesAssigned {"user_id":"bob","base_licenses":["messaging","calling"]}`)},

	{"IMP-3", consoled, imported("bob", both, gone, ""), then(`WholesaleUserRemoved {"user_id":"bob"}`)},
	{"IMP-3", sold, imported("joe", both, gone, ""), then("nothing")},
	{"IMP-4", sold, imported("bob", adding, gone, ""), then("nothing")},
	{"IMP-3 LIC-6", packaged, `C ImportUser {"account_id":"contoso","behavior":"add_and_remove","email":"ada@contoso.com","packages":` + gone + `}`, then("refused last_account_admin")},

	{"IMP-3", join(sold, imported("bob", adding, `{"webex_calling":true}`, "")), imported("bob", both, `{}`, `"base_licenses":{"calling":false,"messaging":true,"meetings":false}`),
		then(`BaseLicensesRemoved {"account_id":"contoso","user_id":"bob","base_licenses":["meetings","calling"]}`)},
	{"IMP-3 section-2", sold, imported("bob", both, `{}`, `"base_licenses":{"calling":false}`), then("nothing")},
	// A row of an import that was begun by someone: of either format.
	{"IMP-3", packaged, `L ImportRow {"account_id":"contoso","behavior":"add_and_remove","email":"joe@contoso.com","packages":{"webex_meetings":true}}`, then("WholesaleUserAdded")},
	{"IMP-2", packaged, `L ImportRow {"account_id":"contoso","behavior":"add_and_remove","email":"joe@contoso.com"}`, then("refused package_required")},
	{"LIC-6", packaged, namedRow("joe", `"name":"Joe"`), then(`UserAdded {"email":"joe@contoso.com","name":"Joe","role":"user"}`)},
	{"LIC-6", packaged, namedRow("joe", `"name":"Joe","role":"account_admin"`), then(`UserAdded {"role":"account_admin"}`)},
	{"LIC-6", packaged, namedRow("joe", ""), then("refused name_required")},
	{"LIC-6", packaged, namedRow("joe", `"role":"boss"`), then("invalid role")},
	{"LIC-6", sold, namedRow("bob", `"first_name":"Bob","last_name":"B"`), then(`UserUpdated {"user_id":"bob","changes":{"last_name":{"new":"B"},"role":null}}`)},
	{"LIC-6", sold, namedRow("bob", ""), then("nothing")},
	{"LIC-6 WHS-7", join(sold, directoryOn), namedRow("joe", `"name":"Joe"`), then("refused directory_managed")},
	{"LIC-6 WHS-7", join(sold, directoryOn), namedRow("bob", `"name":"Bob"`), then("UserUpdated")},
	{"section-2", join(sold, `P DeactivateAccount {"account_id":"contoso","confirm":"deactivate"}`), namedRow("bob", `"name":"Bob"`), then("refused account_deactivated")},
	{"section-2", join(sold, `P DeleteAccount {"account_id":"contoso","confirm":"delete"}`), namedRow("bob", `"name":"Bob"`), then("refused not_found")},
	{"section-2", sold, `P ImportRow {"account_id":"contoso","behavior":"add_only","email":"joe@contoso.com","named":true,"name":"Joe"}`, then("refused forbidden")},

	{"IMP-5", packaged, imported("joe", both, `{"webex_meetings":true}`, ""), then("WholesaleUserAdded")},
}

// namedRow is a row of an import without packages.
func namedRow(name, more string) string {
	return fmt.Sprintf(`L ImportRow {"account_id":"contoso","behavior":"add_only","email":"%s@contoso.com","named":true%s}`, name, comma(more))
}
