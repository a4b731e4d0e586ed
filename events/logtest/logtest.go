// Package logtest is the suite that every [events.Journal] passes.
package logtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/seatledger/seatledger/events"
)

// Store is where a journal's messages live.
type Store struct {
	// Open opens the journal; after Close, again.
	Open func(testing.TB) events.Journal
	// Close closes what Open opened.
	Close func(testing.TB)
	// Damage makes one stored message unreadable; the journal is closed.
	Damage func(t testing.TB, seq uint64)
}

// Run checks a journal; fresh makes an empty store.
func Run(t *testing.T, fresh func(testing.TB) Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *suite)
	}{
		{"empty", testEmpty}, {"append and read", testAppend}, {"conflict", testConflict}, {"limits", testLimits},
		{"end of a read", testReadEnd}, {"cancelled", testCancelled}, {"concurrent", testConcurrent},
		{"open again", testReopen}, {"gap", testGap}, {"gap at the end", testGapAtEnd},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &suite{Store: fresh(t)}
			s.Journal = s.Open(t)
			defer func() { s.Close(t) }()
			c.test(t, s)
		})
	}
}

type suite struct {
	Store
	events.Journal
}

func body(n uint64) []byte { return fmt.Appendf(nil, "message %d \x00\r\n", n) }

// fill appends the messages from..to.
func (s *suite) fill(t *testing.T, from, to uint64) {
	t.Helper()
	for n := from; n <= to; n++ {
		seq, err := s.Append(t.Context(), n-1, body(n))
		if err != nil || seq != n {
			t.Fatalf("append %d: %d, %v", n, seq, err)
		}
	}
}

// expect reads from..to, and nothing else.
func (s *suite) expect(t *testing.T, from, to uint64) {
	t.Helper()
	next := from
	for m, err := range s.Read(t.Context(), from) {
		if err != nil {
			t.Fatalf("read of %d: %v", next, err)
		}
		if m.Seq != next || !bytes.Equal(m.Data, body(next)) {
			t.Fatalf("read %d %q, want %d", m.Seq, m.Data, next)
		}
		next++
	}
	if next != to+1 {
		t.Fatalf("read up to %d, want %d", next-1, to)
	}
	s.expectLast(t, to)
}

func (s *suite) expectLast(t *testing.T, want uint64) {
	t.Helper()
	if last, err := s.Last(t.Context()); err != nil || last != want {
		t.Fatalf("the last is %d, %v; want %d", last, err, want)
	}
}

func testEmpty(t *testing.T, s *suite) {
	s.expect(t, 1, 0)
	if _, err := s.Append(t.Context(), 1, body(1)); !errors.Is(err, events.ErrConflict) {
		t.Errorf("append behind 1 on an empty journal: %v", err)
	}
}

func testAppend(t *testing.T, s *suite) {
	data := body(1)
	if _, err := s.Append(t.Context(), 0, data); err != nil {
		t.Fatal(err)
	}
	clear(data) // it is the caller's again
	s.fill(t, 2, 300)
	s.expect(t, 1, 300)
	s.expect(t, 0+299, 300)
	s.expect(t, 301, 300)
}

func testConflict(t *testing.T, s *suite) {
	s.fill(t, 1, 3)
	for _, last := range []uint64{0, 1, 2, 4, 1 << 60} {
		if seq, err := s.Append(t.Context(), last, []byte("not this")); !errors.Is(err, events.ErrConflict) {
			t.Errorf("append behind %d of 3: %d, %v", last, seq, err)
		}
	}
	s.expect(t, 1, 3)
	s.fill(t, 4, 4)
}

func testLimits(t *testing.T, s *suite) {
	large := bytes.Repeat([]byte{7}, s.MaxBytes()+1)
	if _, err := s.Append(t.Context(), 0, large); !errors.Is(err, events.ErrNotWritten) {
		t.Errorf("%d bytes: %v", len(large), err)
	}
	s.expectLast(t, 0)
	if seq, err := s.Append(t.Context(), 0, large[1:]); err != nil || seq != 1 {
		t.Fatalf("%d bytes: %d, %v", len(large)-1, seq, err)
	}
	if seq, err := s.Append(t.Context(), 1, nil); err != nil || seq != 2 {
		t.Fatalf("no bytes: %d, %v", seq, err)
	}
	sizes := []int{}
	for m, err := range s.Read(t.Context(), 1) {
		if err != nil || len(m.Data) > 0 && !bytes.Equal(m.Data, large[1:]) {
			t.Fatalf("message %d came back changed, %v", m.Seq, err)
		}
		sizes = append(sizes, len(m.Data))
	}
	if len(sizes) != 2 || sizes[0] != len(large)-1 || sizes[1] != 0 {
		t.Errorf("read messages of %v bytes", sizes)
	}
}

