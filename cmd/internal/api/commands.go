package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/cmd/internal/trail"
)

// Limits of a command.
const (
	MaxBodyBytes = 1 << 20
	// maxDrainBytes is how much more than that is read and thrown away, so
	// that a client that is still writing gets to its answer.
	maxDrainBytes = 16 << 20
	// maxCommandTime is how long a command may wait to be durable; the largest
	// (INT-4 on an account of 100,000 users) take seconds.
	maxCommandTime = 45 * time.Second
)

// command is a row of the table of commands with its meters.
type command struct {
	spec  *aggregates.Spec
	meter *commandMeter
}

func (a *API) commandTable() map[string]*command {
	m := make(map[string]*command, len(aggregates.Commands))
	for i := range aggregates.Commands {
		s := &aggregates.Commands[i]
		m[s.Name] = &command{s, a.meters.command(s.Name)}
	}
	return m
}

// doCommand answers POST /v1/commands/{name}.
func (a *API) doCommand(x *exchange, r *http.Request) error {
	name := r.PathValue("name")
	c, ok := a.commands[name]
	if !ok {
		return problem.New(problem.NotFound, "there is no command %q", name)
	}
	start := time.Now()
	ans, outcome, err := a.decide(c, x, r)
	c.meter.observe(outcome, time.Since(start))
	if err != nil {
		return err
	}
	if ans.Replayed {
		x.Header()["Idempotency-Replayed"] = headerTrue
	}
	return x.json(ans)
}

// decide runs the checks that are the API's, and hands over to the writer.
func (a *API) decide(c *command, x *exchange, r *http.Request) (ans writer.Answer, o outcome, err error) {
	req := writer.Request{Spec: c.spec, Caller: x.caller}
	if err = commandHeaders(&req, r.Header); err != nil {
		return ans, invalid, err
	}
	if err = commandQuery(&req, r.URL.RawQuery); err != nil {
		return ans, invalid, err
	}
	if req.Body, err = readBody(x, r); err != nil {
		return ans, invalid, err
	}
	var off rule.Invalid
	if req.Command, off, err = shape(c.spec, req.Body); err != nil {
		return ans, invalid, err
	}
	defer func() { a.attempted(&req, err) }()
	if err = c.spec.Permit(req.Command, x.caller); err != nil {
		return ans, refused, err
	}
	if err = fields(req.Command, off); err != nil {
		return ans, invalid, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), maxCommandTime)
	defer cancel()
	ans, err = a.Commands.Do(ctx, req)
	return ans, outcomeOf(&ans, &req, err), err
}

// attempted keeps a command that was refused for the auditors.
func (a *API) attempted(req *writer.Request, err error) {
	var refusal *rule.Refusal
	if a.Attempts != nil && errors.As(err, &refusal) {
		a.Attempts.Note(trail.Refused(req.Caller, req.Spec.Name, refusal.Code, req.Command.Names(), req.DryRun))
	}
}

// fields checks what is well-formed. What the decoding found off is told
// first, and the check has nothing to add to it.
func fields(c rule.Command, off rule.Invalid) error {
	k := rule.Checker{Errors: off}
	known := len(off)
	c.Check(&k)
	if len(k.Errors) == 0 {
		return nil
	}
	all := k.Errors[:known:known]
	for _, e := range k.Errors[known:] {
		if !names(off, e.Field) {
			all = append(all, e)
		}
	}
	return all
}

func names(list rule.Invalid, field string) bool {
	for _, e := range list {
		if e.Field == field {
			return true
		}
	}
	return false
}

// commandQuery reads dry_run and expected_position.
func commandQuery(req *writer.Request, raw string) error {
	if raw == "" {
		return nil
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return problem.New(problem.InvalidRequest, "the query cannot be read: %v", err)
	}
	for name, values := range q {
		v := values[0]
		switch {
		case len(values) > 1:
			return badQuery(name, "must be given once")
		case name == "dry_run" && (v == "true" || v == "false"):
			req.DryRun = v == "true"
		case name == "dry_run":
			return badQuery(name, "must be true or false")
		case name == "expected_position":
			n, err := strconv.ParseUint(v, 10, 64)
			if err != nil {
				return badQuery(name, "must be a position")
			}
			req.Expected = &n
		default:
			return badQuery(name, "is not known; a command takes dry_run and expected_position")
		}
	}
	return nil
}

func badQuery(name, message string) *problem.Problem {
	return problem.New(problem.InvalidRequest, "the query parameter %q %s", name, message).At("query."+name, message)
}

// readBody reads a body of at most MaxBodyBytes.
func readBody(x *exchange, r *http.Request) ([]byte, error) {
	var (
		b   []byte
		err error
	)
	switch {
	case r.ContentLength > MaxBodyBytes:
		return nil, tooLarge(x, r, MaxBodyBytes)
	case r.ContentLength >= 0:
		b = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, b)
	default:
		b, err = io.ReadAll(io.LimitReader(r.Body, MaxBodyBytes+1))
	}
	if err != nil {
		return nil, problem.New(problem.InvalidRequest, "the body ended early")
	}
	if len(b) > MaxBodyBytes {
		return nil, tooLarge(x, r, MaxBodyBytes)
	}
	return b, nil
}

// tooLarge refuses a body, but reads on for a while: many clients look for an
// answer only once they have sent everything. One that asked first (Expect)
// has sent nothing.
func tooLarge(x *exchange, r *http.Request, most int64) error {
	x.drain(r)
	return problem.New(problem.TooLarge, "a body has at most %d bytes", most)
}

// drain reads on for a while, and throws it away.
func (x *exchange) drain(r *http.Request) {
	if r.Header.Get("Expect") == "" {
		if n, _ := io.CopyN(io.Discard, r.Body, maxDrainBytes); n == maxDrainBytes {
			x.Header().Set("Connection", "close")
		}
	}
}

var (
	headerTrue   = []string{"true"}
	headerJSON   = []string{jsonType}
	headerNoKeep = []string{"no-store"}
)

// json answers 200 with what must not be kept by caches.
func (x *exchange) json(v any) error { return x.answered(http.StatusOK, v) }

func (x *exchange) answered(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h := x.Header()
	h["Content-Type"] = headerJSON
	h["Cache-Control"] = headerNoKeep
	h["Content-Length"] = []string{strconv.Itoa(len(b))}
	x.WriteHeader(status)
	x.Write(b)
	return nil
}

// outcomeOf classes what the writer answered, for the metrics.
func outcomeOf(ans *writer.Answer, req *writer.Request, err error) outcome {
	var (
		refusal *rule.Refusal
		field   rule.Invalid
	)
	switch {
	case err == nil && len(ans.Events) > 0 && !req.DryRun && !ans.Replayed:
		return accepted
	case err == nil:
		return unchanged
	case errors.As(err, &refusal):
		return refused
	case errors.As(err, &field):
		return invalid
	}
	return unavailable
}
