package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events/keys"
)

// byFolder is kept as who did what was done to a stopped ledger's folder:
// whoever has it.
const byFolder = "data-dir"

// recordStopped keeps an operation in a folder that this process holds.
func recordStopped(ctx context.Context, dataDir string, kind trail.Kind, detail trail.Detail) error {
	s := Server{Config: Config{DataDir: dataDir}}
	if err := s.openOperations(ctx); err != nil {
		return err
	}
	return errors.Join(s.operations.Record(ctx, kind, detail), s.operations.Close())
}

// BackupSource is the copy of a stopped ledger as one that is backed up; that
// it was is kept in its folder. The key is in keyFile; "" is where it is unless
// told otherwise.
func (c *Copy) BackupSource(keyFile string) backup.Source {
	return stopped{c, keyFile}
}

// stopped is a ledger that does not run. What it says is compared with its
// newest checkpoint by who takes it.
type stopped struct {
	*Copy
	keyFile string
}

func (s stopped) Key(context.Context) (string, error) { return s.key(s.keyFile) }

func (s stopped) Checkpoint(ctx context.Context) ([]byte, error) {
	note, err := s.newest(ctx)
	if err == nil && note == nil {
		err = fmt.Errorf("%s: nothing was signed yet", s.from)
	}
	return note, err
}

func (s stopped) Frames(ctx context.Context, after backup.Place) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		frames := 0
		for frame, err := range backup.Since(s.of.journal.Read(ctx, 0), after) {
			if !yield(frame, err) || err != nil {
				return
			}
			frames++
		}
		if err := recordStopped(ctx, s.from, trail.BackedUp, logDetail(after, frames, byFolder)); err != nil {
			yield(nil, err)
		}
	}
}

// BackupStoppedKeys writes the file of persons' keys of a ledger that does not
// run. Errors may be keys.ErrLocked: it runs; or keys.ErrNoStore: there is none.
func BackupStoppedKeys(ctx context.Context, dataDir string, w io.Writer) error {
	if err := datadir.Check(dataDir); err != nil {
		return err
	}
	held, err := keys.Hold(filepath.Join(dataDir, keysFolder))
	if err != nil {
		return err
	}
	err = keys.BackupHeld(filepath.Join(dataDir, keysFolder), w)
	if err == nil {
		err = recordStopped(ctx, dataDir, trail.BackedUp, keysDetail(byFolder))
	}
	return errors.Join(err, held.Close())
}

// RotateStoppedKeys wraps the persons' keys of a ledger that does not run under
// a new key. Errors are as for BackupStoppedKeys.
func RotateStoppedKeys(ctx context.Context, dataDir string) error {
	if err := datadir.Check(dataDir); err != nil {
		return err
	}
	dir := filepath.Join(dataDir, keysFolder)
	held, err := keys.Hold(dir)
	if err == nil {
		err = held.Close()
	}
	if err != nil {
		return err
	}
	store, err := keys.Open(dir, keys.Options{MustExist: true})
	if err != nil {
		return err
	}
	err = store.Rotate(keys.NewKEK())
	if err == nil {
		err = recordStopped(ctx, dataDir, trail.KeysRotated, trail.Detail{trail.Actor: byFolder})
	}
	return errors.Join(err, store.Close())
}
