package subscription

import (
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// DelegateServiceSetup hands the set-up to the customer's administrator, who
// is sent a message; the partner keeps access (SUB-6).
type DelegateServiceSetup struct {
	OfSubscription
	AdminEmail string `json:"admin_email" doc:"E-mail address of the customer's administrator"`
}

// Check reports unacceptable fields.
func (c *DelegateServiceSetup) Check(k *rule.Checker) {
	c.OfSubscription.Check(k)
	k.Email("admin_email", &c.AdminEmail)
}

// Decide records who sets the services up, if that is somebody else.
func (c *DelegateServiceSetup) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	s, a, err := c.loadMapped(r)
	if err != nil {
		return rule.Decision{}, err
	}
	if now, ok := s.DelegatedTo(); ok && account.EmailKey(now.Email.Plain) == c.AdminEmail {
		return rule.Decision{}, nil
	}
	if len(s.Admins) >= MaxContacts {
		return rule.Decision{}, rule.Invalid{{Field: "admin_email", Message: "the set-up was handed over as often as it can be"}}
	}
	return s.decided(&events.ServiceSetupDelegated{SubscriptionID: s.SubscriptionID, AccountID: a.AccountID,
		PersonID: ctx.NewID(), AdminEmail: events.Clear(c.AdminEmail)})
}

// PostponeSetup leaves the set-up as it is, at any time; the next visit
// resumes (SUB-7).
type PostponeSetup struct{ OfSubscription }

// Decide records it once between two steps.
func (c *PostponeSetup) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	if _, err := c.load(r).account(r); err != nil {
		return rule.Decision{}, err
	}
	s, err := c.loadOpen(r)
	if err != nil || s.Postponed {
		return rule.Decision{}, err
	}
	return s.decided(&events.SetupPostponed{SubscriptionID: s.SubscriptionID, AccountID: s.AccountID})
}

// SetUpCalling gives the subscription its main calling location (SUB-9).
type SetUpCalling struct {
	OfSubscription
	Location account.LocationDetails `json:"location" doc:"The main location; more can be added later"`
}

// Check reports unacceptable fields.
func (c *SetUpCalling) Check(k *rule.Checker) {
	c.OfSubscription.Check(k)
	c.Location.CheckAt(k, "location.")
}

// Decide replaces the location that was set up before, which keeps its id.
func (c *SetUpCalling) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	s, a, err := c.loadMapped(r)
	if err == nil {
		err = s.notOrdered(Calling)
	}
	if err != nil {
		return rule.Decision{}, err
	}
	id := ""
	if s.Location != nil {
		id = s.Location.LocationID
	} else {
		id = ctx.NewID()
	}
	d := c.Location
	l := events.Location{LocationID: id, Name: d.Name, Country: d.Country, Address: d.Address, City: d.City,
		PostalCode: d.PostalCode, Language: d.Language, TimeZone: d.TimeZone}
	if s.Location != nil && *s.Location == account.Location(l) {
		return rule.Decision{}, nil
	}
	return s.decided(&events.CallingLocationConfigured{SubscriptionID: s.SubscriptionID, AccountID: a.AccountID, Location: l})
}

// notOrdered refuses a service that was not bought, or nil (SUB-9).
func (s *Subscription) notOrdered(service string) error {
	if s.Bought(service) > 0 {
		return nil
	}
	return rule.Refuse(rule.ServiceNotOrdered, "subscription %q has no %s", s.SubscriptionID, service)
}

// CompleteSetup makes sites, location and licences the account's (SUB-10).
type CompleteSetup struct{ OfSubscription }

// Decide wants every service set up.
func (c *CompleteSetup) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	s, a, err := c.loadMapped(r)
	if err != nil {
		return rule.Decision{}, err
	}
	d, _ := s.decided(&events.SubscriptionProvisioned{SubscriptionID: s.SubscriptionID, AccountID: a.AccountID})
	for _, l := range s.Services {
		if !s.IsSetUp(l.Service) {
			return refused(rule.ServiceNotSetUp, "%s of subscription %q is not set up", l.Service, s.SubscriptionID)
		}
		d.Drafts = append(d.Drafts, a.Draft(&events.LicensesAdded{
			AccountID: a.AccountID, OrderID: s.SubscriptionID, Product: l.Service, Quantity: l.Quantity,
		}))
	}
	return d, nil
}
