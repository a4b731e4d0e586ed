package sim

var (
	anAccount = []string{"account_id"}
	aUser     = []string{"account_id", "user_id"}
	anOrder   = []string{"order_id"}
	aSub      = []string{"subscription_id"}
)

// commandTable follows the tables of sections 3 to 9, a row a command.
var commandTable = map[string]entry{
	"RegisterPartner": {do: registerPartner},
	"PlaceOrder":      {roles: "P S ", names: []string{"partner_id"}, check: orderable, do: placeOrder},
	"AssignOrder":     {roles: "P ", names: []string{"order_id", "account_id"}, do: assignOrder},
	"CancelOrder":     {roles: "P ", names: anOrder, do: cancelOrder},
	"UnassignOrder":   {roles: "P ", names: anOrder, do: unassignOrder},

	"CreateAccount":             {roles: "P ", names: []string{"partner_id"}, do: createAccount},
	"UpdateAccountInformation":  {roles: "P C ", names: anAccount, do: updateAccount},
	"RecordCustomerNumber":      {roles: "S ", names: anAccount, do: recordCustomerNumber},
	"CompleteGatewayOnboarding": {roles: "S ", names: anAccount, do: completeOnboarding},
	"AddSupportContact":         {roles: "P C ", names: anAccount, do: addContact},
	"RemoveSupportContact":      {roles: "P C ", names: anAccount, do: removeContact},
	"DeactivateAccount":         {roles: "P ", names: anAccount, anyState: true, do: deactivate},
	"ReactivateAccount":         {roles: "P ", names: anAccount, anyState: true, do: reactivate},
	"DeleteAccount":             {roles: "P ", names: anAccount, anyState: true, do: deleteAccount},

	"ClaimDomain":               {roles: "P C ", names: anAccount, do: claimDomain},
	"VerifyDomain":              {roles: "S ", names: anAccount, do: verifyDomain},
	"ReleaseDomain":             {roles: "P C ", names: anAccount, do: releaseDomain},
	"ReportProblem":             {roles: "P C S ", names: anAccount, do: reportProblem},
	"EnableDirectoryConnector":  {roles: "P C ", names: anAccount, do: directory(true)},
	"DisableDirectoryConnector": {roles: "P C ", names: anAccount, do: directory(false)},

	"EnablePrivilege":              {roles: "P C ", names: anAccount, check: aPrivilege, do: privilege(true)},
	"DisablePrivilege":             {roles: "P C ", names: anAccount, check: aPrivilege, do: privilege(false)},
	"EnableBandwidthOptimization":  {roles: "P C ", names: anAccount, do: bandwidth(true)},
	"DisableBandwidthOptimization": {roles: "P C ", names: anAccount, do: bandwidth(false)},

	"AddUser":            {roles: "P C S ", names: anAccount, do: addUser},
	"UpdateUser":         {roles: "P C S ", names: aUser, do: updateUser},
	"RecordUserActivity": {roles: "S ", names: aUser, do: recordActivity},
	"RemoveUser":         {roles: "P C S ", names: aUser, do: removeUser},
	"AssignLicense":      {roles: "P C M ", names: aUser, check: assignable, do: assignLicense},
	"UnassignLicense":    {roles: "P C M ", names: aUser, check: assignable, do: unassignLicense},

	"ReceiveSubscription":     {roles: "S ", do: receiveSubscription},
	"DeclareOrderFor":         {roles: "P S ", names: aSub, do: declareOrderFor},
	"MapPartnerOrganization":  {roles: "P S ", names: []string{"subscription_id", "partner_id"}, do: mapPartner},
	"MapCustomerOrganization": {roles: "P ", names: []string{"subscription_id", "account_id"}, do: mapCustomer},
	"SetUpMeetings":           {roles: "P C ", names: aSub, do: setUpMeetings},
	"SetUpCalling":            {roles: "P C ", names: aSub, do: setUpCalling},
	"PostponeSetup":           {roles: "P C ", names: aSub, do: postponeSetup},
	"CompleteSetup":           {roles: "P C ", names: aSub, do: completeSetup},

	"AddLocation":          {roles: "P C ", names: anAccount, do: addLocation},
	"SetWholesalePackages": {roles: "P ", names: anAccount, do: setPackages},
	"ChangeUserPackage":    {roles: "P C ", names: aUser, do: changePackage},
	"UnassignUserPackage":  {roles: "P C ", names: aUser, do: unassignPackage},
	"AssignAddOn":          {roles: "P C ", names: aUser, do: switchAddOn(true)},
	"UnassignAddOn":        {roles: "P C ", names: aUser, do: switchAddOn(false)},
}

// integration is one of the eleven switches of section 5.
type integration struct {
	id, name string
	mitel    bool
}

var integrations = []integration{
	{"cloudlink_gateway", "CloudLinkGateway", true}, {"micc", "MiCC", true}, {"micollab", "MiCollab", true},
	{"mitel_one", "MitelOne", true}, {"miteam_meetings", "MiTeamMeetings", true},
	{"mitel_voice_assist", "MitelVoiceAssist", true}, {"mivoice_business", "MiVoiceBusiness", true},
	{"single_sign_on", "SingleSignOn", false}, {"azure_ad_sync", "AzureADSync", false},
	{"microsoft_office_365", "MicrosoftOffice365", false}, {"microsoft_teams", "MicrosoftTeams", false},
}

var privileges = []string{"delegated_authentication", "guest_access_consent"}

// Tiers are the products of the Mitel One family (LIC-4).
var Tiers = []string{"mitel_one_essential", "mitel_one_premier", "mitel_one_elite"}

// Meetings is the product that section 6 is mostly about.
const Meetings = "miteam_meetings"

func init() {
	for _, i := range integrations {
		commandTable["Enable"+i.name+"Integration"] = entry{roles: "P C ", names: anAccount, do: enable(i)}
		commandTable["Disable"+i.name+"Integration"] = entry{roles: "P C ", names: anAccount, do: disable(i)}
	}
}
