package keys

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

// MaxPersons is how many persons, the erased ones included, a store holds.
const MaxPersons = erasedBit - 1

// Options of a store; the zero value is a store that keeps its key-encryption
// key beside the keys.
type Options struct {
	// KEK is the key-encryption key, from the environment. If it is nil, it
	// is read from KEKFile.
	KEK *KEK
	// KEKFile holds the text of the key-encryption key. If it is empty, the
	// file is "kek" in the store's folder, and is made at the first start.
	KEKFile string
	// MustExist refuses to begin a new store (ErrNoStore): set when the log
	// has persons already, whose keys a new store would not have.
	MustExist bool
}

// Errors of a store, beside those of package events.
var (
	// ErrNoStore: there is no store, and there must be one. Restore the keys.
	ErrNoStore = errors.New("keys: there is no store of keys")
	// ErrClosed: the store is closed.
	ErrClosed = errors.New("keys: the store is closed")
	// ErrBroken: an earlier write failed in a way that cannot be undone.
	// Known keys still serve; to write again, open the store anew.
	ErrBroken = errors.New("keys: the store takes no more writes")
	// ErrFull: there are MaxPersons persons.
	ErrFull = fmt.Errorf("keys: the store holds %d persons and takes no more", MaxPersons)
	// ErrPersonID: a person's id is not a ULID. A fault of the program.
	ErrPersonID = errors.New("keys: a person's id is not a ULID")
)

// place is where a person's slot is; the top bit says that it is a tombstone.
type place uint32

const erasedBit place = 1 << 31

func (p place) erased() bool { return p&erasedBit != 0 }
func (p place) slot() uint32 { return uint32(p &^ erasedBit) }

// medium is what a store needs of its file.
type medium interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
	Close() error
}

// Store holds the keys of persons. It is safe for concurrent use; opening and
// sealing under known keys never wait for the disk's fsync.
type Store struct {
	dir     string
	kekFile string // "" when the key-encryption key was given
	lock    *os.File

	// write is held by the one who changes the file. It is taken before mu.
	write  sync.Mutex
	free   []uint32 // empty slots, the next one to use first
	slots  uint32   // how many the file has
	ragged bool     // the file is of format 1
	broken error    // why nothing more is written
	tally  medium   // its file
	told   tally    // what it says

	// mu guards what follows; with write held it need not be held to read.
	mu     sync.RWMutex
	file   medium
	kek    cipher.AEAD
	index  map[ulid.ULID]place // every person in the file, durable
	secret [keyBytes]byte

	cache cache
}

var (
	_ events.Sealer = (*Store)(nil)
	_ events.Eraser = (*Store)(nil)
)

// Open opens the store in the folder dir, and begins a new one where there is
// none. What a crash left half done is finished or dropped first.
func Open(dir string, o Options) (*Store, error) {
	if err := makeDir(dir); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	held, err := lock(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, lock: held}
	if err := s.open(o); err != nil {
		for _, f := range []medium{s.file, s.tally} {
			if f != nil {
				_ = f.Close()
			}
		}
		_ = held.Close()
		return nil, err
	}
	return s, nil
}

func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o700); err != nil { // #nosec G302 -- a folder, its owner's alone
		return err
	}
	return syncDir(filepath.Dir(filepath.Clean(dir)))
}

func (s *Store) open(o Options) error {
	if o.KEK == nil {
		s.kekFile = o.KEKFile
		if s.kekFile == "" {
			s.kekFile = s.path(nameKEK)
		}
	}
	// A rename that we see may not be durable yet, and what it replaced is
	// about to be destroyed.
	if err := errors.Join(syncDir(s.dir), s.settle()); err != nil {
		return fmt.Errorf("keys: what a rotation left: %w", err)
	}
	f, err := os.OpenFile(s.path(nameSlots), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		if f, err = s.begin(o); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	s.file = f
	if err := s.recall(); err != nil {
		return err
	}
	if err := s.load(f, o); err != nil {
		return err
	}
	return s.openTally()
}

func (s *Store) path(name string) string { return filepath.Join(s.dir, name) }

// Close gives the folder back and forgets the keys in memory.
func (s *Store) Close() error {
	s.write.Lock()
	defer s.write.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	s.broken = ErrClosed
	err := errors.Join(s.closeTally(), s.file.Close(), s.lock.Close())
	s.file, s.index, s.kek = nil, nil, nil
	clear(s.secret[:])
	s.cache.clear()
	return err
}
