package imports

import (
	"errors"
	"os"
	"path/filepath"
)

// Names within the folder of a job.
const (
	recordFile  = "job.json"
	contentFile = "users.csv.age"
	failures    = "failures-" // and the row that the part begins behind
)

func (x *Imports) folder(id string) string { return filepath.Join(x.Dir, id) }

// replaceFile makes a file whole and durable, or leaves the one that is there.
func replaceFile(path string, data []byte) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
