package api

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

var update = flag.Bool("update", false, "write docs/authorization.md")

const authorizationPage = "../../../docs/authorization.md"

// column is a caller of the page.
type column struct {
	title string
	who   rule.Caller
}

func titled() (all []column) {
	for _, r := range rule.Roles {
		all = append(all, column{r.Name, rule.Caller{Role: r.Role}})
		if r.Role == rule.Auditor {
			all = append(all, column{"auditor of a partner", rule.Caller{Role: r.Role, Partner: "p"}})
		}
	}
	return all
}

const authorizationHead = `# Who may do what

This page is made of the tables that the ledger decides by (` + "`aggregates/commands.go`, `cmd/internal/api/permits.go`" + ` and the
views' rows), by ` + "`go test ./cmd/internal/api -run TestAuthorizationPage -update`" + `. A test fails where it differs, and another
tries every cell of it on the real binary, on what is the caller's and on what is not.

| a token of the role | is of | and sees |
| --- | --- | --- |
| ` + "`admin`, `system`, `operator`" + ` | nothing | everything that the role may ask for |
| ` + "`auditor`" + ` | nothing, or one partner | everything, or what is that partner's |
| ` + "`partner`, `consumer`" + ` | one partner | that partner's |
| ` + "`account_admin`, `micollab`" + ` | one account | that account's |

**yes**: the role may, on what is the caller's to see. What is not is answered 404, exactly as if it did not exist, and is in
no list. **–**: the role may never; 403, whatever is named. **404**: the path does not exist for the role. Personal data are
open to ` + "`admin`, `partner`, `account_admin` and `auditor`" + `, and sealed for all others. Where a subscription is mapped, ` + "`organization-matches`" + `
shows organisations of others, and MapCustomerOrganization may name them.
`

// authorizations writes the page.
func authorizations() string {
	var b strings.Builder
	b.WriteString(authorizationHead)
	line := func(first string, cell func(column) string) {
		fmt.Fprintf(&b, "| %s |", first)
		for _, c := range titled() {
			fmt.Fprintf(&b, " %s |", cell(c))
		}
		b.WriteByte('\n')
	}
	head := func(title, first string) {
		fmt.Fprintf(&b, "\n## %s\n\n", title)
		line(first, func(c column) string { return c.title })
		b.WriteString("| --- |" + strings.Repeat(" --- |", len(titled())) + "\n")
	}
	head("Commands", "`POST /v1/commands/…`")
	for i := range aggregates.Commands {
		s := &aggregates.Commands[i]
		line(s.Name, func(c column) string {
			if s.Roles.Has(c.who.Role) {
				return "yes"
			}
			return "–"
		})
	}
	b.WriteString("\nMiCollab assigns and takes away the licences that its server manages, MiTeam Meetings, and no others (403).\n")
	head("Paths", "path")
	for _, p := range everyPermit() {
		line("`"+p.verb+" "+routeName(p.path)+"`", func(c column) string {
			switch {
			case p.admits(c.who):
				return "yes"
			case p.hidden:
				return "404"
			}
			return "–"
		})
	}
	fmt.Fprintf(&b, "\n`GET %s` is answered without a token, and so is what `--public` names.\n", openPath)
	return b.String()
}

// everyPermit lists all paths but that of commands, by path.
func everyPermit() []permit {
	all := slices.Clone(permits)
	for i := range views {
		all = append(all, permit{verb: "GET", path: views[i].path, roles: views[i].roles})
	}
	slices.SortFunc(all, func(a, b permit) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.verb, b.verb)) })
	return all
}

func TestAuthorizationPage(t *testing.T) {
	want := authorizations()
	if *update {
		if err := os.WriteFile(authorizationPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(authorizationPage); err != nil || string(got) != want {
		t.Errorf("docs/authorization.md is not what the tables say (%v); make it again with -update", err)
	}
}

// TestEveryPathIsPermitted: what is served has a row, and what has a row is
// served.
func TestEveryPathIsPermitted(t *testing.T) {
	a := newServer(t).api
	for _, p := range everyPermit() {
		if _, ok := a.paths[p.path][p.verb]; !ok {
			t.Errorf("%s %s has a row, and is not served", p.verb, p.path)
		}
	}
	served := 0
	for _, verbs := range a.paths {
		served += len(verbs)
	}
	if served != len(everyPermit())+1 { // commands
		t.Errorf("%d ways are served, %d have a row", served, len(everyPermit()))
	}
	if _, err := permitOf("GET", "/v1/secrets"); err == nil {
		t.Error("a path without a row is permitted")
	}
}

// TestRolesAreTheContracts says of each role what no table may change.
func TestRolesAreTheContracts(t *testing.T) {
	commands := map[rule.Role][]string{}
	for i := range aggregates.Commands {
		for _, r := range rule.Roles {
			if aggregates.Commands[i].Roles.Has(r.Role) {
				commands[r.Role] = append(commands[r.Role], aggregates.Commands[i].Name)
			}
		}
	}
	for _, silent := range []rule.Role{rule.Operator, rule.Auditor, rule.Consumer} {
		if len(commands[silent]) > 0 {
			t.Errorf("%s sends %v", silent, commands[silent])
		}
	}
	if len(commands[rule.Admin]) != len(aggregates.Commands) {
		t.Error("admin may not send every command")
	}
	if got := commands[rule.MiCollab]; !slices.Equal(got, []string{"AssignLicense", "UnassignLicense"}) {
		t.Errorf("micollab sends %v", got)
	}
	for _, never := range []string{"PlaceOrder", "AssignOrder", "DeactivateAccount", "DeleteAccount", "ErasePerson", "RegisterPartner", "CreateAccount"} {
		if slices.Contains(commands[rule.AccountAdmin], never) {
			t.Errorf("account_admin sends %s", never)
		}
	}
	may := func(who rule.Caller) (paths []string) {
		for _, p := range everyPermit() {
			if p.roles != anyone && p.admits(who) {
				paths = append(paths, p.path)
			}
		}
		return paths
	}
	if got := slices.Compact(may(rule.Caller{Role: rule.Consumer, Partner: "p"})); !slices.Equal(got,
		[]string{consumersPath, consumerPath, streamPath, proofPath}) {
		t.Errorf("consumer asks %v", got)
	}
	if got := may(rule.Caller{Role: rule.MiCollab, Account: "a"}); !slices.Equal(got,
		[]string{"/v1/accounts/{account_id}/pools", "/v1/accounts/{account_id}/users", "/v1/accounts/{account_id}/users/{user_id}"}) {
		t.Errorf("micollab asks %v", got)
	}
	for _, path := range may(rule.Caller{Role: rule.AccountAdmin, Account: "a"}) {
		if strings.Contains(path, "orders") || path == "/v1/accounts/{account_id}/subscriptions" {
			t.Errorf("account_admin asks %s", path)
		}
	}
	for _, path := range append([]string{tokensPath}, metricsPath) {
		if slices.Contains(may(rule.Caller{Role: rule.Partner, Partner: "p"}), path) {
			t.Errorf("partner asks %s", path)
		}
	}
}

// TestAuditorsOfOnePartner are not answered about the whole ledger.
func TestAuditorsOfOnePartner(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{verifyPath, operationsPath} {
		s.send("GET", path, "", "Seatledger-Role", "auditor", "Seatledger-Scope", "p").fails(t, 403, problem.Forbidden, "")
	}
	s.send("GET", logPath+"tile/entries/000", "", "Seatledger-Role", "auditor", "Seatledger-Scope", "p").fails(t, 404, problem.NotFound, "")
}
