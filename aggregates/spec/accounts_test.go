package spec

const (
	deactivate = `P DeactivateAccount {"account_id":"contoso","confirm":"deactivate"}`
	reactivate = `P ReactivateAccount {"account_id":"contoso"}`
	remove     = `P DeleteAccount {"account_id":"contoso","confirm":"delete"}`
)

var accountRows = []proof{
	{"ACC-1", partners, newAccount("acme", "contoso"), then(
		`AccountCreated {"account_id":"contoso","partner_id":"acme","kind":"cloudlink","cloud_location":"EU","default_language":"it","support_contacts":[{"email":"help@contoso.com","name":"Help"}]}`)},
	{"ACC-4", partners, `P CreateAccount {"partner_id":"acme","name":"N","country":"IT","address":"A","city":"C","postal_code":"1","default_language":"it","cloud_location":"EU"}`,
		then("invalid support_contacts")},
	{"section-2", partners, `P CreateAccount {"partner_id":"acme","support_contacts":[{"email":"a@b.com"},{"email":" A@B.com "},{"email":"no"}],"kind":"webex"}`, then(
		"invalid name", "invalid country", "invalid address", "invalid city", "invalid postal_code", "invalid default_language", "invalid cloud_location",
		"invalid kind", "invalid support_contacts[1].email", "invalid support_contacts[2].email")},
	{"section-2", accounts, newAccount("acme", "contoso"), then("refused already_exists")},
	{"section-2", accounts, newAccount("acme", "acme"), then("refused already_exists")},
	{"section-2", join(accounts, remove), newAccount("acme", "contoso"), then("refused already_exists")},
	{"section-2", accounts, newAccount("umbrella", "new"), then("refused not_found")},

	{"ACC-1", accounts, `C UpdateAccountInformation {"account_id":"contoso","name":" Contoso ","country":"IT","state":"RM"}`,
		then(`AccountInformationUpdated {"account_id":"contoso","changes":{"name":{"old":"The contoso company","new":"Contoso"},"state":{"old":"","new":"RM"}}}`)},
	{"ACC-1", accounts, `P UpdateAccountInformation {"account_id":"contoso","cloud_location":"US"}`, then("shape cloud_location")},
	{"ACC-1", accounts, `A UpdateAccountInformation {"account_id":"contoso","customer_number":"1"}`, then("shape customer_number")},
	{"ACC-1", accounts, `P UpdateAccountInformation {"account_id":"contoso","pbx_type":"x"}`, then("shape pbx_type")},
	{"ACC-1", accounts, `P UpdateAccountInformation {"account_id":"contoso","city":"","country":"UK","default_language":"xx"}`,
		then("invalid city", "invalid country", "invalid default_language")},
	{"section-2", accounts, `P UpdateAccountInformation {"account_id":"contoso","city":"Roma"}`, then("nothing")},
	{"section-2", join(accounts, `P UpdateAccountInformation {"account_id":"contoso","state":"RM"}`), `P UpdateAccountInformation {"account_id":"contoso","state":""}`,
		then(`AccountInformationUpdated {"changes":{"state":{"old":"RM","new":""}}}`)},
	{"section-2", accounts, `S UpdateAccountInformation {"account_id":"contoso","city":"Rom"}`, then("refused forbidden")},

	{"ACC-2", accounts, `S RecordCustomerNumber {"account_id":"contoso","customer_number":"42"}`, then(`CustomerNumberRecorded {"account_id":"contoso","customer_number":"42"}`)},
	{"section-2", join(accounts, `S RecordCustomerNumber {"account_id":"contoso","customer_number":"42"}`), `S RecordCustomerNumber {"account_id":"contoso","customer_number":"42"}`, then("nothing")},
	{"ACC-1", accounts, `P RecordCustomerNumber {"account_id":"contoso","customer_number":"42"}`, then("refused forbidden")},
	{"ACC-1", accounts, `S RecordCustomerNumber {"account_id":"contoso"}`, then("invalid customer_number")},

	{"ACC-3", accounts, `S CompleteGatewayOnboarding {"account_id":"contoso","pbx_type":"MiVoice"}`, then("refused gateway_not_integrated")},
	{"ACC-3", join(accounts, on("CloudLinkGateway")), `S CompleteGatewayOnboarding {"account_id":"contoso","pbx_type":"MiVoice"}`, then(`GatewayOnboardingCompleted {"pbx_type":"MiVoice"}`)},
	{"ACC-3 section-2", join(accounts, on("CloudLinkGateway"), `S CompleteGatewayOnboarding {"account_id":"contoso","pbx_type":"MiVoice"}`),
		`S CompleteGatewayOnboarding {"account_id":"contoso","pbx_type":"MiVoice"}`, then("nothing")},
	{"ACC-3 section-2", join(accounts, on("CloudLinkGateway"), `S CompleteGatewayOnboarding {"account_id":"contoso","pbx_type":"MiVoice"}`, off("CloudLinkGateway")),
		`S CompleteGatewayOnboarding {"account_id":"contoso","pbx_type":"MiVoice"}`, then("refused gateway_not_integrated")},

	{"ACC-4", accounts, `C AddSupportContact {"account_id":"contoso","email":" Desk@Contoso.com","name":"Desk"}`, then(`SupportContactAdded {"account_id":"contoso","email":"desk@contoso.com","name":"Desk"}`)},
	{"section-2", accounts, `C AddSupportContact {"account_id":"contoso","email":"help@contoso.com"}`, then("nothing")},
	{"ACC-4", accounts, `C AddSupportContact {"account_id":"contoso","email":"help@contoso.com","name":"Desk"}`, then(`SupportContactAdded {"email":"help@contoso.com","name":"Desk"}`)},
	{"ACC-4", accounts, `P RemoveSupportContact {"account_id":"contoso","email":"help@contoso.com"}`, then("refused last_support_contact")},
	{"ACC-4", join(accounts, `P AddSupportContact {"account_id":"contoso","email":"desk@contoso.com"}`), `P RemoveSupportContact {"account_id":"contoso","email":"HELP@contoso.com"}`,
		then(`SupportContactRemoved {"account_id":"contoso","email":"help@contoso.com","name":"Help"}`)},
	{"section-2", accounts, `P RemoveSupportContact {"account_id":"contoso","email":"who@contoso.com"}`, then("nothing")},
	{"ACC-4", join(accounts, `P AddSupportContact {"account_id":"acme","email":"desk@acme.com"}`), `P RemoveSupportContact {"account_id":"acme","email":"desk@acme.com"}`, then("SupportContactRemoved")},

	{"ACC-5", accounts, deactivate, then(`AccountDeactivated {"account_id":"contoso"}`)},
	{"ACC-5 section-2", join(accounts, deactivate), deactivate, then("nothing")},
	{"ACC-5", accounts, `P DeactivateAccount {"account_id":"contoso"}`, then("refused confirmation_required")},
	{"ACC-5", join(accounts, deactivate), `P DeactivateAccount {"account_id":"contoso","confirm":"yes"}`, then("refused confirmation_required")},
	{"ACC-5", accounts, `C DeactivateAccount {"account_id":"contoso","confirm":"deactivate"}`, then("refused forbidden")},
	{"ACC-5", accounts, `P DeactivateAccount {"account_id":"acme","confirm":"deactivate"}`, then("refused own_account")},
	{"ACC-5", accounts, `P DeactivateAccount {"account_id":"initech"}`, then("refused not_found")},
	{"ACC-5", join(accounts, deactivate), reactivate, then(`AccountReactivated {"account_id":"contoso"}`)},
	{"ACC-5 section-2", accounts, reactivate, then("nothing")},
	{"ACC-5", join(accounts, deactivate), `C ReactivateAccount {"account_id":"contoso"}`, then("refused forbidden")},
	{"ACC-5", join(bobMeets, deactivate, reactivate), assign("P", "bob", "miteam_meetings"), then("nothing")},
	{"ACC-5", accounts, `P DeleteAccount {"account_id":"contoso","confirm":"deactivate"}`, then("refused confirmation_required")},
	{"ACC-5", accounts, `P DeleteAccount {"account_id":"acme","confirm":"delete"}`, then("refused own_account")},
	{"ACC-5", accounts, remove, then(`AccountDeleted {"account_id":"contoso"}`)},
	{"ACC-5", join(bobMeets, assign("P", "ada", "miteam_meetings"), seats("ess", "contoso", "mitel_one_essential", 1), on("MitelOne"), assign("P", "bob", "mitel_one_essential"), deactivate), remove, then(
		`UserLicenseUnassigned {"user_id":"ada","product":"miteam_meetings","reason":"account_deleted"}`,
		`UserLicenseUnassigned {"user_id":"bob","product":"miteam_meetings","reason":"account_deleted"}`,
		`UserLicenseUnassigned {"user_id":"bob","product":"mitel_one_essential","reason":"account_deleted"}`,
		`AccountDeleted {"account_id":"contoso"}`)},
	{"ACC-5", join(bobMeets, off("MiTeamMeetings")), remove, then("AccountDeleted")},
	{"section-2", join(accounts, remove), remove, then("refused not_found")},
	{"section-2", join(accounts, remove), reactivate, then("refused not_found")},
	{"section-2", join(accounts, remove), on("MiCC"), then("refused not_found")},
	{"section-2", join(accounts, deactivate), on("MiCC"), then("refused account_deactivated")},
	{"section-2", join(accounts, deactivate), off("MiCC"), then("refused account_deactivated")},

	{"ACC-7", accounts, `C ReportProblem {"account_id":"contoso","summary":"No sound.\nSince noon."}`, then(`ProblemReported {"account_id":"contoso","summary":"No sound.\nSince noon."}`)},
	{"ACC-7", join(accounts, `S ReportProblem {"account_id":"contoso","summary":"No sound"}`), `S ReportProblem {"account_id":"contoso","summary":"No sound"}`, then("ProblemReported")},
	{"ACC-7", accounts, `P ReportProblem {"account_id":"contoso","summary":" "}`, then("invalid summary")},
}

