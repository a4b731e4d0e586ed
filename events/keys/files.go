package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Names in the folder.
const (
	nameSlots = "persons"
	nameNew   = "persons.new" // being made; worthless until it is renamed
	nameOld   = "persons.old" // replaced; to be overwritten and removed
	nameKEK   = "kek"
	nameTally = "tally" // how many persons there are
	nameLock  = "lock"

	suffixNext = ".next" // of a key-encryption key that rotation is about to adopt
)

// ErrLocked: another process has the store open.
var ErrLocked = errors.New("keys: the store is in use by another process")

// lock takes the folder for this process; closing the file gives it back.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, nameLock), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	_ = f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrLocked
	}
	return nil, fmt.Errorf("lock %s: %w", dir, err)
}

// Hold keeps every other process out of the store in a folder, without opening
// it or changing anything, until what it returns is closed. ErrLocked: another
// process has it open. ErrNoStore: there is none.
func Hold(dir string) (io.Closer, error) {
	if _, err := os.Stat(filepath.Join(dir, nameLock)); errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoStore
	}
	return lock(dir)
}

// syncDir makes names in the folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// syncParent makes the name path durable.
func syncParent(path string) error { return syncDir(filepath.Dir(path)) }

// writeFile makes the file whole and durable, or not at all.
func writeFile(path string, data []byte) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncParent(path)
}

// scrub overwrites the file with zeros and removes it. It need not be there.
func scrub(path string) error {
	if err := overwrite(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncParent(path)
}

func overwrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	zeros := make([]byte, 64<<10)
	for at := int64(0); err == nil && at < info.Size(); at += int64(len(zeros)) {
		_, err = f.WriteAt(zeros[:min(int64(len(zeros)), info.Size()-at)], at)
	}
	return errors.Join(err, f.Sync(), f.Close())
}
