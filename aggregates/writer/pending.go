package writer

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// pending is a command between its caller and the writer. The writer owns it
// from the queue until it sends a result.
type pending struct {
	Request
	id   ulid.ULID
	done chan result // of capacity 1: the writer never waits for a caller

	// made are the ids that the rules asked for: every time the command is
	// decided they are the same, or rows could never be loaded for them.
	made []string

	train *train // what it is decided in order with; may be nil

	missing []row.Key       // rows that were not in memory when it was decided last
	rows    map[row.Key]any // loaded for it
	rowsAt  uint64          // of the views at this journal sequence

	keyHash, requestHash [32]byte // when it has an idempotency key
}

// result is what the writer sends back: an answer or an error; or a void
// decision, to be sent again with rows that the views had at the sequence void or later.
type result struct {
	answer Answer
	kept   *kept // answered before: the events are to be looked up
	err    error
	again  bool
	void   uint64
}

// kept is the form of an answer in a receipt.
type kept struct {
	CommandID string         `json:"command_id"`
	Position  uint64         `json:"position"`
	First     uint64         `json:"first,omitempty"`
	Count     int            `json:"count,omitempty"`
	ID        string         `json:"id,omitempty"`
	Warnings  []rule.Warning `json:"warnings,omitempty"`
	Refused   *rule.Refusal  `json:"refused,omitempty"`
}

func newPending(r Request, id ulid.ULID, secret [32]byte) *pending {
	p := &pending{Request: r, id: id, done: make(chan result, 1)}
	if r.IdempotencyKey != "" {
		p.keyHash = keyed(secret[:], scopeOf(&r), r.IdempotencyKey)
		// Keyed with the client's own key, which is kept nowhere: what the
		// body said cannot be guessed from its hash.
		p.requestHash = keyed(p.keyHash[:], r.IdempotencyKey, r.Spec.Name, string(r.Body))
	}
	return p
}

// scopeOf is what an idempotency key is unique in (contract, section 2).
func scopeOf(r *Request) string {
	c := r.Caller
	switch {
	case r.KeyScope != "":
		return "process/" + r.KeyScope
	case c.Account != "":
		return "account/" + c.Account
	case c.Partner != "":
		return "partner/" + c.Partner
	}
	return "ledger"
}

// keyed is an HMAC over the parts, each with its length.
func keyed(key []byte, parts ...string) (sum [32]byte) {
	m := hmac.New(sha256.New, key)
	for _, s := range parts {
		n := uint32(len(s))
		m.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		m.Write([]byte(s))
	}
	return [32]byte(m.Sum(sum[:0]))
}

// receiptRow is the key of the row that remembers the answer.
func (p *pending) receiptRow() row.Key {
	return aggregates.Receipts.Key(hex.EncodeToString(p.keyHash[:]), "")
}

// replay answers from the receipt, if there is one.
func (p *pending) replay(r row.Reader) (k *kept, err error) {
	if p.IdempotencyKey == "" {
		return nil, nil
	}
	got, _ := r.Get(p.receiptRow()).(*aggregates.Receipt)
	if got == nil {
		return nil, nil
	}
	if !hmac.Equal(got.Request, p.requestHash[:]) {
		return nil, rule.Refuse(rule.IdempotencyKeyReused, "this idempotency key was used with another command or body")
	}
	k = new(kept)
	return k, json.Unmarshal(got.Answer, k)
}

// keep writes the receipt of an answer.
func (p *pending) keep(a *Answer) events.Receipt {
	k := kept{CommandID: a.CommandID, Position: a.Position, Count: a.EventsTotal, ID: a.ID, Warnings: a.Warnings, Refused: a.Refused}
	if k.Count > 0 {
		k.First = a.Position + 1 - uint64(k.Count)
	}
	b, err := json.Marshal(k)
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	return events.Receipt{Key: p.keyHash, Request: p.requestHash, Answer: b}
}

// cause is what the command's events say of it.
func (p *pending) cause() events.Cause {
	id := p.id.String()
	c := events.Cause{
		Actor: p.Caller.Actor, ActorRole: p.Caller.Role.String(),
		CommandID: id, CommandType: p.Spec.Name,
		CorrelationID: p.CorrelationID, CausationID: p.CausationID, Traceparent: p.Traceparent,
	}
	if c.CorrelationID == "" {
		c.CorrelationID = id
	}
	if c.CausationID == "" {
		c.CausationID = id
	}
	return c
}

// context is what the rules are given.
func (p *pending) context(now time.Time, g *ids) *rule.Context {
	asked := 0
	return &rule.Context{Now: now, Caller: p.Caller, NewID: func() string {
		if asked == len(p.made) {
			p.made = append(p.made, g.at(now).String())
		}
		asked++
		return p.made[asked-1]
	}}
}
