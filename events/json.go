package events

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// strict is how everything recorded is read and written: unknown and duplicate
// members and invalid UTF-8 are refused, names match by case, and the same
// value always gives the same bytes.
var strict = json.JoinOptions(
	json.RejectUnknownMembers(true),
	json.Deterministic(true),
	jsontext.AllowDuplicateNames(false),
	jsontext.AllowInvalidUTF8(false),
)

// MarshalStrict writes v as the ledger records JSON.
func MarshalStrict(v any) ([]byte, error) { return json.Marshal(v, strict) }

// UnmarshalStrict reads what MarshalStrict wrote, and refuses all else.
func UnmarshalStrict(b []byte, v any) error { return json.Unmarshal(b, v, strict) }

func marshalTo(enc *jsontext.Encoder, v any) error { return json.MarshalEncode(enc, v, strict) }

func unmarshalFrom(dec *jsontext.Decoder, v any) error { return json.UnmarshalDecode(dec, v, strict) }
