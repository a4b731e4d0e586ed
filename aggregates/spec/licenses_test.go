package spec

var (
	meetBob = assign("P", "bob", "miteam_meetings")
	// full: ada and bob have contoso's 2 seats.
	full = join(bobMeets, assign("P", "ada", "miteam_meetings"))
)

var licenseRows = []proof{
	{"LIC-1", meetings, meetBob, then(`UserLicenseAssigned {"account_id":"contoso","user_id":"bob","product":"miteam_meetings"}`)},
	{"LIC-1", meetings, assign("C", "bob", "miteam_meetings"), then("UserLicenseAssigned")},
	{"LIC-1", meetings, assign("A", "bob", "miteam_meetings"), then("UserLicenseAssigned")},
	{"LIC-1", meetings, assign("S", "bob", "miteam_meetings"), then("refused forbidden")},
	{"LIC-1", join(users, on("MiCollab")), meetBob, then("refused managed_by_micollab")},
	{"LIC-1", users, meetBob, then("refused integration_disabled")},
	{"LIC-1", join(users, on("MiTeamMeetings")), meetBob, then("refused no_licenses_available")},
	{"LIC-1", full, assign("P", "eve", "miteam_meetings"), then("refused no_licenses_available")},
	{"LIC-1", join(users, on("MiCollab")), assign("P", "none", "miteam_meetings"), then("refused not_found")},
	{"LIC-1", users, assign("P", "bob", "zoom"), then("invalid product")},
	{"LIC-1", users, assign("P", "bob", "webex_suite"), then("invalid product")},
	{"LIC-1", join(users, deactivate, "wait 1h"), meetBob, then("refused account_deactivated")},

	{"LIC-2", collab, meetBob, then("refused managed_by_micollab")},
	{"LIC-2", collab, assign("C", "bob", "miteam_meetings"), then("refused managed_by_micollab")},
	{"LIC-2", collab, assign("A", "bob", "miteam_meetings"), then("refused managed_by_micollab")},
	{"LIC-2 section-2", collabMeet, meetBob, then("refused managed_by_micollab")},
	{"LIC-2", collabMeet, unassign("P", "bob", "miteam_meetings"), then("refused managed_by_micollab")},
	{"LIC-2 section-2", collab, unassign("C", "eve", "miteam_meetings"), then("refused managed_by_micollab")},
	{"LIC-2", collab, assign("M", "bob", "miteam_meetings"), then("UserLicenseAssigned")},
	{"LIC-2", collabMeet, unassign("M", "bob", "miteam_meetings"), then("UserLicenseUnassigned")},
	{"LIC-2 section-2", collabMeet, assign("M", "bob", "miteam_meetings"), then("nothing")},
	{"LIC-2", meetings, assign("M", "bob", "miteam_meetings"), then("refused not_managed_by_micollab")},
	{"LIC-2", bobMeets, unassign("M", "bob", "miteam_meetings"), then("refused not_managed_by_micollab")},
	{"LIC-2", join(collab, off("MiTeamMeetings")), assign("M", "bob", "miteam_meetings"), then("refused integration_disabled")},
	{"LIC-2 LIC-3", join(collabMeet, off("MiTeamMeetings")), unassign("M", "bob", "miteam_meetings"), then("UserLicenseUnassigned")},
	{"LIC-2", join(collabMeet, assign("M", "ada", "miteam_meetings")), assign("M", "eve", "miteam_meetings"), then("refused no_licenses_available")},
	{"LIC-2", join(collab, on("MitelOne")), assign("M", "bob", "mitel_one_elite"), then("refused forbidden")},
	{"LIC-2", collab, unassign("M", "bob", "messaging"), then("refused forbidden")},
	{"LIC-2", collab, assign("M:fabrikam", "bob", "miteam_meetings"), then("refused not_found")},
	{"LIC-2", join(collab, `P RemoveUser {"account_id":"contoso","user_id":"bob"}`), assign("M", "bob", "mitel_one_elite"), then("refused forbidden")},

	{"LIC-3", bobMeets, meetBob, then("nothing")},
	{"LIC-3 section-2", full, meetBob, then("nothing")},
	{"LIC-3 section-2", join(collabMeet, off("MiTeamMeetings"), off("MiCollab")), meetBob, then("refused integration_disabled")},
	{"LIC-3", bobMeets, unassign("P", "bob", "miteam_meetings"), then(`UserLicenseUnassigned {"user_id":"bob","product":"miteam_meetings","reason":null}`)},
	{"LIC-3", meetings, unassign("P", "bob", "miteam_meetings"), then("nothing")},
	{"LIC-3", users, unassign("P", "bob", "miteam_meetings"), then("nothing")},
	{"LIC-3", join(bobMeets, off("MiTeamMeetings")), unassign("P", "bob", "miteam_meetings"), then("nothing")},
	{"LIC-3", join(collabMeet, off("MiTeamMeetings"), off("MiCollab")), unassign("C", "bob", "miteam_meetings"), then("UserLicenseUnassigned")},
	{"LIC-3 LIC-5", join(full, unassign("P", "bob", "miteam_meetings")), assign("P", "eve", "miteam_meetings"), then("UserLicenseAssigned")},
	{"LIC-5", full, assign("A", "eve", "miteam_meetings"), then("refused no_licenses_available")},

	{"LIC-4", tiers, assign("C", "bob", "mitel_one_essential"), then(`UserLicenseAssigned {"product":"mitel_one_essential"}`)},
	{"LIC-4", join(tiers, assign("P", "bob", "mitel_one_essential")), assign("P", "bob", "mitel_one_premier"), then(
		`UserLicenseUnassigned {"user_id":"bob","product":"mitel_one_essential","reason":"tier_changed"}`,
		`UserLicenseAssigned {"user_id":"bob","product":"mitel_one_premier"}`)},
	{"LIC-4", join(tiers, assign("P", "bob", "mitel_one_premier")), assign("P", "bob", "mitel_one_premier"), then("nothing")},
	{"LIC-4", join(tiers, assign("P", "bob", "mitel_one_premier"), assign("P", "eve", "mitel_one_essential")), assign("P", "eve", "mitel_one_premier"), then("refused no_licenses_available")},
	{"LIC-4", join(tiers, assign("P", "bob", "mitel_one_essential")), assign("P", "bob", "mitel_one_elite"), then("refused no_licenses_available")},
	{"LIC-4", join(tiers, assign("P", "bob", "mitel_one_premier"), assign("P", "bob", "mitel_one_essential")), assign("P", "eve", "mitel_one_premier"), then("UserLicenseAssigned")},
	{"LIC-4", join(tiers, off("MitelOne")), assign("P", "bob", "mitel_one_essential"), then("refused integration_disabled")},
	{"LIC-4 section-2", join(tiers, assign("P", "bob", "mitel_one_essential"), off("MitelOne")), assign("P", "bob", "mitel_one_essential"), then("refused integration_disabled")},
	{"LIC-4", join(tiers, assign("P", "bob", "mitel_one_essential")), off("MitelOne"), then("MitelOneIntegrationDisabled")},
	{"LIC-4 LIC-3", join(tiers, assign("P", "bob", "mitel_one_essential"), off("MitelOne")), unassign("P", "bob", "mitel_one_essential"), then("UserLicenseUnassigned")},
	{"LIC-4", join(tiers, assign("P", "bob", "mitel_one_essential")), unassign("P", "bob", "mitel_one_premier"), then("nothing")},
	{"LIC-4", join(tiers, on("MiCollab")), assign("P", "bob", "mitel_one_essential"), then("UserLicenseAssigned")},
	{"LIC-1", users, assign("P", "bob", "messaging"), then("refused no_licenses_available")},
}
