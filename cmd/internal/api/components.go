package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates"
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
func aliases(registry huma.Registry) {}
