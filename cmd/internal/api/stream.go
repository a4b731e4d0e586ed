package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/projections"
)

const (
	streamPath   = "/v1/events/stream"
	resumeHeader = "Last-Event-ID"
)

// Limits of event streams.
const (
	// MaxOpenStreams is how many may be open at a time, and
	// MaxOpenCallerStreams how many of those with one token.
	MaxOpenStreams       = 256
	MaxOpenCallerStreams = 32
	// heartbeat is how long a stream is silent at most.
	heartbeat = 15 * time.Second
	// streamWriteTimeout is how long a reader may take no bytes.
	streamWriteTimeout = 30 * time.Second
	// streamPage is how many events are read at once.
	streamPage = 500
	// comeBack is what readers are told to wait before they come again.
	comeBack = "retry: 1000\n\n"
)

var streamParams = append([]param{fromPosition}, eventFilters...)

// doStream sends events as they come (Server-Sent Events): first what follows
// Last-Event-ID or from, else only what is new.
func (a *API) doStream(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, ofStreams, streamParams)
	if err != nil {
		return err
	}
	end := a.Views.Position()
	next, err := a.streamStart(q, end)
	if err != nil {
		return err
	}
	h := x.Header()
	h.Set("Content-Type", "text/event-stream")
	// A reader that asked for what is new, and is cut off before anything
	// comes, goes on from here.
	h[PositionHeader] = []string{strconv.FormatUint(end, 10)}
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		x.WriteHeader(http.StatusOK)
		return nil
	}
	leave, err := a.enter(x.pass.Key)
	if err != nil {
		return err
	}
	defer leave()
	ctx, cancel := x.pass.Bound(r.Context())
	defer cancel()
	defer context.AfterFunc(a.life, cancel)()
	s := &stream{api: a, q: q, out: x, control: http.NewResponseController(x), filter: eventFilter(q), next: next}
	if err := s.run(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, errReader) {
		a.Log.Error("an event stream ended", "error", err) // its head is out: nothing can be answered any more
	}
	return nil
}

// streamStart is the first position that the stream may send.
func (a *API) streamStart(q *query, end uint64) (uint64, error) {
	last := q.r.Header[http.CanonicalHeaderKey(resumeHeader)]
	if len(last) == 0 {
		if from, ok := q.positions["from"]; ok {
			return max(from, 1), nil
		}
		return end + 1, nil
	}
	n, err := strconv.ParseUint(last[0], 10, 64)
	if err != nil || len(last) > 1 {
		return 0, problem.New(problem.InvalidRequest, "the header %s must be a position", resumeHeader).
			At("header."+resumeHeader, "must be a position")
	}
	if n > end {
		ctx, cancel := context.WithTimeout(q.r.Context(), projections.MaxWait)
		defer cancel()
		if a.Views.Wait(ctx, n) != nil {
			return 0, rule.Invalid{{Field: "header." + resumeHeader, Message: "is beyond the log's end"}}
		}
	}
	return n + 1, nil
}

// errReader: the reader is gone, or takes no bytes.
var errReader = errors.New("the reader of the stream is gone")

// stream is one open event stream.
type stream struct {
	api     *API
	q       *query
	out     *exchange
	control *http.ResponseController
	filter  projections.EventFilter
	next    uint64 // the first position not looked at
	buf     []byte
}

// run sends until ctx ends, which is when the reader leaves or the server
// stops.
func (s *stream) run(ctx context.Context) error {
	if err := s.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	s.buf = append(s.buf[:0], comeBack...)
	if err := s.send(); err != nil {
		return err
	}
	for {
		if err := s.catchUp(ctx); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, heartbeat)
		err := s.api.Views.Wait(wait, s.next)
		cancel()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, projections.ErrBehind): // nothing new
			s.buf = append(s.buf[:0], ": still here\n\n"...)
			err = s.send()
		}
		if err != nil {
			return err
		}
	}
}

// catchUp sends everything up to what the views have reached. Its state of the
// views is let go before a page is written: a slow reader must not hold it.
func (s *stream) catchUp(ctx context.Context) error {
	cursor := ""
	for ctx.Err() == nil {
		list, reached, err := s.read(ctx, cursor)
		if err != nil {
			return err
		}
		if err := s.write(list.Items); err != nil {
			return err
		}
		if cursor = list.NextCursor; cursor == "" {
			s.next = max(s.next, reached+1)
			return nil
		}
	}
	return nil
}

func (s *stream) read(ctx context.Context, cursor string) (list projections.List[projections.Event], reached uint64, err error) {
	var snap *projections.Snapshot
	if cursor == "" {
		s.filter.From = s.next
		snap, err = s.api.Views.At(ctx, projections.AsOf{})
	} else {
		snap, err = s.api.Views.Resume(ctx, cursor)
	}
	if err != nil {
		return list, 0, err
	}
	list, err = projections.Events(snap, s.q.Audience, s.filter, projections.Page{Limit: streamPage, Cursor: cursor})
	return list, snap.Position(), errors.Join(err, snap.Close())
}

// write sends a page of events: its position is an event's id.
func (s *stream) write(items []projections.Event) error {
	if len(items) == 0 {
		return nil
	}
	s.buf = s.buf[:0]
	for i := range items {
		e := &items[i]
		data, err := json.Marshal(e)
		if err != nil {
			return err
		}
		s.buf = append(s.buf, "id: "...)
		s.buf = strconv.AppendUint(s.buf, e.Position, 10)
		s.buf = append(append(s.buf, "\nevent: "...), e.Type...)
		s.buf = append(append(s.buf, "\ndata: "...), data...)
		s.buf = append(s.buf, "\n\n"...)
	}
	return s.send()
}

// send writes what is buffered, however long the stream has been open.
func (s *stream) send() error {
	err := s.control.SetWriteDeadline(time.Now().Add(streamWriteTimeout))
	if err == nil {
		_, err = s.out.Write(s.buf)
	}
	if err == nil {
		err = s.control.Flush()
	}
	if err != nil {
		return errors.Join(errReader, err)
	}
	return nil
}

// streamOperation describes the stream.
func streamOperation(registry huma.Registry) *huma.Operation {
	registry.Schema(reflect.TypeFor[projections.Event](), true, "")
	op := &huma.Operation{
		OperationID: "stream_events", Summary: "Live events, as Server-Sent Events", Tags: []string{"events"},
		Description: "id is the event's position, event its type, data an Event as in /v1/events. " + described(ofStreams, nil),
		Responses: problems("400", "401", "403", "422", "429", "500", "503").with("200", &huma.Response{Description: "It ends when the token does",
			Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}}),
	}
	for _, p := range streamParams {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, In: "query", Description: p.doc, Schema: p.schema()})
	}
	op.Parameters = append(op.Parameters, &huma.Param{Name: resumeHeader, In: "header", Schema: positionSchema(),
		Description: "The position behind which the stream goes on."})
	return op
}
