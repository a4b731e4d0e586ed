package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// feed is a ledger's stream: what it does at each connection, in order.
type feed struct {
	mu    sync.Mutex
	steps []func(w http.ResponseWriter, r *http.Request)
	asked []string // Last-Event-ID of each connection, "-" without one
}

func (f *feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	after := "-"
	if v := r.Header["Last-Event-Id"]; len(v) > 0 {
		after = v[0]
	}
	f.asked = append(f.asked, after)
	step := func(w http.ResponseWriter, _ *http.Request) { fail(w, 401, "unauthenticated", "") }
	if len(f.steps) > 0 {
		step, f.steps = f.steps[0], f.steps[1:]
	}
	f.mu.Unlock()
	step(w, r)
}

func event(position uint64) string {
	return fmt.Sprintf("id: %d\nevent: OrderPlaced\ndata: {\"id\":\"01J\",\"position\":%d,\"type\":\"OrderPlaced\",\"time\":\"2026-01-02T03:04:05Z\",\"data\":{\"a\":1},\"new\":0}\n\n", position, position)
}

func open(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Ledger-Position", "40")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
}

func say(text string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		open(w)
		fmt.Fprint(w, text)
	}
}

func abort(text string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		open(w)
		fmt.Fprint(w, text)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

type steps = []func(http.ResponseWriter, *http.Request)

func unavailable(w http.ResponseWriter, _ *http.Request) { fail(w, 503, "unavailable", "") }

// run follows the stream to its error.
func run(t *testing.T, f *feed, after *uint64, whole bool) (got []uint64, last error) {
	t.Helper()
	c := ledger(t, Options{}, f.ServeHTTP)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	seq := c.Stream(ctx, nil, after)
	if whole {
		seq = c.StreamAll(ctx, after)
	}
	for e, err := range seq {
		if last != nil {
			t.Fatal("goes on behind its error")
		}
		if last = err; err == nil {
			got = append(got, e.Position)
		}
	}
	return got, last
}

func at(n uint64) *uint64 { return &n }

func TestStreams(t *testing.T) {
	cut := event(3)
	for _, x := range []struct {
		name  string
		steps steps
		after *uint64
		whole bool
		got   []uint64
		asked []string
		err   string
	}{
		{
			name:  "goes on behind the last event",
			steps: steps{say(": hello\n\n" + event(1) + event(2)), unavailable, abort(event(5)), say(""), say(event(6))},
			after: at(0), got: []uint64{1, 2, 5, 6}, asked: []string{"0", "2", "2", "5", "5", "6"}, err: "unauthenticated",
		},
		{
			name:  "from now on, by the ledger's position",
			steps: steps{say(""), say(event(41)), say("")},
			whole: true, got: []uint64{41}, asked: []string{"-", "40", "41", "41"}, err: "unauthenticated",
		},
		{
			name:  "an event that was cut off does not count",
			steps: steps{say(event(2) + cut[:len(cut)-1]), say(event(2 + 1)), abort(event(4)[:60]), say("")},
			after: at(1), whole: true, got: []uint64{2, 3}, asked: []string{"1", "2", "3", "3", "3"}, err: "unauthenticated",
		},
		{
			name: "a gap", steps: steps{say(event(1) + event(3))},
			after: at(0), whole: true, got: []uint64{1}, asked: []string{"0"}, err: "positions 2 to 2 are missing",
		},
		{
			name: "a gap over connections", steps: steps{say(event(1)), say(event(4))},
			after: at(0), whole: true, got: []uint64{1}, asked: []string{"0", "1"}, err: "positions 2 to 3 are missing",
		},
		{
			name: "an event twice", steps: steps{say(event(5)), say(event(5))},
			after: at(0), got: []uint64{5}, asked: []string{"0", "5"}, err: "position 5 came after position 5",
		},
		{
			name: "another position in the event", steps: steps{say(strings.Replace(event(5), "id: 5", "id: 6", 1))},
			after: at(0), asked: []string{"0"}, err: ErrStream.Error(),
		},
		{name: "not JSON", steps: steps{say("id: 1\ndata: {\n\n")}, after: at(0), asked: []string{"0"}, err: ErrStream.Error()},
		{
			name:  "too large",
			steps: steps{say("id: 1\ndata: " + strings.Repeat("x", MaxEventBytes) + "\n\n")},
			after: at(0), asked: []string{"0"}, err: "more than 1048576 bytes",
		},
		{
			name:  "a page of a proxy",
			steps: steps{func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }},
			asked: []string{"-"}, err: ErrStream.Error(),
		},
		{name: "not available at first", steps: steps{unavailable}, asked: []string{"-"}, err: "unavailable"},
		{
			name:  "silence",
			steps: steps{func(w http.ResponseWriter, r *http.Request) { open(w); <-r.Context().Done() }, say(event(1))},
			after: at(0), got: []uint64{1}, asked: []string{"0", "0", "1"}, err: "unauthenticated",
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := &feed{steps: x.steps}
			got, err := run(t, f, x.after, x.whole)
			if !slices.Equal(got, x.got) || !slices.Equal(f.asked, x.asked) {
				t.Errorf("positions %v, connections behind %v", got, f.asked)
			}
			if err == nil || !strings.Contains(err.Error(), x.err) {
				t.Errorf("ended with: %v", err)
			}
		})
	}
}

