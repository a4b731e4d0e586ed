package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// letters are the roles as the domain's tables abbreviate them.
var letters = map[rune]string{'P': "partner", 'C': "account_admin", 'M': "micollab", 'S': "system"}

// senders is the column "who" of the domain's tables, which the page must say
// again; admin may send all. What is not listed is sent by admin alone.
var senders = map[string]string{
	"PlaceOrder": "PS", "AssignOrder": "P", "CancelOrder": "P", "UnassignOrder": "P",
	"CreateAccount": "P", "UpdateAccountInformation": "PC", "RecordCustomerNumber": "S", "CompleteGatewayOnboarding": "S",
	"AddSupportContact": "PC", "RemoveSupportContact": "PC", "DeactivateAccount": "P", "ReactivateAccount": "P", "DeleteAccount": "P",
	"ClaimDomain": "PC", "VerifyDomain": "S", "ReleaseDomain": "PC", "ReportProblem": "PCS", "ErasePerson": "P",
	"EnableDirectoryConnector": "PC", "DisableDirectoryConnector": "PC", "EnablePrivilege": "PC", "DisablePrivilege": "PC",
	"EnableBandwidthOptimization": "PC", "DisableBandwidthOptimization": "PC",
	"AddUser": "PCS", "UpdateUser": "PCS", "RecordUserActivity": "S", "RemoveUser": "PCS", "AssignLicense": "PCM", "UnassignLicense": "PCM",
	"ReceiveSubscription": "S", "ResendProvisioningMessage": "PS", "DeclareOrderFor": "PS", "MapPartnerOrganization": "PS",
	"MapCustomerOrganization": "P", "DelegateServiceSetup": "P", "PostponeSetup": "PC", "SetUpMeetings": "PC", "SetUpCalling": "PC",
	"CompleteSetup": "PC", "RequestFullAdministrator": "P", "GrantFullAdministrator": "C", "AddLocation": "PC", "UpdateLocation": "PC",
	"SetWholesalePackages": "P", "AddWholesaleUsers": "PC", "ChangeUserPackage": "PC", "UnassignUserPackage": "PC",
	"AssignAddOn": "PC", "UnassignAddOn": "PC", "RemoveWholesaleUser": "PC", "ImportUser": "PC",
	"RegisterConsumerUser": "S", "ConvertUsers": "P", "InviteUser": "PC", "AcceptInvitation": "S",
}

// mayBeSentBy reports that the domain's tables let a column send a command.
func mayBeSentBy(title, name string) bool {
	who := senders[name]
	if strings.HasSuffix(name, "Integration") {
		who = "PC"
	}
	return title == "admin" || strings.ContainsFunc(who, func(r rune) bool { return letters[r] == title })
}

// values fill the fields of commands, but for ids.
var values = map[string]any{
	"address": "Via 1", "admin_email": "admin@own.example", "at": "2026-01-01T00:00:00Z", "behavior": "add_only", "city": "Roma",
	"cloud_location": "EU", "complete": true, "confirm": "yes", "country": "IT", "customer_number": "4711", "default_language": "it",
	"domain": "own.example", "email": "new@own.example", "for": "customer", "integration": "micollab", "message_id": "01J00000000000000000000000", "name": "New", "package": "webex_meetings",
	"pbx_type": "mivb", "postal_code": "1", "privilege": "guest_access_consent", "product": "miteam_meetings",
	"provisioning_contact": "new@own.example", "reason": "a mistake", "summary": "it does not ring", "add_on": "attendant_console",
	"lines":            []any{body{"product": "miteam_meetings", "quantity": 1}},
	"location":         body{"name": "HQ", "country": "IT"},
	"packages":         []any{body{"package": "webex_meetings"}},
	"services":         []any{body{"service": "meetings", "quantity": 1}},
	"sites":            []any{body{"site_url": "new", "time_zone": "Europe/Rome"}},
	"support_contacts": []any{body{"email": "new@own.example"}},
	"users":            []any{body{"email": "new@own.example", "package": "webex_meetings"}},
}

// particular are fields that commands need besides those that their schemas
// require, or in another form.
var particular = map[string]body{
	"AddUser": {"name": "New"}, "ErasePerson": {"user_id": "u", "account_id": "a"}, "MapPartnerOrganization": {"partner_id": "p"}, "MapCustomerOrganization": {"account_id": "a"},
	"ImportUser": {"packages": body{"webex_meetings": true}}, "ConvertUsers": {"users": []any{body{"email": "free@own.example"}}}, "RecordMessageFailed": {"reason": "rejected"},
	"UpdateUser": {"location_id": "l"},
}

// ids are fields that name something, and the end of its id.
var ids = map[string]string{"partner_id": "p", "account_id": "a", "order_id": "o", "user_id": "u", "subscription_id": "s", "location_id": "l"}

// forms are the bodies that commands take, by the ledger's own document.
func (p *peopled) forms() map[string][]string {
	p.Helper()
	var doc struct {
		Paths map[string]struct {
			Post struct {
				RequestBody struct {
					Content map[string]struct {
						Schema struct {
							Ref string `json:"$ref"`
						}
					}
				}
			}
		}
		Components struct {
			Schemas map[string]struct{ Required []string }
		}
	}
	if err := json.Unmarshal(p.as(p.token).Get("/openapi.json").Body, &doc); err != nil {
		p.Fatal(err)
	}
	forms := map[string][]string{}
	for path, item := range doc.Paths {
		if name, ok := strings.CutPrefix(path, "/v1/commands/"); ok {
			ref := item.Post.RequestBody.Content["application/json"].Schema.Ref
			forms[name] = doc.Components.Schemas[ref[strings.LastIndexByte(ref, '/')+1:]].Required
		}
	}
	return forms
}

