package spec

import (
	"fmt"
	"testing"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/subscription"
)

// onSub is a command on the subscription s.
func onSub(who, name, more string) string {
	return fmt.Sprintf(`%s %s {"subscription_id":"s"%s}`, who, name, more)
}

func received(id, contact, services string) string {
	return fmt.Sprintf(`S ReceiveSubscription {"subscription_id":%q,"provisioning_contact":%q,"services":%s,"language":"it"}`, id, contact, services)
}

const (
	allServices = `[{"service":"meetings","quantity":10},{"service":"calling","quantity":5},{"service":"messaging","quantity":3}]`
	// ann works for acme, and is the provisioning contact.
	addAnn      = `A AddUser {"account_id":"acme","user_id":"ann","email":"ann@acme.example","name":"Ann"}`
	globexGil   = `A AddUser {"account_id":"globex","user_id":"gil","email":"gil@globex.example","name":"Gil"}`
	initechIda  = `A AddUser {"account_id":"initech","user_id":"ida","email":"ida@initech.example","name":"Ida"}`
	newOrg      = `,"new_organization":{"name":"New Co","vertical":"retail","country":"IT"}`
	oneSite     = `,"sites":[{"site_url":"contoso","time_zone":"Europe/Rome"}]`
	twoSites    = `,"sites":[{"site_url":"contoso","time_zone":"Europe/Rome","licenses":4},{"site_url":"contoso-lab","time_zone":"UTC","early_release":true,"licenses":6}]`
	hq          = `,"location":{"name":"HQ","country":"IT"}`
	toContoso   = `,"account_id":"contoso"`
	toAcme      = `,"partner_id":"acme"`
	forCustomer = `,"for":"customer"`
)

var (
	webexOrder = join(users, addAnn, received("s", "ann@acme.example", allServices))
	declared   = join(webexOrder, onSub("P", "DeclareOrderFor", forCustomer))
	partnered  = join(declared, onSub("P", "MapPartnerOrganization", toAcme))
	mapped     = join(partnered, onSub("P", "MapCustomerOrganization", toContoso))
	sited      = join(mapped, onSub("P", "SetUpMeetings", oneSite))
	ready      = join(sited, onSub("C", "SetUpCalling", hq))
	complete   = join(ready, onSub("C", "CompleteSetup", ""))

	// foreign: mapped to an account of globex, where the contact is a user.
	foreign = join(partnered, `A AddUser {"account_id":"initech","user_id":"ann","email":"ann@acme.example","name":"Ann"}`,
		onSub("P", "MapCustomerOrganization", `,"account_id":"initech"`))
	foreignDone = join(foreign, onSub("P", "SetUpMeetings", oneSite), onSub("P", "SetUpCalling", hq), onSub("P", "CompleteSetup", ""))
	requested   = join(foreignDone, onSub("P", "RequestFullAdministrator", ""))
	granted     = join(requested, onSub("C:initech", "GrantFullAdministrator", ""))
)

