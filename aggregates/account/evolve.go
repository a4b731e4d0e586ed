package account

import (
	"maps"
	"slices"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Evolve folds an event of an account into its rows. Rows that were read are
// never changed: edits are made on copies.
func Evolve(tx row.Tx, e *events.Event) {
	if !evolveAccount(tx, e) && !evolveLocation(tx, e) && !evolveSwitch(tx, e) && !evolvePool(tx, e) && !evolveWholesale(tx, e) {
		evolveUser(tx, e)
	}
}

// evolveAccount folds what is known of the account itself.
func evolveAccount(tx row.Tx, e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.AccountCreated:
		create(tx, e, p)
	case *events.AccountInformationUpdated:
		edit(tx, p.AccountID, func(a *Account) {
			for name, c := range p.Changes {
				if f := a.information(name); f != nil {
					*f = c.New
				}
			}
		})
	case *events.CustomerNumberRecorded:
		edit(tx, p.AccountID, func(a *Account) { a.CustomerNumber = p.CustomerNumber })
	case *events.GatewayOnboardingCompleted:
		edit(tx, p.AccountID, func(a *Account) { a.PBXType = p.PBXType })
	case *events.SupportContactAdded:
		edit(tx, p.AccountID, func(a *Account) {
			a.SupportContacts = append(without(a.SupportContacts, person(p.PersonID)), p.Contact)
		})
	case *events.SupportContactRemoved:
		edit(tx, p.AccountID, func(a *Account) { a.SupportContacts = without(a.SupportContacts, person(p.PersonID)) })
		Leavers.Put(tx, p.AccountID, p.PersonID, &Leaver{PersonID: p.PersonID, Email: p.Email})
	case *events.PersonErased:
		erase(tx, p)
	case *events.AccountDeactivated:
		edit(tx, p.AccountID, func(a *Account) { a.Status = Deactivated })
	case *events.AccountReactivated:
		edit(tx, p.AccountID, func(a *Account) { a.Status = Active })
	case *events.AccountDeleted:
		edit(tx, p.AccountID, func(a *Account) { a.Status = Deleted; releaseAll(tx, a) })
	case *events.DomainClaimed:
		edit(tx, p.AccountID, func(a *Account) { a.setDomain(Domain{Domain: p.Domain}) })
		Claims.Put(tx, p.Domain, "", &Owner{ID: p.AccountID})
	case *events.DomainVerified:
		edit(tx, p.AccountID, func(a *Account) { a.setDomain(Domain{Domain: p.Domain, Verified: true}) })
	case *events.DomainReleased:
		edit(tx, p.AccountID, func(a *Account) {
			a.Domains = without(a.Domains, func(d Domain) bool { return d.Domain == p.Domain })
		})
		Claims.Delete(tx, p.Domain, "")
	default:
		return false
	}
	return true
}

func create(tx row.Tx, e *events.Event, p *events.AccountCreated) {
	Accounts.Put(tx, p.AccountID, "", &Account{
		AccountID: p.AccountID, PartnerID: p.PartnerID, Own: p.Own, Kind: p.Kind, Status: Active,
		Name: p.Name, Country: p.Country, State: p.State, Address: p.Address, City: p.City, PostalCode: p.PostalCode,
		DefaultLanguage: p.DefaultLanguage, CloudLocation: p.CloudLocation, BusinessType: p.BusinessType,
		SupportContacts: slices.Clone(p.SupportContacts), CreatedAt: e.Time,
	})
	ByPartner.Put(tx, p.PartnerID, p.AccountID, &Owner{ID: p.AccountID})
}

// edit puts a changed copy of an account's row.
func edit(tx row.Tx, id string, change func(*Account)) {
	if old := Accounts.Get(tx, id, ""); old != nil {
		a := *old
		change(&a)
		Accounts.Put(tx, id, "", &a)
	}
}

// releaseAll gives up what is unique in the ledger.
func releaseAll(tx row.Tx, a *Account) {
	for _, d := range a.Domains {
		Claims.Delete(tx, d.Domain, "")
	}
	a.Domains = nil
}

// setDomain adds or replaces a domain, in a new list.
func (a *Account) setDomain(d Domain) {
	list := slices.Clone(a.Domains)
	if i := a.domain(d.Domain); i >= 0 {
		list[i] = d
	} else {
		list = append(list, d)
	}
	a.Domains = list
}

// domain is the index of a domain that the account claims, or -1.
func (a *Account) domain(name string) int {
	return slices.IndexFunc(a.Domains, func(d Domain) bool { return d.Domain == name })
}

// without copies a list, less some items; an empty one is nil, as rows that
// are read back have it.
func without[T any](list []T, drop func(T) bool) []T {
	if list = slices.DeleteFunc(slices.Clone(list), drop); len(list) == 0 {
		return nil
	}
	return list
}

// person matches the contacts of one person.
func person(id string) func(events.Contact) bool {
	return func(c events.Contact) bool { return c.PersonID == id }
}

// evolveSwitch folds integrations, privileges and other switches.
func evolveSwitch(tx row.Tx, e *events.Event) bool {
	switch p := e.Data.(type) {
	case *events.IntegrationSwitched:
		edit(tx, p.AccountID, func(a *Account) {
			a.Integrations = with(a.Integrations, p.Integration, Switch{Enabled: p.Enabled, Since: e.Time, Position: e.Position})
		})
	case *events.PrivilegeEnabled:
		edit(tx, p.AccountID, func(a *Account) { a.setPrivilege(p.Integration, p.Privilege, true) })
	case *events.PrivilegeDisabled:
		edit(tx, p.AccountID, func(a *Account) { a.setPrivilege(p.Integration, p.Privilege, false) })
	case *events.BandwidthOptimizationEnabled:
		edit(tx, p.AccountID, func(a *Account) { a.BandwidthOptimization = true })
	case *events.BandwidthOptimizationDisabled:
		edit(tx, p.AccountID, func(a *Account) { a.BandwidthOptimization = false })
	case *events.DirectoryConnectorEnabled:
		edit(tx, p.AccountID, func(a *Account) { a.DirectoryConnector = true })
	case *events.DirectoryConnectorDisabled:
		edit(tx, p.AccountID, func(a *Account) { a.DirectoryConnector = false })
	default:
		return false
	}
	return true
}

// with copies a map and sets one entry.
func with[V any](m map[string]V, key string, v V) map[string]V {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]V{}
	}
	m[key] = v
	return m
}

func (a *Account) setPrivilege(integration, privilege string, on bool) {
	r := a.Privileges[integration]
	if f := r.find(privilege); f != nil {
		*f = on
		a.Privileges = with(a.Privileges, integration, r)
	}
}
