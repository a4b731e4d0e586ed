package sim

import "fmt"

// worldSubscriptions is how many subscriptions a walk has.
const worldSubscriptions = 2

func (d drawing) subscription(name string, more ...any) Command {
	body := View{"subscription_id": fmt.Sprintf("%s-s%d", d.w.prefix, 1+d.upTo(worldSubscriptions))}
	for i := 0; i < len(more); i += 2 {
		body[more[i].(string)] = more[i+1] // #nosec G602 -- they come in pairs
	}
	return Command{name, body}
}

// receive draws a contact whom nobody knows: until it is mapped, no partner
// sees the subscription.
func receive(d drawing) Command {
	services := []any{View{"service": "meetings", "quantity": 1 + d.upTo(worldSeats)}}
	if d.oneIn(3) {
		services = append(services, View{"service": "calling", "quantity": 1 + d.upTo(worldSeats)})
	}
	return d.subscription("ReceiveSubscription", "provisioning_contact", "it@unknown-"+d.w.prefix+".example", "services", services)
}

func declare(d drawing) Command {
	why := d.one("customer", "customer", "customer", "own_company", "someone_else")
	c := d.subscription("DeclareOrderFor", "for", why)
	if why == "someone_else" {
		c.Body["email"] = "else@unknown-" + d.w.prefix + ".example"
	}
	return c
}

// goOn draws the step that is due for a subscription.
func goOn(d drawing) Command {
	c := receive(d)
	sub, received := d.m.Subscriptions[c.Body["subscription_id"].(string)]
	if !received {
		return c
	}
	_, due := sub.status()
	next := map[string]func(drawing) Command{
		"DeclareOrderFor": declare, "MapPartnerOrganization": mapPartnerTo, "MapCustomerOrganization": mapCustomerTo,
		"SetUpMeetings": sites, "SetUpCalling": callingPlace, "CompleteSetup": complete, "": complete,
	}[due](d)
	next.Body["subscription_id"] = sub.ID
	return next
}

func mapPartnerTo(d drawing) Command {
	return d.subscription("MapPartnerOrganization", "partner_id", d.w.Partner)
}

func mapCustomerTo(d drawing) Command {
	return d.subscription("MapCustomerOrganization", "account_id", d.account())
}

func mapIt(d drawing) Command {
	if d.oneIn(2) {
		return mapPartnerTo(d)
	}
	return mapCustomerTo(d)
}

func sites(d drawing) Command {
	site := func() View { return View{"site_url": d.w.prefix + d.one("-x", "-x", "-y"), "time_zone": "Europe/Rome"} }
	one := site()
	if d.oneIn(2) {
		one["licenses"] = 1 + d.upTo(worldSeats)
	}
	return d.subscription("SetUpMeetings", "sites", []any{one})
}

func callingPlace(d drawing) Command {
	return d.subscription("SetUpCalling", "location", View{"name": d.one("HQ", "Lab"), "country": "IT"})
}

func complete(d drawing) Command {
	return d.subscription(d.one("CompleteSetup", "CompleteSetup", "PostponeSetup"))
}

func offer(d drawing) Command {
	calling := View{"package": callingPackage}
	if !d.oneIn(4) {
		calling["limit"] = 1 + d.upTo(2)
	}
	list := []any{calling, View{"package": meetingsPackage}}
	if d.oneIn(4) {
		list = list[1:]
	}
	return Command{"SetWholesalePackages", View{"account_id": d.account(), "packages": list, "complete": true}}
}

func packageOf(d drawing) Command {
	body := View{"account_id": d.account(), "user_id": d.user(), "package": d.one(callingPackage, callingPackage, meetingsPackage, anotherPackage)}
	if !d.oneIn(4) {
		body["location_id"], body["extension"] = "hq", d.one("101", "102")
	}
	return Command{"ChangeUserPackage", body}
}

func noPackage(d drawing) Command {
	return Command{"UnassignUserPackage", View{"account_id": d.account(), "user_id": d.user()}}
}

func addOnOf(d drawing) Command {
	return Command{d.one("AssignAddOn", "AssignAddOn", "UnassignAddOn"), View{"account_id": d.account(), "user_id": d.user(), "add_on": addOn}}
}

// webexFounding is what the walks of sections 8 and 9 begin with.
func (w World) webexFounding() (cs []Command) {
	for i, id := range w.Accounts {
		calling := View{"package": callingPackage}
		if i == 0 {
			calling["limit"] = 1
		}
		cs = append(cs,
			Command{"AddLocation", View{"account_id": id, "location_id": "hq", "name": "HQ", "country": "IT"}},
			Command{"SetWholesalePackages", View{"account_id": id, "complete": true,
				"packages": []any{calling, View{"package": meetingsPackage}}}})
	}
	return cs
}