var receiveRows = []proof{
	{"SUB-1", nil, received("s", " Ann@Acme.example ", allServices), then(
		`SubscriptionReceived {"subscription_id":"s","provisioning_contact":"ann@acme.example","person_id":"ID000001","language":"it","services":` + allServices + `}`)},
	{"SUB-1", nil, `S ReceiveSubscription {"provisioning_contact":"a@b.com","services":[{"service":"calling","quantity":1}]}`, then(`SubscriptionReceived {"subscription_id":"ID000001"}`)},
	{"SUB-1", nil, `S ReceiveSubscription {"subscription_id":"a b","provisioning_contact":"ann","language":"xx"}`, then(
		"invalid subscription_id", "invalid provisioning_contact", "invalid language", "invalid services")},
	{"SUB-1", nil, `S ReceiveSubscription {"provisioning_contact":"a@b.com","services":[{"service":"fax","quantity":1},{"service":"calling","quantity":0},{"service":"calling","quantity":1}]}`, then(
		"invalid services[0].service", "invalid services[1].quantity", "invalid services[2].service")},
	{"section-2", webexOrder, received("s", "ann@acme.example", allServices), then("refused already_exists")},
	{"SUB-1", webexOrder, `P ReceiveSubscription {"provisioning_contact":"a@b.com","services":[{"service":"calling","quantity":1}]}`, then("refused forbidden")},
	{"SUB-1", webexOrder, onSub("S", "ResendProvisioningMessage", ""), then(`ProvisioningMessageRequested {"subscription_id":"s"}`)},
	{"SUB-1", join(webexOrder, onSub("P", "ResendProvisioningMessage", "")), onSub("P", "ResendProvisioningMessage", ""), then("ProvisioningMessageRequested")},
	{"SUB-1", complete, onSub("S", "ResendProvisioningMessage", ""), then("refused already_provisioned")},

	// Whose it is to see while it is unmapped: by person, claimed or used domain.
	{"SUB-1", webexOrder, onSub("P:globex", "ResendProvisioningMessage", ""), then("refused not_found")},
	{"SUB-1", webexOrder, onSub("C", "PostponeSetup", ""), then("refused not_found")},
	{"SUB-1", join(webexOrder, globexGil, received("t", "new@globex.example", allServices)), `P:globex ResendProvisioningMessage {"subscription_id":"t"}`, then("ProvisioningMessageRequested")},
	{"SUB-1", join(webexOrder, globexGil, received("t", "new@globex.example", allServices)), `P ResendProvisioningMessage {"subscription_id":"t"}`, then("refused not_found")},
	{"SUB-1", join(webexOrder, globexGil, received("t", "new@globex.example", allServices), `A RemoveUser {"account_id":"globex","user_id":"gil"}`),
		`P:globex ResendProvisioningMessage {"subscription_id":"t"}`, then("refused not_found")},
	{"SUB-1", join(webexOrder, globexGil, received("t", "new@globex.example", allServices), `A UpdateUser {"account_id":"globex","user_id":"gil","email":"gil@other.example"}`),
		`P:globex ResendProvisioningMessage {"subscription_id":"t"}`, then("refused not_found")},
	{"SUB-1", join(webexOrder, globexGil, received("t", "new@globex.example", allServices), `A ErasePerson {"account_id":"globex","user_id":"gil","confirm":"erase"}`),
		`P:globex ResendProvisioningMessage {"subscription_id":"t"}`, then("refused not_found")},
	{"SUB-1", join(webexOrder, `A ClaimDomain {"account_id":"globex","domain":"claimed.example"}`, received("t", "new@claimed.example", allServices)),
		`P:globex ResendProvisioningMessage {"subscription_id":"t"}`, then("ProvisioningMessageRequested")},
	{"SUB-1", join(`A RegisterPartner {"partner_id":"acme","name":"Acme","email_domains":["acme.example"]}`, received("t", "new@acme.example", allServices)),
		`P ResendProvisioningMessage {"subscription_id":"t"}`, then("ProvisioningMessageRequested")},
	{"SUB-3", join(partners, `A AddUser {"account_id":"acme","user_id":"g","email":"ann@gmail.com","name":"Ann"}`, received("t", "bob@gmail.com", allServices)),
		`P ResendProvisioningMessage {"subscription_id":"t"}`, then("refused not_found")},
	{"SUB-1", partnered, onSub("P:globex", "PostponeSetup", ""), then("refused not_found")},
}

