package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/seatledger/seatledger/events"
)

// history is a source that grows: its entries are their own positions.
type history struct {
	mu    sync.Mutex
	last  uint64
	moved chan struct{}
}

func newHistory() *history { return &history{moved: make(chan struct{})} }

func (h *history) grow(n uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last += n
	close(h.moved)
	h.moved = make(chan struct{})
}

func (h *history) Position() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

func (h *history) Wait(ctx context.Context, position uint64) error {
	for {
		h.mu.Lock()
		there, moved := h.last >= position, h.moved
		h.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (h *history) Entries(first uint64, n int) (list []events.Entry, err error) {
	for p := first; p <= h.Position() && len(list) < n; p++ {
		list = append(list, events.Entry(fmt.Sprint(p)))
	}
	return list, nil
}

// stream is a feed in memory. Each of its faults meets one publication: it is
// stored up to a number of messages, and then fails.
type stream struct {
	mu      sync.Mutex
	stored  []string
	calls   int
	faults  []int
	arrived chan struct{} // of capacity 1: something was stored
}

var errLost = errors.New("no answer")

func (s *stream) Last(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return uint64(len(s.stored)), nil
}

func (s *stream) Publish(_ context.Context, first uint64, entries []events.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if first != uint64(len(s.stored))+1 {
		return fmt.Errorf("%d behind %d", first, len(s.stored))
	}
	var err error
	if len(s.faults) > 0 {
		entries, err = entries[:min(s.faults[0], len(entries))], errLost
		s.faults = s.faults[1:]
	}
	for _, e := range entries {
		s.stored = append(s.stored, string(e))
	}
	select {
	case s.arrived <- struct{}{}:
	default:
	}
	return err
}

// follow runs a feeder for a test.
func follow(t *testing.T, h *history, s *stream) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	f := &Feeder{Source: h, Feed: s, Log: slog.New(slog.DiscardHandler)}
	go func() { defer close(ended); f.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
}

// reach waits until so many are stored, and checks them.
func (s *stream) reach(t *testing.T, n int) (calls int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		stored, calls := s.stored, s.calls
		s.mu.Unlock()
		if len(stored) >= n {
			for i, e := range stored {
				if e != fmt.Sprint(i+1) {
					t.Fatalf("at position %d stands %s", i+1, e)
				}
			}
			return calls
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d are published", len(stored), n)
		}
	}
}

// Every publication fails once: before anything is stored, in the middle, and
// with all of it stored. Each event is published once all the same.
func TestEachEventIsPublishedOnce(t *testing.T) {
	h := newHistory()
	s := &stream{faults: []int{0, 1, BatchEvents / 2, BatchEvents}, arrived: make(chan struct{}, 1)}
	h.grow(3*BatchEvents + 7)
	follow(t, h, s)
	s.reach(t, 3*BatchEvents+7)
	if len(s.faults) > 0 {
		t.Errorf("faults that were not met: %v", s.faults)
	}
}

func TestGoesOnBehindWhatIsThere(t *testing.T) {
	h := newHistory()
	s := &stream{stored: []string{"1", "2", "3"}, arrived: make(chan struct{}, 1)}
	h.grow(5)
	follow(t, h, s)
	s.reach(t, 5)
}

// What comes in quick succession is published together.
func TestGathers(t *testing.T) {
	h := newHistory()
	s := &stream{arrived: make(chan struct{}, 1)}
	follow(t, h, s)
	const events = 200
	began := time.Now()
	for range events {
		h.grow(1)
		time.Sleep(100 * time.Microsecond)
	}
	took := time.Since(began)
	calls := s.reach(t, events)
	if most := int(took/gatherFor) + 2; calls > most {
		t.Errorf("%d publications in %s, at most %d expected", calls, took, most)
	}
}

// After a rest an event is not kept waiting.
func TestPublishesAtOnceAfterARest(t *testing.T) {
	h := newHistory()
	s := &stream{arrived: make(chan struct{}, 1)}
	follow(t, h, s)
	best := time.Hour
	for range 20 {
		time.Sleep(2 * gatherFor)
		began := time.Now()
		h.grow(1)
		<-s.arrived
		best = min(best, time.Since(began))
	}
	if best >= gatherFor {
		t.Errorf("the quickest of 20 took %s", best)
	}
}
