package replay

import (
	"slices"

	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// topicKind is what a topic is one of.
type topicKind byte

const (
	ofSeats    topicKind = iota // licences of a pool
	ofPackages                  // the user's one package (WHS-2)
	ofAddOn                     // beside a package
	ofBase                      // base licences of imports
)

// topic is what is explained: one product, or a family of which a user has one.
type topic struct {
	kind                   topicKind
	id, name               string
	tiers                  []string
	integration, managedBy string
}

func (t topic) has(product string) bool { return slices.Contains(t.tiers, product) }

// answers reports that a question about a product, or family, is about it.
func (t topic) answers(product string) bool {
	return product == "" || product == t.id || t.has(product)
}

// topics are all that can be explained, MiTeam Meetings first.
func topics() (list []topic) {
	for _, id := range catalogue.Assignable() {
		p := catalogue.Find(id)
		t := topic{id: p.ID, name: p.Name, tiers: []string{p.ID}, integration: p.Integration, managedBy: p.ManagedBy}
		if p.Family != "" {
			t.id, t.name, t.tiers = p.Family, nameOf(p.Family), catalogue.Tiers(p.Family)
		}
		if !slices.ContainsFunc(list, func(other topic) bool { return other.id == t.id }) {
			list = append(list, t)
		}
	}
	list = append(list, topic{kind: ofPackages, id: PackageTopic, tiers: catalogue.UserPackages()})
	for _, id := range catalogue.AddOns() {
		list = append(list, topic{kind: ofAddOn, id: id, name: nameOf(id), tiers: []string{id}})
	}
	return append(list, topic{kind: ofBase, id: BaseLicensesTopic})
}

// topicsOf finds what a question is about.
func topicsOf(product string) ([]topic, error) {
	list := slices.DeleteFunc(topics(), func(t topic) bool { return !t.answers(product) })
	if len(list) == 0 {
		return nil, rule.Invalid{{Field: "query.product", Message: "must be a product, package or add-on that users are given, package or base_licenses"}}
	}
	return list, nil
}
