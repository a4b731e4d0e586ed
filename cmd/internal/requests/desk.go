package requests

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/events/jetstream"
)

// Limits of requests over NATS.
const (
	// MaxAtOnce is how many requests are answered at a time.
	MaxAtOnce = 4096
	// answerTimeout is how long one may take.
	answerTimeout = time.Minute
	// version of the service, which its clients compare: that of the API.
	version = "1.0.0"
)

// Config is what the service is made of.
type Config struct {
	// Conn is the ledger's own, in the account that requests come to.
	Conn *nats.Conn
	// Asked answers a request of a room's guest; room is "" with --dev, where
	// headers say who asks. An error is a problem.
	Asked func(room string) (http.Handler, error)
	Dev   bool
	Log   *slog.Logger
}

// desk answers requests.
type desk struct {
	Config
	busy chan struct{} // a token for each request
}

// Serve offers the service until ctx ends.
func Serve(ctx context.Context, c Config) error {
	d := &desk{Config: c, busy: make(chan struct{}, MaxAtOnce)}
	s, err := micro.AddService(c.Conn, micro.Config{
		Name: "seatledger", Version: version, Description: "commands and queries of the ledger",
	})
	if err != nil {
		return fmt.Errorf("requests over NATS: %w", err)
	}
	for name, kind := range map[string]string{"commands": jetstream.CommandRequests, "queries": jetstream.QueryRequests} {
		subject := kind
		if !c.Dev {
			subject = jetstream.RequestsOf("*", kind)
		}
		handle := micro.HandlerFunc(func(m micro.Request) { d.take(m, kind) })
		if err := s.AddEndpoint(name, handle, micro.WithEndpointSubject(subject), micro.WithEndpointMetadata(map[string]string{"ask": kind})); err != nil {
			return errors.Join(fmt.Errorf("requests over NATS: %w", err), s.Stop())
		}
	}
	context.AfterFunc(ctx, func() {
		if err := s.Stop(); err != nil {
			c.Log.Warn("requests over NATS do not end well", "cause", err)
		}
	})
	return nil
}

// take answers beside the others, unless there are too many.
func (d *desk) take(m micro.Request, kind string) {
	select {
	case d.busy <- struct{}{}:
		go func() {
			defer func() { <-d.busy }()
			d.answer(m, kind)
		}()
	default:
		d.fail(m, problem.New(problem.Unavailable, "%d requests are being answered, which is all that may be", MaxAtOnce))
	}
}

func (d *desk) answer(m micro.Request, kind string) {
	room, rest := "", m.Subject()
	if !d.Dev {
		room, rest = jetstream.RoomOf(rest)
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	var r *http.Request
	to, err := d.Asked(room)
	if err == nil {
		r, err = request(ctx, kind, strings.TrimPrefix(rest, strings.TrimRight(kind, "*>")), m)
	}
	if err != nil {
		d.fail(m, problem.From(err))
		return
	}
	w := &sheet{header: http.Header{}}
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			panic(v)
		} // else the answer was broken off, and the log says why
	}()
	to.ServeHTTP(w, r)
	d.pass(m, w)
}

// pass makes a message of an answer.
func (d *desk) pass(m micro.Request, w *sheet) {
	if w.status >= http.StatusBadRequest {
		d.fail(m, problem.Read(w.status, w.body.Bytes()))
		return
	}
	headers := nats.Header{}
	for _, name := range answerHeaders {
		if v := w.header.Get(name); v != "" {
			headers[name] = []string{v}
		}
	}
	if err := d.send(m, headers, w.body.Bytes()); errors.Is(err, nats.ErrMaxPayload) {
		d.fail(m, problem.New(problem.TooLarge, "the answer has %d bytes, more than a message may; ask for less", w.body.Len()))
	}
}

// fail answers with a problem: its code as the service's error, and the whole
// as the body.
func (d *desk) fail(m micro.Request, p *problem.Problem) {
	w := &sheet{header: http.Header{}}
	problem.Write(w, p)
	headers := nats.Header{micro.ErrorHeader: {p.Title}, micro.ErrorCodeHeader: {string(p.Code)}, "Content-Type": {problem.ContentType}}
	_ = d.send(m, headers, w.body.Bytes()) // it is told
}

// send answers a request. The service's own way is for answers that are given
// before the next request is looked at.
func (d *desk) send(m micro.Request, headers nats.Header, body []byte) error {
	if m.Reply() == "" {
		return nil
	}
	err := d.Conn.PublishMsg(&nats.Msg{Subject: m.Reply(), Header: headers, Data: body})
	if err != nil {
		d.Log.Warn("a request over NATS is not answered", "bytes", len(body), "cause", err)
	}
	return err
}