var mappingRows = []proof{
	{"SUB-2", webexOrder, onSub("P", "DeclareOrderFor", forCustomer), then(`OrderPurposeDeclared {"for":"customer"}`)},
	{"SUB-2", webexOrder, onSub("S", "DeclareOrderFor", `,"for":"own_company"`), then(`OrderPurposeDeclared {"for":"own_company"}`)},
	{"SUB-2", declared, onSub("P", "DeclareOrderFor", forCustomer), then("nothing")},
	{"SUB-2", webexOrder, onSub("P", "DeclareOrderFor", `,"for":"someone_else"`), then("invalid email")},
	{"SUB-2", webexOrder, onSub("P", "DeclareOrderFor", `,"for":"nobody","email":"x@y.com"`), then("invalid for", "invalid email")},
	{"SUB-2", webexOrder, onSub("P", "DeclareOrderFor", `,"for":"someone_else","email":"Gil@Globex.example"`), then(`ProvisioningDelegated {"email":"gil@globex.example"}`)},
	{"SUB-2", join(webexOrder, globexGil, onSub("P", "DeclareOrderFor", `,"for":"someone_else","email":"gil@globex.example"`)),
		onSub("P:globex", "DeclareOrderFor", forCustomer), then("OrderPurposeDeclared")},
	{"SUB-2", join(webexOrder, onSub("P", "DeclareOrderFor", `,"for":"someone_else","email":"gil@globex.example"`)), onSub("P", "DeclareOrderFor", forCustomer), then("refused not_found")},
	{"SUB-2", join(ready, onSub("P", "DeclareOrderFor", `,"for":"someone_else","email":"bill@acme.example"`)), onSub("P", "MapPartnerOrganization", toAcme), then("refused wrong_step")},
	{"SUB-2", join(webexOrder, onSub("P", "DeclareOrderFor", `,"for":"own_company"`)), onSub("P", "MapPartnerOrganization", toAcme), then(
		`PartnerOrganizationMapped {"partner_id":"acme"}`, `CustomerOrganizationMapped {"partner_id":"acme","account_id":"acme","partner_role":"full_admin"}`)},
	{"SUB-2", partnered, onSub("P", "DeclareOrderFor", `,"for":"own_company"`), then("OrderPurposeDeclared", `CustomerOrganizationMapped {"account_id":"acme"}`)},
	{"SUB-2", complete, onSub("P", "DeclareOrderFor", forCustomer), then("refused already_provisioned")},

	{"SUB-4", webexOrder, onSub("P", "MapPartnerOrganization", toAcme), then("refused wrong_step")},
	{"SUB-3", declared, onSub("P", "MapPartnerOrganization", toAcme), then(`PartnerOrganizationMapped {"partner_id":"acme","created":null}`)},
	{"SUB-3", partnered, onSub("P", "MapPartnerOrganization", toAcme), then("nothing")},
	{"SUB-3", declared, onSub("P", "MapPartnerOrganization", `,"partner_id":"globex"`), then("refused not_found")},
	{"SUB-3", declared, onSub("S", "MapPartnerOrganization", `,"partner_id":"globex"`), then("PartnerOrganizationMapped")},
	{"SUB-4", join(mapped, onSub("S", "MapPartnerOrganization", `,"partner_id":"globex"`)), onSub("A", "SetUpMeetings", oneSite), then("refused wrong_step")},
	{"SUB-5", declared, onSub("P", "MapPartnerOrganization", newOrg), then(
		`PartnerRegistered {"name":"New Co","country":"IT"}`,
		`AccountCreated {"own":true,"kind":"webex","business_type":"retail","default_language":"it","support_contacts":[{"email":"ann@acme.example"}]}`,
		`PartnerOrganizationMapped {"created":true}`)},
	{"SUB-2", join(webexOrder, onSub("S", "DeclareOrderFor", `,"for":"own_company"`)), onSub("S", "MapPartnerOrganization", newOrg), then(
		"PartnerRegistered", "AccountCreated", "PartnerOrganizationMapped", `CustomerOrganizationMapped {"partner_role":"full_admin"}`)},
	{"SUB-4", declared, onSub("P", "MapPartnerOrganization", ""), then("invalid partner_id")},
	{"SUB-4", declared, onSub("P", "MapPartnerOrganization", toAcme+newOrg), then("invalid new_organization")},
	{"SUB-5", declared, onSub("P", "MapPartnerOrganization", `,"new_organization":{"name":"","vertical":"","country":"italy"}`), then(
		"invalid new_organization.name", "invalid new_organization.vertical", "invalid new_organization.country")},
	{"SUB-4", complete, onSub("P", "MapPartnerOrganization", toAcme), then("refused already_provisioned")},

	{"SUB-4", declared, onSub("P", "MapCustomerOrganization", toContoso), then("refused wrong_step")},
	{"SUB-5", partnered, onSub("P", "MapCustomerOrganization", toContoso), then(`CustomerOrganizationMapped {"partner_id":"acme","account_id":"contoso","partner_role":"full_admin"}`)},
	{"SUB-5", mapped, onSub("P", "MapCustomerOrganization", toContoso), then("nothing")},
	{"SUB-5", ready, onSub("P", "MapCustomerOrganization", `,"account_id":"fabrikam"`), then(`CustomerOrganizationMapped {"account_id":"fabrikam"}`)},
	{"SUB-5", partnered, onSub("P", "MapCustomerOrganization", newOrg), then(
		`AccountCreated {"partner_id":"acme","own":null,"kind":"webex","name":"New Co","country":"IT","business_type":"retail","city":null,"support_contacts":[{"email":"ann@acme.example"}]}`,
		`CustomerOrganizationMapped {"partner_role":"full_admin","created":true}`)},
	{"SUB-5", partnered, onSub("P", "MapCustomerOrganization", `,"account_id":"initech"`), then("refused not_found")},
	{"SUB-5", partnered, onSub("A", "MapCustomerOrganization", `,"account_id":"initech"`), then("refused not_found")},
	{"SUB-5", partnered, onSub("P", "MapCustomerOrganization", `,"account_id":"globex"`), then("refused not_found")},
	{"SUB-5", partnered, onSub("P", "MapCustomerOrganization", `,"account_id":"none"`), then("refused not_found")},
	// What organization-matches shows: by person, and by a search for a domain.
	{"SUB-3 SUB-5", join(partnered, `A AddUser {"account_id":"initech","user_id":"ann","email":"ann@acme.example","name":"Ann"}`),
		onSub("P", "MapCustomerOrganization", `,"account_id":"initech"`), then(`CustomerOrganizationMapped {"account_id":"initech","partner_role":"provisioning_admin"}`)},
	{"SUB-3 SUB-5", join(partnered, initechIda), onSub("P", "MapCustomerOrganization", `,"account_id":"initech"`), then(`CustomerOrganizationMapped {"partner_role":"provisioning_admin"}`)},
	{"SUB-3", join(partnered, `A AddUser {"account_id":"initech","user_id":"ida","email":"ida@gmail.com","name":"Ida"}`),
		onSub("P", "MapCustomerOrganization", `,"account_id":"initech"`), then("refused not_found")},
	{"SUB-3", join(partnered, initechIda, `A ErasePerson {"account_id":"initech","user_id":"ida","confirm":"erase"}`),
		onSub("P", "MapCustomerOrganization", `,"account_id":"initech"`), then("refused not_found")},
	{"SUB-5", join(partnered, `A ClaimDomain {"account_id":"initech","domain":"initech.example"}`), onSub("P", "MapCustomerOrganization", `,"account_id":"initech"`), then("CustomerOrganizationMapped")},
	{"section-2", join(partnered, deactivate), onSub("P", "MapCustomerOrganization", toContoso), then("refused account_deactivated")},
	{"section-2", join(partnered, remove), onSub("P", "MapCustomerOrganization", toContoso), then("refused not_found")},
	{"SUB-4", partnered, onSub("P", "MapCustomerOrganization", ""), then("invalid account_id")},
	{"SUB-4", partnered, onSub("C", "MapCustomerOrganization", toContoso), then("refused forbidden")},
	{"SUB-4", complete, onSub("P", "MapCustomerOrganization", toContoso), then("refused already_provisioned")},
	// The account is gone before all was done: another one is due.
	{"SUB-4", join(ready, remove), onSub("P", "CompleteSetup", ""), then("refused wrong_step")},
	{"SUB-4", join(ready, remove), onSub("P", "MapCustomerOrganization", `,"account_id":"fabrikam"`), then("CustomerOrganizationMapped")},
}

