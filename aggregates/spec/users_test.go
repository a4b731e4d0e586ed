package spec

const (
	removeAda = ` RemoveUser {"account_id":"contoso","user_id":"ada"}`
	removeBob = ` RemoveUser {"account_id":"contoso","user_id":"bob"}`
)

var userRows = []proof{
	{"LIC-6", accounts, `P AddUser {"account_id":"contoso","user_id":"bob","email":" Bob@Contoso.com","first_name":"Bob","last_name":"Bo","name":"Bobby"}`,
		then(`UserAdded {"account_id":"contoso","user_id":"bob","email":"bob@contoso.com","first_name":"Bob","last_name":"Bo","name":"Bobby","role":"user"}`)},
	{"LIC-6", accounts, `S AddUser {"account_id":"contoso","email":"bob@contoso.com","last_name":"Bo","role":"account_admin"}`, then(`UserAdded {"user_id":"ID000016","person_id":"ID000017","role":"account_admin"}`)},
	{"LIC-6", users, `P AddUser {"account_id":"contoso","user_id":"bob","email":"bob@contoso.com","name":" "}`, then("refused name_required")},
	{"LIC-6", users, `P AddUser {"account_id":"contoso","email":"BOB@contoso.com","name":"Bob"}`, then("refused email_in_use")},
	{"LIC-6", users, `P AddUser {"account_id":"fabrikam","email":"bob@contoso.com","name":"Bob"}`, then("UserAdded")},
	{"section-2", users, `P AddUser {"account_id":"contoso","user_id":"bob","email":"other@contoso.com","name":"Bob"}`, then("refused already_exists")},
	{"section-2", users, `P AddUser {"account_id":"fabrikam","user_id":"bob","email":"other@contoso.com","name":"Bob"}`, then("UserAdded")},
	{"section-2", users, `P AddUser {"account_id":"contoso","user_id":"a b","email":"Bob <bob@contoso.com>","name":"Bob","role":"guest"}`, then("invalid user_id", "invalid email", "invalid role")},
	{"LIC-6", join(users, "P"+removeBob), `P AddUser {"account_id":"contoso","user_id":"bob","email":"bob@contoso.com","name":"Bob"}`, then("UserAdded")},

	{"LIC-6", join(users, addHQ), `C UpdateUser {"account_id":"contoso","user_id":"bob","email":"Robert@contoso.com","first_name":"","name":"Robert","role":"account_admin","phone_number":"+390612345678","extension":"123","location_id":"hq","preferred_site":"contoso"}`,
		then(`UserUpdated {"user_id":"bob","changes":{"email":{"old":"bob@contoso.com","new":"robert@contoso.com"},"first_name":{"old":"Bob"},"name":{"new":"Robert"},` +
			`"role":{"old":"user","new":"account_admin"},"phone_number":{"new":"+390612345678"},"extension":{"old":"","new":"123"},"location_id":{"new":"hq"},"preferred_site":{"new":"contoso"}}}`)},
	{"section-2", users, `P UpdateUser {"account_id":"contoso","user_id":"bob","email":"BOB@contoso.com","first_name":"Bob","last_name":"","role":"user","phone_number":""}`, then("nothing")},
	{"LIC-6", users, `P UpdateUser {"account_id":"contoso","user_id":"bob","first_name":""}`, then("refused name_required")},
	{"LIC-6", users, `P UpdateUser {"account_id":"contoso","user_id":"bob","first_name":"","last_name":"Bo"}`, then("UserUpdated")},
	{"LIC-6", users, `P UpdateUser {"account_id":"contoso","user_id":"bob","email":"eve@contoso.com"}`, then("refused email_in_use")},
	{"LIC-6", join(users, `P UpdateUser {"account_id":"contoso","user_id":"bob","email":"b@contoso.com"}`), `P UpdateUser {"account_id":"contoso","user_id":"eve","email":"bob@contoso.com"}`, then("UserUpdated")},
	{"LIC-6", users, `P UpdateUser {"account_id":"contoso","user_id":"ada","role":"user"}`, then(`UserUpdated {"changes":{"role":{"old":"account_admin","new":"user"}}}`)},
	{"section-2", users, `P UpdateUser {"account_id":"contoso","user_id":"bob","email":"","role":"","phone_number":"0612345678"}`, then("invalid email", "invalid role", "invalid phone_number")},
	{"section-2", users, `P UpdateUser {"account_id":"contoso","user_id":"none","name":"N"}`, then("refused not_found")},
	{"section-2", users, `P UpdateUser {"account_id":"contoso","user_id":"bob","state":"invited"}`, then("shape state")},

	{"section-2", users, `S RecordUserActivity {"account_id":"contoso","user_id":"bob","at":"2026-03-01T08:00:00+02:00"}`, then(`UserActivityRecorded {"at":"2026-03-01T06:00:00Z"}`)},
	{"section-2", join(users, `S RecordUserActivity {"account_id":"contoso","user_id":"bob","at":"2026-03-01T08:00:00Z"}`), `S RecordUserActivity {"account_id":"contoso","user_id":"bob","at":"2026-03-01T08:00:00Z"}`, then("nothing")},
	{"section-2", join(users, `S RecordUserActivity {"account_id":"contoso","user_id":"bob","at":"2026-03-01T08:00:00Z"}`), `S RecordUserActivity {"account_id":"contoso","user_id":"bob","at":"2026-02-01T08:00:00Z"}`, then("nothing")},
	{"section-2", users, `S RecordUserActivity {"account_id":"contoso","user_id":"bob"}`, then("invalid at")},
	{"section-2", users, `P RecordUserActivity {"account_id":"contoso","user_id":"bob","at":"2026-03-01T08:00:00Z"}`, then("refused forbidden")},

	{"LIC-6", users, "C" + removeBob, then(`UserRemoved {"account_id":"contoso","user_id":"bob"}`)},
	{"LIC-6", bobMeets, "C" + removeBob, then(`UserLicenseUnassigned {"user_id":"bob","product":"miteam_meetings","reason":"user_removed"}`, "UserRemoved")},
	{"LIC-3 LIC-6", collabMeet, "P" + removeBob, then("UserLicenseUnassigned", "UserRemoved")},
	{"LIC-6", join(bobMeets, off("MiTeamMeetings")), "S" + removeBob, then("UserRemoved")},
	{"LIC-6", users, "C" + removeAda, then("refused last_account_admin")},
	{"LIC-6", users, "S" + removeAda, then("refused last_account_admin")},
	{"LIC-6", users, "P" + removeAda, then("UserRemoved")},
	{"LIC-6", users, "A" + removeAda, then("UserRemoved")},
	{"LIC-6", join(users, `P UpdateUser {"account_id":"contoso","user_id":"bob","role":"account_admin"}`), "C" + removeAda, then("UserRemoved")},
	{"LIC-6", join(users, `P UpdateUser {"account_id":"contoso","user_id":"bob","role":"account_admin"}`, "C"+removeAda), "C" + removeBob, then("refused last_account_admin")},
	{"LIC-3", join(full, "P"+removeBob), assign("P", "eve", "miteam_meetings"), then("UserLicenseAssigned")},
	{"section-2", users, `P RemoveUser {"account_id":"contoso","user_id":"none"}`, then("refused not_found")},
}

