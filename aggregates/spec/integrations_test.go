package spec

import (
	"fmt"

	"github.com/seatledger/seatledger/events"
)

const (
	privilegeOn  = `C EnablePrivilege {"account_id":"contoso","integration":"micc","privilege":"guest_access_consent"}`
	privilegeOff = `C DisablePrivilege {"account_id":"contoso","integration":"micc","privilege":"guest_access_consent"}`
)

var integrationRows = append(toggles(), []proof{
	{"INT-1", join(accounts, `P EnableMitelOneIntegration {"account_id":"acme"}`), `P EnableMiCCIntegration {"account_id":"acme"}`,
		then("MiCCIntegrationEnabled", "PrivilegeEnabled", "PrivilegeEnabled")},
	{"INT-1", accounts, `C:initech EnableMiCCIntegration {"account_id":"contoso"}`, then("refused not_found")},
	{"INT-1", accounts, `S EnableMiCCIntegration {"account_id":"contoso"}`, then("refused forbidden")},
	{"INT-1", accounts, `P EnableMiCCIntegration {"account_id":"contoso","enabled":true}`, then("shape enabled")},

	{"INT-2", join(accounts, privilegeOn), on("MiCC"), then(
		"MiCCIntegrationEnabled", `PrivilegeEnabled {"integration":"micc","privilege":"delegated_authentication"}`)},
	{"INT-2 INT-3", join(accounts, on("MiCC"), privilegeOff, off("MiCC")), on("MiCC"), then(
		"MiCCIntegrationEnabled", `PrivilegeEnabled {"privilege":"guest_access_consent"}`)},
	{"INT-2 section-2", join(accounts, on("MiCC"), privilegeOff), on("MiCC"), then("nothing")},
	{"INT-2", accounts, `P EnablePrivilege {"account_id":"contoso","integration":"microsoft_teams","privilege":"guest_access_consent"}`, then("refused no_such_privilege")},
	{"INT-2", accounts, `P DisablePrivilege {"account_id":"contoso","integration":"single_sign_on","privilege":"guest_access_consent"}`, then("refused no_such_privilege")},
	{"INT-2", accounts, `P EnablePrivilege {"account_id":"contoso","integration":"zoom","privilege":"all"}`, then("invalid integration", "invalid privilege")},

	{"INT-3", accounts, privilegeOn, then(`PrivilegeEnabled {"account_id":"contoso","integration":"micc","privilege":"guest_access_consent"}`)},
	{"INT-3 section-2", join(accounts, privilegeOn), privilegeOn, then("nothing")},
	{"INT-3", join(accounts, on("MiCC"), off("MiCC")), privilegeOff, then(`PrivilegeDisabled {"integration":"micc","privilege":"guest_access_consent"}`)},
	{"INT-3 section-2", accounts, privilegeOff, then("nothing")},

	{"section-2", accounts, `C EnableBandwidthOptimization {"account_id":"contoso"}`, then("BandwidthOptimizationEnabled")},
	{"section-2", join(accounts, `C EnableBandwidthOptimization {"account_id":"contoso"}`), `C EnableBandwidthOptimization {"account_id":"contoso"}`, then("nothing")},
	{"section-2", join(accounts, `C EnableBandwidthOptimization {"account_id":"contoso"}`), `P DisableBandwidthOptimization {"account_id":"contoso"}`, then("BandwidthOptimizationDisabled")},
	{"section-2", accounts, `P DisableBandwidthOptimization {"account_id":"contoso"}`, then("nothing")},
	{"section-2", accounts, `C EnableDirectoryConnector {"account_id":"contoso"}`, then("DirectoryConnectorEnabled")},
	{"section-2", join(accounts, `C EnableDirectoryConnector {"account_id":"contoso"}`), `P EnableDirectoryConnector {"account_id":"contoso"}`, then("nothing")},
	{"section-2", join(accounts, `C EnableDirectoryConnector {"account_id":"contoso"}`), `P DisableDirectoryConnector {"account_id":"contoso"}`, then("DirectoryConnectorDisabled")},
}...)

