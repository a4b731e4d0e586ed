package backup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
	"github.com/seatledger/seatledger/projections/audit"
)

// shelf keeps a checkpoint in memory.
type shelf struct{ note []byte }

func (s *shelf) Put(_ context.Context, note []byte) error {
	s.note = note
	return nil
}

func (s *shelf) Newest(context.Context) ([]byte, error) { return s.note, nil }

// errAway is what a source answers that is away.
var errAway = errors.New("the ledger is away")

// world is a ledger that is backed up, and writes commits as the writer does.
type world struct {
	testing.TB
	log  *audit.Log
	seq  uint64
	size uint64
	at   time.Time

	away   int // frames that are sent until it is away; -1 is for ever
	sent   int // frames, the last time
	behind Place
}

func newWorld(t testing.TB) *world {
	t.Helper()
	log, err := audit.Open(t.Context(), audit.Options{Journal: memlog.New(), Epoch: 1, Dir: filepath.Join(t.TempDir(), "copy"),
		KeyFile: filepath.Join(t.TempDir(), "log.key"), Checkpoints: new(shelf), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	log.Start()
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return &world{TB: t, log: log, at: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), away: -1}
}

func (w *world) append(f events.Frame) {
	w.Helper()
	seq, err := w.log.Journal().Append(w.Context(), w.seq, f.Encode())
	if err != nil {
		w.Fatal(err)
	}
	w.seq = seq
}

// command records one command of so many events a frame; unfinished, without
// its end. It comes a second after the one before.
func (w *world) command(unfinished bool, frames ...int) {
	w.Helper()
	w.at = w.at.Add(time.Second)
	commit, command, first := &events.Commit{Epoch: 1, ID: ulid.Make(), First: w.size + 1}, ulid.Make().String(), w.size+1
	for part, n := range frames {
		f := events.Frame{Epoch: 1, First: first, Commit: commit.ID, Part: uint32(part), End: !unfinished && part == len(frames)-1}
		for range n {
			f.Entries = append(f.Entries, w.entry(first, command))
			first++
		}
		if len(frames) > 1 || n == 0 {
			f.Receipts = []events.Receipt{{Key: [32]byte{1}, Answer: []byte("{}")}}
		}
		w.append(f)
		commit.Entries, commit.Receipts = append(commit.Entries, f.Entries...), append(commit.Receipts, f.Receipts...)
	}
	if !unfinished {
		w.size, commit.Seq = first-1, w.seq
		w.log.Offer(commit)
	}
}

func (w *world) entry(position uint64, command string) events.Entry {
	w.Helper()
	e, err := events.Kinds.Encode(&events.Event{
		ID: ulid.Make().String(), Position: position, Time: w.at, Partner: "p", AggregateID: "p",
		Cause: events.Cause{Actor: "a", ActorRole: "admin", CommandID: command, CommandType: "RegisterPartner",
			CorrelationID: command, CausationID: command},
		Data: &events.PartnerRegistered{PartnerID: "p", Name: fmt.Sprint("Partner ", position)},
	})
	if err != nil {
		w.Fatal(err)
	}
	return e
}

// lives records every kind of commit: of one frame and of several, without an
// event, and one that is abandoned.
func (w *world) lives() {
	w.Helper()
	w.command(false, 1)
	w.command(false, 2, 1, 3)
	w.command(false, 0)
	w.command(true, 2, 2)
	w.command(false, 3)
}

func (w *world) Key(context.Context) (string, error) { return w.log.PublicKey(), nil }

func (w *world) Checkpoint(ctx context.Context) ([]byte, error) {
	c, err := w.log.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	return c.Note, nil
}

func (w *world) Frames(ctx context.Context, after Place) iter.Seq2[[]byte, error] {
	w.sent, w.behind = 0, after
	return func(yield func([]byte, error) bool) {
		for frame, err := range Since(w.log.Journal().Read(ctx, 1), after) {
			if w.sent == w.away {
				frame, err = nil, errAway
			}
			if !yield(frame, err) || err != nil {
				return
			}
			w.sent++
		}
	}
}

// backedUp makes a backup that must succeed.
func (w *world) backedUp(dir string) Report {
	w.Helper()
	r, err := Make(w.Context(), dir, w, func(uint64, uint64) {})
	if err != nil {
		w.Fatal(err)
	}
	w.whole(dir)
	return r
}

// whole wants a backup to have all that the ledger has, and nothing else.
func (w *world) whole(dir string) *Backup {
	w.Helper()
	b, err := Open(dir)
	if err != nil {
		w.Fatal(err)
	}
	s, err := b.Check(Limit{}, nil, func(uint64, uint64) {})
	root, rooted := w.log.Root(int64(b.Size()))
	if err != nil || rooted != nil || s.Cut != b.Size() || b.Edge.Root() != root {
		w.Fatalf("%+v, %v, %v", s, err, rooted)
	}
	listed := map[string]bool{manifestFile: true, lockFile: true}
	for _, s := range b.Segments {
		listed[s.Name] = true
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != len(listed) {
		w.Errorf("%v, %v; listed are %v", files, err, listed)
	}
	return b
}
