package message

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/events"
)

// recipients lists the messages that an event makes: what is known of each is
// its kind, and whom it goes to.
func recipients(r row.Reader, e *events.Event) []Message {
	switch p := e.Data.(type) {
	case *events.ProblemReported:
		return contacts(r, p.AccountID)
	case *events.UserConverted:
		return []Message{{Kind: AccountManaged, AccountID: p.AccountID, UserID: p.UserID, PersonID: p.PersonID, To: p.Email}}
	case *events.UserInvited:
		return []Message{{Kind: Invitation, AccountID: p.AccountID, UserID: p.UserID, PersonID: p.PersonID, To: p.Email}}
	case *events.SubscriptionReceived:
		return []Message{{Kind: ProvisioningInformation, SubscriptionID: p.SubscriptionID, PersonID: p.PersonID, To: p.ProvisioningContact}}
	case *events.ProvisioningDelegated:
		return []Message{{Kind: ProvisioningInformation, SubscriptionID: p.SubscriptionID, PersonID: p.PersonID, To: p.Email}}
	case *events.ProvisioningMessageRequested:
		if s := subscription.Subscriptions.Get(r, p.SubscriptionID, ""); s != nil {
			c := s.Contact()
			return []Message{{Kind: ProvisioningInformation, AccountID: s.AccountID, SubscriptionID: p.SubscriptionID, PersonID: c.PersonID, To: c.Email}}
		}
	case *events.ServiceSetupDelegated:
		return []Message{{Kind: ServiceSetup, AccountID: p.AccountID, SubscriptionID: p.SubscriptionID, PersonID: p.PersonID, To: p.AdminEmail}}
	case *events.FullAdministratorRequested:
		return administrators(r, p)
	}
	return nil
}

// contacts are the support contacts of an account (ACC-7).
func contacts(r row.Reader, id string) []Message {
	a := account.Accounts.Get(r, id, "")
	if a == nil {
		return nil
	}
	var list []Message
	for _, c := range a.SupportContacts {
		list = append(list, Message{Kind: ProblemReported, AccountID: id, PersonID: c.PersonID, To: c.Email})
	}
	return list
}

// administrators are the customer's own, who joined (SUB-5).
func administrators(r row.Reader, p *events.FullAdministratorRequested) []Message {
	var list []Message
	for _, id := range account.AdminIDs(r, p.AccountID) {
		if u := account.Users.Get(r, p.AccountID, id); u != nil && u.State == account.UserActive {
			list = append(list, Message{Kind: FullAdministrator, AccountID: p.AccountID, SubscriptionID: p.SubscriptionID,
				UserID: id, PersonID: u.PersonID, To: u.Email})
		}
	}
	return list
}
