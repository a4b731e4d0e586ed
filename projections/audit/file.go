package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// CheckpointFile keeps the newest checkpoint in a file that is elsewhere: on
// another machine, or where another program takes it away. A data folder that
// was rolled back as a whole cannot know it by itself; by this file it does.
type CheckpointFile string

var _ Checkpoints = CheckpointFile("")

// Put replaces the file, whole and durable or not at all.
func (f CheckpointFile) Put(_ context.Context, note []byte) error {
	next := string(f) + ".next"
	err := os.WriteFile(next, note, 0o644) // #nosec G306 -- it is public
	if err == nil {
		err = syncFile(next)
	}
	if err == nil {
		err = os.Rename(next, string(f))
	}
	if err == nil {
		err = syncFile(filepath.Dir(string(f)))
	}
	if err != nil {
		return fmt.Errorf("checkpoint file: %w", err)
	}
	return nil
}

// Newest reads the file; nil if there is none.
func (f CheckpointFile) Newest(context.Context) ([]byte, error) {
	if f == "" {
		return nil, nil
	}
	b, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint file: %w", err)
	}
	return b, nil
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