var setUpRows = []proof{
	{"SUB-6", mapped, onSub("P", "DelegateServiceSetup", `,"admin_email":"Ada@Contoso.com"`), then(`ServiceSetupDelegated {"account_id":"contoso","admin_email":"ada@contoso.com"}`)},
	{"SUB-6", join(mapped, onSub("P", "DelegateServiceSetup", `,"admin_email":"ada@contoso.com"`)), onSub("P", "DelegateServiceSetup", `,"admin_email":"ada@contoso.com"`), then("nothing")},
	{"SUB-6", join(mapped, onSub("P", "DelegateServiceSetup", `,"admin_email":"ada@contoso.com"`)), onSub("P", "DelegateServiceSetup", `,"admin_email":"bob@contoso.com"`), then("ServiceSetupDelegated")},
	{"SUB-6", join(mapped, onSub("P", "DelegateServiceSetup", `,"admin_email":"ada@contoso.com"`)), onSub("P", "SetUpCalling", hq), then("CallingLocationConfigured")},
	{"SUB-6", mapped, onSub("P", "DelegateServiceSetup", ""), then("invalid admin_email")},
	{"SUB-4", partnered, onSub("P", "DelegateServiceSetup", `,"admin_email":"ada@contoso.com"`), then("refused wrong_step")},
	{"SUB-6", mapped, onSub("C", "DelegateServiceSetup", `,"admin_email":"ada@contoso.com"`), then("refused forbidden")},
	{"SUB-6", complete, onSub("P", "DelegateServiceSetup", `,"admin_email":"ada@contoso.com"`), then("refused already_provisioned")},

	{"SUB-7", webexOrder, onSub("P", "PostponeSetup", ""), then(`SetupPostponed {"subscription_id":"s"}`)},
	{"SUB-7", sited, onSub("C", "PostponeSetup", ""), then(`SetupPostponed {"subscription_id":"s","account_id":"contoso"}`)},
	{"SUB-1", sited, onSub("P", "ResendProvisioningMessage", ""), then(`ProvisioningMessageRequested {"subscription_id":"s","account_id":"contoso"}`)},
	{"SUB-7", join(sited, onSub("P", "PostponeSetup", "")), onSub("P", "PostponeSetup", ""), then("nothing")},
	{"SUB-7", join(sited, onSub("P", "PostponeSetup", "")), onSub("P", "SetUpCalling", hq), then("CallingLocationConfigured")},
	{"SUB-7", join(sited, onSub("P", "PostponeSetup", ""), onSub("P", "SetUpCalling", hq)), onSub("P", "PostponeSetup", ""), then("SetupPostponed")},
	{"SUB-7", join(mapped, deactivate), onSub("P", "PostponeSetup", ""), then("refused account_deactivated")},
	{"SUB-7", complete, onSub("P", "PostponeSetup", ""), then("refused already_provisioned")},

	{"SUB-8", mapped, onSub("P", "SetUpMeetings", `,"sites":[{"site_url":" Contoso ","time_zone":"Europe/Rome"}]`), then(
		`MeetingSitesConfigured {"account_id":"contoso","sites":[{"site_url":"contoso","time_zone":"Europe/Rome","early_release":false,"licenses":10}]}`)},
	{"SUB-8", mapped, onSub("C", "SetUpMeetings", twoSites), then(`MeetingSitesConfigured {"sites":[{"licenses":4,"early_release":false},{"licenses":6,"early_release":true}]}`)},
	{"SUB-8", sited, onSub("P", "SetUpMeetings", oneSite), then("nothing")},
	{"SUB-8", sited, onSub("P", "SetUpMeetings", `,"sites":[{"site_url":"other","time_zone":"UTC"}]`), then("MeetingSitesConfigured")},
	{"SUB-8", mapped, onSub("P", "SetUpMeetings", `,"sites":[]`), then("invalid sites")},
	{"SUB-8", mapped, onSub("P", "SetUpMeetings", `,"sites":[{"site_url":"contoso.webex.com","time_zone":"Rome"},{"site_url":"a","time_zone":"UTC","licenses":-1},{"site_url":"A","time_zone":"UTC"}]`), then(
		"invalid sites[0].site_url", "invalid sites[0].time_zone", "invalid sites[1].licenses", "invalid sites[2].site_url")},
	{"SUB-8", mapped, onSub("P", "SetUpMeetings", `,"sites":[{"site_url":"a","time_zone":"UTC","licenses":4},{"site_url":"b","time_zone":"UTC","licenses":5}]`), then("refused license_distribution_mismatch")},
	{"SUB-8", mapped, onSub("P", "SetUpMeetings", `,"sites":[{"site_url":"a","time_zone":"UTC","licenses":11}]`), then("refused license_distribution_mismatch")},
	{"SUB-8", join(sited, mappedAs("t")), `P SetUpMeetings {"subscription_id":"t"` + oneSite + `}`, then("refused site_url_taken")},
	{"SUB-8", join(complete, mappedAs("t")), `P SetUpMeetings {"subscription_id":"t"` + oneSite + `}`, then("refused site_url_taken")},
	{"SUB-8", join(sited, onSub("P", "SetUpMeetings", `,"sites":[{"site_url":"other","time_zone":"UTC"}]`), mappedAs("t")),
		`P SetUpMeetings {"subscription_id":"t"` + oneSite + `}`, then("MeetingSitesConfigured")},
	{"SUB-8", join(complete, mappedAs("t"), remove, `P MapCustomerOrganization {"subscription_id":"t","account_id":"fabrikam"}`),
		`P SetUpMeetings {"subscription_id":"t"` + oneSite + `}`, then("MeetingSitesConfigured")},
	{"SUB-4", partnered, onSub("P", "SetUpMeetings", oneSite), then("refused wrong_step")},
	{"SUB-4", declared, onSub("P", "SetUpCalling", hq), then("refused wrong_step")},
	{"SUB-8", mapped, onSub("C:fabrikam", "SetUpMeetings", oneSite), then("refused not_found")},
	{"SUB-8", complete, onSub("P", "SetUpMeetings", oneSite), then("refused already_provisioned")},
	{"section-2", join(mapped, deactivate), onSub("P", "SetUpMeetings", oneSite), then("refused account_deactivated")},

	{"SUB-9", mapped, onSub("C", "SetUpCalling", `,"location":{"name":"HQ","country":"IT","address":"Via Roma 1","city":"Roma","postal_code":"00100","language":"it","time_zone":"Europe/Rome"}`),
		then(`CallingLocationConfigured {"account_id":"contoso","location":{"name":"HQ","country":"IT","address":"Via Roma 1","city":"Roma","postal_code":"00100","language":"it","time_zone":"Europe/Rome"}}`)},
	{"SUB-9", ready, onSub("P", "SetUpCalling", hq), then("nothing")},
	{"SUB-9", ready, onSub("P", "SetUpCalling", `,"location":{"name":"Office","country":"IT"}`), then("CallingLocationConfigured")},
	{"SUB-9", mapped, onSub("P", "SetUpCalling", ""), then("invalid location.name", "invalid location.country")},
	{"SUB-9", complete, onSub("P", "SetUpCalling", hq), then("refused already_provisioned")},
	{"SUB-9", mappedFor(`[{"service":"meetings","quantity":10}]`), onSub("P", "SetUpCalling", hq), then("refused service_not_ordered")},
	{"SUB-9", mappedFor(`[{"service":"messaging","quantity":1}]`), onSub("P", "SetUpMeetings", oneSite), then("refused service_not_ordered")},
	{"SUB-9", complete, `C UpdateLocation {"account_id":"contoso","location_id":"` + location(complete) + `","name":"Main"}`, then(`LocationUpdated {"changes":{"name":{"old":"HQ","new":"Main"}}}`)},
	{"SUB-9", ready, `C UpdateLocation {"account_id":"contoso","location_id":"` + location(ready) + `","name":"Main"}`, then("refused not_found")},
	{"SUB-9 SUB-5", foreign, `P AddLocation {"account_id":"initech","location_id":"lab","name":"Lab","country":"IT"}`, then("LocationAdded")},

	{"SUB-7 SUB-10", ready, onSub("C", "CompleteSetup", ""), then(
		`SubscriptionProvisioned {"account_id":"contoso"}`,
		`LicensesAdded {"account_id":"contoso","order_id":"s","product":"meetings","quantity":10}`,
		`LicensesAdded {"product":"calling","quantity":5}`, `LicensesAdded {"product":"messaging","quantity":3}`)},
	{"SUB-10", sited, onSub("P", "CompleteSetup", ""), then("refused service_not_set_up")},
	{"SUB-10", mapped, onSub("P", "CompleteSetup", ""), then("refused service_not_set_up")},
	{"SUB-10", mappedFor(`[{"service":"messaging","quantity":7}]`), onSub("P", "CompleteSetup", ""), then("SubscriptionProvisioned", `LicensesAdded {"product":"messaging","quantity":7}`)},
	{"SUB-4", partnered, onSub("P", "CompleteSetup", ""), then("refused wrong_step")},
	{"SUB-10", complete, onSub("P", "CompleteSetup", ""), then("refused already_provisioned")},
	{"SUB-7", complete, `P AssignLicense {"account_id":"contoso","user_id":"bob","product":"calling"}`, then("UserLicenseAssigned")},
	{"SUB-7", ready, `P AssignLicense {"account_id":"contoso","user_id":"bob","product":"calling"}`, then("refused no_licenses_available")},
}