var domainRows = []proof{
	{"ACC-8", accounts, `C ClaimDomain {"account_id":"contoso","domain":"Contoso.com."}`, then(`DomainClaimed {"account_id":"contoso","domain":"contoso.com"}`)},
	{"ACC-8", accounts, `C ClaimDomain {"account_id":"contoso","domain":"müller.de"}`, then(`DomainClaimed {"domain":"xn--mller-kva.de"}`)},
	{"ACC-8 section-2", join(accounts, claim("contoso")), claim("contoso"), then("nothing")},
	{"ACC-8", join(accounts, claim("contoso")), claim("fabrikam"), then("refused domain_claimed_elsewhere")},
	{"ACC-8", join(accounts, claim("contoso"), `C ReleaseDomain {"account_id":"contoso","domain":"contoso.com"}`), claim("fabrikam"), then("DomainClaimed")},
	{"ACC-8 ACC-5", join(accounts, claim("contoso"), remove), claim("fabrikam"), then("DomainClaimed")},
	{"ACC-8", accounts, `P ClaimDomain {"account_id":"contoso","domain":"gmail.com"}`, then("refused public_email_domain")},
	{"ACC-8", accounts, `P ClaimDomain {"account_id":"contoso","domain":"mail.yahoo.co.uk"}`, then("refused public_email_domain")},
	{"ACC-8", accounts, `P ClaimDomain {"account_id":"contoso","domain":"no domain"}`, then("invalid domain")},
	{"ACC-8", join(accounts, claim("contoso")), `S VerifyDomain {"account_id":"contoso","domain":"contoso.com"}`, then(`DomainVerified {"domain":"contoso.com"}`)},
	{"ACC-8 section-2", join(accounts, claim("contoso"), `S VerifyDomain {"account_id":"contoso","domain":"contoso.com"}`), `S VerifyDomain {"account_id":"contoso","domain":"contoso.com"}`, then("nothing")},
	{"ACC-8", accounts, `S VerifyDomain {"account_id":"contoso","domain":"contoso.com"}`, then("refused not_found")},
	{"ACC-8", join(accounts, claim("contoso")), `S VerifyDomain {"account_id":"fabrikam","domain":"contoso.com"}`, then("refused domain_claimed_elsewhere")},
	{"ACC-8", join(accounts, claim("contoso")), `C VerifyDomain {"account_id":"contoso","domain":"contoso.com"}`, then("refused forbidden")},
	{"ACC-8", join(accounts, claim("contoso")), `C ReleaseDomain {"account_id":"contoso","domain":"contoso.com"}`, then(`DomainReleased {"domain":"contoso.com"}`)},
	{"ACC-8 section-2", accounts, `C ReleaseDomain {"account_id":"contoso","domain":"contoso.com"}`, then("nothing")},
}

func claim(account string) string {
	return `P ClaimDomain {"account_id":"` + account + `","domain":"contoso.com"}`
}
