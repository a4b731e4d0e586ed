package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
)

// Limits of signing.
const (
	// SignEvery is how old what is not signed yet may become.
	SignEvery = 500 * time.Millisecond
	// signWait bounds how long a checkpoint waits for the tree and its stores.
	signWait = 5 * time.Second
)

// Options of a log. Journal, Dir, KeyFile and Checkpoints are needed.
type Options struct {
	Journal     events.Journal
	Epoch       uint64 // of the journal
	FirstSeq    uint64 // of its first message; 0 is 1
	Dir         string // of the copy
	FS          vfs.FS // the disk of the copy, unless given
	KeyFile     string // made if there is none and nothing was signed yet
	Origin      string // the log's name; empty: the key's, or a random one
	Checkpoints Checkpoints
	// Elsewhere is a file outside of the data folder with the newest
	// checkpoint; "" is none.
	Elsewhere CheckpointFile
	Log       *slog.Logger
}

// Log is a journal in two places that proves its history: entries as leaves of
// a tree, whose root is signed.
type Log struct {
	o    Options
	copy *Copy
	both *Both
	tree *tree
	key  *Key

	follower follower
	offered  atomic.Int64 // newest position handed over
	begun    bool
	stop     context.CancelFunc
	wait     sync.WaitGroup

	signing sync.Mutex
	newest  atomic.Pointer[Checkpoint]
}

// Open opens journal and copy, makes them alike, and checks them against what
// was signed. What cannot be mended is an [ErrProof]; see also [ErrNoKey] and
// [ErrOrigin]. Nobody else writes to the journal meanwhile.
func Open(ctx context.Context, o Options) (*Log, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	l := &Log{o: o}
	for _, open := range []func(context.Context) error{l.openBoth, l.openTree, l.openKey, l.sign, l.pushFirst} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, l.Close())
		}
	}
	return l, nil
}

func (l *Log) openBoth(ctx context.Context) (err error) {
	l.copy, err = OpenCopy(CopyOptions{Dir: l.o.Dir, FS: l.o.FS, Epoch: l.o.Epoch, First: l.o.FirstSeq, Log: l.o.Log})
	if err != nil {
		return err
	}
	l.both, err = Reconcile(ctx, l.o.Journal, l.copy, l.o.Log)
	return err
}

// openTree makes the tree of all that is durable. Stored tiles that are not
// whole are made again.
func (l *Log) openTree(ctx context.Context) (err error) {
	l.tree, err = openTree(l.copy)
	if errors.Is(err, errTiles) || errors.Is(err, ErrDamaged) {
		l.o.Log.Warn("the stored tiles of the tree are made again", "cause", err)
		err = l.tree.forget()
	}
	if err != nil {
		return err
	}
	l.follower = follower{tree: l.tree, journal: l.both, offers: make(chan *events.Commit, MaxOffered), done: make(chan struct{})}
	last, err := l.both.Last(ctx)
	if err != nil {
		return err
	}
	return l.follower.catchUp(ctx, last)
}

// Start begins to follow what is offered, and to sign.
func (l *Log) Start() {
	l.begun = true
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	l.wait.Go(func() {
		l.follower.run(ctx)
		if err := l.follower.ended(); err != nil {
			l.o.Log.Error("the tree has stopped", "size", l.Size(), "error", err)
		}
	})
	l.wait.Go(func() { l.signAlways(ctx) })
}

// signAlways signs what is new, as long as ctx lives, and once more then: a
// log that was stopped is signed to its end.
func (l *Log) signAlways(ctx context.Context) {
	tick := time.NewTicker(SignEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.follower.done:
			if ctx.Err() == nil {
				return
			}
		}
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), signWait)
		if err := l.sign(wait); err != nil {
			l.o.Log.Warn("no checkpoint is signed", "cause", err)
		}
		cancel()
		if ctx.Err() != nil {
			return
		}
	}
}

// Journal is what the ledger appends to and reads: both copies as one.
func (l *Log) Journal() *Both { return l.both }

// Apart are the stream and the copy, each by itself, to be compared.
func (l *Log) Apart() (events.Journal, *Copy) { return l.o.Journal, l.copy }

// Offer hands over a commit that is durable, in order. It may block: that is
// the bound on how far the tree lags behind.
func (l *Log) Offer(c *events.Commit) {
	if len(c.Entries) > 0 {
		l.offered.Store(int64(c.Last()))
	}
	l.follower.offer(c)
}

// Size is the number of leaves of the tree.
func (l *Log) Size() int64 {
	size, _ := l.tree.reached()
	return size
}