var administratorRows = []proof{
	{"SUB-5", foreign, onSub("P", "RequestFullAdministrator", ""), then("refused setup_not_complete")},
	{"SUB-5", webexOrder, onSub("P", "RequestFullAdministrator", ""), then("refused setup_not_complete")},
	{"SUB-5", foreignDone, onSub("P", "RequestFullAdministrator", ""), then(`FullAdministratorRequested {"account_id":"initech","partner_id":"acme"}`)},
	{"SUB-5", requested, onSub("P", "RequestFullAdministrator", ""), then("nothing")},
	{"SUB-5", complete, onSub("P", "RequestFullAdministrator", ""), then("nothing")}, // it created the account
	{"SUB-5", foreignDone, onSub("C:initech", "GrantFullAdministrator", ""), then("refused not_requested")},
	{"SUB-5", complete, onSub("C", "GrantFullAdministrator", ""), then("refused not_requested")},
	{"SUB-5", requested, onSub("C:initech", "GrantFullAdministrator", ""), then(`FullAdministratorGranted {"account_id":"initech","partner_id":"acme"}`)},
	{"SUB-5", granted, onSub("C:initech", "GrantFullAdministrator", ""), then("nothing")},
	{"SUB-5", granted, onSub("P", "RequestFullAdministrator", ""), then("nothing")},
	{"SUB-5", requested, onSub("P", "GrantFullAdministrator", ""), then("refused forbidden")},
	{"SUB-5", requested, onSub("C", "GrantFullAdministrator", ""), then("refused not_found")},
	{"SUB-5", join(granted, received("t", "ann@acme.example", allServices), `P DeclareOrderFor {"subscription_id":"t","for":"customer"}`, `P MapPartnerOrganization {"subscription_id":"t","partner_id":"acme"}`),
		`P MapCustomerOrganization {"subscription_id":"t","account_id":"initech"}`, then(`CustomerOrganizationMapped {"partner_role":"full_admin"}`)},
	// Mapped elsewhere, the partner has no right on the account any more.
	{"SUB-5", join(foreign, onSub("P", "MapCustomerOrganization", toContoso)), `P AddLocation {"account_id":"initech","name":"Lab","country":"IT"}`, then("refused not_found")},
	{"SUB-5", foreign, `P AddUser {"account_id":"initech","email":"x@y.com","name":"X"}`, then("refused not_found")},
	{"section-2", join(ready, `P ErasePerson {"account_id":"contoso","email":"ann@acme.example","confirm":"erase"}`),
		`P ErasePerson {"account_id":"contoso","email":"ann@acme.example","confirm":"erase"}`, then("nothing")},
	{"section-2", ready, `P ErasePerson {"account_id":"contoso","email":"ann@acme.example","confirm":"erase"}`, then("PersonErased")},
	{"section-2", join(mapped, onSub("P", "DelegateServiceSetup", `,"admin_email":"zoe@contoso.com"`)),
		`P ErasePerson {"account_id":"contoso","email":"zoe@contoso.com","confirm":"erase"}`, then("PersonErased")},
}