// toggles makes the rows of every integration: on, on again, off, off again.
func toggles() []proof {
	var rows []proof
	for _, i := range events.Integrations {
		enabled := then(fmt.Sprintf(`%sIntegrationEnabled {"account_id":"contoso","integration":%q,"enabled":true}`, i.Name, i.ID))
		rules := "INT-1"
		if i.Mitel {
			rules = "INT-1 INT-2 INT-3"
			enabled = append(enabled,
				fmt.Sprintf(`PrivilegeEnabled {"account_id":"contoso","integration":%q,"privilege":"delegated_authentication"}`, i.ID),
				fmt.Sprintf(`PrivilegeEnabled {"account_id":"contoso","integration":%q,"privilege":"guest_access_consent"}`, i.ID))
		}
		rows = append(rows,
			proof{rules, accounts, on(i.Name), enabled},
			proof{"INT-1", accounts, off(i.Name), then("nothing")},
			proof{"INT-1", join(accounts, on(i.Name)), on(i.Name), then("nothing")},
			proof{rules, join(accounts, on(i.Name)), off(i.Name), then(fmt.Sprintf(`%sIntegrationDisabled {"enabled":false}`, i.Name))})
	}
	return rows
}

// orderingRows are the stories of INT-4, as the vendor's page tells them.
var orderingRows = []proof{
	{"INT-4", collabMeet, off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled")},
	{"INT-4 INT-6", join(collabMeet, off("MiTeamMeetings")), off("MiCollab"), then("MiCollabIntegrationDisabled")},
	{"INT-4 INT-6", collabMeet, off("MiCollab"), then("MiCollabIntegrationDisabled")},
	{"INT-4", join(collabMeet, off("MiCollab")), off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled",
		`UserLicenseDisabled {"account_id":"contoso","user_id":"bob","product":"miteam_meetings","reason":"miteam_meetings_disabled_after_micollab","micollab_disabled_at":21}`)},
	{"INT-4", bobMeets, off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled",
		`UserLicenseDisabled {"user_id":"bob","reason":"miteam_meetings_disabled_standalone","micollab_disabled_at":null}`)},
	{"INT-4", join(bobMeets, assign("P", "ada", "miteam_meetings")), off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled",
		`UserLicenseDisabled {"user_id":"ada"}`, `UserLicenseDisabled {"user_id":"bob"}`)},
	{"INT-4", meetings, off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled")},
	{"INT-4", join(collabMeet, off("MiTeamMeetings"), off("MiCollab")), off("MiTeamMeetings"), then("nothing")},
	{"INT-4", join(collabMeet, off("MiTeamMeetings"), off("MiCollab"), on("MiTeamMeetings")), off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled",
		`UserLicenseDisabled {"user_id":"bob","reason":"miteam_meetings_disabled_after_micollab","micollab_disabled_at":22}`)},
	{"INT-4 section-2", join(collabMeet, off("MiCollab"), off("MiCollab")), off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled",
		`UserLicenseDisabled {"micollab_disabled_at":21}`)},
	{"INT-4", join(collabMeet, off("MiCollab"), on("MiCollab")), off("MiTeamMeetings"), then("MiTeamMeetingsIntegrationDisabled")},
	{"INT-5", join(bobMeets, off("MiTeamMeetings")), on("MiTeamMeetings"), then("MiTeamMeetingsIntegrationEnabled")},
	{"INT-5", join(bobMeets, assign("P", "ada", "miteam_meetings"), off("MiTeamMeetings"), on("MiTeamMeetings"), assign("P", "eve", "miteam_meetings")),
		assign("P", "bob", "miteam_meetings"), then(`UserLicenseAssigned {"user_id":"bob"}`)},
	{"INT-6", bobMeets, on("MiCollab"), then("MiCollabIntegrationEnabled", "PrivilegeEnabled", "PrivilegeEnabled")},
	{"INT-6", join(bobMeets, on("MiCollab")), off("MiCollab"), then("MiCollabIntegrationDisabled")},
}
