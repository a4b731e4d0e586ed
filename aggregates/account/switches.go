package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// SwitchIntegration is the form of the twenty-two commands that enable or
// disable an integration.
type SwitchIntegration struct {
	InAccount
	integration events.Integration
	enable      bool
}

// NewSwitchIntegration makes the command of one integration and direction.
func NewSwitchIntegration(i events.Integration, enable bool) *SwitchIntegration {
	return &SwitchIntegration{integration: i, enable: enable}
}

// Decide records the switch and what follows from it: privileges (INT-2) and
// licences (INT-4).
func (c *SwitchIntegration) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if a.Enabled(c.integration.ID) == c.enable {
		return rule.Decision{}, nil
	}
	ps := []events.Payload{&events.IntegrationSwitched{AccountID: a.AccountID, Integration: c.integration.ID, Enabled: c.enable}}
	switch {
	case c.enable && c.integration.Mitel:
		ps = append(ps, c.privileges(a)...)
	case !c.enable && c.integration.ID == MiTeamMeetings:
		ps = append(ps, disableMeetings(r, a)...)
	}
	return a.decided(ps...)
}

// privileges enables those privileges that are off (INT-2).
func (c *SwitchIntegration) privileges(a *Account) []events.Payload {
	var ps []events.Payload
	for _, p := range Privileges {
		if !a.Privileges[c.integration.ID].Has(p) {
			ps = append(ps, &events.PrivilegeEnabled{AccountID: a.AccountID, Integration: c.integration.ID, Privilege: p})
		}
	}
	return ps
}

// Reasons of UserLicenseDisabled (INT-4).
const (
	ReasonAfterMiCollab = "miteam_meetings_disabled_after_micollab"
	ReasonStandalone    = "miteam_meetings_disabled_standalone"
)

// disableMeetings is what disabling MiTeam Meetings does to the licences: none
// while MiCollab is enabled, all once it is disabled or never was enabled
// (INT-4). Users are read only where there are licences to disable.
func disableMeetings(r row.Reader, a *Account) []events.Payload {
	pool := Pools.Get(r, a.AccountID, MiTeamMeetings)
	if a.Enabled(MiCollab) || pool == nil || pool.Assigned == 0 {
		return nil
	}
	reason := ReasonStandalone
	disabledAt := a.Integrations[MiCollab].Position
	if disabledAt > 0 {
		reason = ReasonAfterMiCollab
	}
	ps := make([]events.Payload, 0, pool.Assigned)
	for id, u := range Users.Scan(r, a.AccountID) {
		if u.Has(MiTeamMeetings) {
			ps = append(ps, &events.UserLicenseDisabled{
				AccountID: a.AccountID, UserID: id, Product: MiTeamMeetings, Reason: reason, MiCollabDisabledAt: disabledAt,
			})
		}
	}
	return ps
}

// SwitchPrivilege is the form of EnablePrivilege and DisablePrivilege (INT-3).
type SwitchPrivilege struct {
	InAccount
	Integration string `json:"integration" doc:"Id of a Mitel integration"`
	Privilege   string `json:"privilege" doc:"delegated_authentication or guest_access_consent"`
	enable      bool
}

// NewSwitchPrivilege makes the command of one direction.
func NewSwitchPrivilege(enable bool) *SwitchPrivilege { return &SwitchPrivilege{enable: enable} }

// Check reports unacceptable fields.
func (c *SwitchPrivilege) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	if _, ok := events.IntegrationByID(c.Integration); !ok {
		k.Fail("integration", "must be the id of an integration")
	}
	k.OneOf("privilege", c.Privilege, Privileges...)
}

// Decide refuses integrations that have no privileges (INT-2). The integration
// itself may be off.
func (c *SwitchPrivilege) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if i, _ := events.IntegrationByID(c.Integration); !i.Mitel {
		return refused(rule.NoSuchPrivilege, "%s is a third party's integration and has no privileges", c.Integration)
	}
	if a.Privileges[c.Integration].Has(c.Privilege) == c.enable {
		return rule.Decision{}, nil
	}
	if c.enable {
		return a.decided(&events.PrivilegeEnabled{AccountID: a.AccountID, Integration: c.Integration, Privilege: c.Privilege})
	}
	return a.decided(&events.PrivilegeDisabled{AccountID: a.AccountID, Integration: c.Integration, Privilege: c.Privilege})
}

// SwitchFeature is the form of the commands that switch bandwidth optimization
// and the directory connector.
type SwitchFeature struct {
	InAccount
	enable bool
	isOn   func(*Account) bool
	event  func(account string) events.Payload
}

// NewSwitchBandwidth makes EnableBandwidthOptimization or its opposite.
func NewSwitchBandwidth(enable bool) *SwitchFeature {
	return &SwitchFeature{enable: enable,
		isOn: func(a *Account) bool { return a.BandwidthOptimization },
		event: func(account string) events.Payload {
			if enable {
				return &events.BandwidthOptimizationEnabled{AccountID: account}
			}
			return &events.BandwidthOptimizationDisabled{AccountID: account}
		}}
}

// NewSwitchDirectory makes EnableDirectoryConnector or its opposite.
func NewSwitchDirectory(enable bool) *SwitchFeature {
	return &SwitchFeature{enable: enable,
		isOn: func(a *Account) bool { return a.DirectoryConnector },
		event: func(account string) events.Payload {
			if enable {
				return &events.DirectoryConnectorEnabled{AccountID: account}
			}
			return &events.DirectoryConnectorDisabled{AccountID: account}
		}}
}

// Decide records the switch, if it changes anything.
func (c *SwitchFeature) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if c.isOn(a) == c.enable {
		return rule.Decision{}, nil
	}
	return a.decided(c.event(a.AccountID))
}