// mappedAs makes a second subscription of meetings, mapped to contoso.
func mappedAs(id string) []string {
	return []string{
		received(id, "ann@acme.example", `[{"service":"meetings","quantity":10}]`),
		fmt.Sprintf(`P DeclareOrderFor {"subscription_id":%q,"for":"customer"}`, id),
		fmt.Sprintf(`P MapPartnerOrganization {"subscription_id":%q,"partner_id":"acme"}`, id),
		fmt.Sprintf(`P MapCustomerOrganization {"subscription_id":%q,"account_id":"contoso"}`, id),
	}
}

// mappedFor is the subscription s of other services, mapped to contoso.
func mappedFor(services string) []string {
	return join(users, addAnn, received("s", "ann@acme.example", services), onSub("P", "DeclareOrderFor", forCustomer),
		onSub("P", "MapPartnerOrganization", toAcme), onSub("P", "MapCustomerOrganization", toContoso))
}

// location is the id of the main location that the ledger made.
func location(steps []string) string {
	w := newWorld()
	for _, s := range steps {
		if _, err := w.do(s); err != nil {
			panic(s + ": " + err.Error())
		}
	}
	return w.sub("s").Location.LocationID
}

func (w *world) sub(id string) *subscription.Subscription {
	return subscription.Subscriptions.Get(w.rows, id, "")
}

