package spec

import (
	"fmt"
	"testing"

	"github.com/seatledger/seatledger/aggregates/account"
)

const removeSold = ` RemoveWholesaleUser {"account_id":"contoso","user_id":"bob"}`

var changeRows = []proof{
	{"WHS-5", met, changeTo("bob", "webex_calling", desk), then(`UserPackageChanged {"account_id":"contoso","user_id":"bob","person_id":"ID000019","old_package":"webex_meetings","package":"webex_calling",` +
		`"changes":{"location_id":{"old":"","new":"hq"},"phone_number":{"old":null,"new":"+390612345678"},"extension":{"new":"101"},"preferred_site":null}}`)},
	{"WHS-5 WHS-3", sold, changeTo("bob", "webex_meetings", desk), then(`UserPackageChanged {"old_package":"webex_calling","package":"webex_meetings",` +
		`"changes":{"location_id":{"old":"hq","new":""},"phone_number":{"old":"+390612345678","new":null},"extension":{"old":"101","new":""}}}`)},
	{"WHS-5", sold, changeTo("bob", "webex_suite", ""), then(`UserPackageChanged {"old_package":"webex_calling","package":"webex_suite","changes":null}`)},
	{"WHS-5", sold, changeTo("bob", "webex_suite", `"location_id":"lab","preferred_site":"s"`), then(`UserPackageChanged {"changes":{"location_id":{"old":"hq","new":"lab"},"phone_number":null,"preferred_site":{"old":"","new":"s"}}}`)},
	{"WHS-5", packaged, changeTo("bob", "webex_calling", desk), then(`UserPackageChanged {"old_package":null,"package":"webex_calling"}`)},
	{"WHS-5", join(sold, without("bob")), changeTo("bob", "cx_essentials", desk), then(`UserPackageChanged {"old_package":null,"package":"cx_essentials"}`)},
	{"WHS-5 section-2", sold, changeTo("bob", "webex_calling", desk), then("nothing")},
	{"WHS-5 section-2", sold, changeTo("bob", "webex_calling", ""), then("nothing")},
	{"WHS-5", sold, changeTo("bob", "webex_calling", `"extension":"102"`), then(`UserPackageChanged {"old_package":"webex_calling","package":"webex_calling","changes":{"extension":{"old":"101","new":"102"}}}`)},
	{"WHS-5 WHS-7", join(met, directoryOn), changeTo("bob", "webex_calling", desk), then("UserPackageChanged")},
	// Only the new one's limit counts.
	{"WHS-5 WHS-2", join(sold, add(named("joe", "webex_calling", `"location_id":"lab","extension":"1"`))), changeTo("bob", "webex_suite", ""), then("UserPackageChanged")},
	{"WHS-5 WHS-2", join(sold, add(named("joe", "webex_calling", `"location_id":"lab","extension":"1"`))), changeTo("bob", "webex_calling", `"extension":"3"`), then("UserPackageChanged")},

	{"WHS-2", sold, changeTo("bob", "cisco_calling_plan", ""), then("refused package_not_for_users")},
	{"WHS-2", sold, changeTo("bob", "attendant_console", ""), then("refused package_not_for_users")},
	{"WHS-2", sold, changeTo("bob", "webex_voice", ""), then("refused package_not_offered")},
	{"WHS-2", join(sold, add(named("joe", "webex_calling", `"location_id":"lab","extension":"1"`))), changeTo("eve", "webex_calling", ""), then("refused package_limit_reached")},
	{"WHS-3", met, changeTo("bob", "webex_calling", `"location_id":"hq"`), then("refused calling_information_required")},
	{"WHS-3 WHS-5", join(sold, without("bob")), changeTo("bob", "webex_calling", `"extension":"101"`), then("refused calling_information_required")},
	{"WHS-3", join(sold, changeTo("bob", "webex_meetings", "")), changeTo("bob", "webex_calling", ""), then("refused calling_information_required")},
	{"WHS-3", sold, changeTo("eve", "webex_suite", desk), then("refused number_in_use")},
	{"WHS-3 WHS-5", join(sold, changeTo("eve", "webex_suite", `"location_id":"lab","extension":"101"`)), changeTo("bob", "webex_suite", `"location_id":"lab"`), then("refused number_in_use")},
	{"section-2", sold, changeTo("bob", "webex_suite", `"location_id":"none"`), then("refused not_found")},
	{"section-2", sold, changeTo("none", "webex_suite", ""), then("refused not_found")},
	{"section-2", sold, changeTo("bob", "meetings", `"phone_number":"1"`), then("invalid package", "invalid phone_number")},
	{"section-2", join(sold, deactivate), changeTo("bob", "webex_suite", ""), then("refused account_deactivated")},

	{"WHS-5", sold, without("bob"), then(`UserPackageUnassigned {"account_id":"contoso","user_id":"bob","package":"webex_calling"}`)},
	{"WHS-5 section-2", packaged, without("bob"), then("nothing")},

	// Who was erased keeps the package; its phone number is free, and no other comes.
	{"section-2", join(sold, "P"+eraseBob), changeTo("bob", "webex_suite", ""), then(`UserPackageChanged {"changes":null}`)},
	{"section-2", join(sold, "P"+eraseBob), changeTo("bob", "webex_suite", `"phone_number":"+391"`), then("invalid phone_number")},
	{"section-2", join(sold, "P"+eraseBob), changeTo("bob", "webex_meetings", ""), then(`UserPackageChanged {"package":"webex_meetings","changes":{"extension":{"old":"101"}}}`)},
	{"section-2", join(sold, "P"+eraseBob), without("bob"), then("UserPackageUnassigned")},
	{"section-2", join(sold, "P"+eraseBob), "P" + removeSold, then("WholesaleUserRemoved")},
}

