package api

import (
	stdjson "encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/projections"
)

// isCommand reports a type in the table of commands.
func isCommand(t reflect.Type) bool {
	for i := range aggregates.Commands {
		if reflect.TypeOf(aggregates.Commands[i].New()).Elem() == t {
			return true
		}
	}
	return false
}

// aliases tells the registry of types that are written otherwise than their
// Go structs look.
func aliases(registry huma.Registry) {
	registry.RegisterTypeAlias(reflect.TypeFor[projections.Shown](), reflect.TypeFor[shown]())
	registry.RegisterTypeAlias(reflect.TypeFor[jsontext.Value](), reflect.TypeFor[stdjson.RawMessage]())
}

// shown stands for projections.Shown.
type shown struct{}

// Schema says how personal data is shown.
func (shown) Schema(huma.Registry) *huma.Schema {
	object := func(name string, value *huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeObject, Required: []string{name}, AdditionalProperties: false,
			Properties: map[string]*huma.Schema{name: value}}
	}
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString, Description: "In the clear, for roles that may see it"},
		object("sealed", &huma.Schema{Type: huma.TypeString, ContentEncoding: "base64"}),
		object("erased", &huma.Schema{Type: huma.TypeBoolean, Enum: []any{true}}),
	}}
}
