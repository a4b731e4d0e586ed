package projections

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/events"
)

// Errors of a store.
var (
	// ErrBehind: the views have not reached a position in time. Ask again.
	ErrBehind = errors.New("views: not there yet")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("views: closed")
	// ErrAhead: the views hold events that the journal does not. It lost its
	// end, or is another ledger's: call the operator.
	ErrAhead = errors.New("views: ahead of the journal")
)

// Store keeps the views in one Pebble database, and follows the log. All its
// methods are safe for concurrent use.
type Store struct {
	opt     Options
	db      *pebble.DB
	files   *pebble.Options
	idKey   []byte
	cursors cursors

	live   *generation // owned by the follower
	offers chan *events.Commit
	swaps  chan *swap
	ctx    context.Context // of everything that runs in the background
	stop   context.CancelFunc
	begun  bool
	done   chan struct{} // closed when the follower has ended
	caught chan struct{} // closed when it reached the log's end as it was at the start
	sweeps sync.WaitGroup
	unkept chan struct{} // has one when something may have to be swept

	rebuilding sync.Mutex
	snapshots  sync.WaitGroup // open ones; added to under mu while not closed

	mu      sync.Mutex
	at      mark           // what readers may see
	recent  recent         // the entries before it
	offered uint64         // newest position handed over
	reading map[uint64]int // open snapshots, by how many erasures there were
	closed  bool
	moved   chan struct{} // closed and made anew with every change of at or err
	err     error
}