// Every step can be left and resumed, and says which one is due.
func TestSteps(t *testing.T) {
	for _, c := range []struct {
		given        []string
		status, next string
	}{
		{webexOrder, "received", "DeclareOrderFor"},
		{declared, "received", "MapPartnerOrganization"},
		{partnered, "partner_mapped", "MapCustomerOrganization"},
		{mapped, "customer_mapped", "SetUpMeetings"},
		{sited, "setting_up", "SetUpCalling"},
		{ready, "setting_up", "CompleteSetup"},
		{complete, "provisioned", ""},
		{join(ready, onSub("P", "DeclareOrderFor", `,"for":"someone_else","email":"bill@acme.example"`)), "received", "DeclareOrderFor"},
		{join(ready, onSub("P", "DeclareOrderFor", `,"for":"own_company"`)), "setting_up", "CompleteSetup"},
		{join(ready, onSub("P", "DeclareOrderFor", `,"for":"own_company"`), onSub("P", "DeclareOrderFor", forCustomer)), "partner_mapped", "MapCustomerOrganization"},
		{join(ready, remove), "partner_mapped", "MapCustomerOrganization"},
	} {
		for _, steps := range [][]string{c.given, join(c.given, onSub("P", "PostponeSetup", ""))} {
			if c.next == "" && len(steps) != len(c.given) {
				continue
			}
			w := given(t, steps...)
			if s := w.sub("s"); s.Status() != c.status || s.Next() != c.next {
				t.Errorf("after %s: %s, %s is due; want %s, %s", steps[len(steps)-1], s.Status(), s.Next(), c.status, c.next)
			}
			w.verify(t)
		}
	}
}