// Signed is the position that the newest checkpoint covers.
func (l *Log) Signed() uint64 {
	if c := l.newest.Load(); c != nil {
		return uint64(c.Size)
	}
	return 0
}

// PublicKey is the key that verifies the checkpoints (vkey).
func (l *Log) PublicKey() string { return l.key.Public() }

// Key is the key that signs the checkpoints.
func (l *Log) Key() *Key { return l.key }

// Stopped is closed when the tree follows the log no longer: Err says why.
func (l *Log) Stopped() <-chan struct{} { return l.follower.done }

// Err is what stopped the tree, nil as long as nothing did.
func (l *Log) Err() error { return l.follower.ended() }

// Checkpoint signs what is new, and returns the newest checkpoint: it covers
// all that was handed over before the call. When that cannot be signed now,
// it is the one before; an error if there is none.
func (l *Log) Checkpoint(ctx context.Context) (*Checkpoint, error) {
	ctx, cancel := context.WithTimeout(ctx, signWait)
	defer cancel()
	err := l.sign(ctx)
	newest := l.newest.Load()
	if newest == nil {
		return nil, errors.Join(err, fmt.Errorf("nothing is signed yet"))
	}
	if err != nil {
		l.o.Log.Warn("no checkpoint is signed", "cause", err)
	}
	return newest, nil
}

// sign signs the tree as it stands, if that is new. Nobody sees a checkpoint
// before it is stored.
func (l *Log) sign(ctx context.Context) error {
	offered := l.offered.Load()
	if c := l.newest.Load(); c != nil && c.Size >= max(offered, l.Size()) {
		return nil
	}
	if err := l.tree.wait(ctx, uint64(offered), l.follower.done); err != nil {
		return err
	}
	l.signing.Lock()
	defer l.signing.Unlock()
	size := l.Size()
	newest := l.newest.Load()
	if newest != nil && newest.Size >= size {
		return nil
	}
	root, err := l.tree.root(size)
	if err != nil {
		return err
	}
	c, err := l.key.sign(size, root)
	if err == nil {
		err = l.copy.keepCheckpoint(c.Note)
	}
	if err == nil {
		err = l.o.Checkpoints.Put(ctx, c.Note)
	}
	if err != nil {
		return err
	}
	l.newest.Store(c)
	l.push(ctx)
	return nil
}

// pushFirst makes the file elsewhere as new as the log is at the start. Here it
// must be possible, or the flag is wrong.
func (l *Log) pushFirst(ctx context.Context) error {
	if l.o.Elsewhere == "" {
		return nil
	}
	return l.o.Elsewhere.Put(ctx, l.newest.Load().Note)
}

// push keeps the newest checkpoint elsewhere, too. That it cannot, as when a
// network's disk is away, stops nothing: a checkpoint stands where it must.
func (l *Log) push(ctx context.Context) {
	if l.o.Elsewhere == "" {
		return
	}
	if err := l.o.Elsewhere.Put(ctx, l.newest.Load().Note); err != nil {
		l.o.Log.Error("the newest checkpoint is not kept elsewhere", "error", err)
	}
}

// Proof shows that an entry is in the tree of a checkpoint.
type Proof struct {
	Position   uint64      `json:"position"`
	LeafIndex  int64       `json:"leaf_index"`
	LeafHash   tlog.Hash   `json:"leaf_hash"`
	TreeSize   int64       `json:"tree_size"`
	Hashes     []tlog.Hash `json:"hashes"` // from the leaf to the root
	Checkpoint string      `json:"checkpoint"`
}

// Prove proves the entry at a position to be in the newest checkpoint's tree.
// It must be durable, and handed over.
func (l *Log) Prove(ctx context.Context, position uint64) (*Proof, error) {
	c, err := l.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	if position == 0 || position > uint64(c.Size) {
		return nil, fmt.Errorf("%w: position %d is not in the checkpoint of size %d", ErrNoTile, position, c.Size)
	}
	index := int64(position - 1)
	leaf, err := l.tree.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(c.Size, index, l.tree)
	if err != nil {
		return nil, err
	}
	return &Proof{position, index, leaf[0], c.Size, append([]tlog.Hash{}, proof...), string(c.Note)}, nil
}

// Close stops following, signs what is new, and closes the copy. The journal
// is not closed.
func (l *Log) Close() error {
	if l.begun {
		l.stop()
		l.wait.Wait()
	}
	if l.copy == nil {
		return nil
	}
	return l.copy.Close()
}
