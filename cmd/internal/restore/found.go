package restore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections/audit"
)

const (
	// epoch of a journal that is made anew.
	epoch = 1
	// beginOrigin is the command type of OriginBegun: no client can send it.
	beginOrigin = "BeginOrigin"
)

// founding is a log that is made of frames: journal, copy, tree and signed
// checkpoint, in a folder that is no ledger yet.
type founding struct {
	dir    string
	frames iter.Seq2[[]byte, error]
	feed   string    // name of its stream, which stays empty
	lossy  bool      // frames may end anyhow behind upTo
	upTo   uint64    // the last position that is taken; it ends a command
	root   tlog.Hash // of the tree at upTo; the zero hash is not known before
	log    *slog.Logger

	// checkpoint is the newest one, of a log that keeps its origin, whose key
	// stands in the folder.
	checkpoint []byte
	// begun is the first entry of a new origin, nil for a log that keeps its
	// own; its size and root are set here. Origin is its name, "" a random one.
	begun  *events.OriginBegun
	origin string
	// erased tells of a person whether the keys know an erasure: a new origin
	// says so too.
	erased func(person string) bool

	people *people // of a new origin
	edge   audit.Edge
	last   time.Time // of the last event
}

// make makes it, and returns the log's key. All is checked when it returns, and
// durable once the folder is fsynced.
func (f *founding) make(ctx context.Context) (key *audit.Key, err error) {
	nats, err := jetstream.Start(jetstream.Options{StoreDir: filepath.Join(f.dir, datadir.NATS), Feed: f.feed, Unsynced: true, Log: f.log})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, nats.Close()) }()
	journal, err := nats.OpenJournal(ctx, jetstream.JournalOptions{Epoch: epoch})
	if err != nil {
		return nil, err
	}
	if f.begun != nil {
		f.people = newPeople()
	}
	if err := journal.Fill(ctx, f.messages(journal.MaxBytes())); err != nil {
		return nil, err
	}
	if uint64(f.edge.Size) != f.upTo || f.root != (tlog.Hash{}) && f.root != f.edge.Root() {
		return nil, fmt.Errorf("%w: the frames end with position %d, expected %d", backup.ErrDamaged, f.edge.Size, f.upTo)
	}
	if f.begun != nil {
		if err := f.begin(ctx, journal); err != nil {
			return nil, err
		}
	}
	checkpoints, err := nats.OpenCheckpoints(ctx)
	if err == nil && f.checkpoint != nil {
		err = checkpoints.Put(ctx, f.checkpoint)
	}
	if err == nil {
		_, err = nats.OpenFeed(ctx) // one that is gone would be told as damage
	}
	if err != nil {
		return nil, err
	}
	return f.prove(ctx, journal, checkpoints)
}

// messages are what the journal is to have: all frames, under its own epoch, up
// to where the log ends.
func (f *founding) messages(maxBytes int) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		seq := uint64(0)
		for c, err := range backup.Commits(f.frames) {
			var frames []*events.Frame
			over := err == nil && c.Last() > f.upTo
			if err == nil {
				frames, err = f.take(c, maxBytes)
			}
			if err != nil {
				if !f.lossy || uint64(f.edge.Size) < f.upTo {
					yield(events.Message{}, err)
				}
				return
			}
			for _, frame := range frames {
				seq++
				frame.Epoch = epoch
				if !yield(events.Message{Seq: seq, Data: frame.Encode()}, nil) {
					return
				}
			}
			if over {
				return
			}
		}
	}
}

// take is what is taken of a commit.
func (f *founding) take(c backup.Commit, maxBytes int) (frames []*events.Frame, err error) {
	commit := c.Commit
	if c.Last() > f.upTo {
		if commit, err = writer.Cut(c.Commit, f.upTo, ulid.Make()); err != nil {
			return nil, err
		}
		if len(commit.Entries)+len(commit.Receipts) == 0 {
			return nil, nil
		}
		frames, _ = writer.Frames(commit, maxBytes)
	} else {
		for _, data := range c.Frames {
			frame, err := events.DecodeFrame(data)
			if err != nil {
				return nil, err
			}
			frames = append(frames, frame)
		}
	}
	return frames, f.leaves(commit)
}

// leaves adds a commit's entries to the tree, and looks whom they are about.
func (f *founding) leaves(c *events.Commit) (err error) {
	for i, entry := range c.Entries {
		if f.people != nil {
			e, err := events.Kinds.Decode(c.First+uint64(i), entry)
			if err != nil {
				return err
			}
			f.people.add(e)
		}
		f.edge.Add(tlog.RecordHash(entry))
	}
	if n := len(c.Entries); n > 0 {
		f.last, err = c.Entries[n-1].Time()
	}
	return err
}

// begin records what the new origin begins with: whose history it goes on, and
// the erasures that it would not know of otherwise.
func (f *founding) begin(ctx context.Context, journal *jetstream.Journal) error {
	root := f.edge.Root()
	f.begun.OldSize, f.begun.OldRoot = f.upTo, root[:]
	now := time.Now().UTC().Truncate(events.Tick)
	if now.Before(f.last) {
		now = f.last // times never run backwards
	}
	drafts := []events.Draft{{Partner: events.NoPartner, AggregateID: events.LedgerID, Data: f.begun}}
	drafts = append(drafts, f.people.erasures(f.erased)...)
	command := ulid.Make().String()
	commit := &events.Commit{Epoch: epoch, ID: ulid.Make(), First: f.upTo + 1}
	for i, d := range drafts {
		entry, err := events.Kinds.Encode(&events.Event{
			ID: ulid.Make().String(), Position: f.upTo + 1 + uint64(i), Time: now, Partner: d.Partner, AggregateID: d.AggregateID,
			Cause: events.Cause{Actor: "ledger", ActorRole: rule.Ledger.String(), CommandID: command, CommandType: beginOrigin,
				CorrelationID: command, CausationID: command},
			Data: d.Data,
		})
		if err != nil {
			return err
		}
		commit.Entries = append(commit.Entries, entry)
	}
	frames, _ := writer.Frames(commit, journal.MaxBytes())
	last, err := journal.Last(ctx)
	for _, frame := range frames {
		if err == nil {
			last, err = journal.Append(ctx, last, frame.Encode())
		}
	}
	if err != nil {
		return err
	}
	return f.leaves(commit)
}

// prove makes the copy and the tree of the journal, compares them with the
// checkpoint, and signs what is new.
func (f *founding) prove(ctx context.Context, journal *jetstream.Journal, checkpoints audit.Checkpoints) (key *audit.Key, err error) {
	log, err := audit.Open(ctx, audit.Options{
		Journal: journal, Epoch: epoch, Dir: filepath.Join(f.dir, datadir.Copy), KeyFile: filepath.Join(f.dir, datadir.LogKey),
		Origin: f.origin, Checkpoints: checkpoints, Log: f.log,
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	root, err := log.Root(f.edge.Size)
	if err == nil && (log.Size() != f.edge.Size || root != f.edge.Root()) {
		err = fmt.Errorf("%w: what was written has another root", backup.ErrDamaged)
	}
	return log.Key(), err
}
