package jetstream

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

// What is known here of the server's files: a stream's messages stand in
// numbered blocks, STORE/jetstream/ACCOUNT/streams/STREAM/msgs/N.blk, which
// only grow, beside a summary of them, index.db.
const (
	blockSuffix = ".blk"
	summaryFile = "index.db"
	probeFile   = "probe"
	// probeBytes must be free before a server is started again.
	probeBytes = 256 << 10
)

func (s *Embedded) streamDir(account, stream string) string {
	return filepath.Join(s.o.StoreDir, "jetstream", account, "streams", stream, "msgs")
}

// blocks makes the names of new block files durable: the server fsyncs what
// it writes into them, but not their folder.
type blocks struct {
	dir string

	mu   sync.Mutex
	next int // number of the first block that may not be in the folder for good
}

// openBlocks makes the folder durable with all that is in it, and the way to
// it, the root's own name included.
func openBlocks(root, dir string) (*blocks, error) {
	b := &blocks{dir: dir}
	last, err := lastBlock(dir)
	if err != nil {
		return nil, err
	}
	b.next = last + 1
	for {
		if err := syncPath(dir); err != nil {
			return nil, err
		}
		if dir == filepath.Dir(root) || dir == filepath.Dir(dir) {
			return b, nil
		}
		dir = filepath.Dir(dir)
	}
}

// sync returns once the names of all blocks that are there are durable.
func (b *blocks) sync() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		_, err := os.Lstat(filepath.Join(b.dir, strconv.Itoa(b.next)+blockSuffix))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("block files: %w", err)
		}
		if err := syncPath(b.dir); err != nil {
			return err
		}
		b.next++
	}
}

// lastBlock is the number of the newest block, 0 if there is none.
func lastBlock(dir string) (int, error) {
	if _, err := os.Stat(dir); err != nil {
		return 0, fmt.Errorf("block files: %w", err)
	}
	all, err := Folder{Dir: filepath.Dir(dir)}.blockNumbers()
	return slices.Max(append(all, 0)), err
}

// syncPath fsyncs a file or a folder.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("fsync: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("fsync: %w", err)
	}
	return nil
}

// SyncTree fsyncs a folder and everything in it.
func SyncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncPath(path)
	})
}

// probe reports whether the folders of all streams take writes.
func probe(store string) error {
	dirs, err := streamDirs(store)
	if err != nil {
		return err
	}
	for _, dir := range append(dirs, store) {
		path := filepath.Join(dir, probeFile)
		err := writeSynced(path, make([]byte, probeBytes), os.O_CREATE|os.O_TRUNC)
		if err := errors.Join(err, os.Remove(path)); err != nil {
			return err
		}
	}
	return nil
}

func streamDirs(store string) ([]string, error) {
	return filepath.Glob(filepath.Join(store, "jetstream", "*", "streams", "*", "msgs"))
}

// restoreTails readies the folders of a server that could not write. The
// newest block of each stream is written over with itself: after an fsync that
// failed, the kernel takes what it holds for written, and no later fsync would
// bring it to the disk. The summary goes, so that the server counts what is
// there.
func restoreTails(store string) error {
	dirs, err := streamDirs(store)
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := restoreTail(dir); err != nil {
			return err
		}
	}
	return nil
}

func restoreTail(dir string) error {
	last, err := lastBlock(dir)
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, summaryFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if last > 0 {
		path := filepath.Join(dir, strconv.Itoa(last)+blockSuffix)
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := writeSynced(path, b, 0); err != nil {
			return err
		}
	}
	return syncPath(dir)
}

func writeSynced(path string, b []byte, flags int) error {
	f, err := os.OpenFile(path, os.O_WRONLY|flags, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// IsFeed reports that a folder, named from StoreDir, holds the feed alone: it is
// made of the journal, and left out where only that is wanted.
func IsFeed(folder string) bool { return folder == filepath.Join("jetstream", accountFeed) }
