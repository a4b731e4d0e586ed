package trail

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// Kind is what was done to a node.
type Kind string

// The kinds of operations.
const (
	Started         Kind = "started"          // the node opened; what its checks found
	TokenMade       Kind = "token_made"       // an access token
	TokenRevoked    Kind = "token_revoked"    // at once
	ViewsRebuilt    Kind = "views_rebuilt"    // and swapped in
	CertificateRead Kind = "certificate_read" // the files of TLS had changed
	Healed          Kind = "healed"           // a damaged store was made again from the other
	Repaired        Kind = "repaired"         // by a person, who accepted a loss
	BackedUp        Kind = "backed_up"        //
	Restored        Kind = "restored"         // from a backup
	KeysRotated     Kind = "keys_rotated"     // the key that wraps the persons' keys
)

// Kinds has them all.
var Kinds = []Kind{Started, TokenMade, TokenRevoked, ViewsRebuilt, CertificateRead, Healed, Repaired, BackedUp, Restored, KeysRotated}

// Detail says more of an operation, in words: nothing secret, nobody's name.
type Detail map[string]string

// Names of details that are the same for all kinds.
const Actor = "actor" // who did it; absent: the node itself

const (
	// maxDetailBytes is the longest value; more is cut off.
	maxDetailBytes = 1 << 10
	// maxDetails is how many there may be.
	maxDetails = 12
)

// Operation is a record of something that was done to the node.
type Operation struct {
	ID     uint64            `json:"id,omitzero" doc:"Counts up"`
	Time   time.Time         `json:"time"`
	Kind   string            `json:"kind" doc:"What was done"`
	Actor  string            `json:"actor,omitzero" doc:"Who did it; absent: the node itself"`
	Detail map[string]string `json:"detail,omitempty" doc:"More of it, in words"`
}

// Operations keeps what was done to a node.
type Operations struct {
	book *Book
	now  func() time.Time
}

// OpenOperations opens the operations in a folder; now is the clock.
func OpenOperations(dir string, now func() time.Time) (*Operations, error) {
	b, err := OpenBook(dir)
	if err != nil {
		return nil, err
	}
	return &Operations{book: b, now: now}, nil
}

// Record keeps an operation, and returns once that is durable. A nil
// *Operations keeps nothing. What was done is kept even where ctx has ended.
func (o *Operations) Record(_ context.Context, kind Kind, detail Detail) error {
	if o == nil {
		return nil
	}
	r := Operation{Time: o.now().UTC(), Kind: string(kind), Actor: detail[Actor], Detail: map[string]string{}}
	for name, value := range detail {
		if name != Actor && len(r.Detail) < maxDetails {
			r.Detail[name] = cut(value)
		}
	}
	line, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		return err
	}
	return o.book.Append(line)
}

// cut makes a value short enough, and valid.
func cut(s string) string {
	if len(s) > maxDetailBytes {
		s = s[:maxDetailBytes]
	}
	for !utf8.ValidString(s) && s != "" {
		s = s[:len(s)-1]
	}
	return s
}

// OperationFilter says which operations are asked for; empty means any.
type OperationFilter struct {
	Kind, Actor string
	From, To    time.Time
}

// List lists operations, newest first.
func (o *Operations) List(ctx context.Context, f OperationFilter, p Page) (items []Operation, next string, err error) {
	return list(ctx, o.book, p, func(number uint64, r *Operation) bool {
		r.ID = number
		return matches(f.Kind, r.Kind) && matches(f.Actor, r.Actor) && within(r.Time, f.From, f.To)
	})
}

// Close closes the book.
func (o *Operations) Close() error { return o.book.Close() }

func matches(wanted, is string) bool { return wanted == "" || wanted == is }

func within(t, from, to time.Time) bool {
	return !t.Before(from) && (to.IsZero() || !t.After(to))
}
