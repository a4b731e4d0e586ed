package sim

import "time"

// weighted is a list of ways to draw a command, as often as they should come.
var weighted = weigh(map[int][]func(drawing) Command{
	16: {assign, goOn},
	8:  {switchOf("MiCollab"), switchOf("MiTeamMeetings"), give, packageOf},
	6:  {unassign, add, place},
	4:  {switchOf("MitelOne"), assignTier, remove},
	3:  {switchPrivilege, revive, takeOrderBack},
	2:  {switchOf("CloudLinkGateway"), update, cancel, contact, information, onboard, domain},
	1: {switchOf("MicrosoftTeams"), switchOf("MiCC"), number, lull, callService, directoryConnector,
		destroy, again, unusual, offer, noPackage, addOnOf, declare, mapIt, sites, callingPlace, complete},
})

func weigh(table map[int][]func(drawing) Command) []func(drawing) Command {
	var list []func(drawing) Command
	for _, weight := range []int{16, 8, 6, 4, 3, 2, 1} {
		for _, f := range table[weight] {
			for range weight {
				list = append(list, f)
			}
		}
	}
	return list
}

func (d drawing) toggle(what, behind string) string {
	return d.one("Enable", "Disable") + what + behind
}

func switchOf(name string) func(drawing) Command {
	return func(d drawing) Command {
		return Command{d.toggle(name, "Integration"), View{"account_id": d.account()}}
	}
}

func switchPrivilege(d drawing) Command {
	return Command{d.toggle("Privilege", ""), View{
		"account_id": d.account(), "integration": d.one("micollab", "miteam_meetings", "microsoft_teams", "nonsense"),
		"privilege": d.one(privileges...),
	}}
}

func callService(d drawing) Command {
	return Command{d.toggle("BandwidthOptimization", ""), View{"account_id": d.account()}}
}

func directoryConnector(d drawing) Command {
	return Command{d.toggle("DirectoryConnector", ""), View{"account_id": d.account()}}
}

func (d drawing) licence(name, product string) Command {
	return Command{name, View{"account_id": d.account(), "user_id": d.user(), "product": product}}
}

func assign(d drawing) Command { return d.licence("AssignLicense", Meetings) }
func unassign(d drawing) Command {
	return d.licence("UnassignLicense", d.one(Meetings, Meetings, Tiers[0]))
}
func assignTier(d drawing) Command { return d.licence("AssignLicense", d.one(Tiers...)) }
func unusual(d drawing) Command {
	return d.licence("AssignLicense", d.one("messaging", "nonsense"))
}

func place(d drawing) Command {
	var ls []any
	products := append([]string{Meetings}, Tiers...)
	for i, p := range products {
		if i == 0 || d.oneIn(3) {
			ls = append(ls, View{"product": p, "quantity": 1 + d.upTo(worldSeats)})
		}
	}
	body := View{"partner_id": d.w.Partner, "order_id": d.order(""), "lines": ls, "reseller_po": "PO-7"}
	day := 24 * time.Hour
	switch d.upTo(7) {
	case 0:
		body["expires_at"] = stamp(d.now.Add(20 * day))
	case 1:
		body["expires_at"] = stamp(d.now.Add(365 * day))
	case 2, 3: // while the walk goes on
		ms := 40 + 10*d.upTo(40)
		body["expires_at"] = stamp(d.now.Add(time.Duration(ms) * time.Millisecond))
	case 4:
		body["activates_at"] = stamp(d.now.Add(day))
	}
	return Command{"PlaceOrder", body}
}

func stamp(t time.Time) string { return t.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano) }

func give(d drawing) Command {
	return Command{"AssignOrder", View{"order_id": d.order("unassigned"), "account_id": d.account()}}
}

func takeOrderBack(d drawing) Command {
	return Command{"UnassignOrder", View{"order_id": d.order("assigned"), "reason": "by mistake"}}
}

func cancel(d drawing) Command {
	return Command{"CancelOrder", View{"order_id": d.order("unassigned", "cancelled", "pending_activation")}}
}

func add(d drawing) Command {
	account, user := d.account(), d.user()
	body := View{"account_id": account, "user_id": user, "email": user + "@" + account + ".example", "first_name": "Anna"}
	switch d.upTo(8) {
	case 0:
		body["email"] = "u1@" + account + ".example"
	case 1, 2:
		body["role"] = "account_admin"
	case 3:
		delete(body, "first_name")
	}
	return Command{"AddUser", body}
}

func update(d drawing) Command {
	body := View{"account_id": d.account(), "user_id": d.user()}
	switch d.upTo(3) {
	case 0:
		body["last_name"] = d.one("Rossi", "Bianchi")
	case 1:
		body["role"] = d.one("user", "account_admin")
	case 2:
		body["email"] = d.user() + "@" + body["account_id"].(string) + ".example"
	}
	return Command{"UpdateUser", body}
}

func remove(d drawing) Command {
	return Command{"RemoveUser", View{"account_id": d.account(), "user_id": d.user()}}
}

func contact(d drawing) Command {
	account := d.account()
	return Command{d.one("AddSupportContact", "RemoveSupportContact"), View{
		"account_id": account, "email": d.one("help", "more") + "@" + account + ".example",
	}}
}

func information(d drawing) Command {
	return Command{"UpdateAccountInformation", View{
		"account_id": d.account(), "city": d.one("Roma", "Milano"), "business_type": d.one("Retail", "Health"),
	}}
}

func onboard(d drawing) Command {
	return Command{"CompleteGatewayOnboarding", View{"account_id": d.account(), "pbx_type": d.one("MiVoice", "MX-ONE")}}
}

func number(d drawing) Command {
	return Command{"RecordCustomerNumber", View{"account_id": d.account(), "customer_number": d.one("100", "200")}}
}

func domain(d drawing) Command {
	return Command{d.one("ClaimDomain", "ClaimDomain", "ClaimDomain", "VerifyDomain", "ReleaseDomain"), View{
		"account_id": d.account(), "domain": d.one(d.w.prefix+".example", d.w.prefix+".example", "gmail.com"),
	}}
}

func lull(d drawing) Command {
	return Command{"DeactivateAccount", View{"account_id": d.account(), "confirm": d.one("deactivate", "deactivate", "yes")}}
}

func revive(d drawing) Command { return Command{"ReactivateAccount", View{"account_id": d.account()}} }

func destroy(d drawing) Command {
	return Command{"DeleteAccount", View{"account_id": d.one(d.w.Accounts[1], d.w.Partner), "confirm": d.one("delete", "no")}}
}

func again(d drawing) Command { return newCustomer(d.w.Partner, d.account(), "cloudlink") }
