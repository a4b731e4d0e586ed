package events

import (
	"encoding/base64"
	"testing"
	"time"
)

const hour = time.Hour

// at is a fixed moment.
func at(day int) time.Time { return time.Date(2026, time.March, day, 8, 30, 0, 250_000_000, time.UTC) }

// sealed is personal data as recorded; its bytes mean nothing.
func sealed(s string) Personal { return Personal{Sealed: []byte("sealed:" + s)} }

func changed(old, new string) *Change { return &Change{old, new} }

func sealedChange(name string) *PersonalChange {
	return &PersonalChange{sealed("old-" + name), sealed("new-" + name)}
}

// samples has one payload a kind, every field of it set.
var samples = []Payload{
	&PartnerRegistered{"acme", "Acme Telecom", "IT", []string{"acme.example"}},

	&OrderPlaced{"o-1", "acme", []Line{{"mitel_one", 10}, {"miteam_meetings", 5}}, at(1), at(31), "R-1", "C-1", "S-1"},
	&OrderAssigned{"o-1", "contoso"},
	&OrderCancelled{"o-1", "typed twice"},
	&OrderUnassigned{"o-1", "contoso", "wrong account"},
	&OrderExpired{"o-1", "contoso"},

	&AccountCreated{
		AccountID: "contoso", PartnerID: "acme", Own: true, Kind: "standard", Name: "Contoso <&> Söhne \u2028",
		Country: "DE", State: "BY", Address: "Ring 1", City: "München", PostalCode: "80331", DefaultLanguage: "de",
		CloudLocation: "eu", BusinessType: "retail",
		SupportContacts: []Contact{{"p-1", sealed("email"), sealed("name")}},
	},
	&AccountInformationUpdated{"contoso", map[string]Change{"city": {"Bonn", "Köln"}, "address": {"", "Ring 2"}}},
	&CustomerNumberRecorded{"contoso", "CN-1"},
	&GatewayOnboardingCompleted{"contoso", "mivoice_business"},
	&SupportContactAdded{"contoso", Contact{"p-1", sealed("email"), sealed("name")}},
	&SupportContactRemoved{"contoso", Contact{"p-1", sealed("email"), sealed("name")}},
	&AccountDeactivated{"contoso"},
	&AccountReactivated{"contoso"},
	&AccountDeleted{"contoso"},
	&DomainClaimed{"contoso", "contoso.example"},
	&DomainVerified{"contoso", "contoso.example"},
	&DomainReleased{"contoso", "contoso.example"},
	&ProblemReported{"contoso", "no dial tone"},
	&PersonErased{"contoso", "u-1", []string{"p-1", "p-2"}},
	&DirectoryConnectorEnabled{"contoso"},
	&DirectoryConnectorDisabled{"contoso"},

	&PrivilegeEnabled{"contoso", "micollab", "delegated_authentication"},
	&PrivilegeDisabled{"contoso", "micollab", "guest_access_consent"},
	&BandwidthOptimizationEnabled{"contoso"},
	&BandwidthOptimizationDisabled{"contoso"},

	&LocationAdded{"contoso", "l-1", "Roma", "IT", "Via Roma 1", "Roma", "00100", "it", "Europe/Rome"},
	&LocationUpdated{"contoso", "l-1", map[string]Change{"city": {"Roma", "Ostia"}, "address": {"", "Via Nuova 2"}}},

	&WholesalePackagesSet{"contoso", []WholesalePackage{{"webex_calling", new(10)}, {"webex_meetings", nil}}},
	&WholesaleUserAdded{"contoso", "u-1", "p-1", sealed("email"), sealed("first"), sealed("last"), sealed("name"),
		"webex_suite", "l-1", sealed("phone"), "101", "contoso.webex.com"},
	&UserPackageChanged{"contoso", "u-1", "p-1", "webex_meetings", "webex_calling", CallingChanges{
		LocationID: changed("l-0", "l-1"), PhoneNumber: sealedChange("phone"), Extension: changed("100", "101"), PreferredSite: changed("a", "b")}},
	&UserPackageUnassigned{"contoso", "u-1", "webex_calling"},
	&AddOnAssigned{"contoso", "u-1", "attendant_console"},
	&AddOnUnassigned{"contoso", "u-1", "attendant_console", "package_changed"},
	&WholesaleUserRemoved{"contoso", "u-1"},
	&BaseLicensesAssigned{"contoso", "u-1", []string{"messaging", "meetings", "calling"}},
	&BaseLicensesRemoved{"contoso", "u-1", []string{"messaging"}},

	&LicensesAdded{"contoso", "o-1", "mitel_one", 10},
	&LicensesRemoved{"contoso", "o-1", "mitel_one", 10},
	&LicensesExpired{"contoso", "o-1", "mitel_one", 10},
	&UserLicenseAssigned{"contoso", "u-1", "mitel_one"},
	&UserLicenseUnassigned{"contoso", "u-1", "mitel_one", "left"},
	&UserLicenseDisabled{"contoso", "u-1", "miteam_meetings", "miteam_meetings_disabled_after_micollab", 41},

	&UserAdded{"contoso", "u-1", "p-1", sealed("email"), sealed("first"), sealed("last"), sealed("name"), "user"},
	&UserUpdated{"contoso", "u-1", "p-1", UserChanges{
		Email: sealedChange("email"), FirstName: sealedChange("first"), LastName: sealedChange("last"),
		Name: sealedChange("name"), PhoneNumber: sealedChange("phone"), Role: changed("user", "account_admin"),
		LocationID: changed("l-0", "l-1"), Extension: changed("100", "101"), PreferredSite: changed("a", "b"),
	}},
	&UserActivityRecorded{"contoso", "u-1", at(2)},
	&UserRemoved{"contoso", "u-1"},

	&SubscriptionReceived{"s-1", "p-1", sealed("email"), []SubscriptionLine{{"meetings", 10}, {"calling", 5}}, "it"},
	&ProvisioningMessageRequested{"s-1", "contoso"},
	&OrderPurposeDeclared{"s-1", "customer"},
	&ProvisioningDelegated{"s-1", "p-1", sealed("email")},
	&PartnerOrganizationMapped{"s-1", "acme", true},
	&CustomerOrganizationMapped{"s-1", "acme", "contoso", "full_admin", true},
	&ServiceSetupDelegated{"s-1", "contoso", "p-1", sealed("email")},
	&SetupPostponed{"s-1", "contoso"},
	&MeetingSitesConfigured{"s-1", "contoso", []Site{{"w-1", "contoso", "Europe/Rome", true, 10}}},
	&CallingLocationConfigured{"s-1", "contoso", roma},
	&SubscriptionProvisioned{"s-1", "contoso"},
	&FullAdministratorRequested{"s-1", "contoso", "acme"},
	&FullAdministratorGranted{"s-1", "contoso", "acme"},

	&ConsumerUserRegistered{"u-1", "p-1", sealed("email"), "contoso.example"},
	&UserConverted{"contoso", "u-1", "p-1", sealed("email"), "user"},
	&UserInvited{"contoso", "u-1", "p-1", sealed("email"), "user"},
	&InvitationAccepted{"contoso", "u-1"},

	&MessageSent{"e-1-p-1", "problem_reported", "e-1", "contoso", "p-1"},
	&MessageFailed{"e-1-p-1", "problem_reported", "e-1", "contoso", "p-1", "rejected", 550},

	&OriginBegun{"ledger.example/log", "ledger.example/log+b3898635+ATtq", 41, []byte{1, 2, 3}, 43, OriginPointInTime},
}

