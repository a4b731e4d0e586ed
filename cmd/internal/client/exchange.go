package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// ErrTooLarge: an answer has more than MaxAnswerBytes. Ask for less.
var ErrTooLarge = errors.New("the answer is too large")

// Meta is what the ledger says about an answer.
type Meta struct {
	Position uint64 // that the view had reached; 0 where that means nothing
	ETag     string // of the answer; "" if it has none
	Replayed bool   // of a command: it was done before, with the same key
}

// exchange sends r, and reads its answer whole.
func (c *Client) exchange(ctx context.Context, r *request) ([]byte, Meta, error) {
	resp, err := c.start(ctx, r)
	if err != nil {
		return nil, Meta{}, err
	}
	defer resp.Body.Close()
	b, err := readAll(resp, MaxAnswerBytes)
	if err != nil {
		return nil, Meta{}, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	m := Meta{ETag: resp.Header.Get("ETag"), Replayed: resp.Header.Get("Idempotency-Replayed") == "true"}
	if p := resp.Header.Get(positionHeader); p != "" {
		if m.Position, err = strconv.ParseUint(p, 10, 64); err != nil {
			return nil, Meta{}, fmt.Errorf("%s %s: %s: %w", r.method, r.path, positionHeader, err)
		}
	}
	return b, m, nil
}

const positionHeader = "Ledger-Position"

// start sends r, and leaves the body of its answer to the caller.
func (c *Client) start(ctx context.Context, r *request) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.url(r.path, r.query), r.body)
	if err != nil {
		return nil, err
	}
	return c.send(req, r)
}

// readAll reads a body of at most limit bytes.
func readAll(resp *http.Response, limit int64) ([]byte, error) {
	if resp.ContentLength > limit {
		return nil, ErrTooLarge
	}
	if n := resp.ContentLength; n >= 0 {
		b := make([]byte, n)
		_, err := io.ReadFull(resp.Body, b)
		return b, err
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = ErrTooLarge
	}
	return b, err
}
