package projections

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// Limits of the store.
const (
	// MaxWait is how long a query may wait for min_position.
	MaxWait = 5 * time.Second
	// MaxGroupEvents and MaxGroupBytes (of entries) end a group of commits
	// that is applied in one batch. A commit is never split.
	MaxGroupEvents = 1024
	MaxGroupBytes  = 2 << 20
	// MaxOffered is how many commits wait for the follower before Offer
	// blocks the writer.
	MaxOffered = 1024
	// MaxBehind is how many events the views may be behind a commit that is
	// offered.
	MaxBehind = 4096
	// MaxDecoded is how many commits are read and decoded ahead.
	MaxDecoded = 16
	// MaxCachedRows bounds each half of the follower's cache of rows.
	MaxCachedRows = 1 << 15

	memTableBytes = 64 << 20
	cacheBytes    = 64 << 20
	// Of a scratch store, which has no use for memtables.
	scratchMemTableBytes = 1 << 20
	scratchCacheBytes    = 32 << 20
	scratchL0Files       = 64 // from which on they are merged

	blockBytes    = 16 << 10
	bloomBits     = 10 // a key
	filesOpen     = 1000
	baseBytes     = 256 << 20 // of the first level below L0
	bytesPerSync  = 1 << 20
	maxCompacting = 2 // goroutines
)

// Options of a store. Dir, Journal and Key are needed; the zero value of the
// rest means what a running ledger uses.
type Options struct {
	Dir     string
	FS      vfs.FS // the disk unless given
	Journal events.Journal
	Kinds   *events.Table
	Tables  []*row.Info
	Evolve  func(row.Tx, *events.Event)
	// Sealer opens personal data. Without one it stays sealed. If it is an
	// events.Eraser, the store tells it of every erasure of the log before
	// anybody can read the position.
	Sealer events.Sealer
	// Key keys the hashes of ids that are personal data, and cursors. With
	// another key the store must be made anew: it is checked at opening.
	Key []byte
	Now func() time.Time
	// Fix makes sure that no later event gets a time up to t, and returns the
	// log's end. Without it the newest time applied stands for it.
	Fix func(ctx context.Context, t time.Time) (uint64, error)
	Log *slog.Logger
	// Damaged, if set, is told of a file of the views that cannot be read as it
	// was written. The views can be made again from the journal.
	Damaged func(error)
	// ExpiringWithin is how long before its expiry an order is marked
	// expiring_soon (ORD-3).
	ExpiringWithin time.Duration
	// CacheBytes is the size of the cache of blocks.
	CacheBytes int64
	// Scratch: the store is made by one replay, read once, and thrown away. It
	// takes less memory, and its files are merged late.
	Scratch bool

	runEvents int // MaxRunEvents, but for tests
}

// minKeyBytes is the shortest key of keyed hashes.
const minKeyBytes = 16

func (o *Options) defaults() error {
	if len(o.Key) < minKeyBytes || o.Journal == nil {
		return errors.New("a store of views needs a journal, and a key of at least 16 bytes")
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.Kinds == nil {
		o.Kinds = events.Kinds
	}
	if o.Tables == nil {
		o.Tables = aggregates.Tables
	}
	if o.Evolve == nil {
		o.Evolve = aggregates.Evolve
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.ExpiringWithin == 0 {
		o.ExpiringWithin = order.DefaultExpiringWithin
	}
	if o.runEvents == 0 {
		o.runEvents = MaxRunEvents
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = cacheBytes
		if o.Scratch {
			o.CacheBytes = scratchCacheBytes
		}
	}
	return nil
}

// subkey derives a key for one purpose.
func (o *Options) subkey(purpose string) []byte {
	mac := hmac.New(sha256.New, o.Key)
	mac.Write([]byte("seatledger projections " + purpose))
	return mac.Sum(nil)
}

// pebble configures the database. It has no write-ahead log: memtables reach
// the disk whole and in order, so what survives a crash is always a prefix of
// the batches, and the journal has the rest.
func (o *Options) pebble() *pebble.Options {
	p := &pebble.Options{
		FS:                          o.FS,
		Comparer:                    Comparer,
		DisableWAL:                  true,
		MemTableSize:                memTableBytes,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24,
		LBaseMaxBytes:               baseBytes,
		MaxOpenFiles:                filesOpen,
		BytesPerSync:                bytesPerSync,
		CacheSize:                   o.CacheBytes,
		FormatMajorVersion:          pebble.FormatNewest,
		CompactionConcurrencyRange:  func() (int, int) { return 1, maxCompacting },
		Logger:                      quiet{o.Log},
		EventListener:               (&trouble{log: o.Log, damaged: o.Damaged}).listener(),
	}
	for i := range p.Levels {
		p.Levels[i].BlockSize = blockBytes
		p.Levels[i].FilterPolicy = bloom.FilterPolicy(bloomBits)
		p.Levels[i].FilterType = pebble.TableFilter
		p.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.SnappyCompression }
	}
	if o.Scratch {
		p.MemTableSize, p.L0CompactionThreshold, p.L0StopWritesThreshold = scratchMemTableBytes, scratchL0Files, 2*scratchL0Files
	}
	// Files that overlap with a memtable wait until it is written: what survives
	// a crash would not be a prefix otherwise.
	p.Experimental.DisableIngestAsFlushable = func() bool { return true }
	p.EnsureDefaults()
	return p
}

// quiet passes on what Pebble reports as errors; the rest is its diary.
type quiet struct{ log *slog.Logger }

func (q quiet) Infof(string, ...any) {}
func (q quiet) Errorf(format string, args ...any) {
	q.log.Error("pebble", "message", fmt.Sprintf(format, args...))
}
func (q quiet) Fatalf(format string, args ...any) { panic("pebble: " + fmt.Sprintf(format, args...)) }
