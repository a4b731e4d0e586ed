package bundle

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// target is where a bundle is written: whole under its name, or not at all.
type target interface {
	put(name string, data []byte) error
	keep() error
	drop() error
}

// kindOf tells by its name what a bundle is.
func kindOf(path string) (archive, zipped bool) {
	zipped = strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tgz")
	return zipped || strings.HasSuffix(path, ".tar"), zipped
}

// create begins a bundle beside where it is going to be.
func create(path string) (target, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, fmt.Errorf("%s is there already: evidence is not written over", path))
	}
	dir, hidden := filepath.Dir(path), "."+filepath.Base(path)+"-*"
	archive, zipped := kindOf(path)
	if !archive {
		made, err := os.MkdirTemp(dir, hidden)
		return &folder{path: path, dir: made}, err
	}
	f, err := os.CreateTemp(dir, hidden)
	if err != nil {
		return nil, err
	}
	t := &tarball{path: path, file: f, buffer: bufio.NewWriter(f)}
	t.tar = tar.NewWriter(t.buffer)
	if zipped {
		t.zip = gzip.NewWriter(t.buffer)
		t.tar = tar.NewWriter(t.zip)
	}
	return t, nil
}

// folder is a bundle as a folder of files.
type folder struct {
	path, dir string // where it is going to be, and where it is made
}

func (f *folder) put(name string, data []byte) error {
	file := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { // #nosec G301 -- a bundle is for others to read
		return err
	}
	return os.WriteFile(file, data, 0o644) // #nosec G306 -- a bundle is for others to read
}

func (f *folder) keep() error {
	if err := os.Chmod(f.dir, 0o755); err != nil { // #nosec G302 -- a bundle is for others to read
		return err
	}
	return os.Rename(f.dir, f.path)
}

func (f *folder) drop() error { return os.RemoveAll(f.dir) }

// tarball is a bundle as an archive. Its files have no time of their own, so
// that the same log makes the same bytes.
type tarball struct {
	path   string
	file   *os.File
	buffer *bufio.Writer
	zip    *gzip.Writer // nil where it is not compressed
	tar    *tar.Writer
}

func (t *tarball) put(name string, data []byte) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
	if err := t.tar.WriteHeader(h); err != nil {
		return err
	}
	_, err := t.tar.Write(data)
	return err
}

func (t *tarball) keep() error {
	err := t.tar.Close()
	if t.zip != nil {
		err = errors.Join(err, t.zip.Close())
	}
	err = errors.Join(err, t.buffer.Flush(), t.file.Chmod(0o644), t.file.Sync(), t.file.Close())
	if err == nil {
		err = os.Rename(t.file.Name(), t.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(t.file.Name()))
	}
	return nil
}

func (t *tarball) drop() error { return errors.Join(t.file.Close(), os.Remove(t.file.Name())) }
