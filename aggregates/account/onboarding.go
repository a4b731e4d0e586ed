package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// RecordCustomerNumber tells the customer's number in the billing system.
type RecordCustomerNumber struct {
	InAccount
	CustomerNumber string `json:"customer_number" doc:"Number in SAP or in billing (ACC-2)"`
}

// Check reports unacceptable fields.
func (c *RecordCustomerNumber) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.Text("customer_number", &c.CustomerNumber, rule.MaxIDBytes)
}

// Decide records the number if it is new.
func (c *RecordCustomerNumber) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if a.CustomerNumber == c.CustomerNumber {
		return rule.Decision{}, nil
	}
	return a.decided(&events.CustomerNumberRecorded{AccountID: a.AccountID, CustomerNumber: c.CustomerNumber})
}

// CompleteGatewayOnboarding tells the kind of PBX behind the gateway (ACC-3).
type CompleteGatewayOnboarding struct {
	InAccount
	PBXType string `json:"pbx_type" doc:"Kind of PBX, as the gateway reports it"`
}

// Check reports unacceptable fields.
func (c *CompleteGatewayOnboarding) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.Text("pbx_type", &c.PBXType, rule.MaxIDBytes)
}

// Decide needs the gateway's integration.
func (c *CompleteGatewayOnboarding) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	if !a.Enabled(CloudLinkGateway) {
		return refused(rule.GatewayNotIntegrated, "the CloudLink Gateway integration of account %q is disabled", a.AccountID)
	}
	if a.PBXType == c.PBXType {
		return rule.Decision{}, nil
	}
	return a.decided(&events.GatewayOnboardingCompleted{AccountID: a.AccountID, PBXType: c.PBXType})
}
