package problem

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
)

// ContentType of a problem on the wire.
const ContentType = "application/problem+json"

// typeHead begins the type of every problem; its code ends it.
const typeHead = "urn:seatledger:problem:"

// Field says what is wrong with one part of a request. Location is the path
// of a body's field ("lines[0].quantity"), or a parameter's or header's name
// behind "query." or "header.".
type Field struct {
	Location string `json:"location" doc:"Which field (lines[0].quantity), parameter (query.limit) or header (header.Idempotency-Key)"`
	Message  string `json:"message" doc:"What is wrong with it"`
}

// Problem is an answer that something was not done, and why (RFC 9457).
type Problem struct {
	Type     string  `json:"type" doc:"A URN made of the code"`
	Title    string  `json:"title" doc:"What the code means, in a few words"`
	Status   int     `json:"status" doc:"The HTTP status"`
	Detail   string  `json:"detail" doc:"A sentence about this very case"`
	Code     Code    `json:"code" doc:"The name for machines"`
	Instance string  `json:"instance,omitzero" doc:"Names this case in the server's log; only on internal errors"`
	Errors   []Field `json:"errors,omitempty" doc:"The parts of the request that are to blame"`
}

// New makes a problem of a code in the table; detail is a format.
func New(code Code, detail string, args ...any) *Problem {
	k := Find(code)
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	return &Problem{Type: typeHead + string(code), Title: k.Title, Status: k.Status, Detail: short(detail), Code: code}
}

// At adds a part of the request that is to blame.
func (p *Problem) At(location, message string) *Problem {
	p.Errors = append(p.Errors, Field{short(location), short(message)})
	return p
}

// maxTextBytes is the longest text of a problem: it may repeat what was sent.
const maxTextBytes = 1024

// short cuts a text off that is too long to be read.
func short(text string) string {
	if len(text) <= maxTextBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxTextBytes], "") + "…"
}

func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// From makes the problem that an error of a command or of a query comes to:
// refusals and invalid fields by their codes, everything unknown Internal, with
// nothing said of it.
func From(err error) *Problem {
	var (
		p       *Problem
		refusal *rule.Refusal
		invalid rule.Invalid
	)
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refusal):
		return New(Code(refusal.Code), "%s", refusal.Detail)
	case errors.As(err, &invalid):
		return FromInvalid(invalid)
	case errors.Is(err, writer.ErrBusy):
		return New(Unavailable, "too many commands wait; nothing is recorded. Send it again after a moment.")
	case errors.Is(err, writer.ErrUnavailable):
		return New(Unavailable,
			"the log did not acknowledge. Send it again: with the same Idempotency-Key it is never recorded twice.")
	}
	return New(Internal, "something went wrong here; the operator finds it in the log under the instance.")
}

// FromInvalid lists fields that are not acceptable.
func FromInvalid(invalid rule.Invalid) *Problem {
	p := New(InvalidField, "%s", invalid.Error())
	for _, f := range invalid {
		p.At(f.Field, f.Message)
	}
	return p
}

// Write answers with the problem.
func Write(w http.ResponseWriter, p *Problem) {
	b, err := json.Marshal(p, json.Deterministic(true))
	if err != nil { // only invalid UTF-8 in a detail could do it
		b, _ = json.Marshal(New(p.Code, "the detail cannot be shown"))
	}
	h := w.Header()
	h.Set("Content-Type", ContentType)
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Cache-Control", "no-store")
	if after := Find(p.Code).RetryAfterSeconds; after > 0 {
		h.Set("Retry-After", strconv.Itoa(after))
	}
	w.WriteHeader(p.Status)
	w.Write(b)
}

// Read takes apart an answer that Write wrote; a client's side of the table.
// An answer that is no problem (a proxy's, say) becomes one by its status.
func Read(status int, body []byte) *Problem {
	p := new(Problem)
	if err := json.Unmarshal(body, p); err == nil && p.Code != "" {
		return p
	}
	for _, k := range Kinds {
		if k.Status == status {
			return New(k.Code, "answered with status %d, and not by a ledger", status)
		}
	}
	return New(Internal, "answered with status %d, and not by a ledger", status)
}
