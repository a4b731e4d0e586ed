package spec

import (
	"fmt"
	"slices"
)

// The worlds that rows begin with.
var (
	partners = []string{
		`A RegisterPartner {"partner_id":"acme","name":"Acme","country":"IT"}`,
		`A RegisterPartner {"partner_id":"globex","name":"Globex"}`,
	}
	accounts = join(partners,
		newAccount("acme", "contoso"), newAccount("acme", "fabrikam"), newAccount("globex", "initech"))
	// users: ada is the account_admin of contoso, bob and eve are users.
	users = join(accounts,
		`P AddUser {"account_id":"contoso","user_id":"ada","email":"ada@contoso.com","name":"Ada","role":"account_admin"}`,
		`P AddUser {"account_id":"contoso","user_id":"bob","email":"bob@contoso.com","first_name":"Bob"}`,
		`P AddUser {"account_id":"contoso","user_id":"eve","email":"eve@contoso.com","last_name":"Eve"}`)
	// meetings: contoso has 2 seats of MiTeam Meetings, and its integration.
	meetings = join(users, seats("meet", "contoso", "miteam_meetings", 2), on("MiTeamMeetings"))
	// bobMeets: bob has one of them.
	bobMeets = join(meetings, assign("P", "bob", "miteam_meetings"))
	// collab: MiCollab manages them.
	collab     = join(meetings, on("MiCollab"))
	collabMeet = join(collab, assign("M", "bob", "miteam_meetings"))
	// tiers: contoso has Mitel One, 2 essential and 1 premier.
	tiers = join(users, seats("ess", "contoso", "mitel_one_essential", 2), seats("pre", "contoso", "mitel_one_premier", 1), on("MitelOne"))
)

// join makes one list of steps: a step is a line or a list.
func join(steps ...any) []string {
	var list []string
	for _, s := range steps {
		switch s := s.(type) {
		case string:
			list = append(list, s)
		case []string:
			list = append(list, s...)
		}
	}
	return slices.Clip(list)
}

func newAccount(partner, id string) string {
	return fmt.Sprintf(`A CreateAccount {"account_id":%q,"partner_id":%q,"name":"The %s company","country":"IT","address":"Via Roma 1",`+
		`"city":"Roma","postal_code":"00100","default_language":"it","cloud_location":"EU","support_contacts":[{"email":"help@%s.com","name":"Help"}]}`,
		id, partner, id, id)
}

func place(order, product string, n int, more string) string {
	return fmt.Sprintf(`A PlaceOrder {"order_id":%q,"partner_id":"acme","lines":[{"product":%q,"quantity":%d}]%s}`, order, product, n, more)
}

func give(order, account string) string {
	return fmt.Sprintf(`P AssignOrder {"order_id":%q,"account_id":%q}`, order, account)
}

// seats gives an account seats by an order that never expires.
func seats(order, account, product string, n int) []string {
	return []string{place(order, product, n, ""), give(order, account)}
}

func on(integration string) string {
	return `P Enable` + integration + `Integration {"account_id":"contoso"}`
}

func off(integration string) string {
	return `P Disable` + integration + `Integration {"account_id":"contoso"}`
}

func assign(who, user, product string) string {
	return fmt.Sprintf(`%s AssignLicense {"account_id":"contoso","user_id":%q,"product":%q}`, who, user, product)
}

func unassign(who, user, product string) string {
	return fmt.Sprintf(`%s UnassignLicense {"account_id":"contoso","user_id":%q,"product":%q}`, who, user, product)
}

// then is a list of expected lines.
func then(lines ...string) []string { return lines }
