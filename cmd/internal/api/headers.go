package api

import (
	"net/http"

	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// Headers of a command, in canonical spelling.
const (
	IdempotencyKeyHeader = "Idempotency-Key"
	CorrelationHeader    = "Seatledger-Correlation-Id"
	CausationHeader      = "Seatledger-Causation-Id"
	traceparentHeader    = "Traceparent"
)

// Limits of headers, in bytes.
const (
	MaxKeyBytes     = 255
	MaxTraceIDBytes = 128 // of correlation and causation ids
)

// commandHeaders reads the optional headers of a command.
func commandHeaders(req *writer.Request, h http.Header) (err error) {
	if req.IdempotencyKey, err = optional(h, IdempotencyKeyHeader, MaxKeyBytes); err != nil {
		return err
	}
	if req.CorrelationID, err = optional(h, CorrelationHeader, MaxTraceIDBytes); err != nil {
		return err
	}
	if req.CausationID, err = optional(h, CausationHeader, MaxTraceIDBytes); err != nil {
		return err
	}
	// The W3C recommendation has a receiver ignore a traceparent it cannot read.
	if v := h[traceparentHeader]; len(v) == 1 && isTraceparent(v[0]) {
		req.Traceparent = v[0]
	}
	return nil
}

// optional reads a header that is absent, or once there with visible ASCII.
func optional(h http.Header, name string, maxBytes int) (string, error) {
	v := h[name]
	if len(v) == 0 {
		return "", nil
	}
	if len(v) > 1 || !access.VisibleASCII(v[0], maxBytes) {
		return "", problem.New(problem.InvalidRequest,
			"the header %s must be given once, with 1 to %d visible ASCII characters", name, maxBytes).
			At("header."+name, "must be visible ASCII characters, and not too many")
	}
	return v[0], nil
}

// The parts of a traceparent: version, trace id, parent id, flags.
const (
	traceparentBytes = 55
	traceIDAt        = 3
	parentIDAt       = 36
	flagsAt          = 53
)

// isTraceparent reports a W3C trace context that can be passed on.
func isTraceparent(s string) bool {
	if len(s) != traceparentBytes || s[:2] == "ff" {
		return false
	}
	for i := range len(s) {
		dash := i == traceIDAt-1 || i == parentIDAt-1 || i == flagsAt-1
		if dash != (s[i] == '-') || !dash && !lowerHex(s[i]) {
			return false
		}
	}
	return !zeros(s[traceIDAt:parentIDAt-1]) && !zeros(s[parentIDAt:flagsAt-1])
}

func lowerHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

func zeros(s string) bool {
	for i := range len(s) {
		if s[i] != '0' {
			return false
		}
	}
	return true
}
