package events

import "slices"

// Kinds is the table of every event the ledger has ever recorded. Rows are
// added, never removed; a new shape adds a version to its row.
var Kinds = NewTable(slices.Concat(
	[]Kind{
		kind[PartnerRegistered]("partner"),

		kind[OrderPlaced]("order"),
		kind[OrderAssigned]("order"),
		kind[OrderCancelled]("order"),
		kind[OrderUnassigned]("order"),
		kind[OrderExpired]("order"),

		kind[AccountCreated]("account"),
		kind[AccountInformationUpdated]("account"),
		kind[CustomerNumberRecorded]("account"),
		kind[GatewayOnboardingCompleted]("account"),
		kind[SupportContactAdded]("account"),
		kind[SupportContactRemoved]("account"),
		kind[AccountDeactivated]("account"),
		kind[AccountReactivated]("account"),
		kind[AccountDeleted]("account"),
		kind[DomainClaimed]("account"),
		kind[DomainVerified]("account"),
		kind[DomainReleased]("account"),
		kind[ProblemReported]("account"),
		kind[PersonErased]("account"),
		kind[DirectoryConnectorEnabled]("account"),
		kind[DirectoryConnectorDisabled]("account"),

		kind[PrivilegeEnabled]("account"),
		kind[PrivilegeDisabled]("account"),
		kind[BandwidthOptimizationEnabled]("account"),
		kind[BandwidthOptimizationDisabled]("account"),

		kind[LocationAdded]("account"),
		kind[LocationUpdated]("account"),

		kind[WholesalePackagesSet]("account"),
		kind[WholesaleUserAdded]("account"),
		kind[UserPackageChanged]("account"),
		kind[UserPackageUnassigned]("account"),
		kind[AddOnAssigned]("account"),
		kind[AddOnUnassigned]("account"),
		kind[WholesaleUserRemoved]("account"),
		kind[BaseLicensesAssigned]("account"),
		kind[BaseLicensesRemoved]("account"),

		kind[LicensesAdded]("account"),
		kind[LicensesRemoved]("account"),
		kind[LicensesExpired]("account"),
		kind[UserLicenseAssigned]("account"),
		kind[UserLicenseUnassigned]("account"),
		kind[UserLicenseDisabled]("account"),

		kind[UserAdded]("account"),
		kind[UserUpdated]("account"),
		// v1 knew the day only; v2 knows the moment.
		kind[UserActivityRecorded]("account", Lifted(liftUserActivity)),
		kind[UserRemoved]("account"),

		kind[SubscriptionReceived]("subscription"),
		// v2 names the account, so that the event is of its history, too.
		kind[ProvisioningMessageRequested]("subscription", Lifted(liftMessageRequested)),
		kind[OrderPurposeDeclared]("subscription"),
		kind[ProvisioningDelegated]("subscription"),
		kind[PartnerOrganizationMapped]("subscription"),
		kind[CustomerOrganizationMapped]("subscription"),
		kind[ServiceSetupDelegated]("subscription"),
		kind[SetupPostponed]("subscription", Lifted(liftPostponed)), // v2 as above
		kind[MeetingSitesConfigured]("subscription"),
		kind[CallingLocationConfigured]("subscription"),
		kind[SubscriptionProvisioned]("subscription"),
		kind[FullAdministratorRequested]("subscription"),
		kind[FullAdministratorGranted]("subscription"),

		kind[ConsumerUserRegistered]("consumer_user"),
		kind[UserConverted]("account"),
		kind[UserInvited]("account"),
		kind[InvitationAccepted]("account"),

		kind[MessageSent]("message"),
		kind[MessageFailed]("message"),

		kind[OriginBegun]("ledger"),
	},
	integrationKinds(),
)...)
