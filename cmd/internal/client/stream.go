package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/tmaxmax/go-sse"
)

// MaxEventBytes is the largest event of a stream.
const MaxEventBytes = 1 << 20

// Event is one event of the history.
type Event struct {
	ID            string         `json:"id"`
	Position      uint64         `json:"position"`
	Type          string         `json:"type"`
	Version       int            `json:"version"`
	Time          time.Time      `json:"time"`
	PartnerID     string         `json:"partner_id"`
	Aggregate     string         `json:"aggregate"`
	AggregateID   string         `json:"aggregate_id"`
	Actor         string         `json:"actor"`
	ActorRole     string         `json:"actor_role"`
	CommandID     string         `json:"command_id"`
	CommandType   string         `json:"command_type"`
	CorrelationID string         `json:"correlation_id"`
	CausationID   string         `json:"causation_id"`
	Data          jsontext.Value `json:"data"`

	Raw jsontext.Value `json:"-"` // all of it, as it came
}

// GapError: the stream did not go on where it should. Call the operator.
type GapError struct {
	After uint64 // the last position that came
	Next  uint64 // the one that came then
}

func (e *GapError) Error() string {
	if e.Next <= e.After {
		return fmt.Sprintf("position %d came after position %d", e.Next, e.After)
	}
	return fmt.Sprintf("positions %d to %d are missing", e.After+1, e.Next-1)
}

// ErrStream: what came is no stream of a ledger's events.
var ErrStream = errors.New("not a stream of events")

// errEnded: the connection ended, as connections do.
var errEnded = errors.New("the stream ended")

// Stream yields the events that query selects, behind the position after, or
// from now on if it is nil. Once it has reached the ledger it does not end by
// itself: it connects again for as long as it takes, and goes on behind the
// last event. It ends with an error: the context's, a *Problem that will not
// pass, ErrStream, or a *GapError where an event comes twice or too late.
func (c *Client) Stream(ctx context.Context, query url.Values, after *uint64) iter.Seq2[Event, error] {
	return c.stream(ctx, query, after, false)
}

// StreamAll is Stream of every event, for callers who may see them all: a
// position that is left out is a *GapError.
func (c *Client) StreamAll(ctx context.Context, after *uint64) iter.Seq2[Event, error] {
	return c.stream(ctx, nil, after, true)
}

func (c *Client) stream(ctx context.Context, query url.Values, after *uint64, whole bool) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		t := tail{client: c, query: query, whole: whole, yield: yield}
		if after != nil {
			t.last, t.known = *after, true
		}
		if err := t.follow(ctx); err != nil {
			yield(Event{}, err)
		}
	}
}

// tail is one stream over all of its connections.
type tail struct {
	client  *Client
	query   url.Values
	whole   bool
	yield   func(Event, error) bool
	last    uint64 // position of the last event, if known
	known   bool
	reached bool // the ledger has answered before
	moved   bool // an event came on this connection
	stopped bool // nobody wants more
}

// follow connects again and again. It returns nil when nobody wants more.
func (t *tail) follow(ctx context.Context) error {
	pause := t.client.pace.backOff()
	for {
		t.moved = false
		err := t.connect(ctx)
		switch {
		case t.stopped:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !t.reached || !passing(err) || final(err):
			return err
		}
		if t.moved {
			pause.Reset()
		}
		if err := sleep(ctx, max(pause.NextBackOff(), RetryAfter(err))); err != nil {
			return err
		}
	}
}

func final(err error) bool {
	var gap *GapError
	return errors.As(err, &gap) || errors.Is(err, ErrStream)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// connect follows one connection to its end, which is always an error.
func (t *tail) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	headers := map[string]string{"Accept": "text/event-stream", "Cache-Control": "no-cache"}
	if t.known {
		headers["Last-Event-ID"] = strconv.FormatUint(t.last, 10)
	}
	resp, err := t.client.start(ctx, &request{
		method: http.MethodGet, path: "/v1/events/stream", query: t.query, headers: headers,
	})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		return fmt.Errorf("%w: its type is %q", ErrStream, kind)
	}
	t.reached = true
	t.begin(resp.Header.Get(positionHeader))
	body := &pulse{r: resp.Body, idle: t.client.pace.streamIdle, timer: time.AfterFunc(t.client.pace.streamIdle, cancel)}
	defer body.timer.Stop()
	for e, err := range sse.Read(body, &sse.ReadConfig{MaxEventSize: MaxEventBytes}) {
		if errors.Is(err, bufio.ErrTooLong) {
			return fmt.Errorf("%w: an event has more than %d bytes", ErrStream, MaxEventBytes)
		}
		if err != nil {
			return err
		}
		if err := t.take(e); err != nil || t.stopped {
			return err
		}
	}
	return errEnded
}

// begin notes where a stream from now on begins, so that nothing is left out
// if it has to connect again before the first event.
func (t *tail) begin(position string) {
	if t.known || t.query.Has("from") {
		return
	}
	if n, err := strconv.ParseUint(position, 10, 64); err == nil {
		t.last, t.known = n, true
	}
}

// take checks one event and hands it on.
func (t *tail) take(e sse.Event) error {
	if e.Data == "" {
		return nil
	}
	event := Event{Raw: jsontext.Value(e.Data)}
	if err := json.Unmarshal(event.Raw, &event); err != nil {
		return fmt.Errorf("%w: %w", ErrStream, err)
	}
	if id := strconv.FormatUint(event.Position, 10); e.LastEventID != id {
		return fmt.Errorf("%w: the event with id %q has position %s", ErrStream, e.LastEventID, id)
	}
	if t.known && (event.Position <= t.last || t.whole && event.Position != t.last+1) {
		return &GapError{After: t.last, Next: event.Position}
	}
	t.last, t.known, t.moved = event.Position, true, true
	t.stopped = !t.yield(event, nil)
	return nil
}

// pulse ends a connection on which nothing comes, heartbeats neither, and
// tells a connection that ended from a stream that is whole: an event that was
// cut off must not count.
type pulse struct {
	r     io.Reader
	idle  time.Duration
	timer *time.Timer
}

func (p *pulse) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.timer.Reset(p.idle)
	if err == io.EOF {
		err = errEnded
	}
	return n, err
}
