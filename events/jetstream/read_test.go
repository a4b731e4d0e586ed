package jetstream

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/seatledger/seatledger/events"
)

// heardLog keeps what connections say behind everybody's back.
type heardLog struct {
	slog.Handler
	mu   sync.Mutex
	said []string
}

func (h *heardLog) Enabled(context.Context, slog.Level) bool { return true }

func (h *heardLog) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "nats connection" {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	text := r.Level.String()
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	h.said = append(h.said, text)
	return nil
}

func (h *heardLog) all() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.said, "\n")
}

func (h *heardLog) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.said)
}

// small yields so many messages of a few bytes.
func small(n uint64) func(func(events.Message, error) bool) {
	return func(yield func(events.Message, error) bool) {
		for seq := range n {
			if !yield(events.Message{Seq: seq + 1, Data: []byte("small")}, nil) {
				return
			}
		}
	}
}

// smallJournal is a journal of so many small messages, and what is heard of its
// connections.
func smallJournal(t testing.TB, n uint64) (*Journal, *heardLog) {
	t.Helper()
	heard := new(heardLog)
	s, err := Start(Options{StoreDir: t.TempDir(), Unsynced: true, Log: slog.New(heard)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	j := openJournal(t, s)
	if err := j.Fill(t.Context(), small(n)); err != nil {
		t.Fatal(err)
	}
	return j, heard
}

// A reader that takes its time gets every message once, and none is dropped on
// its way. It pauses where the next messages are asked for.
func TestSlowReader(t *testing.T) {
	const messages = 3 * readAheadMessages
	j, heard := smallJournal(t, messages)
	next := uint64(1)
	for m, err := range j.Read(t.Context(), 1) {
		if err != nil || m.Seq != next {
			t.Fatalf("%d, want %d: %v", m.Seq, next, err)
		}
		if (next+2)%(readAheadMessages/2) < 6 { // all that was asked for comes meanwhile
			time.Sleep(40 * time.Millisecond)
		}
		next++
	}
	if next != messages+1 {
		t.Errorf("it ends before %d", next)
	}
	if said := heard.all(); said != "" {
		t.Errorf("dropped on the way:\n%s", said)
	}
}

// What goes wrong on the ledger's own connections is logged: a warning, unless
// it is a reader's, who gets again what was dropped.
func TestHeard(t *testing.T) {
	heard := new(heardLog)
	s := &Embedded{o: Options{Log: slog.New(heard)}}
	for name, c := range map[string]struct {
		subject string
		err     error
		level   string
	}{
		"a reader":  {inboxHead + "LEDGER_FEED.x", nats.ErrSlowConsumer, "DEBUG"},
		"a service": {"seatledger.v1.command.AddUser", nats.ErrSlowConsumer, "WARN"},
		"the rest":  {inboxHead + "LEDGER_FEED.x", nats.ErrPermissionViolation, "WARN"},
	} {
		heard.said = nil
		s.heard(&nats.Conn{Opts: nats.Options{Name: "LEDGER_FEED"}}, &nats.Subscription{Subject: c.subject}, c.err)
		if said := heard.all(); !strings.HasPrefix(said, c.level+" account=LEDGER_FEED subject="+c.subject) || !strings.Contains(said, c.err.Error()) {
			t.Errorf("%s: %s", name, said)
		}
	}
	heard.said = nil
	s.heard(&nats.Conn{}, nil, nats.ErrAuthorization)
	if said := heard.all(); !strings.HasPrefix(said, "WARN") {
		t.Errorf("without a subscription: %s", said)
	}
}

// BenchmarkReadSmall reads a long journal of small messages, by a reader who
// pauses.
func BenchmarkReadSmall(b *testing.B) {
	const messages = 200_000
	j, heard := smallJournal(b, messages)
	for name, pause := range map[string]time.Duration{"at once": 0, "slow": 25 * time.Millisecond} {
		b.Run(name, func(b *testing.B) {
			read := 0
			for b.Loop() {
				for m, err := range j.Read(b.Context(), 1) {
					if err != nil {
						b.Fatal(err)
					}
					if read++; m.Seq%2049 < 2 {
						time.Sleep(pause)
					}
				}
			}
			b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "messages/s")
			b.ReportMetric(float64(heard.count()), "dropped")
		})
	}
}