// scopeRows: what is not the caller's is as if it did not exist.
var scopeRows = []proof{
	{"section-2", users, `P:globex RemoveUser {"account_id":"contoso","user_id":"bob"}`, then("refused not_found")},
	{"section-2", users, `C:fabrikam RemoveUser {"account_id":"contoso","user_id":"bob"}`, then("refused not_found")},
	{"section-2", users, `C: RemoveUser {"account_id":"contoso","user_id":"bob"}`, then("refused not_found")},
	{"section-2", users, `P: RemoveUser {"account_id":"contoso","user_id":"bob"}`, then("refused not_found")},
	{"section-2", users, `X RemoveUser {"account_id":"contoso","user_id":"bob"}`, then("refused forbidden")},
	{"section-2", users, `L RemoveUser {"account_id":"contoso","user_id":"bob"}`, then("refused forbidden")},
	{"section-2", users, `P:globex DeactivateAccount {"account_id":"contoso","confirm":"deactivate"}`, then("refused not_found")},
	{"section-2", users, `P RemoveUser {"account_id":"contoso","user_id":""}`, then("invalid user_id")},
	{"section-2", users, `P RemoveUser {}`, then("invalid account_id", "invalid user_id")},
	{"section-2", users, `P RemoveUser {"account_id":"contoso","user_id":7}`, then("shape user_id")},
	{"section-2", users, `P RemoveUser {"account_id":"contoso","account_id":"contoso","user_id":"bob"}`, then("shape account_id")},
	{"section-2", users, `P RemoveUser [`, then("shape")},
}
