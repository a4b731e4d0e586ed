package replay

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/projections"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The stories that are told, each with whom and what about.
var stories = []struct {
	name, then string
	ask        Question
	languages  []string
	state      string
	first      string
}{
	{"north", `contoso DisableMiCollabIntegration "account_id":"contoso"
		partner DisableMiTeamMeetingsIntegration "account_id":"contoso"`,
		Question{"contoso", "anna", "miteam_meetings"}, languages, "disabled", "micollab"},
	{"south", `partner DisableMiTeamMeetingsIntegration "account_id":"south"
		admin DisableMiCollabIntegration "account_id":"south"`,
		Question{"south", "bruno", "miteam_meetings"}, languages, "active", "miteam_meetings"},
	{"still-managed", `partner DisableMiTeamMeetingsIntegration "account_id":"south"`,
		Question{"south", "anna", ""}, []string{"en"}, "active", "miteam_meetings"},
	{"standalone", `contoso DisableMiCollabIntegration "account_id":"contoso"
		contoso UnassignLicense "account_id":"contoso","user_id":"anna","product":"miteam_meetings"
		contoso AddUser "account_id":"contoso","user_id":"carla","email":"carla@contoso.example","name":"Carla"`,
		Question{"contoso", "carla", ""}, languages, "none", ""},
	{"taken-back", `server UnassignLicense "account_id":"contoso","user_id":"bruno","product":"miteam_meetings"`,
		Question{"contoso", "bruno", ""}, []string{"en", "de"}, "none", ""},
	{"gone", `contoso DisableMiCollabIntegration "account_id":"contoso"
		contoso RemoveUser "account_id":"contoso","user_id":"bruno"`,
		Question{"contoso", "bruno", ""}, languages, "none", ""},
	{"revived", `contoso DisableMiCollabIntegration "account_id":"contoso"
		contoso DisableMiTeamMeetingsIntegration "account_id":"contoso"
		contoso EnableMiTeamMeetingsIntegration "account_id":"contoso"`,
		Question{"contoso", "bruno", ""}, []string{"en", "it"}, "disabled", "micollab"},
	{"family", `admin EnableMitelOneIntegration "account_id":"south"
		partner PlaceOrder "order_id":"one","partner_id":"acme","lines":[{"product":"mitel_one_essential","quantity":1},{"product":"mitel_one_elite","quantity":1}]
		partner AssignOrder "order_id":"one","account_id":"south"
		partner AssignLicense "account_id":"south","user_id":"anna","product":"mitel_one_essential"
		partner AssignLicense "account_id":"south","user_id":"anna","product":"mitel_one_elite"
		partner DisableMitelOneIntegration "account_id":"south"`,
		Question{"south", "anna", "mitel_one"}, []string{"en", "de"}, "active", ""},
	{"no-seat", `contoso DisableMiCollabIntegration "account_id":"contoso"
		contoso AddUser "account_id":"contoso","user_id":"dora","email":"dora@contoso.example","name":"Dora"
		partner UnassignLicense "account_id":"contoso","user_id":"anna","product":"miteam_meetings"
		partner UnassignLicense "account_id":"contoso","user_id":"bruno","product":"miteam_meetings"
		partner UnassignOrder "order_id":"contoso-1","reason":"by mistake"`,
		Question{"contoso", "dora", "miteam_meetings"}, []string{"en"}, "none", ""},
	{"deleted", `partner DisableMiCollabIntegration "account_id":"contoso"
		partner DeactivateAccount "account_id":"contoso","confirm":"deactivate"
		partner ReactivateAccount "account_id":"contoso"
		partner DeleteAccount "account_id":"contoso","confirm":"delete"`,
		Question{"contoso", "anna", "miteam_meetings"}, []string{"en", "it"}, "none", ""},
	{"converted", `contoso DisableMiCollabIntegration "account_id":"contoso"
		contoso UpdateUser "account_id":"contoso","user_id":"anna","role":"account_admin"
		admin RegisterConsumerUser "user_id":"kim","email":"kim@contoso.example"
		partner ConvertUsers "account_id":"contoso","users":[{"email":"kim@contoso.example","products":["miteam_meetings"]}]`,
		Question{"contoso", "kim", ""}, languages, "active", ""},
	{"invited", `contoso InviteUser "account_id":"contoso","email":"jo@contoso.example"
		admin AcceptInvitation "account_id":"contoso","user_id":"0000000000000000000000001R"`,
		Question{"contoso", "0000000000000000000000001R", ""}, languages, "none", ""},
}

