package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// suffixNext is of files that are being written.
const suffixNext = ".next"

// ErrInUse: another backup is being written to the folder.
var ErrInUse = errors.New("another backup is being written there")

// lock takes a folder for this process; closing the file gives it back.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrInUse
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, err), f.Close())
	}
	return f, nil
}

// replaceFile writes a file, whole and durable or not at all.
func replaceFile(path string, data []byte) error {
	f, err := os.OpenFile(path+suffixNext, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return publish(path)
}

// publish gives a file that was written and fsynced its name.
func publish(path string) error {
	if err := os.Rename(path+suffixNext, path); err != nil {
		return err
	}
	return SyncPath(filepath.Dir(path))
}

// SyncPath fsyncs a file or a folder.
func SyncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