var roma = Location{"l-1", "Roma <&> HQ", "IT", "Via Roma 1", "Roma", "00100", "it", "Europe/Rome"}

// allSamples adds the rows that are made from the list of integrations.
func allSamples() []Payload {
	all := samples
	for _, i := range Integrations {
		all = append(all, &IntegrationSwitched{"contoso", i.ID, true}, &IntegrationSwitched{"contoso", i.ID, false})
	}
	return all
}

// sampleEvent surrounds a payload with a head that needs every kind of quoting.
func sampleEvent(t testing.TB, p Payload) *Event {
	t.Helper()
	k, ok := Kinds.Kind(p.EventType())
	if !ok {
		t.Fatalf("no row for %s", p.EventType())
	}
	return &Event{
		ID: "01JQ0000000000000000000001", Position: 7, Time: at(3), Version: k.Current(),
		Partner: "acme", Aggregate: k.Aggregate, AggregateID: "contoso",
		Cause: Cause{
			Actor: `"Ana" 100%`, ActorRole: "partner",
			CommandID: "01JQ0000000000000000000000", CommandType: "Do",
			CorrelationID: "order 7", CausationID: "01JQ0000000000000000000000",
			Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		},
		Data: p,
	}
}

func mustEncode(t testing.TB, e *Event) Entry {
	t.Helper()
	b, err := Kinds.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
