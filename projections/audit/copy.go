package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/nice"
)

// Limits of the copy.
const (
	copyMemTableBytes = 16 << 20
	copyCacheBytes    = 16 << 20
	copyFilesOpen     = 500
	// copyBatchBytes ends a batch of frames that are copied together.
	copyBatchBytes = 4 << 20
)

// ErrDamaged: something stored in the copy cannot be read back.
var ErrDamaged = errors.New("copy: damaged")

// errSick: the copy could not be written. It is opened again before the next
// frame, and what was not durable by then is lost.
var errSick = errors.New("copy: not written")

// errReopened: a batch was begun before that.
var errReopened = errors.New("the copy was opened again meanwhile")

// CopyOptions say where the copy is, and of which journal.
type CopyOptions struct {
	Dir string
	FS  vfs.FS // the disk unless given
	// Epoch and First are those of the journal that is copied: frames of
	// another epoch are not seen. First is the sequence of its first message;
	// 0 is 1.
	Epoch, First uint64
	// ReadOnly looks at a copy, and changes nothing.
	ReadOnly bool
	Log      *slog.Logger
}

// Copy is a second durable place for the journal's frames, in a Pebble
// database of its own. One goroutine at a time writes; any may read.
type Copy struct {
	o CopyOptions

	mu   sync.RWMutex // held while the database is used; exclusively, to replace it
	db   *pebble.DB   // nil while it cannot be opened
	sick error        // why the database must be opened again before the next write

	opened atomic.Int64  // how often the database was opened
	last   atomic.Uint64 // newest frame that is durable, First-1 if there is none
}

// OpenCopy opens the copy in a folder, or makes it.
func OpenCopy(o CopyOptions) (*Copy, error) {
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	o.First = max(1, o.First)
	c := &Copy{o: o}
	return c, c.open()
}

func (c *Copy) open() error {
	o := &pebble.Options{
		FS: c.o.FS, MemTableSize: copyMemTableBytes, MemTableStopWritesThreshold: 4, MaxOpenFiles: copyFilesOpen,
		CacheSize: copyCacheBytes, FormatMajorVersion: pebble.FormatNewest, Logger: quiet{c.o.Log}, ReadOnly: c.o.ReadOnly,
		EventListener: &pebble.EventListener{
			// Unless it is told otherwise, Pebble ends the process over a damaged block.
			DataCorruption: func(i pebble.DataCorruptionInfo) {
				c.o.Log.Error("the copy is damaged", "file", i.Path, "cause", firstLine(i.Details))
			},
			FlushBegin:      func(pebble.FlushInfo) { nice.Thread() },
			CompactionBegin: func(pebble.CompactionInfo) { nice.Thread() },
		},
	}
	db, err := pebble.Open(c.o.Dir, o)
	if err != nil {
		return fmt.Errorf("copy in %s: %w", c.o.Dir, err)
	}
	last, err := newestFrame(db, c.o.Epoch)
	if err == nil {
		err = checkLayout(db, c.o.ReadOnly)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("copy in %s: %w", c.o.Dir, err), db.Close())
	}
	c.db, c.sick = db, nil
	c.opened.Add(1)
	c.last.Store(max(last, c.o.First-1))
	return nil
}

// layout is the version of the keys and values in the copy.
const layout = "1"

// checkLayout refuses a copy that a newer program wrote.
func checkLayout(db *pebble.DB, readOnly bool) error {
	v, err := get(db, layoutKey)
	if err != nil || string(v) == layout || v == nil && readOnly {
		return err
	}
	if v != nil {
		return fmt.Errorf("its layout is %q, and this program knows %q", v, layout)
	}
	return db.Set(layoutKey, []byte(layout), pebble.Sync)
}

func newestFrame(db *pebble.DB, epoch uint64) (uint64, error) {
	it, err := db.NewIter(within(frameSpace, epoch))
	if err != nil {
		return 0, err
	}
	last := uint64(0)
	if it.Last() {
		last = binary.BigEndian.Uint64(it.Key()[spaceBytes:])
	}
	return last, it.Close()
}

// isSick tells that the database must be opened again.
func (c *Copy) isSick() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.sick != nil
}

// well opens the database again after a write that went wrong: Pebble keeps
// such an error for ever. What it then holds is told by Last.
func (c *Copy) well() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sick == nil {
		return nil
	}
	if c.db != nil {
		c.o.Log.Warn("the copy could not be written; opening it again", "folder", c.o.Dir, "cause", c.sick)
		c.sick = errors.Join(c.sick, closeDB(c.db)) // told already
		c.db = nil
	}
	return c.open()
}

// closePatience is how long closing a database may take that could not write.
const closePatience = 5 * time.Second

// closeDB closes a database, also one that panics over what went wrong before,
// or waits for it.
func closeDB(db *pebble.DB) error {
	closed := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				closed <- fmt.Errorf("copy: %v", v)
			}
		}()
		closed <- db.Close()
	}()
	select {
	case err := <-closed:
		return err
	case <-time.After(closePatience):
		return errors.New("copy: it cannot be closed; restart")
	}
}

// Last is the sequence of the newest frame, First-1 if there is none.
func (c *Copy) Last() uint64 { return c.last.Load() }

// First is the sequence of the first frame that can be.
func (c *Copy) First() uint64 { return c.o.First }

// Checkpoint is the newest signed checkpoint that stands in the copy, nil if
// there is none.
func (c *Copy) Checkpoint() ([]byte, error) { return c.value(checkpointKey) }

