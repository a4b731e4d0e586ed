package replay

import (
	"iter"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// MaxSteps is how many steps an explanation tells; of a longer story the
// earliest are left out, and counted.
const MaxSteps = 500

// Explanation says why a user has, or has not, the licence of a product, a
// package or an add-on; or how far a subscription is.
type Explanation struct {
	SubscriptionID string `json:"subscription_id,omitzero"`

	AccountID string    `json:"account_id,omitzero"`
	UserID    string    `json:"user_id,omitzero"`
	Product   string    `json:"product,omitzero"`
	State     string    `json:"state"` // active, disabled or none; a subscription's status
	Position  uint64    `json:"position"`
	Time      time.Time `json:"time"`
	Language  string    `json:"language"` // en, it or de
	Title     string    `json:"title"`
	Answer    string    `json:"answer"` // the reason, in a few sentences
	Rules     []string  `json:"rules"`  // that the answer rests on
	// FirstDisabled is the integration that was disabled first, where the order
	// decided (INT-4).
	FirstDisabled string `json:"first_disabled,omitzero"`
	Steps         []Step `json:"steps"`
	Omitted       int    `json:"omitted,omitzero"` // earlier steps, over MaxSteps
	Page          string `json:"page,omitzero"`    // what the user's page shows, and by which rule
}

// Step is an event that mattered, and what the rules made of it.
type Step struct {
	Position    uint64    `json:"position"`
	Time        time.Time `json:"time"`
	Type        string    `json:"type"`
	Actor       string    `json:"actor"`
	ActorRole   string    `json:"actor_role"`
	CommandType string    `json:"command_type"`
	By          string    `json:"by"` // actor and role in words
	Text        string    `json:"text"`
	Rules       []string  `json:"rules"`
}

// What can be asked about and is no product: the one package that a user has
// (WHS-2), and the base licences that imports give (IMP-4).
const (
	PackageTopic      = "package"
	BaseLicensesTopic = "base_licenses"
)

// Question is what is to be explained. Product is a product, a family of them,
// PackageTopic or BaseLicensesTopic. Empty is whatever the user ever had, and
// MiTeam Meetings where the account ever had to do with it, or there is nothing
// else.
type Question struct{ Account, User, Product string }

// Explain tells the story. The events are those of the account; what does not
// matter is passed over. The snapshot is the state behind the last of them.
// Refusals are rule.NotFound, and rule.Invalid for an unknown product.
func Explain(all iter.Seq2[*events.Event, error], s *projections.Snapshot, a projections.Audience, q Question) ([]Explanation, error) {
	if _, err := projections.AccountByID(s, a, q.Account); err != nil {
		return nil, err
	}
	topics, err := topicsOf(q.Product)
	if err != nil {
		return nil, err
	}
	tales := make([]*tale, len(topics))
	for i, t := range topics {
		tales[i] = newTale(t, q, a)
	}
	for e, err := range all {
		if err != nil {
			return nil, err
		}
		for _, t := range tales {
			t.tell(e)
		}
	}
	list := []Explanation{}
	for _, t := range wanted(tales, q) {
		if !t.known {
			return nil, rule.Refuse(rule.NotFound, "there is no user %q in account %q", q.User, q.Account)
		}
		v, err := t.end(s, a)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// wanted are the tales that answer a question; there is always one.
func wanted(tales []*tale, q Question) []*tale {
	if q.Product != "" {
		return tales
	}
	var list []*tale
	for i, t := range tales {
		if !t.never || i == 0 && t.touched {
			list = append(list, t)
		}
	}
	if len(list) == 0 {
		return tales[:1]
	}
	return list
}

// nameOf is what people call an integration or a family of products.
func nameOf(id string) string {
	switch id {
	case account.MiCollab:
		return "MiCollab"
	case account.MitelOne:
		return "Mitel One"
	}
	if p := catalogue.Find(id); p != nil {
		return p.Name
	}
	return id
}

// Concerns are the filters that find, in the history's index, all that can
// matter to a question.
func Concerns(q Question) []projections.EventFilter {
	filters := []projections.EventFilter{{Account: q.Account, User: q.User}}
	types := []string{"WholesalePackagesSet", "LicensesAdded", "LicensesRemoved", "LicensesExpired", "AccountDeactivated", "AccountReactivated", "AccountDeleted"}
	for _, id := range []string{account.MiCollab, account.MiTeamMeetings, account.MitelOne} {
		for _, enabled := range []bool{true, false} {
			types = append(types, (&events.IntegrationSwitched{Integration: id, Enabled: enabled}).EventType())
		}
	}
	for _, t := range types {
		filters = append(filters, projections.EventFilter{Account: q.Account, Type: t})
	}
	return filters
}
