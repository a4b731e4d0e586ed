package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// pace is how soon, and for how long, something is tried again.
type pace struct {
	first, longest time.Duration // between two tries
	commandFor     time.Duration // a command is tried for so long at most
	streamIdle     time.Duration // a stream that says nothing for so long is dead
}

var usualPace = pace{
	first: 100 * time.Millisecond, longest: 5 * time.Second,
	commandFor: 30 * time.Second,
	streamIdle: 60 * time.Second,
}

func (p *pace) backOff() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = p.first, p.longest
	b.Reset()
	return b
}

// passing reports that the same request may well be answered later: the ledger
// is busy, not available, or was not reached.
func passing(err error) bool {
	var p *Problem
	if !errors.As(err, &p) {
		return !errors.Is(err, ErrTooLarge)
	}
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// again tries until it is done, or trying has no use or takes too long. Only
// what can be done twice with no harm may be given to it.
func (c *Client) again(ctx context.Context, try func() error) error {
	var last error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		last = try()
		switch {
		case last == nil:
			return struct{}{}, nil
		case !passing(last):
			return struct{}{}, backoff.Permanent(last)
		case RetryAfter(last) > 0:
			return struct{}{}, &backoff.RetryAfterError{Duration: RetryAfter(last)}
		}
		return struct{}{}, last
	}, backoff.WithBackOff(c.pace.backOff()), backoff.WithMaxElapsedTime(c.pace.commandFor))
	switch stop := context.Cause(ctx); {
	case err == nil:
		return nil
	case stop != nil && !errors.Is(last, stop):
		return fmt.Errorf("%w, after %w", stop, last)
	}
	return last
}