// batch is of one opening of the database, and can be written by no other.
type batch struct {
	*pebble.Batch
	opened int64
}

// batch is an empty one.
func (c *Copy) batch() (batch, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil || c.sick != nil {
		return batch{}, fmt.Errorf("%w: %w", errSick, c.sick)
	}
	return batch{c.db.NewBatch(), c.opened.Load()}, nil
}

// put is a write that was begun: it has its own bytes of the frame.
type put struct {
	c   *Copy
	seq uint64
	b   batch
}

// begin readies the write of a frame behind the newest one.
func (c *Copy) begin(seq uint64, data []byte) (put, error) {
	b, err := c.batch()
	if err != nil {
		return put{}, err
	}
	return put{c, seq, b}, b.Set(frameKey(c.o.Epoch, seq), data, nil)
}

// commit returns once the frame is durable.
func (p put) commit() error {
	err := p.c.commit(p.b, pebble.Sync)
	if err == nil {
		p.c.last.Store(p.seq)
	}
	return err
}

// commit writes a batch, and remembers that the database is sick if it cannot:
// that, and a batch from before the database was opened again, is errSick.
func (c *Copy) commit(b batch, how *pebble.WriteOptions) error {
	current, err := c.write(b, how)
	if err == nil {
		return nil
	}
	if current {
		c.mu.Lock()
		defer c.mu.Unlock()
		if b.opened == c.opened.Load() { // nobody has seen to it yet
			c.sick = err
		}
	}
	return fmt.Errorf("%w: %w", errSick, err)
}

// write tells, too, whether the database was the batch's and well before.
func (c *Copy) write(b batch, how *pebble.WriteOptions) (current bool, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("copy: %v", v)
		}
	}()
	switch {
	case c.sick != nil:
		return false, errors.Join(c.sick, b.Close())
	case b.opened != c.opened.Load():
		return false, errors.Join(errReopened, b.Close())
	}
	current = true // should it panic
	return current, errors.Join(b.Commit(how), b.Close())
}

// Put stores a frame behind the newest one, or over it, durably.
func (c *Copy) Put(seq uint64, data []byte) error {
	p, err := c.begin(seq, data)
	if err != nil {
		return err
	}
	return p.commit()
}

// rewrite stores a frame again that is not the newest.
func (c *Copy) rewrite(seq uint64, data []byte) error {
	b, err := c.batch()
	if err != nil {
		return err
	}
	if err := b.Set(frameKey(c.o.Epoch, seq), data, nil); err != nil {
		return err
	}
	return c.commit(b, pebble.Sync)
}

// take stores messages in their order, the last one durably with all before.
func (c *Copy) take(messages func(func(events.Message, error) bool)) error {
	b, err := c.batch()
	if err != nil {
		return err
	}
	last := c.Last()
	for m, err := range messages {
		if err != nil {
			return errors.Join(err, b.Close())
		}
		if err := b.Set(frameKey(c.o.Epoch, m.Seq), m.Data, nil); err != nil {
			return err
		}
		last = m.Seq
		if b.Len() >= copyBatchBytes {
			if err := c.commit(b, pebble.NoSync); err != nil {
				return err
			}
			if b, err = c.batch(); err != nil {
				return err
			}
		}
	}
	if err := b.LogData(nil, nil); err != nil { // it syncs what came before
		return err
	}
	if err := c.commit(b, pebble.Sync); err != nil {
		return err
	}
	c.last.Store(max(last, c.Last()))
	return nil
}

// Truncate removes all frames behind seq, durably.
func (c *Copy) Truncate(seq uint64) error {
	if c.Last() <= seq {
		return nil
	}
	b, err := c.batch()
	if err != nil {
		return err
	}
	if err := b.DeleteRange(frameKey(c.o.Epoch, seq+1), frameKey(c.o.Epoch+1, 0), nil); err != nil {
		return err
	}
	if err := c.commit(b, pebble.Sync); err != nil {
		return err
	}
	c.last.Store(seq)
	return nil
}

// value is what stands at a key of the copy, nil if there is nothing.
func (c *Copy) value(key []byte) ([]byte, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return nil, fmt.Errorf("%w: %w", errSick, c.sick)
	}
	return get(c.db, key)
}

func get(db pebble.Reader, key []byte) ([]byte, error) {
	v, closer, err := db.Get(key)
	switch {
	case errors.Is(err, pebble.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, damaged(err)
	}
	return slices.Clone(v), closer.Close()
}

// damaged tells a checksum that is wrong from other errors.
func damaged(err error) error {
	if pebble.IsCorruptionError(err) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return fmt.Errorf("copy: %w", err)
}

// Close closes the copy; what was put is durable with or without it.
func (c *Copy) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.db == nil {
		return nil
	}
	err := closeDB(c.db)
	if c.sick != nil {
		err = nil // it was told when it happened
	}
	c.db, c.sick = nil, pebble.ErrClosed
	return err
}

// firstLine is what an error of Pebble's says; behind it comes where in Pebble.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// quiet passes on what Pebble reports as errors; the rest is its diary.
type quiet struct{ log *slog.Logger }

func (q quiet) Infof(string, ...any) {}
func (q quiet) Errorf(format string, args ...any) {
	q.log.Log(context.Background(), slog.LevelError, "copy", "message", fmt.Sprintf(format, args...))
}
func (q quiet) Fatalf(format string, args ...any) { panic("copy: " + fmt.Sprintf(format, args...)) }
