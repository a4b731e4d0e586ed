package client

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// maxProblemBytes is the largest problem that is read.
const maxProblemBytes = 256 << 10

// Problem is what the ledger answers instead of the thing asked for. Errors of
// this package that come from an answer have one (errors.As).
type Problem = problem.Problem

// later is a problem that says when to come again.
type later struct {
	*Problem
	after time.Duration
}

func (l *later) Unwrap() error { return l.Problem }

// RetryAfter is how long the ledger asks to wait before the same is sent
// again, 0 if it does not say.
func RetryAfter(err error) time.Duration {
	var l *later
	if errors.As(err, &l) {
		return l.after
	}
	return 0
}

// readProblem makes a problem of an answer; one that is not the ledger's, but
// a proxy's, say, becomes one by its status.
func readProblem(resp *http.Response) error {
	b, err := readAll(resp, maxProblemBytes)
	if err != nil {
		b = nil
	}
	p := problem.Read(resp.StatusCode, b)
	p.Status = resp.StatusCode
	if after := retryAfter(resp.Header.Get("Retry-After")); after > 0 {
		return &later{p, after}
	}
	return p
}

func retryAfter(header string) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
