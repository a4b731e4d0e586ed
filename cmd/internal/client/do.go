package client

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates/writer"
)

// Answer is what became of a command.
type Answer = writer.Answer

// DoOptions go with a command; all are optional.
type DoOptions struct {
	// IdempotencyKey: the same command with the same key is done once, however
	// often it is sent. It lets Do send the command again by itself.
	IdempotencyKey string
	// DryRun decides and answers, and records nothing.
	DryRun bool
	// ExpectedPosition refuses with changed_since if what the command names
	// has an event after it.
	ExpectedPosition *uint64
	// CorrelationID and CausationID are recorded with the events.
	CorrelationID, CausationID string
	// Traceparent is the W3C trace context that is recorded with the events.
	Traceparent string
}

func (o *DoOptions) query() url.Values {
	q := url.Values{}
	if o.DryRun {
		q.Set("dry_run", "true")
	}
	if o.ExpectedPosition != nil {
		q.Set("expected_position", strconv.FormatUint(*o.ExpectedPosition, 10))
	}
	return q
}

// Do sends the command. Its body is sent as it is if it is JSON already
// ([]byte or jsontext.Value), and encoded otherwise. With an idempotency key
// it is sent again while the ledger is not available; without one an error
// that is no *Problem, or one of status 503, leaves open whether the command
// was recorded.
func (c *Client) Do(ctx context.Context, command string, body any, o DoOptions) (*Answer, error) {
	b, err := encode(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	answer := new(Answer)
	try := func() (err error) {
		answer, err = c.do(ctx, command, b, &o)
		return err
	}
	if o.IdempotencyKey == "" {
		err = try()
	} else {
		err = c.again(ctx, try)
	}
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func (c *Client) do(ctx context.Context, command string, body []byte, o *DoOptions) (*Answer, error) {
	path := "/v1/commands/" + url.PathEscape(command)
	b, meta, err := c.exchange(ctx, &request{
		method: http.MethodPost, path: path, query: o.query(), body: bytes.NewReader(body),
		headers: map[string]string{
			"Content-Type": "application/json", "Idempotency-Key": o.IdempotencyKey,
			"Seatledger-Correlation-Id": o.CorrelationID, "Seatledger-Causation-Id": o.CausationID,
			"Traceparent": o.Traceparent,
		},
	})
	if err != nil {
		return nil, err
	}
	answer := &Answer{Replayed: meta.Replayed}
	if err := json.Unmarshal(b, answer); err != nil {
		return nil, fmt.Errorf("answer to %s: %w", command, err)
	}
	answer.EventsTotal = max(answer.EventsTotal, len(answer.Events))
	return answer, nil
}

func encode(body any) ([]byte, error) {
	switch b := body.(type) {
	case nil:
		return []byte("{}"), nil
	case []byte:
		return b, nil
	case jsontext.Value:
		return b, nil
	}
	return json.Marshal(body)
}
