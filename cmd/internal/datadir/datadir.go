// Package datadir names what stands in a ledger's data folder, and marks a
// folder that is still being made: it is no ledger, whatever else is in it.
package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/seatledger/seatledger/events/jetstream"
)

// Names in a data folder.
const (
	Copy   = "copy"    // the verified copy
	Keys   = "keys"    // persons' keys
	NATS   = "nats"    // the embedded server's store
	Views  = "views"   // made of the log
	LogKey = "log.key" // signs the log's checkpoints

	Operations = "operations" // what was done to the node

	unfinished = "unfinished" // the mark
)

// Errors of a data folder.
var (
	// ErrUnfinished: a restore into the folder did not come to its end.
	ErrUnfinished = errors.New("a restore was not finished there: restore again, into this folder or another one")
	// ErrNotEmpty: there is something in the folder. Name another one.
	ErrNotEmpty = errors.New("it is not empty: a restore makes a new ledger, and changes none")
)

// Check refuses a folder that is marked.
func Check(dir string) error {
	if !Marked(dir) {
		return nil
	}
	return fmt.Errorf("%s: %w", dir, ErrUnfinished)
}

// Marked tells that a folder has the mark.
func Marked(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, unfinished))
	return err == nil
}

// Begin makes an empty, marked folder of one that does not exist, or is empty,
// or has the mark: what an unfinished restore left there is removed.
func Begin(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(files) > 0 && !Marked(dir) {
		return fmt.Errorf("%s: %w", dir, ErrNotEmpty)
	}
	if err := mark(dir); err != nil {
		return err
	}
	return clearAll(dir)
}

// mark marks a folder, durably.
func mark(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, unfinished), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close(), syncDir(dir), syncDir(filepath.Dir(filepath.Clean(dir))))
}

// clearAll removes all but the mark.
func clearAll(dir string) error {
	files, err := os.ReadDir(dir)
	for _, f := range files {
		if f.Name() != unfinished {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, f.Name())))
		}
	}
	return err
}

// Finish makes a marked folder a ledger: once all in it is durable, the mark
// goes.
func Finish(dir string) error {
	if err := jetstream.SyncTree(dir); err != nil {
		return err
	}
	return unmark(dir)
}

// unmark removes the mark, durably.
func unmark(dir string) error {
	err := os.Remove(filepath.Join(dir, unfinished))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, syncDir(dir))
}

// GiveUp empties a marked folder, so that it is as before Begin.
func GiveUp(dir string) error {
	return errors.Join(clearAll(dir), unmark(dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
