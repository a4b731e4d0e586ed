package bundle

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/seatledger/seatledger/projections/audit"
)

const signatureHead = "— "

// cutNote takes a signed note apart: its first line, and its signatures.
func cutNote(signed []byte) (origin string, signatures []string, ok bool) {
	text, rest, ok := strings.Cut(string(signed), "\n\n")
	origin, _, more := strings.Cut(text, "\n")
	return origin, strings.Split(strings.TrimSuffix(rest, "\n"), "\n"), ok && more
}

// openCheckpoint verifies a checkpoint, and refuses one that was written in
// another way than the log does: base64 leaves bits over that nothing signs.
// Signatures of others, such as witnesses, are not looked into further.
func openCheckpoint(signed []byte, key string) (*audit.Checkpoint, error) {
	c, err := audit.OpenCheckpoint(signed, key)
	if err != nil {
		return nil, err
	}
	_, signatures, ok := cutNote(signed)
	if !ok || !bytes.HasSuffix(signed, []byte("\n")) {
		return nil, fmt.Errorf("checkpoint: not a signed note")
	}
	for _, line := range signatures {
		_, value, _ := strings.Cut(strings.TrimPrefix(line, signatureHead), " ")
		raw, err := base64.StdEncoding.Strict().DecodeString(value)
		if err != nil || base64.StdEncoding.EncodeToString(raw) != value {
			return nil, fmt.Errorf("checkpoint: signature %q is not in canonical base64", value)
		}
	}
	return c, nil
}
