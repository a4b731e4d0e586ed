package jetstream

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/seatledger/seatledger/events"
)

// answering is a journal without a stream; answer speaks in its place.
func answering(t *testing.T, answer func(*nats.Msg)) *Journal {
	t.Helper()
	s := start(t, Options{StoreDir: t.TempDir()})
	if answer != nil {
		if _, err := s.Private().Subscribe("journal.>", answer); err != nil {
			t.Fatal(err)
		}
	}
	return &Journal{nc: s.Private(), subject: "journal.1", server: s}
}

func TestAppendClassifiesAnswers(t *testing.T) {
	var body atomic.Value
	var sent atomic.Int32
	j := answering(t, func(m *nats.Msg) {
		sent.Add(1)
		if answer := body.Load().(string); answer != "" {
			m.Respond([]byte(answer))
		}
	})
	for i, c := range []struct {
		body string
		err  error
	}{
		{`{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 4"}}`, events.ErrConflict},
		{`{"error":{"code":400,"err_code":10164,"description":"wrong last sequence"}}`, events.ErrConflict},
		{`{"error":{"code":503,"err_code":10023,"description":"insufficient resources"}}`, events.ErrNotWritten},
		{`{"error":{"code":500,"err_code":10047,"description":"insufficient storage resources available"}}`, events.ErrNotWritten},
		{`{"error":{"code":400,"err_code":10060,"description":"expected stream does not match"}}`, events.ErrNotWritten},
		{`{"error":{"code":503,"err_code":10077,"description":"store failed"}}`, events.ErrUnanswered},
		{`{"error":{"code":503,"err_code":10008,"description":"temporarily unavailable"}}`, events.ErrUnanswered},
		{`{"stream":"LEDGER_JOURNAL"}`, events.ErrUnanswered},
		{`nonsense`, events.ErrUnanswered},
		{``, events.ErrUnanswered},
	} {
		body.Store(c.body)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, err := j.Append(ctx, 3, []byte("x"))
		cancel()
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.body, err, c.err)
		}
		if n := int(sent.Load()); n != i+1 {
			t.Fatalf("%s: sent %d times", c.body, n-i)
		}
	}
}

func TestAppendWithoutAStreamIsNotWritten(t *testing.T) {
	j := answering(t, nil)
	if _, err := j.Append(t.Context(), 0, []byte("x")); !errors.Is(err, events.ErrNotWritten) {
		t.Errorf("no stream: %v", err)
	}
}

func TestAppendAfterCloseIsNotWritten(t *testing.T) {
	s := start(t, Options{StoreDir: t.TempDir()})
	j := openJournal(t, s)
	s.Close()
	for range 2 {
		if _, err := j.Append(t.Context(), 0, []byte("x")); !errors.Is(err, events.ErrNotWritten) {
			t.Errorf("closed: %v", err)
		}
	}
	if _, err := j.Last(t.Context()); err == nil {
		t.Error("a closed journal has an end")
	}
}

// A journal that takes the place of another begins above its sequences.
func TestJournalBeginsWhereItIsTold(t *testing.T) {
	s := start(t, Options{StoreDir: t.TempDir()})
	for range 2 {
		j, err := s.OpenJournal(t.Context(), JournalOptions{Epoch: 2, FirstSeq: 1000})
		if err != nil {
			t.Fatal(err)
		}
		last, err := j.Last(t.Context())
		if err != nil || last < 999 {
			t.Fatalf("%d, %v", last, err)
		}
		if _, err := j.Append(t.Context(), 7, []byte("late")); !errors.Is(err, events.ErrConflict) {
			t.Errorf("behind 7: %v", err)
		}
		seq, err := j.Append(t.Context(), last, []byte("x"))
		if err != nil || seq != last+1 {
			t.Errorf("%d, %v", seq, err)
		}
		next := uint64(1000)
		for m, err := range j.Read(t.Context(), 1) {
			if err != nil || m.Seq != next {
				t.Fatalf("%d, %v", m.Seq, err)
			}
			next++
		}
		if next != seq+1 {
			t.Errorf("read up to %d of %d", next-1, seq)
		}
	}
}

// The names of block files are made durable as they appear.
func TestNewBlocksAreNoticed(t *testing.T) {
	s := start(t, Options{StoreDir: t.TempDir()})
	w := newWriter(t, openJournal(t, s))
	for range 20 {
		w.retry(1 << 20)
		last, err := lastBlock(s.streamDir(accountPrivate, JournalStream))
		if err != nil || w.j.blocks.next != last+1 {
			t.Fatalf("%d blocks, fsynced up to %d, %v", last, w.j.blocks.next-1, err)
		}
	}
	if w.j.blocks.next < 3 {
		t.Fatal("one block held it all")
	}
}

func TestReadIsNoGapWhenTheServerGoes(t *testing.T) {
	s := start(t, Options{StoreDir: t.TempDir()})
	w := newWriter(t, openJournal(t, s))
	for range 10 {
		w.retry(8 << 20 / 10)
	}
	var failed error
	for m, err := range w.j.Read(t.Context(), 1) {
		if failed = err; m.Seq == 1 {
			s.Close()
		}
	}
	if errors.Is(failed, events.ErrGap) {
		t.Errorf("the server went, and the read says: %v", failed)
	}
}
