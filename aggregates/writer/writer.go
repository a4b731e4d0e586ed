package writer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/events"
)

// Limits of the writer.
const (
	// MaxGroup is how many commands one group takes.
	MaxGroup = 1024
	// MaxWaiting is how many commands may wait; more are answered ErrBusy.
	MaxWaiting = 8192
	// MaxRows is how many rows are kept in memory, give or take a group.
	MaxRows = 400_000
	// TrainPart is how many commands of a train are rehearsed at a time.
	TrainPart = 500
	// maxAttempts is how often one command is sent again with its rows.
	maxAttempts = 20
)

// Batch tells of one commit, for metrics.
type Batch struct {
	Commands, Events, Frames, Bytes int
	Append                          time.Duration
	Conflict                        bool // an append was refused: another frame came first
}

// Config is what a writer is made of.
type Config struct {
	Journal events.Journal
	Kinds   *events.Table
	Sealer  events.Sealer
	Views   Views
	Epoch   uint64
	Start   Place    // what the views have reached
	Secret  [32]byte // keys the hashes of idempotency keys
	Shared  bool     // other writers may be: prove before answering that none was
	MaxRows int      // rows kept in memory; 0 means MaxRows
	// TrainPart is how many commands of a train are rehearsed at a time; 0 means
	// TrainPart.
	TrainPart int
	Clock     func() time.Time
	Log       *slog.Logger
	Observe   func(Batch)
}

// Writer decides commands and records what comes of them.
type Writer struct {
	Config
	queue chan *pending
	fixes chan fix
	ready chan *hold // prepared beside the writer
	seen  chan *hold // committed, and in the views
	ids   *ids

	ctx  context.Context
	stop context.CancelFunc
	done sync.WaitGroup

	// What follows belongs to the goroutine of run.
	clock   *clock
	cache   *cache
	held    map[string]*hold
	backlog []*pending // released from holds
	place   Place      // the newest whole commit
	tail    uint64     // the journal's last sequence, behind unfinished commits too
	doubt   bool       // place and tail must be read anew
	// late are durable commits that the views were told of, and not given yet.
	late []*events.Commit
	// expected is how many commands may come at once after a group.
	expected int
}

// Open reads the journal's end and starts the writer.
func Open(c Config) (*Writer, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.MaxRows == 0 {
		c.MaxRows = MaxRows
	}
	if c.TrainPart == 0 {
		c.TrainPart = TrainPart
	}
	if c.Observe == nil {
		c.Observe = func(Batch) {}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	w := &Writer{
		Config: c,
		queue:  make(chan *pending, MaxWaiting), fixes: make(chan fix),
		ready: make(chan *hold), seen: make(chan *hold),
		ids: newIDs(), clock: newClock(c.Clock, c.Start.Time, c.Log), cache: newCache(c.MaxRows),
		held: map[string]*hold{}, place: c.Start, doubt: true,
	}
	w.ctx, w.stop = context.WithCancel(context.Background())
	if err := w.settle(); err != nil {
		w.stop()
		return nil, fmt.Errorf("the journal's end cannot be read: %w", err)
	}
	w.done.Add(1)
	go w.run()
	return w, nil
}

// Close stops deciding. What was not answered yet is answered ErrUnavailable.
func (w *Writer) Close() {
	w.stop()
	w.done.Wait()
}

// Do decides a command and returns when the answer is durable. Errors are
// *rule.Refusal and rule.Invalid; [ErrUnavailable] and [ErrBusy], after which
// the same may be sent again; and ctx's, after which nothing is known.
func (w *Writer) Do(ctx context.Context, r Request) (Answer, error) {
	p := newPending(r, w.ids.at(w.Clock()), w.Secret)
	for range maxAttempts {
		select {
		case w.queue <- p:
		default:
			return Answer{}, ErrBusy
		}
		var res result
		select {
		case res = <-p.done:
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		case <-w.ctx.Done():
			return Answer{}, ErrUnavailable
		}
		switch {
		case res.again:
			if err := w.rehearse(ctx, p, res.void); err != nil {
				return Answer{}, err
			}
		case res.kept != nil:
			return w.repeat(ctx, res.kept)
		case res.err != nil:
			return Answer{}, res.err
		default:
			return res.answer, w.erased(ctx, &res.answer)
		}
	}
	return Answer{}, ErrBusy
}

// erased waits, after an erasure, until the views have it: before they do, the
// keys are destroyed. Only then nothing of the person can be read any more,
// which is what the answer says.
func (w *Writer) erased(ctx context.Context, a *Answer) error {
	kind := (*events.PersonErased)(nil).EventType()
	if a.DryRun || !slices.ContainsFunc(a.Events, func(e aggregates.EventRef) bool { return e.Type == kind }) {
		return nil
	}
	if err := w.Views.Wait(ctx, a.Position); err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	return nil
}

// rehearse finds out what rows a command needs and reads them, from views
// that have reached seq. Those that were missing are read in any case: views
// that do not know yet what the command builds upon would show a shorter way,
// but each attempt gets one row further.
func (w *Writer) rehearse(ctx context.Context, p *pending, seq uint64) error {
	if err := w.Views.WaitSeq(ctx, seq); err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	snap, err := w.Views.Snapshot()
	if err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	defer snap.Close()
	rec := newRecorder(snap, false)
	w.play(rec, p, w.Clock().UTC(), snap.Position()+1)
	for _, k := range p.missing {
		rec.Get(k)
	}
	if err := snap.Err(); err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	p.rows, p.rowsAt = rec.read, snap.Seq()
	return nil
}

// repeat answers a command that was answered before.
func (w *Writer) repeat(ctx context.Context, k *kept) (Answer, error) {
	a := Answer{CommandID: k.CommandID, Position: k.Position, ID: k.ID, Events: []aggregates.EventRef{},
		EventsTotal: k.Count, Warnings: k.Warnings, Refused: k.Refused, Replayed: true}
	if k.Count == 0 {
		return a, nil
	}
	if err := w.Views.Wait(ctx, k.Position); err != nil {
		return Answer{}, errors.Join(ErrUnavailable, err)
	}
	var err error
	if a.Events, err = w.Views.Refs(k.First, min(k.Count, MaxListedEvents)); err != nil {
		return Answer{}, errors.Join(ErrUnavailable, err)
	}
	return a, nil
}

// fix asks for the end of everything decided up to a moment.
type fix struct {
	t   time.Time
	end chan uint64
}

// Fix says that a query is answered for the moment t, which is not in the
// future: no event recorded from now on has that time or an earlier one. It
// returns the position behind which nothing belongs to that moment.
func (w *Writer) Fix(ctx context.Context, t time.Time) (uint64, error) {
	f := fix{t, make(chan uint64, 1)}
	select {
	case w.fixes <- f:
		return <-f.end, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-w.ctx.Done():
		return 0, ErrUnavailable
	}
}
