package server

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// makeFolder makes a folder, and the way to it, durably: all that is acknowledged
// stands below it, and is lost with its name. The name of one that was there is
// made durable, too, since a start that died may have left it.
func makeFolder(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	named := []string{dir}
	for up := filepath.Dir(dir); up != filepath.Dir(up); up = filepath.Dir(up) {
		if _, err := os.Stat(up); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		named = append(named, up)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, path := range named {
		if err := syncNames(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// syncNames fsyncs a folder. One that we may not read is somebody else's, and so
// is the care for what is in it.
func syncNames(dir string) error {
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
