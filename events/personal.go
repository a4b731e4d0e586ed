package events

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Errors of personal data, classed by what the caller does next.
var (
	// ErrUnsealed: personal data was about to be written in the clear. A
	// fault of the program.
	ErrUnsealed = errors.New("personal data is not sealed")
	// ErrKeyMissing: no key of the person is known, and no erasure either:
	// keys were lost, or belong to another ledger. Call the operator.
	ErrKeyMissing = errors.New("the person's key is missing")
	// ErrPersonErased: nothing can be sealed for the person any more. Give up.
	ErrPersonErased = errors.New("the person was erased")
)

// Personal is a piece of personal data of one person: a name, an e-mail
// address or a phone number. It is held open (Plain), sealed, or both; written
// down it is always sealed, as {"sealed":"<base64>"}.
type Personal struct {
	Plain  string // in the clear, in memory only
	Sealed []byte // under the person's key: what entries and rows hold
	Erased bool   // the person's key is gone
}

// Clear is personal data in the clear, to be sealed before it is recorded.
func Clear(s string) Personal { return Personal{Plain: s} }

// IsZero reports that nothing is known: the field is then left out of JSON.
func (p Personal) IsZero() bool { return p.Plain == "" && len(p.Sealed) == 0 && !p.Erased }

// wire is the recorded form of a Personal.
type wire struct {
	Sealed []byte `json:"sealed"`
}

// MarshalJSONTo writes the sealed form. It refuses data that is not sealed
// with [ErrUnsealed]; what is shown to people is made by the views, not here.
func (p Personal) MarshalJSONTo(enc *jsontext.Encoder) error {
	if len(p.Sealed) == 0 {
		return ErrUnsealed
	}
	return marshalTo(enc, wire{p.Sealed})
}

// UnmarshalJSONFrom reads the sealed form and nothing else.
func (p *Personal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var w wire
	if err := unmarshalFrom(dec, &w); err != nil {
		return err
	}
	if len(w.Sealed) == 0 {
		return fmt.Errorf("personal data: %w", ErrUnsealed)
	}
	*p = Personal{Sealed: w.Sealed}
	return nil
}

// Sealer seals and opens personal data under keys of persons.
type Sealer interface {
	// Seal sets Sealed on every personal field of vs that has none. The keys
	// that it had to make are durable before it returns. For a person who was
	// erased it fails with ErrPersonErased.
	Seal(vs ...Personable) error
	// Open sets Plain, or Erased where the person was erased. A person of
	// whom nothing is known is ErrKeyMissing.
	Open(v Personable) error
}

// Eraser is a Sealer that can forget persons for good.
type Eraser interface {
	// Erase destroys the persons' keys; that is durable when it returns. From
	// then on their data open as erased, and nothing can be sealed for them.
	// To erase a person again, or one of whom nothing is known, is no error.
	Erase(personIDs ...string) error
}
