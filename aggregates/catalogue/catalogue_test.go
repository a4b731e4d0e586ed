package catalogue

import (
	"slices"
	"testing"

	"github.com/seatledger/seatledger/events"
)

func TestProducts(t *testing.T) {
	if got := Orderable(); !slices.Equal(got, []string{"miteam_meetings", "mitel_one_essential", "mitel_one_premier", "mitel_one_elite"}) {
		t.Errorf("orderable: %v", got)
	}
	if got := Tiers("mitel_one"); len(got) != 3 || got[0] != "mitel_one_essential" {
		t.Errorf("tiers: %v", got)
	}
	if Tiers("") != nil {
		t.Error("products without a family are no family")
	}
	if got := Assignable(); len(got) != 7 || !slices.Contains(got, "messaging") || slices.Contains(got, "webex_suite") {
		t.Errorf("assignable: %v", got)
	}
	if got := len(OfKind(Package)); got != 6 {
		t.Errorf("%d packages", got)
	}
}

// Every reference in the file leads somewhere, and ids and headings are unique.
func TestReferences(t *testing.T) {
	ids, headings := map[string]bool{}, map[string]bool{}
	for _, p := range All.Products {
		if ids[p.ID] || p.Heading != "" && headings[p.Heading] {
			t.Errorf("%s: id or heading stands twice", p.ID)
		}
		ids[p.ID], headings[p.Heading] = true, true
		for _, i := range []string{p.Integration, p.ManagedBy} {
			if _, ok := events.IntegrationByID(i); i != "" && !ok {
				t.Errorf("%s: no integration %q", p.ID, i)
			}
		}
		for _, r := range p.Requires {
			if q := Find(r); q == nil || q.Kind != Package {
				t.Errorf("%s: no package %q", p.ID, r)
			}
		}
		if !slices.Contains([]Kind{Licence, Service, Package, AddOn, AccountOnly}, p.Kind) || p.Name == "" || len(p.Rules) == 0 {
			t.Errorf("%s: kind, name or rules are missing", p.ID)
		}
	}
}

func TestAccountKinds(t *testing.T) {
	for kind, want := range map[string]string{
		"cloudlink": "SAP Customer Number", "micloud_connect": "Billing Customer Number", "webex": "SAP Customer Number",
	} {
		if got := FindAccountKind(kind).CustomerNumberLabel; got != want {
			t.Errorf("%s: %q", kind, got)
		}
	}
	if got := CreatableKinds(); !slices.Equal(got, []string{"cloudlink", "micloud_connect"}) {
		t.Errorf("creatable: %v", got)
	}
}