// No licence is in a pool, no location and no site is the account's, before
// set-up is complete (SUB-7).
func TestNothingBeforeComplete(t *testing.T) {
	for _, c := range []struct {
		given     []string
		seats     int
		locations int
	}{{ready, 0, 0}, {complete, 18, 1}} {
		w := given(t, c.given...)
		seats, locations := 0, 0
		for _, p := range catalogue.OfKind(catalogue.Service) {
			if pool := account.Pools.Get(w.rows, "contoso", p.ID); pool != nil {
				seats += pool.Total
			}
		}
		for range account.Locations.Scan(w.rows, "contoso") {
			locations++
		}
		if seats != c.seats || locations != c.locations {
			t.Errorf("%d seats, %d locations, want %+v", seats, locations, c)
		}
	}
}

// What is counted of addresses and activity agrees with the users, whatever
// happened to them.
func TestCountsOfDomainsAndDays(t *testing.T) {
	seen := func(user, at string) string {
		return fmt.Sprintf(`S RecordUserActivity {"account_id":"contoso","user_id":%q,"at":%q}`, user, at)
	}
	w := given(t, join(users,
		seen("ada", "2026-01-05T10:00:00Z"), seen("bob", "2026-01-05T11:00:00Z"), seen("ada", "2026-01-05T12:00:00Z"), seen("bob", "2026-01-07T11:00:00Z"),
		seen("eve", "2026-01-09T11:00:00Z"), `P RemoveUser {"account_id":"contoso","user_id":"eve"}`,
		`P UpdateUser {"account_id":"contoso","user_id":"bob","email":"bob@gmail.com"}`)...)
	days := map[string]int{}
	for day, d := range account.ActiveDays.Scan(w.rows, "contoso") {
		days[day] = d.Users
	}
	if len(days) != 2 || days["2026-01-05"] != 1 || days["2026-01-07"] != 1 {
		t.Errorf("days: %v", days)
	}
	if at := account.Totals.Get(w.rows, "contoso", "").LastActivityAt; at.Day() != 9 {
		t.Errorf("last activity at %v", at)
	}
	use := map[string]int{}
	for domain, u := range account.DomainUses.Scan(w.rows, "contoso") {
		use[domain] = u.Count
	}
	if len(use) != 2 || use["contoso.com"] != 1 || use[account.AllDomains] != 1 {
		t.Errorf("domains: %v", use)
	}
	w.verify(t)
}
