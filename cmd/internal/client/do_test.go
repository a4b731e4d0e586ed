package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates"
)

const done = `{"command_id":"01J","position":7,"id":"o1","events":[{"id":"01K","type":"OrderPlaced","position":7}],"events_total":1,"new":true}`

func TestDo(t *testing.T) {
	var got *http.Request
	var body []byte
	c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Idempotency-Replayed", "true")
		answerWith(w, "7", done)
	})
	position := uint64(0)
	a, err := c.Do(t.Context(), "PlaceOrder", map[string]int{"quantity": 3}, DoOptions{
		IdempotencyKey: "k", DryRun: true, ExpectedPosition: &position, CorrelationID: "corr", CausationID: "cause", Traceparent: "tp",
	})
	if err != nil {
		t.Fatal(err)
	}
	if a.Position != 7 || a.ID != "o1" || !a.Replayed || a.EventsTotal != 1 || a.Events[0] != (aggregates.EventRef{ID: "01K", Type: "OrderPlaced", Position: 7}) {
		t.Fatalf("%+v", a)
	}
	if got.Method != "POST" || got.URL.String() != "/v1/commands/PlaceOrder?dry_run=true&expected_position=0" || string(body) != `{"quantity":3}` {
		t.Fatalf("%s %s %s", got.Method, got.URL, body)
	}
	for name, want := range map[string]string{
		"Idempotency-Key": "k", "Seatledger-Correlation-Id": "corr", "Seatledger-Causation-Id": "cause", "Traceparent": "tp",
		"Content-Type": "application/json",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q", name, got.Header.Get(name))
		}
	}
	for _, asIs := range []any{[]byte(`{ }`), jsontext.Value(`{ }`)} {
		if _, err := c.Do(t.Context(), "X", asIs, DoOptions{}); err != nil || string(body) != `{ }` || len(got.Header["Idempotency-Key"]) > 0 || got.URL.RawQuery != "" {
			t.Fatalf("%s %v %v", body, got.Header, err)
		}
	}
	if _, err := c.Do(t.Context(), "X", func() {}, DoOptions{}); err == nil {
		t.Fatal("sent what cannot be encoded")
	}
}

// flaky answers with each status in order, then 200, and counts.
func flaky(asked *atomic.Int32, retryAfter string, statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := int(asked.Add(1))
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"a":1}` {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if n > len(statuses) {
			answerWith(w, "7", done)
			return
		}
		fail(w, statuses[n-1], "unavailable", retryAfter)
	}
}

func TestSentAgainWithAKeyOnly(t *testing.T) {
	for _, x := range []struct {
		name     string
		key      string
		statuses []int
		asked    int32
		status   int // 0: done
	}{
		{"with a key", "k", []int{503, 503, 429, 503}, 5, 0},
		{"without", "", []int{503}, 1, 503},
		{"refused", "k", []int{409}, 1, 409},
		{"refused at last", "k", []int{503, 422}, 2, 422},
		{"a fault of the ledger", "k", []int{500}, 1, 500},
	} {
		t.Run(x.name, func(t *testing.T) {
			var asked atomic.Int32
			c := ledger(t, Options{}, flaky(&asked, "", x.statuses...))
			a, err := c.Do(t.Context(), "PlaceOrder", []byte(`{"a":1}`), DoOptions{IdempotencyKey: x.key})
			if asked.Load() != x.asked {
				t.Errorf("asked %d times, want %d", asked.Load(), x.asked)
			}
			if x.status == 0 {
				if err != nil || a.Position != 7 {
					t.Fatalf("%+v %v", a, err)
				}
				return
			}
			if p := problemOf(t, err); p.Status != x.status || a != nil {
				t.Fatalf("%+v", p)
			}
		})
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	var asked atomic.Int32
	c := ledger(t, Options{}, flaky(&asked, "1", 503))
	start := time.Now()
	if _, err := c.Do(t.Context(), "X", []byte(`{"a":1}`), DoOptions{IdempotencyKey: "k"}); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d < 900*time.Millisecond {
		t.Fatalf("came again after %v", d)
	}
}

func TestGivesUp(t *testing.T) {
	var asked atomic.Int32
	c := ledger(t, Options{}, flaky(&asked, "3600", 503))
	start := time.Now()
	_, err := c.Do(t.Context(), "X", []byte(`{"a":1}`), DoOptions{IdempotencyKey: "k"})
	if p := problemOf(t, err); p.Status != 503 || RetryAfter(err) != time.Hour || time.Since(start) > time.Second {
		t.Fatalf("%+v after %v", p, time.Since(start))
	}
	c.pace.commandFor = 50 * time.Millisecond
	_, err = ledgerless(t, c.pace).Do(t.Context(), "X", nil, DoOptions{IdempotencyKey: "k"})
	if err == nil || !strings.Contains(err.Error(), "connect") {
		t.Fatal(err)
	}
}

// ledgerless is a client of nobody.
func ledgerless(t *testing.T, p pace) *Client {
	t.Helper()
	c, err := New("http://127.0.0.1:1", Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.pace = p
	return c
}

func TestStopsWhenToldTo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := ledger(t, Options{}, func(w http.ResponseWriter, _ *http.Request) {
		time.AfterFunc(20*time.Millisecond, cancel)
		fail(w, 503, "unavailable", "1")
	})
	_, err := c.Do(ctx, "X", nil, DoOptions{IdempotencyKey: "k"})
	if !errors.Is(err, context.Canceled) || problemOf(t, err).Status != 503 {
		t.Fatal(err)
	}
}

// The command is recorded, and then the connection breaks.
func TestFailedButLanded(t *testing.T) {
	for _, key := range []string{"k", ""} {
		var recorded, asked atomic.Int32
		c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			if recorded.CompareAndSwap(0, 1) {
				w.Header().Set("Content-Length", "500")
				io.WriteString(w, done[:20])
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Idempotency-Replayed", "true")
			answerWith(w, "7", done)
		})
		a, err := c.Do(t.Context(), "X", nil, DoOptions{IdempotencyKey: key})
		if key == "" {
			if err == nil || asked.Load() != 1 {
				t.Fatalf("sent %d times without a key: %v", asked.Load(), err)
			}
			continue
		}
		if err != nil || !a.Replayed || asked.Load() != 2 {
			t.Fatalf("%+v, sent %d times: %v", a, asked.Load(), err)
		}
	}
}