func testReadEnd(t *testing.T, s *suite) {
	s.fill(t, 1, 5)
	read := uint64(0)
	for m, err := range s.Read(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		if read++; m.Seq == 1 {
			s.fill(t, 6, 8) // behind the end as it was
		}
	}
	if read != 5 {
		t.Errorf("read %d of 5", read)
	}
	for m := range s.Read(t.Context(), 2) {
		if m.Seq == 4 {
			break
		}
	}
	s.expect(t, 1, 8)
}

func testCancelled(t *testing.T, s *suite) {
	s.fill(t, 1, 5)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Append(ctx, 5, body(6))
	if !errors.Is(err, events.ErrUnanswered) && !errors.Is(err, events.ErrNotWritten) {
		t.Errorf("append: %v", err)
	}
	var failed error
	for _, err := range s.Read(ctx, 1) {
		failed = err
	}
	if failed == nil {
		t.Error("a cancelled read ended without an error")
	}
}

// Several writers share the journal; each message is acknowledged to one.
func testConcurrent(t *testing.T, s *suite) {
	const writers, each = 6, 40
	var mu sync.Mutex
	acknowledged := map[uint64]string{}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			last := uint64(0)
			for i := 0; i < each; {
				text := fmt.Sprintf("%d/%d", w, i)
				seq, err := s.Append(t.Context(), last, []byte(text))
				if errors.Is(err, events.ErrConflict) {
					last, err = s.Last(t.Context())
				} else if err == nil {
					mu.Lock()
					acknowledged[seq] += text
					mu.Unlock()
					last, i = seq, i+1
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	read := 0
	for m, err := range s.Read(t.Context(), 1) {
		if err != nil || string(m.Data) != acknowledged[m.Seq] {
			t.Fatalf("message %d is %q, acknowledged as %q, %v", m.Seq, m.Data, acknowledged[m.Seq], err)
		}
		read++
	}
	if read != writers*each {
		t.Errorf("read %d of %d", read, writers*each)
	}
}

func (s *suite) reopen(t *testing.T, damaged ...uint64) {
	s.Close(t)
	for _, seq := range damaged {
		s.Damage(t, seq)
	}
	s.Journal = s.Open(t)
}

func testReopen(t *testing.T, s *suite) {
	for round := range uint64(3) {
		s.expectLast(t, round*20)
		s.fill(t, round*20+1, round*20+20)
		s.reopen(t)
	}
	s.expect(t, 1, 60)
	if _, err := s.Append(t.Context(), 40, body(41)); !errors.Is(err, events.ErrConflict) {
		t.Errorf("append behind 40 of 60: %v", err)
	}
}

// gap reads a journal with a damaged message: all before it, then an error.
func (s *suite) gap(t *testing.T, damaged uint64) {
	t.Helper()
	next, failed := uint64(1), error(nil)
	for m, err := range s.Read(t.Context(), 1) {
		if failed != nil {
			t.Fatal("the error was not the end")
		}
		if failed = err; err != nil {
			continue
		}
		if m.Seq != next || !bytes.Equal(m.Data, body(next)) {
			t.Fatalf("read %d %q, want %d", m.Seq, m.Data, next)
		}
		next++
	}
	last, err := s.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if next != damaged || !errors.Is(failed, events.ErrGap) && last >= damaged {
		t.Errorf("message %d is damaged: read up to %d, then %v; the end is %d", damaged, next-1, failed, last)
	}
}

func testGap(t *testing.T, s *suite) {
	s.fill(t, 1, 50)
	s.reopen(t, 20)
	s.gap(t, 20)
}

// A damaged last message may be missing from the end as well: only who knows
// how long the journal was can tell.
func testGapAtEnd(t *testing.T, s *suite) {
	s.fill(t, 1, 50)
	s.reopen(t, 50)
	s.gap(t, 50)
}
