package events

import "fmt"

// Integration is a switch that ties an account to an application.
type Integration struct {
	ID    string // as in views: "micollab"
	Name  string // as in event and command names: "MiCollab"
	Mitel bool   // a Mitel application, with privileges; else a third party's
}

// Integrations lists all of them; the order is that of views.
var Integrations = []Integration{
	{"cloudlink_gateway", "CloudLinkGateway", true},
	{"micc", "MiCC", true},
	{"micollab", "MiCollab", true},
	{"mitel_one", "MitelOne", true},
	{"miteam_meetings", "MiTeamMeetings", true},
	{"mitel_voice_assist", "MitelVoiceAssist", true},
	{"mivoice_business", "MiVoiceBusiness", true},
	{"single_sign_on", "SingleSignOn", false},
	{"azure_ad_sync", "AzureADSync", false},
	{"microsoft_office_365", "MicrosoftOffice365", false},
	{"microsoft_teams", "MicrosoftTeams", false},
}

// IntegrationByID finds an integration by its id.
func IntegrationByID(id string) (Integration, bool) {
	for _, i := range Integrations {
		if i.ID == id {
			return i, true
		}
	}
	return Integration{}, false
}

// IntegrationSwitched is the payload of the twenty-two events
// "{Name}IntegrationEnabled" and "{Name}IntegrationDisabled".
type IntegrationSwitched struct {
	AccountID   string `json:"account_id"`
	Integration string `json:"integration"` // its id
	Enabled     bool   `json:"enabled"`
}

// EventType is made of the integration's name and what was done to it.
func (e *IntegrationSwitched) EventType() string {
	i, _ := IntegrationByID(e.Integration)
	return i.Name + "Integration" + onOff(e.Enabled)
}

func onOff(enabled bool) string {
	if enabled {
		return "Enabled"
	}
	return "Disabled"
}

// integrationKinds makes the two rows of every integration.
func integrationKinds() []Kind {
	var rows []Kind
	for _, i := range Integrations {
		for _, enabled := range []bool{true, false} {
			rows = append(rows, integrationKind(i, enabled))
		}
	}
	return rows
}

func integrationKind(i Integration, enabled bool) Kind {
	typ := (&IntegrationSwitched{Integration: i.ID, Enabled: enabled}).EventType()
	read := func(data []byte) (Payload, error) {
		p := new(IntegrationSwitched)
		if err := UnmarshalStrict(data, p); err != nil {
			return nil, err
		}
		if p.Integration != i.ID || p.Enabled != enabled {
			return nil, fmt.Errorf("payload of %s is of %s", typ, p.EventType())
		}
		return p, nil
	}
	return Kind{Type: typ, Aggregate: "account", Versions: []Version{{Read: read, Shape: new(IntegrationSwitched)}}}
}

// PrivilegeEnabled: a Mitel application may do more in the account.
type PrivilegeEnabled struct {
	AccountID   string `json:"account_id"`
	Integration string `json:"integration"`
	Privilege   string `json:"privilege"`
}

// PrivilegeDisabled takes a privilege back.
type PrivilegeDisabled struct {
	AccountID   string `json:"account_id"`
	Integration string `json:"integration"`
	Privilege   string `json:"privilege"`
}

// BandwidthOptimizationEnabled: a call service of the account.
type BandwidthOptimizationEnabled struct {
	AccountID string `json:"account_id"`
}

// BandwidthOptimizationDisabled switches the call service off.
type BandwidthOptimizationDisabled struct {
	AccountID string `json:"account_id"`
}

func (*PrivilegeEnabled) EventType() string              { return "PrivilegeEnabled" }
func (*PrivilegeDisabled) EventType() string             { return "PrivilegeDisabled" }
func (*BandwidthOptimizationEnabled) EventType() string  { return "BandwidthOptimizationEnabled" }
func (*BandwidthOptimizationDisabled) EventType() string { return "BandwidthOptimizationDisabled" }
