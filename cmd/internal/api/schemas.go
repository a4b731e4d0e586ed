package api

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/events"
)

const (
	// schemaPath serves the schemas of recorded payloads, as "OrderAssigned.v1".
	schemaPath    = "/v1/schemas/{name}"
	schemaType    = "application/schema+json"
	schemaDialect = "https://json-schema.org/draft/2020-12/schema"
	schemaURN     = "urn:seatledger:schema:" // ce-dataschema (contract, section 4)
)

// sealed is how personal data is recorded.
type sealed struct {
	Sealed []byte `json:"sealed" doc:"Ciphertext under the person's key"`
}

// Lists are never null: the ledger's JSON writes an empty list.
func init() { huma.DefaultArrayNullable = false }

// schemaDocuments makes the schema of every version of every kind of event, as
// recorded.
func schemaDocuments() (map[string]document, error) {
	m := map[string]document{}
	for _, k := range events.Kinds.Kinds() {
		for i, v := range k.Versions {
			name := k.SchemaName(i + 1)
			b, err := json.Marshal(schemaOf(name, &k, reflect.TypeOf(v.Shape)))
			if err != nil {
				return nil, fmt.Errorf("schema of %s: %w", name, err)
			}
			m[name] = newDocument(schemaType, b)
		}
	}
	return m, nil
}

func schemaOf(name string, k *events.Kind, shape reflect.Type) *huma.Schema {
	registry := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	registry.RegisterTypeAlias(reflect.TypeFor[events.Personal](), reflect.TypeFor[sealed]())
	s := huma.SchemaFromType(registry, shape)
	s.Title = name
	s.Extensions = map[string]any{"$schema": schemaDialect, "$id": schemaURN + name}
	if defs := registry.Map(); len(defs) > 0 {
		s.Extensions["$defs"] = defs
	}
	onlyThisSwitch(s, k.Type)
	return s
}

// onlyThisSwitch narrows the one shape of twenty-two events to the one named.
func onlyThisSwitch(s *huma.Schema, typ string) {
	for _, i := range events.Integrations {
		for _, enabled := range []bool{true, false} {
			p := events.IntegrationSwitched{Integration: i.ID, Enabled: enabled}
			if p.EventType() == typ {
				s.Properties["integration"].Enum = []any{i.ID}
				s.Properties["enabled"].Enum = []any{enabled}
			}
		}
	}
}