func TestStreamGapIsTyped(t *testing.T) {
	_, err := run(t, &feed{steps: steps{say(event(9))}}, at(4), true)
	var gap *GapError
	if !errors.As(err, &gap) || *gap != (GapError{After: 4, Next: 9}) {
		t.Fatal(err)
	}
}

// Heartbeats keep a connection that has no events.
func TestHeartbeats(t *testing.T) {
	f := &feed{steps: steps{func(w http.ResponseWriter, _ *http.Request) {
		open(w)
		for range 12 {
			time.Sleep(quick.streamIdle / 6)
			fmt.Fprint(w, ": beat\n\n")
			w.(http.Flusher).Flush()
		}
		fmt.Fprint(w, event(1))
	}}}
	got, _ := run(t, f, at(0), false)
	if !slices.Equal(got, []uint64{1}) || !slices.Equal(f.asked, []string{"0", "1"}) {
		t.Fatalf("positions %v, connections behind %v", got, f.asked)
	}
}

func TestStreamStops(t *testing.T) {
	gone := make(chan struct{}, 2)
	var query string
	h := func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		open(w)
		fmt.Fprint(w, event(1))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		gone <- struct{}{}
	}
	c := ledger(t, Options{}, h)
	for e, err := range c.Stream(t.Context(), url.Values{"type": {"OrderPlaced"}}, at(0)) {
		if err != nil || e.ID != "01J" || e.Type != "OrderPlaced" || e.Time.Year() != 2026 || string(e.Data) != `{"a":1}` || !strings.HasSuffix(string(e.Raw), `"new":0}`) {
			t.Fatalf("%+v %v", e, err)
		}
		break
	}
	<-gone
	if query != "type=OrderPlaced" {
		t.Fatal(query)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range c.Stream(ctx, nil, at(0)) {
		last = err
		cancel()
	}
	<-gone
	if !errors.Is(last, context.Canceled) {
		t.Fatal(last)
	}
}

// With from, the ledger's position is not where the stream begins.
func TestStreamFrom(t *testing.T) {
	f := &feed{steps: steps{say(""), say(event(3)), say("")}}
	c := ledger(t, Options{}, f.ServeHTTP)
	var got []uint64
	for e, err := range c.Stream(t.Context(), url.Values{"from": {"3"}}, nil) {
		if err == nil {
			got = append(got, e.Position)
		}
	}
	if !slices.Equal(got, []uint64{3}) || !slices.Equal(f.asked, []string{"-", "-", "3", "3"}) {
		t.Fatalf("positions %v, connections behind %v", got, f.asked)
	}
}

func TestStreamOfNobody(t *testing.T) {
	for _, err := range ledgerless(t, quick).Stream(t.Context(), nil, nil) {
		if err == nil || !strings.Contains(err.Error(), "connect") {
			t.Fatal(err)
		}
	}
}
