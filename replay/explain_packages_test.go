package replay

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/projections"
)

// Who was added by hand or by an import has an id that the ledger made.
const (
	wholesale = `partner SetWholesalePackages "account_id":"south","packages":[{"package":"webex_calling","limit":2},{"package":"webex_meetings"},{"package":"webex_suite","limit":0},{"package":"attendant_console","limit":3}],"complete":true
		partner AddLocation "account_id":"south","location_id":"hq","name":"Milano","country":"IT"
`
	elena = wholesale + `partner AddWholesaleUsers "account_id":"south","users":[{"email":"elena@south.example","first_name":"Elena","last_name":"Neri","package":"webex_calling","location_id":"hq","phone_number":"+390212345678","extension":"101"}]
`
	elenaID = "0000000000000000000000001W"
	anna    = wholesale + `partner ChangeUserPackage "account_id":"south","user_id":"anna","package":"webex_calling","location_id":"hq","extension":"102"
		partner AssignAddOn "account_id":"south","user_id":"anna","add_on":"attendant_console"
`
	imports = wholesale + `partner ImportUser "account_id":"south","behavior":"add_only","email":"fabio@south.example","name":"Fabio","packages":{"webex_meetings":true}
`
	fabioID = "0000000000000000000000001W"
	ginoID  = "0000000000000000000000001R"
)

// The stories of packages, add-ons and base licences, each with what it says of
// its last event's user.
var packageStories = []struct {
	name, then string
	ask        Question
	languages  []string
	states     string // of the explanations: topic=state …
}{
	{"package-joined", elena, Question{"south", elenaID, ""}, languages, "miteam_meetings=none package=active"},
	{"package-changed", anna + `partner ChangeUserPackage "account_id":"south","user_id":"anna","package":"webex_meetings"`,
		Question{"south", "anna", "package"}, languages, "package=active"},
	{"package-reached", elena + `partner UpdateUser "account_id":"south","user_id":"` + elenaID + `","extension":"107"
		partner ChangeUserPackage "account_id":"south","user_id":"` + elenaID + `","package":"webex_calling","phone_number":"+390212340000"`,
		Question{"south", elenaID, "webex_calling"}, []string{"en", "de"}, "package=active"},
	{"package-taken", anna + `partner UnassignUserPackage "account_id":"south","user_id":"anna"`,
		Question{"south", "anna", "package"}, languages, "package=none"},
	{"package-limit", elena + `partner ChangeUserPackage "account_id":"south","user_id":"anna","package":"webex_calling","location_id":"hq","extension":"102"`,
		Question{"south", "bruno", "webex_calling"}, languages, "webex_calling=none"},
	{"package-all-full", `partner SetWholesalePackages "account_id":"south","packages":[{"package":"webex_suite","limit":0}],"complete":true`,
		Question{"south", "bruno", "package"}, languages, "package=none"},
	{"package-none-set", ``, Question{"south", "bruno", "package"}, languages, "package=none"},
	{"package-not-offered", anna, Question{"south", "anna", "cx_essentials"}, languages, "cx_essentials=none"},
	{"package-other", anna, Question{"south", "anna", "webex_meetings"}, languages, "webex_meetings=none"},
	{"package-free", wholesale, Question{"south", "bruno", "webex_meetings"}, languages, "webex_meetings=none"},
	{"package-gone", elena + `partner RemoveWholesaleUser "account_id":"south","user_id":"` + elenaID + `"`,
		Question{"south", elenaID, "package"}, languages, "package=none"},
	{"package-deleted", anna + `partner DeleteAccount "account_id":"south","confirm":"delete"`,
		Question{"south", "anna", "package"}, languages, "package=none"},
	{"add-on", anna, Question{"south", "anna", "attendant_console"}, languages, "attendant_console=active"},
	{"add-on-changed", anna + `partner ChangeUserPackage "account_id":"south","user_id":"anna","package":"webex_meetings"`,
		Question{"south", "anna", "attendant_console"}, languages, "attendant_console=none"},
	{"add-on-unassigned", anna + `partner UnassignUserPackage "account_id":"south","user_id":"anna"`,
		Question{"south", "anna", "attendant_console"}, languages, "attendant_console=none"},
	{"add-on-taken", anna + `partner UnassignAddOn "account_id":"south","user_id":"anna","add_on":"attendant_console"`,
		Question{"south", "anna", "attendant_console"}, languages, "attendant_console=none"},
	{"add-on-never", wholesale, Question{"south", "bruno", "attendant_console"}, languages, "attendant_console=none"},
	{"import-added", imports, Question{"south", fabioID, ""}, languages, "miteam_meetings=none package=active base_licenses=active"},
	{"import-changed", imports + `partner ImportUser "account_id":"south","behavior":"add_and_remove","email":"fabio@south.example","packages":{"webex_meetings":false,"webex_calling":true},"base_licenses":{"calling":false},"location_id":"hq","extension":"103"`,
		Question{"south", fabioID, ""}, languages, "miteam_meetings=none package=active base_licenses=active"},
	{"import-removed", imports + `partner ImportUser "account_id":"south","behavior":"add_and_remove","email":"fabio@south.example","packages":{"webex_calling":false,"webex_calling_standard":false,"webex_voice":false,"webex_suite":false,"webex_meetings":false,"cx_essentials":false}`,
		Question{"south", fabioID, ""}, languages, "miteam_meetings=none package=none base_licenses=none"},
	{"import-mitel", `partner ImportRow "account_id":"south","behavior":"add_only","email":"gino@south.example","name":"Gino","named":true`,
		Question{"south", ginoID, ""}, languages, "miteam_meetings=none"},
	{"base-taken", imports + `partner ImportUser "account_id":"south","behavior":"add_and_remove","email":"fabio@south.example","base_licenses":{"messaging":false,"meetings":false,"calling":false}`,
		Question{"south", fabioID, "base_licenses"}, languages, "base_licenses=none"},
	{"base-never", elena, Question{"south", elenaID, "base_licenses"}, languages, "base_licenses=none"},
}

