package projections

import (
	"iter"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Account is the view of an account. What is not known is absent.
type Account struct {
	AccountID       string `json:"account_id"`
	PartnerID       string `json:"partner_id"`
	Own             bool   `json:"own"`
	Kind            string `json:"kind"`
	Status          string `json:"status"`
	Name            string `json:"name"`
	Country         string `json:"country,omitzero"`
	State           string `json:"state,omitzero"`
	Address         string `json:"address,omitzero"`
	City            string `json:"city,omitzero"`
	PostalCode      string `json:"postal_code,omitzero"`
	DefaultLanguage string `json:"default_language,omitzero"`
	BusinessType    string `json:"business_type,omitzero"`
	CloudLocation   string `json:"cloud_location,omitzero"`
	CustomerNumber  string `json:"customer_number,omitzero"`
	// CustomerNumberLabel is what the customer number is called (ACC-2).
	CustomerNumberLabel string `json:"customer_number_label"`
	PBXType             string `json:"pbx_type,omitzero"` // absent until onboarding (ACC-3)

	SupportContacts []Contact                 `json:"support_contacts"`
	Domains         []account.Domain          `json:"domains,omitempty"`
	Integrations    map[string]Integration    `json:"integrations"` // all of them, by id
	Privileges      map[string]account.Rights `json:"privileges"`   // of all Mitel integrations, by id
	CallServices    Calls                     `json:"call_services"`
	// CrossLaunch is true exactly while MiCollab is enabled (INT-6).
	CrossLaunch        bool      `json:"cross_launch"`
	DirectoryConnector bool      `json:"directory_connector"`
	CreatedAt          time.Time `json:"created_at"`
}

// Contact is a support contact.
type Contact struct {
	Email Shown `json:"email"`
	Name  Shown `json:"name,omitzero"`
}

// Integration is the state of one integration. Since and Position are of the
// event that last switched it, absent when none did.
type Integration struct {
	Enabled  bool      `json:"enabled"`
	Since    time.Time `json:"since,omitzero"`
	Position uint64    `json:"position,omitzero"`
}

// Calls are the call services of an account.
type Calls struct {
	BandwidthOptimization bool `json:"bandwidth_optimization"`
}

// AccountFilter narrows the list of accounts. Deleted accounts are listed only
// when their status is asked for.
type AccountFilter struct {
	Partner string `json:"partner"`
	Status  string `json:"status"`
	Query   string `json:"q"` // in id and name
}

// AccountByID is one account; rule.NotFound if there is none for the audience.
func AccountByID(s *Snapshot, a Audience, id string) (*Account, error) {
	r, err := s.account(a, id)
	if err != nil {
		return nil, err
	}
	return a.account(r), nil
}

// account returns the row of an account that the audience may see.
func (s *Snapshot) account(a Audience, id string) (*account.Account, error) {
	r := account.Accounts.Get(s, id, "")
	if err := s.Err(); err != nil {
		return nil, err
	}
	if r == nil || !a.Caller.Sees(r.PartnerID, r.AccountID) {
		return nil, rule.Refuse(rule.NotFound, "there is no account %q", id)
	}
	return r, nil
}

// Accounts lists the accounts that the audience may see, by id.
func Accounts(s *Snapshot, a Audience, f AccountFilter, p Page) (List[Account], error) {
	return lister[account.Account, Account]{"accounts", f, s.accounts(a, f.Partner), func(r *account.Account) (*Account, error) {
		listed := f.Status == r.Status || f.Status == "" && r.Status != account.Deleted
		if !listed || !a.Caller.Sees(r.PartnerID, r.AccountID) || !is(f.Partner, r.PartnerID) || !has(f.Query, r.AccountID, r.Name) {
			return nil, nil
		}
		return a.account(r), nil
	}}.page(s, a, p)
}

// accounts finds the shortest way to the accounts that a list may show.
func (s *Snapshot) accounts(a Audience, partner string) func(after string) iter.Seq2[string, *account.Account] {
	switch {
	case a.Caller.Account != "":
		return only(s, account.Accounts, a.Caller.Account)
	case a.Caller.Partner != "":
		return listed(s, account.ByPartner, a.Caller.Partner, account.Accounts)
	case partner != "":
		return listed(s, account.ByPartner, partner, account.Accounts)
	}
	return everywhere(s, account.Accounts)
}

func (a Audience) account(r *account.Account) *Account {
	v := &Account{
		AccountID: r.AccountID, PartnerID: r.PartnerID, Own: r.Own, Kind: r.Kind, Status: r.Status, Name: r.Name,
		Country: r.Country, State: r.State, Address: r.Address, City: r.City, PostalCode: r.PostalCode,
		DefaultLanguage: r.DefaultLanguage, BusinessType: r.BusinessType, CloudLocation: r.CloudLocation,
		CustomerNumber: r.CustomerNumber, CustomerNumberLabel: numberLabel(r.Kind), PBXType: r.PBXType,
		SupportContacts: []Contact{}, Domains: r.Domains,
		Integrations: map[string]Integration{}, Privileges: map[string]account.Rights{},
		CallServices: Calls{r.BandwidthOptimization}, CrossLaunch: r.Enabled("micollab"),
		DirectoryConnector: r.DirectoryConnector, CreatedAt: r.CreatedAt,
	}
	for _, c := range r.SupportContacts {
		v.SupportContacts = append(v.SupportContacts, Contact{a.show(c.Email), a.show(c.Name)})
	}
	for _, i := range events.Integrations {
		v.Integrations[i.ID] = Integration(r.Integrations[i.ID])
		if i.Mitel {
			v.Privileges[i.ID] = r.Privileges[i.ID]
		}
	}
	return v
}

// numberLabel is what an account's customer number is called (ACC-2).
func numberLabel(kind string) string {
	for _, k := range catalogue.All.AccountKinds {
		if k.ID == kind {
			return k.CustomerNumberLabel
		}
	}
	return catalogue.All.AccountKinds[0].CustomerNumberLabel
}
