package replay

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/projections"
)

// received, mapped and provisioned are the stations of a subscription.
const (
	subReceived = `admin ReceiveSubscription "subscription_id":"s","provisioning_contact":"carl@contoso.example","services":[{"service":"meetings","quantity":10},{"service":"calling","quantity":4}]
		admin ResendProvisioningMessage "subscription_id":"s"
		admin DeclareOrderFor "subscription_id":"s","for":"someone_else","email":"carla@contoso.example"
		admin DeclareOrderFor "subscription_id":"s","for":"customer"
`
	subMapped = subReceived + `admin MapPartnerOrganization "subscription_id":"s","partner_id":"acme"
		partner MapCustomerOrganization "subscription_id":"s","account_id":"contoso"
		partner DelegateServiceSetup "subscription_id":"s","admin_email":"carl@contoso.example"
		contoso SetUpMeetings "subscription_id":"s","sites":[{"site_url":"north","time_zone":"Europe/Rome","licenses":7},{"site_url":"south","time_zone":"Europe/Rome","licenses":3}]
		contoso PostponeSetup "subscription_id":"s"
`
	subProvisioned = subMapped + `contoso SetUpCalling "subscription_id":"s","location":{"name":"HQ","country":"IT"}
		contoso CompleteSetup "subscription_id":"s"
`
)

// How far a subscription is, word for word (SUB-1 to SUB-10).
func TestSubscriptionExplanations(t *testing.T) {
	for name, story := range map[string]struct{ then, state string }{
		"received":    {subReceived, "received"},
		"postponed":   {subMapped, "setting_up"},
		"provisioned": {subProvisioned, "provisioned"},
		"unmapped":    {subMapped + `partner DeleteAccount "account_id":"contoso","confirm":"delete"`, "partner_mapped"},
	} {
		w := founded(t).do(story.then)
		for _, language := range languages {
			v, err := w.log().ExplainSubscription(t.Context(), "s", Moment{}, seen(language))
			if err != nil {
				t.Fatal(err)
			}
			if v.State != story.state {
				t.Errorf("%s: %s", name, v.State)
			}
			for _, s := range append(v.Steps, Step{Rules: v.Rules}) {
				for _, id := range s.Rules {
					if !slices.ContainsFunc(rule.Rules, func(r rule.Info) bool { return r.ID == id }) {
						t.Errorf("there is no rule %s", id)
					}
				}
			}
			golden(t, filepath.Join("testdata", "explain", "subscription-"+name+"."+language+".txt"), v.Text())
		}
	}
	other := projections.Audience{Caller: rule.Caller{Role: rule.Partner, Partner: "zeta"}}
	var refusal *rule.Refusal
	if _, err := founded(t).do(subMapped).log().ExplainSubscription(t.Context(), "s", Moment{}, other); !errors.As(err, &refusal) || refusal.Code != rule.NotFound {
		t.Error(err)
	}
}