var addOnRows = []proof{
	{"WHS-2", sold, addOn("Assign", "bob"), then(`AddOnAssigned {"account_id":"contoso","user_id":"bob","add_on":"attendant_console"}`)},
	{"WHS-2 section-2", consoled, addOn("Assign", "bob"), then("nothing")},
	{"WHS-2", met, addOn("Assign", "bob"), then("refused package_required")},
	{"WHS-2", packaged, addOn("Assign", "bob"), then("refused package_required")},
	{"WHS-2", sold, `P AssignAddOn {"account_id":"contoso","user_id":"bob","add_on":"common_area_calling"}`, then("refused package_not_for_users")},
	{"WHS-2", sold, `C UnassignAddOn {"account_id":"contoso","user_id":"bob","add_on":"cisco_calling_plan"}`, then("refused package_not_for_users")},
	{"WHS-2", sold, `P AssignAddOn {"account_id":"contoso","user_id":"bob","add_on":"webex_suite"}`, then("invalid add_on")},
	{"WHS-2", join(sold, `P SetWholesalePackages {"account_id":"contoso","complete":true,"packages":[{"package":"webex_calling"},{"package":"attendant_console","limit":0}]}`),
		addOn("Assign", "bob"), then("refused package_limit_reached")},
	{"WHS-2", consoled, addOn("Unassign", "bob"), then(`AddOnUnassigned {"user_id":"bob","add_on":"attendant_console","reason":null}`)},
	{"WHS-2 section-2", sold, addOn("Unassign", "bob"), then("nothing")},
	{"WHS-5", consoled, changeTo("bob", "webex_suite", ""), then("UserPackageChanged")},
	{"WHS-5", consoled, changeTo("bob", "webex_meetings", ""), then(`AddOnUnassigned {"add_on":"attendant_console","reason":"package_changed"}`, "UserPackageChanged")},
	{"WHS-5", consoled, without("bob"), then(`AddOnUnassigned {"reason":"package_unassigned"}`, "UserPackageUnassigned")},

	{"LIC-6", sold, "C" + removeSold, then(`WholesaleUserRemoved {"account_id":"contoso","user_id":"bob"}`)},
	{"LIC-6", join(consoled, seats("meet", "contoso", "miteam_meetings", 1), on("MiTeamMeetings"), assign("P", "bob", "miteam_meetings")), "P" + removeSold,
		then(`UserLicenseUnassigned {"product":"miteam_meetings","reason":"user_removed"}`, "WholesaleUserRemoved")},
	{"LIC-6", join(consoled, "P"+removeSold), addBob, then("UserAdded")},
	{"LIC-6", packaged, `C RemoveWholesaleUser {"account_id":"contoso","user_id":"ada"}`, then("refused last_account_admin")},
	{"LIC-6", packaged, `P RemoveWholesaleUser {"account_id":"contoso","user_id":"ada"}`, then("WholesaleUserRemoved")},
	{"section-2", packaged, `P RemoveWholesaleUser {"account_id":"contoso","user_id":"none"}`, then("refused not_found")},
	{"LIC-6", consoled, "P" + removeBob, then("UserRemoved")},
	{"ACC-5", consoled, remove, then("AccountDeleted")},
}

