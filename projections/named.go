package projections

import "github.com/seatledger/seatledger/events"

// Named returns the ids of the user and of the order that a payload names,
// besides the aggregate that the event belongs to. A test finds payloads with
// such a field that are missing here.
func Named(p events.Payload) (user, order string) {
	switch p := p.(type) {
	case *events.UserAdded:
		return p.UserID, ""
	case *events.UserUpdated:
		return p.UserID, ""
	case *events.UserActivityRecorded:
		return p.UserID, ""
	case *events.UserRemoved:
		return p.UserID, ""
	case *events.UserLicenseAssigned:
		return p.UserID, ""
	case *events.UserLicenseUnassigned:
		return p.UserID, ""
	case *events.UserLicenseDisabled:
		return p.UserID, ""
	case *events.ConsumerUserRegistered:
		return p.UserID, ""
	case *events.UserConverted:
		return p.UserID, ""
	case *events.UserInvited:
		return p.UserID, ""
	case *events.InvitationAccepted:
		return p.UserID, ""
	case *events.WholesaleUserAdded:
		return p.UserID, ""
	case *events.WholesaleUserRemoved:
		return p.UserID, ""
	case *events.UserPackageChanged:
		return p.UserID, ""
	case *events.UserPackageUnassigned:
		return p.UserID, ""
	case *events.AddOnAssigned:
		return p.UserID, ""
	case *events.AddOnUnassigned:
		return p.UserID, ""
	case *events.BaseLicensesAssigned:
		return p.UserID, ""
	case *events.BaseLicensesRemoved:
		return p.UserID, ""
	case *events.PersonErased:
		return p.UserID, ""
	case *events.LicensesAdded:
		return "", p.OrderID
	case *events.LicensesRemoved:
		return "", p.OrderID
	case *events.LicensesExpired:
		return "", p.OrderID
	}
	return "", ""
}

// AccountOf is the account whose history an event belongs to: the one that it
// is of, or for a subscription's the one that it names; "" if there is none.
func AccountOf(e *events.Event) string {
	switch p := e.Data.(type) {
	case *events.CustomerOrganizationMapped:
		return p.AccountID
	case *events.ProvisioningMessageRequested:
		return p.AccountID
	case *events.SetupPostponed:
		return p.AccountID
	case *events.ServiceSetupDelegated:
		return p.AccountID
	case *events.MeetingSitesConfigured:
		return p.AccountID
	case *events.CallingLocationConfigured:
		return p.AccountID
	case *events.SubscriptionProvisioned:
		return p.AccountID
	case *events.FullAdministratorRequested:
		return p.AccountID
	case *events.FullAdministratorGranted:
		return p.AccountID
	}
	if e.Aggregate == "account" {
		return e.AggregateID
	}
	return ""
}