// What is told, word for word (INT-4, INT-5, INT-6, LIC-1 to LIC-5, ACC-5).
func TestExplanations(t *testing.T) {
	for _, story := range stories {
		w := founded(t).do(story.then)
		for _, language := range story.languages {
			t.Run(story.name+"."+language, func(t *testing.T) {
				list, err := w.log().Explain(t.Context(), story.ask, Moment{}, seen(language))
				if err != nil {
					t.Fatal(err)
				}
				if len(list) == 0 || list[0].State != story.state || list[0].FirstDisabled != story.first {
					t.Errorf("%+v", list)
				}
				var text strings.Builder
				for i := range list {
					text.WriteString(list[i].Text())
				}
				golden(t, filepath.Join("testdata", "explain", story.name+"."+language+".txt"), text.String())
			})
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s: %v\n%s", path, err, got)
	}
}

// Every rule that is cited is one, every sentence is whole in all languages.
func TestSentencesAreWhole(t *testing.T) {
	brace := regexp.MustCompile(`\{[a-z]+\}`)
	for key, all := range sentences {
		var first []string
		for i, s := range all {
			names := brace.FindAllString(s, -1)
			slices.Sort(names)
			if names = slices.Compact(names); i == 0 {
				first = names
			}
			if s == "" || !slices.Equal(first, names) {
				t.Errorf("%s in %s: %q", key, languages[i], s)
			}
		}
	}
	for _, story := range stories {
		list, err := founded(t).do(story.then).log().Explain(t.Context(), story.ask, Moment{}, seen("en"))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range list {
			rules := slices.Clone(v.Rules)
			for _, s := range v.Steps {
				rules = append(rules, s.Rules...)
				if strings.ContainsAny(s.Text, "{}") {
					t.Errorf("%s: %q", story.name, s.Text)
				}
			}
			for _, id := range rules {
				if !slices.ContainsFunc(rule.Rules, func(r rule.Info) bool { return r.ID == id }) {
					t.Errorf("%s: there is no rule %s", story.name, id)
				}
			}
		}
	}
}

func TestExplainRefuses(t *testing.T) {
	w := founded(t)
	other := projections.Audience{Caller: rule.Caller{Role: rule.Partner, Partner: "zeta"}}
	for _, c := range []struct {
		ask  Question
		who  projections.Audience
		code rule.Code
	}{
		{Question{"contoso", "nobody", ""}, seen("en"), rule.NotFound},
		{Question{"nowhere", "anna", ""}, seen("en"), rule.NotFound},
		{Question{"contoso", "anna", ""}, other, rule.NotFound},
	} {
		_, err := w.log().Explain(t.Context(), c.ask, Moment{}, c.who)
		var refusal *rule.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.code {
			t.Errorf("%v: %v", c.ask, err)
		}
	}
	var invalid rule.Invalid
	if _, err := w.log().Explain(t.Context(), Question{"contoso", "anna", "nonsense"}, Moment{}, seen("en")); !errors.As(err, &invalid) {
		t.Errorf("%v", err)
	}
	// Who may not see persons is told of ids alone.
	hidden := projections.Audience{Caller: rule.Caller{Role: rule.Operator}, Language: "en"}
	list, err := w.log().Explain(t.Context(), Question{"contoso", "bruno", ""}, Moment{}, hidden)
	if err != nil || strings.Contains(list[0].Text(), "Rossi") || !strings.Contains(list[0].Title, "bruno") {
		t.Errorf("%v %v", list, err)
	}
}

// A long story keeps its end.
func TestExplainLongStory(t *testing.T) {
	tale := newTale(topic{id: "x", name: "X", integration: "mitel_one"}, Question{"contoso", "anna", ""}, seen("en"))
	w := founded(t)
	e, err := place{1, w.entries[0]}.decode()
	if err != nil {
		t.Fatal(err)
	}
	for range MaxSteps + 3 {
		e.Position++
		tale.step(e, "own_on", nil)
	}
	if len(tale.steps) != MaxSteps || tale.cut != 3 || tale.steps[MaxSteps-1].Position != e.Position {
		t.Errorf("%d steps, %d omitted", len(tale.steps), tale.cut)
	}
}