// reachRows: what UpdateUser does to location and numbers.
var reachRows = []proof{
	{"WHS-3", join(packaged, `P UpdateUser {"account_id":"contoso","user_id":"bob","phone_number":"+3912"}`), `P UpdateUser {"account_id":"contoso","user_id":"eve","phone_number":"+3912"}`, then("refused number_in_use")},
	{"WHS-3", sold, `P UpdateUser {"account_id":"contoso","user_id":"eve","location_id":"hq","extension":"101"}`, then("refused number_in_use")},
	{"WHS-3", sold, `P UpdateUser {"account_id":"contoso","user_id":"eve","extension":"101"}`, then("UserUpdated")},
	{"WHS-3", sold, `P UpdateUser {"account_id":"contoso","user_id":"bob","phone_number":"+390612345679","extension":""}`, then(`UserUpdated {"changes":{"phone_number":{"old":"+390612345678","new":"+390612345679"},"extension":{"old":"101","new":""}}}`)},
	{"WHS-3", sold, `P UpdateUser {"account_id":"contoso","user_id":"bob","phone_number":"","extension":""}`, then("refused calling_information_required")},
	{"WHS-3", sold, `P UpdateUser {"account_id":"contoso","user_id":"bob","location_id":""}`, then("refused calling_information_required")},
	{"WHS-3", sold, `P UpdateUser {"account_id":"contoso","user_id":"bob","location_id":"none"}`, then("refused not_found")},
	{"WHS-3 LIC-6", sold, `P UpdateUser {"account_id":"contoso","user_id":"bob","email":"eve@contoso.com","location_id":""}`, then("refused email_in_use")},
	{"WHS-3", met, `P UpdateUser {"account_id":"contoso","user_id":"bob","location_id":"hq","phone_number":"+391","extension":"1"}`, then("nothing")},
	{"WHS-3", join(sold, without("bob")), `P UpdateUser {"account_id":"contoso","user_id":"bob","extension":"1","preferred_site":"x"}`, then(`UserUpdated {"changes":{"extension":null,"preferred_site":{"new":"x"}}}`)},
	{"WHS-3", join(sold, `P UpdateUser {"account_id":"contoso","user_id":"bob","first_name":"Rob"}`), `P UpdateUser {"account_id":"contoso","user_id":"bob","last_name":"B"}`, then("UserUpdated")},
	{"LIC-6", join(packaged, add(named("joe", "webex_meetings", ""))), `P UpdateUser {"account_id":"contoso","user_id":"ID000031","preferred_site":"x"}`, then("UserUpdated")},
}

// Warnings come with the answer (WHS-4, IMP-4, IMP-5).
func TestWarnings(t *testing.T) {
	for when, want := range map[string]string{
		add(named("joe", "webex_meetings", ""), named("sue", "webex_suite", `"location_id":"lab","extension":"1"`)): "[preferred_site_missing ID000033 preferred_site_missing ID000035]",
		add(named("joe", "webex_meetings", `"preferred_site":"x"`)):                                                 "[]",
		add(named("joe", "cx_essentials", `"location_id":"lab","extension":"1"`)):                                   "[]",
		changeTo("bob", "webex_suite", ""):                                                                          "[preferred_site_missing bob]",
		changeTo("bob", "webex_suite", `"preferred_site":"x"`):                                                      "[]",
		changeTo("bob", "webex_calling", ""):                                                                        "[]",
		imported("joe", "add_only", `{"webex_meetings":true}`, ""):                                                  "[preferred_site_missing ID000033 base_licenses_added ID000033]",
		imported("bob", "add_and_remove", `{"webex_calling":true}`, ""):                                             "[]",
		imported("bob", "add_only", `{"webex_calling":true}`, ""):                                                   "[base_licenses_added bob]",
	} {
		w := given(t, sold...)
		if _, err := w.do(when); err != nil {
			t.Errorf("%s: %v", when, err)
		}
		got := []string{}
		for _, warning := range w.warned {
			got = append(got, warning.Code, warning.UserID)
			if warning.Message == "" {
				t.Errorf("%s says nothing", warning.Code)
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s warns %v, want %s", when, got, want)
		}
	}
}

// What a row of a package says is what users have, whatever came between.
func TestPackagesCount(t *testing.T) {
	w := given(t, join(consoled, changeTo("eve", "webex_suite", `"location_id":"lab","extension":"1"`), add(named("joe", "webex_meetings", "")))...)
	for step, want := range map[string]string{
		"wait 0s":                             "calling 1 of 2, suite 1, meetings 1 of 2, console 1",
		changeTo("bob", "webex_meetings", ""): "calling 0 of 2, suite 1, meetings 2 of 2, console 0",
		without("bob"):                        "calling 0 of 2, suite 1, meetings 1 of 2, console 0",
		"P" + removeSold:                      "calling 0 of 2, suite 1, meetings 1 of 2, console 0",
		"P" + removeBob:                       "calling 0 of 2, suite 1, meetings 1 of 2, console 0",
	} {
		f := w.fork()
		if _, err := f.do(step); err != nil {
			t.Fatal(step, err)
		}
		of := func(id string) *account.Package { return account.Packages.Get(f.rows, "contoso", id) }
		got := fmt.Sprintf("calling %d of %d, suite %d, meetings %d of %d, console %d", of("webex_calling").Used, *of("webex_calling").Limit,
			of("webex_suite").Used, of("webex_meetings").Used, *of("webex_meetings").Limit, of("attendant_console").Used)
		if got != want || of("webex_suite").Available() != nil || *of("webex_meetings").Available() != 2-of("webex_meetings").Used {
			t.Errorf("after %s: %s, want %s", step, got, want)
		}
	}
}