// filled is a body in which every id is of whose, and which fields are ids.
func (p *peopled) filled(name string, required []string, whose string) (in body, named []string) {
	p.Helper()
	in = body{}
	for _, field := range append(slices.Collect(maps.Keys(particular[name])), required...) {
		v, ok := particular[name][field]
		if end, isID := ids[field]; isID {
			in[field], named = whose+end, append(named, field)
			continue
		}
		if !ok {
			if v, ok = values[field]; !ok {
				p.Fatalf("%s: what is %s? The table of values does not say", name, field)
			}
		}
		in[field] = v
	}
	slices.Sort(named)
	return in, slices.Compact(named)
}

// TestEveryRoleOnEveryCommand tries the whole page on the real binary: what a
// role may, on its own, on others', and on what is not there.
func TestEveryRoleOnEveryCommand(t *testing.T) {
	t.Parallel()
	p := people(t)
	forms := p.forms()
	if len(forms) != len(p.commands) {
		t.Errorf("the document has %d commands, the page %d", len(forms), len(p.commands))
	}
	before := p.as(p.token).Get("/v1/accounts").LedgerPosition()
	for _, name := range slices.Sorted(maps.Keys(p.commands)) {
		for i, title := range p.callers {
			may := p.commands[name][i] == "yes"
			if may != mayBeSentBy(title, name) {
				t.Errorf("%s by %s: the page says %s, the domain otherwise", name, title, p.commands[name][i])
			}
			if may {
				p.mayDo(title, name, forms[name])
			} else {
				p.mayNeverDo(title, name, forms[name])
			}
		}
	}
	if after := p.as(p.token).Get("/v1/accounts").LedgerPosition(); after != before {
		t.Errorf("dry runs and refusals moved the log from %d to %d", before, after)
	}
	t.Logf("%d answers", p.tested)
}

// tries sends a command as a dry run.
func (p *peopled) tries(title, name string, in body, options ...string) *answered {
	p.tested++
	return &answered{p.tokens[title].Do(name, in, append(options, "dry_run", "true")...), title, name, in}
}

// mayNeverDo wants 403, in the same words whatever is named.
func (p *peopled) mayNeverDo(title, name string, required []string) {
	p.Helper()
	var texts []string
	for _, whose := range []string{own, alien, ghost} {
		in, _ := p.filled(name, required, whose)
		a := p.tries(title, name, in)
		if wrong := refusal(a.Answer, 403, "forbidden"); wrong != "" {
			p.Errorf("%s: %s", a, wrong)
		}
		texts = append(texts, string(a.Body))
	}
	if texts[0] != texts[1] || texts[1] != texts[2] {
		p.Errorf("%s by %s: the refusal depends on what is named: %q", name, title, texts)
	}
}

// mayDo wants its own decided by the rules, and of others' what is said of
// what is not there.
func (p *peopled) mayDo(title, name string, required []string) {
	p.Helper()
	in, named := p.filled(name, required, own)
	ledgersOwn := strings.HasPrefix(name, "RecordMessage") // about messages that only it makes
	if a := p.tries(title, name, in); !ledgersOwn && a.Err != nil || !ledgersOwn && a.Status != 200 && a.Status != 409 {
		p.Errorf("%s: neither done nor refused by a rule: %s", a, shown(a.Answer))
	}
	everywhere := title == "admin" || title == "system"
	for _, field := range append([]string{""}, named...) {
		if field == "account_id" && name == "MapCustomerOrganization" {
			continue // the one command that may name what is offered (SUB-5)
		}
		theirs, none := changed(in), changed(in)
		for _, f := range named {
			if field == "" || field == f {
				theirs[f], none[f] = alien+ids[f], ghost+ids[f]
			}
		}
		p.notTheirs(title, name, theirs, none, len(named) > 0 && !everywhere)
		if b := p.tries(title, name, none); len(named) > 0 && refusal(b.Answer, 404, "not_found") != "" {
			p.Errorf("%s: %s", b, refusal(b.Answer, 404, "not_found"))
		}
	}
}

// notTheirs wants what names others' things answered as what names nothing
// that is there, also where it is asked whether they have changed.
func (p *peopled) notTheirs(title, name string, theirs, none body, bounded bool) {
	p.Helper()
	for _, options := range [][]string{nil, {"expected_position", "0"}} {
		a, b := p.tries(title, name, theirs, options...), p.tries(title, name, none, options...)
		switch wrong := refusal(a.Answer, 404, "not_found"); {
		case !bounded:
		case wrong != "" && (options == nil || refusal(a.Answer, 412, "changed_since") != ""):
			p.Errorf("%s: %s", a, wrong)
		case !alike(a.Answer, b.Answer):
			p.Errorf("%s tells that it is there: %s; what is not there: %s", a, shown(a.Answer), shown(b.Answer))
		}
	}
}
