package projections

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/cockroachdb/pebble/v2"
)

// Readable reads all of the views in a folder that no process uses, and changes
// nothing: an error says what cannot be read as it was written. A folder that
// is not there, or is empty, has no views yet.
func Readable(dir string) (err error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return nil
	}
	o := (&Options{Log: slog.New(slog.DiscardHandler), CacheBytes: cacheBytes}).pebble()
	o.ReadOnly = true
	db, err := pebble.Open(dir, o)
	if err != nil {
		return fmt.Errorf("views in %s: %s", dir, firstLine(err))
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	it, err := db.NewIter(nil)
	if err != nil {
		return err
	}
	for ok := it.First(); ok; ok = it.Next() {
		if _, err := it.ValueAndErr(); err != nil {
			break // Close tells it
		}
	}
	if err := it.Close(); err != nil {
		return fmt.Errorf("views in %s: %s", dir, firstLine(err))
	}
	return nil
}