// Open opens the views in a folder, or makes them. Views of another version
// are given up, and made again from the journal once Start is called.
func Open(opt Options) (*Store, error) {
	if err := opt.defaults(); err != nil {
		return nil, err
	}
	if err := checkTables(opt.Tables); err != nil {
		return nil, err
	}
	po := opt.pebble()
	// Memtables take their size off the cache, and would leave nothing of it:
	// the one that is filled, and one that is written out or kept for the next.
	po.Cache = pebble.NewCache(opt.CacheBytes + 2*int64(po.MemTableSize))
	defer po.Cache.Unref()
	db, err := pebble.Open(opt.Dir, po)
	if err != nil {
		return nil, fmt.Errorf("views in %s: %w", opt.Dir, err)
	}
	s := &Store{
		opt: opt, db: db, files: po, idKey: opt.subkey("ids"), cursors: newCursors(opt.subkey("cursors"), opt.subkey("cursors' nonces")),
		offers: make(chan *events.Commit, MaxOffered), swaps: make(chan *swap),
		done: make(chan struct{}), caught: make(chan struct{}), moved: make(chan struct{}),
		unkept: make(chan struct{}, 1), reading: map[uint64]int{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	if err := errors.Join(s.removeRuns(), s.openLive()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// openLive finds the live generation, or begins a new one when there is none,
// or it was built by other versions of the sets or with another key. What is
// left of other generations is deleted. Nothing can be read of it before its
// erasures hold in the keys, too.
func (s *Store) openLive() error {
	number, err := readLive(s.db)
	if err != nil {
		return err
	}
	sets, err := get(s.db, setsKey)
	if err != nil {
		return err
	}
	proof, err := get(s.db, proofKey)
	if err != nil {
		return err
	}
	again := number == 0 || !bytes.Equal(sets, builtBy()) || !bytes.Equal(proof, s.opt.subkey("proof"))
	if again {
		if number++; number > 1 {
			s.opt.Log.Info("views are of another version and are made again", "generation", number)
		}
	}
	b := s.db.NewBatch()
	defer b.Close()
	if err := errors.Join(setLive(b, number, s.opt.subkey("proof")), s.dropOthers(b, number)); err != nil {
		return err
	}
	if err := b.Commit(pebble.NoSync); err != nil {
		return err
	}
	if again { // runs are durable at once: by whom they were made must be before
		if err := s.db.Flush(); err != nil {
			return err
		}
	}
	if s.live, err = s.openGeneration(number); err != nil {
		return err
	}
	s.at = s.live.mark
	return s.eraseAgain()
}

// Start follows the log in a goroutine of its own: first from the journal to
// its end, then what is offered. It ends with Close, or with the first error.
func (s *Store) Start() {
	s.begun = true
	s.sweeps.Go(s.keepSweeping)
	go func() {
		defer close(s.done)
		err := s.follow(s.ctx)
		if s.ctx.Err() != nil {
			err = ErrClosed
		}
		s.fail(err)
	}()
}

// closePatience is how long Close waits for snapshots to be closed.
const closePatience = 5 * time.Second

// Close stops following, waits for snapshots to be closed, sweeps what is left
// to sweep, and closes the database. From its call on there are no new ones
// (ErrClosed).
func (s *Store) Close() error {
	if s.stop(); s.begun {
		<-s.done
		s.sweeps.Wait()
	}
	s.rebuilding.Lock()
	defer s.rebuilding.Unlock()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.fail(ErrClosed)
	free := make(chan struct{})
	go func() { s.snapshots.Wait(); close(free) }()
	select {
	case <-free:
	case <-time.After(closePatience):
	}
	var err error
	if s.begun {
		_, err = s.sweep(context.Background())
	}
	return errors.Join(err, s.db.Flush(), s.db.Close())
}

// Position is the newest position that every view has reached.
func (s *Store) Position() uint64 { return s.mark().position }

// Seq is the journal sequence of the newest commit that every view has taken.
// It never goes back.
func (s *Store) Seq() uint64 { return s.mark().seq }

// Place is what the views have reached, read at once: the journal sequence of
// the newest commit, the position of the newest event, and its time.
func (s *Store) Place() (seq, position uint64, t time.Time) {
	m := s.mark()
	return m.seq, m.position, m.time
}

// End is the newest position known to be in the log.
func (s *Store) End() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(s.at.position, s.offered)
}

// Erasures counts the erasures that are recorded; what is shown of persons
// may change with each.
func (s *Store) Erasures() uint64 { return s.mark().erasures }

// Time is the time of the newest event that every view has reached.
func (s *Store) Time() time.Time { return s.mark().time }

func (s *Store) mark() mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// Err is the error that stopped the follower, or nil.
func (s *Store) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Ready is nil once the views have reached the log's end as it was at Start,
// and while nothing has stopped them.
func (s *Store) Ready() error {
	if err := s.Err(); err != nil {
		return err
	}
	select {
	case <-s.caught:
		return nil
	default:
		return fmt.Errorf("%w: at position %d", ErrBehind, s.Position())
	}
}

// CaughtUp is closed once the views have reached the log's end as it was at
// Start.
func (s *Store) CaughtUp() <-chan struct{} { return s.caught }

// Stopped is closed when the store follows the log no longer: Err says why.
func (s *Store) Stopped() <-chan struct{} { return s.done }

// Wait returns once Position is at least position. When ctx ends first it
// returns ErrBehind; when the follower has stopped, its error.
func (s *Store) Wait(ctx context.Context, position uint64) error {
	return s.wait(ctx, func(at mark) bool { return at.position >= position })
}

// WaitSeq returns once Seq is at least seq, as Wait does.
func (s *Store) WaitSeq(ctx context.Context, seq uint64) error {
	return s.wait(ctx, func(at mark) bool { return at.seq >= seq })
}

func (s *Store) wait(ctx context.Context, there func(mark) bool) error {
	for {
		s.mu.Lock()
		at, moved, err := s.at, s.moved, s.err
		s.mu.Unlock()
		switch {
		case there(at):
			return nil
		case err != nil:
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("%w: at position %d: %w", ErrBehind, at.position, ctx.Err())
		}
	}
}

// publish lets readers see what was applied, up to a mark.
func (s *Store) publish(m mark, applied []*events.Commit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = m
	for _, c := range applied {
		s.recent.add(c)
	}
	close(s.moved)
	s.moved = make(chan struct{})
}

// fail keeps the first error, and wakes everyone who waits.
func (s *Store) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil || s.err != nil {
		return
	}
	s.err = err
	close(s.moved)
	s.moved = make(chan struct{})
	if !errors.Is(err, ErrClosed) {
		s.opt.Log.Error("the views have stopped", "position", s.at.position, "error", err)
	}
}
