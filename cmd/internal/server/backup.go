package server

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/trail"
)

// Frames yields the log's frames behind a place, each compared in journal and
// copy.
func (s *Server) Frames(ctx context.Context, after backup.Place) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if after.Position > uint64(s.log.Size()) {
			yield(nil, backup.ErrHistory)
			return
		}
		from, err := s.log.FrameBefore(after.Position)
		if err != nil {
			yield(nil, err)
			return
		}
		frames := 0
		for frame, err := range backup.Since(s.journal.Read(ctx, from), after) {
			if !yield(frame, err) || err != nil {
				return
			}
			frames++
		}
		s.record(trail.BackedUp, trail.Detail{"what": "log", "behind": strconv.FormatUint(after.Position, 10), "frames": strconv.Itoa(frames)})
	}
}

// BackupKeys writes the file of persons' keys.
func (s *Server) BackupKeys(_ context.Context, w io.Writer) error {
	err := s.keys.Backup(w)
	if err == nil {
		s.record(trail.BackedUp, trail.Detail{"what": "keys"})
	}
	return err
}

// BackupSource is the copy of a stopped ledger as one that is backed up. The
// key is in keyFile; "" is where it is unless told otherwise.
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
	return backup.Since(s.of.journal.Read(ctx, 0), after)
}
