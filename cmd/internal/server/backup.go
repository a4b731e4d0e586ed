package server

import (
	"context"
	"io"
	"iter"
	"strconv"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events/keys"
)

// Frames yields the log's frames behind a place, each compared in journal and
// copy.
func (s *Server) Frames(ctx context.Context, after backup.Place, by string) iter.Seq2[[]byte, error] {
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
		s.record(trail.BackedUp, logDetail(after, frames, by))
	}
}

// logDetail says of an operation what of the log was taken, and by whom.
func logDetail(after backup.Place, frames int, by string) trail.Detail {
	return trail.Detail{trail.Actor: by, "what": "log", "behind": strconv.FormatUint(after.Position, 10), "frames": strconv.Itoa(frames)}
}

// keysDetail says that the persons' keys were taken.
func keysDetail(by string) trail.Detail { return trail.Detail{trail.Actor: by, "what": "keys"} }

// BackupKeys writes the file of persons' keys.
func (s *Server) BackupKeys(_ context.Context, w io.Writer, by string) error {
	err := s.keys.Backup(w)
	if err == nil {
		s.record(trail.BackedUp, keysDetail(by))
	}
	return err
}

// RotateKeys wraps the persons' keys under a new key, and destroys the one
// before.
func (s *Server) RotateKeys(by string) error {
	if err := s.keys.Rotate(keys.NewKEK()); err != nil {
		return err
	}
	s.Log.Info("the keys are wrapped under a new key", "actor", by)
	s.record(trail.KeysRotated, trail.Detail{trail.Actor: by})
	return nil
}