// What is told of packages, word for word (WHS-1 to WHS-6, IMP-2 to IMP-5).
func TestPackageExplanations(t *testing.T) {
	used := map[string]bool{}
	for _, story := range packageStories {
		w := founded(t).do(story.then)
		for _, language := range story.languages {
			list, err := w.log().Explain(t.Context(), story.ask, Moment{}, seen(language))
			if err != nil {
				t.Fatalf("%s: %v", story.name, err)
			}
			var text, states []string
			for i := range list {
				v := &list[i]
				text, states = append(text, v.Text()), append(states, v.Product+"="+v.State)
				for _, s := range append(v.Steps, Step{Rules: v.Rules}) {
					if strings.ContainsAny(s.Text, "{}") {
						t.Errorf("%s: %q", story.name, s.Text)
					}
					for _, id := range s.Rules {
						used[id] = true
						if !slices.ContainsFunc(rule.Rules, func(r rule.Info) bool { return r.ID == id }) {
							t.Errorf("%s: there is no rule %s", story.name, id)
						}
					}
				}
			}
			if got := strings.Join(states, " "); got != story.states {
				t.Errorf("%s: %s", story.name, got)
			}
			golden(t, filepath.Join("testdata", "explain", story.name+"."+language+".txt"), strings.Join(text, "\n"))
		}
	}
	for _, id := range []string{"WHS-1", "WHS-2", "WHS-3", "WHS-4", "WHS-5", "WHS-6", "IMP-2", "IMP-3", "IMP-4", "IMP-5", "LIC-6", "ACC-5"} {
		if !used[id] {
			t.Errorf("no explanation rests on %s", id)
		}
	}
}

// An account that has nothing to do with MiTeam Meetings hears nothing of it,
// unless there is nothing else to say.
func TestExplainsWhatTheAccountHas(t *testing.T) {
	w := founded(t).do(`partner CreateAccount "account_id":"webex","partner_id":"acme","name":"W","country":"IT","address":"Via Roma 1","city":"Milano","postal_code":"20121","default_language":"it","cloud_location":"EU","support_contacts":[{"email":"help@w.example","name":"Help"}]
		partner SetWholesalePackages "account_id":"webex","packages":[{"package":"webex_meetings"}],"complete":true
		partner AddUser "account_id":"webex","user_id":"ada","email":"ada@w.example","name":"Ada"
		partner AddUser "account_id":"webex","user_id":"bob","email":"bob@w.example","name":"Bob"
		partner ChangeUserPackage "account_id":"webex","user_id":"ada","package":"webex_meetings","preferred_site":"w.webex.com"`)
	for user, want := range map[string]string{"ada": "package=active", "bob": "miteam_meetings=none"} {
		list, err := w.log().Explain(t.Context(), Question{"webex", user, ""}, Moment{}, seen("en"))
		if err != nil || len(list) != 1 || list[0].Product+"="+list[0].State != want {
			t.Errorf("%s: %v %v", user, list, err)
		}
	}
}

// A number is shown to those who may see persons, and to nobody else.
func TestExplainKeepsNumbers(t *testing.T) {
	w := founded(t).do(elena)
	for language, own := range map[string]string{"en": "a phone number of the user's own", "it": "un numero di telefono proprio", "de": "eine eigene Rufnummer"} {
		hidden := projections.Audience{Caller: rule.Caller{Role: rule.Operator}, Language: language}
		list, err := w.log().Explain(t.Context(), Question{"south", elenaID, "package"}, Moment{}, hidden)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if text := strings.Join(strings.Fields(list[0].Text()), " "); strings.Contains(text, "12345678") || strings.Contains(text, "Elena") || !strings.Contains(text, own) {
			t.Error(text)
		}
	}
}
