package events

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is one row of the table of kinds: a name, the aggregate whose history
// it belongs to, and every version ever recorded, in birth order.
type Kind struct {
	Type      string
	Aggregate string
	Versions  []Version
}

// Version reads one recorded version of a kind and lifts it to the newest.
type Version struct {
	Read  func(data []byte) (Payload, error)
	Shape any // a zero value of the recorded form, for its JSON schema
}

// payload is a pointer to P that is a Payload.
type payload[P any] interface {
	*P
	Payload
}

// kind makes the row of an event that is written today as P; retired versions
// come first, oldest first, as made by [Lifted].
func kind[P any, PP payload[P]](aggregate string, retired ...Version) Kind {
	current := Version{
		Read: func(data []byte) (Payload, error) {
			p := PP(new(P))
			if err := UnmarshalStrict(data, p); err != nil {
				return nil, err
			}
			return p, nil
		},
		Shape: PP(new(P)),
	}
	return Kind{Type: PP(new(P)).EventType(), Aggregate: aggregate, Versions: append(retired, current)}
}

// Lifted reads a retired version, recorded as Old, and lifts it to P.
func Lifted[Old, P any, PP payload[P]](lift func(Old) P) Version {
	return Version{
		Read: func(data []byte) (Payload, error) {
			var old Old
			if err := UnmarshalStrict(data, &old); err != nil {
				return nil, err
			}
			p := lift(old)
			return PP(&p), nil
		},
		Shape: new(Old),
	}
}

// Table is the set of kinds that a ledger knows.
type Table struct {
	rows    []Kind
	current map[string]*typed // what is written today, by the event's name
	cts     map[string]*typed // every version, by CloudEvents type
}

// NewTable makes a table of rows; two rows of one name are a programming
// error and panic at start.
func NewTable(rows ...Kind) *Table {
	t := &Table{rows: rows, current: map[string]*typed{}, cts: map[string]*typed{}}
	for i := range rows {
		k := &rows[i]
		if t.current[k.Type] != nil {
			panic("events: two kinds named " + k.Type)
		}
		for v := range k.Versions {
			t.current[k.Type] = newTyped(k, v+1)
			t.cts[k.CloudType(v+1)] = t.current[k.Type]
		}
	}
	return t
}

// Kinds lists the rows in birth order.
func (t *Table) Kinds() []Kind { return t.rows }

// Kind finds a row by the event's name.
func (t *Table) Kind(typ string) (*Kind, bool) {
	v, ok := t.current[typ]
	if !ok {
		return nil, false
	}
	return v.kind, true
}

// Current is the version that is written today.
func (k *Kind) Current() int { return len(k.Versions) }

// CloudType is the CloudEvents type of a version: "seatledger.OrderAssigned.v1".
func (k *Kind) CloudType(version int) string { return cloudTypeHead + k.SchemaName(version) }

// SchemaName is the name of a version's JSON schema: "OrderAssigned.v1".
func (k *Kind) SchemaName(version int) string { return k.Type + ".v" + strconv.Itoa(version) }

// UnknownKindError reports a recorded type or version that this binary does
// not know. The ledger stops at it; a newer binary reads it.
type UnknownKindError struct{ Type string }

func (e *UnknownKindError) Error() string { return fmt.Sprintf("unknown event type %q", e.Type) }

// lookup finds the version of a CloudEvents type.
func (t *Table) lookup(cloudType string) (*typed, error) {
	v, ok := t.cts[cloudType]
	if !ok {
		return nil, &UnknownKindError{strings.Clone(cloudType)}
	}
	return v, nil
}
