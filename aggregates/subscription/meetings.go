package subscription

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// MaxSites is how many sites a subscription may have.
const MaxSites = 100

// siteLabel is a host name label.
var siteLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// SiteDetails is a meeting site as commands give it.
type SiteDetails struct {
	SiteURL      string `json:"site_url" doc:"The part before .webex.com, unique in the ledger"`
	TimeZone     string `json:"time_zone" doc:"IANA time zone"`
	EarlyRelease bool   `json:"early_release,omitzero" doc:"Features come to it before the others"`
	Licenses     int    `json:"licenses,omitzero" doc:"Licences of the site; a single site may leave them out"`
}

// SetUpMeetings gives the subscription its meeting sites (SUB-8).
type SetUpMeetings struct {
	OfSubscription
	Sites []SiteDetails `json:"sites" doc:"All sites, 1 to 100; their licences add up to those bought"`
}

// Check reports unacceptable fields.
func (c *SetUpMeetings) Check(k *rule.Checker) {
	c.OfSubscription.Check(k)
	if len(c.Sites) == 0 {
		k.Fail("sites", "must have at least one site")
	}
	k.AtMost("sites", len(c.Sites), MaxSites)
	var seen []string
	for i := range c.Sites[:min(len(c.Sites), MaxSites)] {
		s, path := &c.Sites[i], fmt.Sprintf("sites[%d].", i)
		s.SiteURL = strings.ToLower(strings.TrimSpace(s.SiteURL))
		switch {
		case !siteLabel.MatchString(s.SiteURL):
			k.Fail(path+"site_url", "must be a host name label: the part before .webex.com")
		case slices.Contains(seen, s.SiteURL):
			k.Fail(path+"site_url", "stands twice")
		}
		seen = append(seen, s.SiteURL)
		k.TimeZone(path+"time_zone", s.TimeZone)
		if s.Licenses < 0 || s.Licenses > rule.MaxQuantity {
			k.Fail(path+"licenses", "must be from 0 to %d", rule.MaxQuantity)
		}
	}
}

// Decide wants URLs that nobody has, and the licences distributed exactly. It
// replaces all sites that were set up before; those of the same URL keep their
// id.
func (c *SetUpMeetings) Decide(r row.Reader, ctx *rule.Context) (rule.Decision, error) {
	s, a, err := c.loadMapped(r)
	if err == nil {
		err = s.notOrdered(Meetings)
	}
	if err != nil {
		return rule.Decision{}, err
	}
	for _, site := range c.Sites {
		if o := SiteURLs.Get(r, site.SiteURL, ""); o != nil && o.ID != s.SubscriptionID {
			return refused(rule.SiteURLTaken, "the site %s.webex.com is in use", site.SiteURL)
		}
	}
	sites, err := c.distribute(s, ctx)
	if err != nil || slices.Equal(sites, s.Sites) {
		return rule.Decision{}, err
	}
	return s.decided(&events.MeetingSitesConfigured{SubscriptionID: s.SubscriptionID, AccountID: a.AccountID, Sites: sites})
}

// distribute makes the sites, whose licences add up to those bought.
func (c *SetUpMeetings) distribute(s *Subscription, ctx *rule.Context) ([]events.Site, error) {
	bought, sum := s.Bought(Meetings), 0
	if len(c.Sites) == 1 && c.Sites[0].Licenses == 0 {
		c.Sites[0].Licenses = bought
	}
	var sites []events.Site
	for _, d := range c.Sites {
		sum += d.Licenses
		id := ""
		if i := slices.IndexFunc(s.Sites, func(old events.Site) bool { return old.SiteURL == d.SiteURL }); i >= 0 {
			id = s.Sites[i].SiteID
		} else {
			id = ctx.NewID()
		}
		sites = append(sites, events.Site{SiteID: id, SiteURL: d.SiteURL, TimeZone: d.TimeZone,
			EarlyRelease: d.EarlyRelease, Licenses: d.Licenses})
	}
	if sum != bought {
		return nil, rule.Refuse(rule.LicenseDistributionMismatch,
			"the sites have %d licences in all, and %d were bought", sum, bought)
	}
	return sites, nil
}
