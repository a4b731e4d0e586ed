package bundle

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// ErrArchive: an archive holds something that no bundle has, or too much. It
// was not made by a ledger; nothing of it is looked at.
var ErrArchive = errors.New("not a bundle's archive")

// Bundle is a bundle that was opened to be read.
type Bundle struct {
	root    *os.Root
	scratch string // folder that an archive was unpacked to; "" of a folder
}

// Open opens a folder, or unpacks an archive into a scratch folder. Close it.
func Open(path string) (*Bundle, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		root, err := os.OpenRoot(path)
		return &Bundle{root: root}, err
	}
	b := &Bundle{}
	if b.scratch, err = os.MkdirTemp("", "seatledger-bundle-"); err != nil {
		return nil, err
	}
	if b.root, err = os.OpenRoot(b.scratch); err == nil {
		err = b.unpack(path)
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close lets the bundle go, and removes what was unpacked.
func (b *Bundle) Close() (err error) {
	if b.root != nil {
		err = b.root.Close()
	}
	if b.scratch != "" {
		err = errors.Join(err, os.RemoveAll(b.scratch))
	}
	return err
}

// gzipMagic begins what is compressed.
const gzipMagic = "\x1f\x8b"

func (b *Bundle) unpack(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	buffered := bufio.NewReader(f)
	var in io.Reader = buffered
	if head, err := buffered.Peek(len(gzipMagic)); err == nil && string(head) == gzipMagic {
		if in, err = gzip.NewReader(buffered); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrArchive, path, err)
		}
	}
	archive, left := tar.NewReader(in), int64(MaxBytes)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			// What follows the archive's end is read too: gzip's checksum is there.
			if _, err := io.Copy(io.Discard, io.LimitReader(in, left)); err != nil {
				return fmt.Errorf("%w: %s: %w", ErrArchive, path, err)
			}
			return nil
		}
		if err == nil {
			err = b.take(h, archive, &left)
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrArchive, path, err)
		}
	}
}

// take unpacks one file. Folders need no entry of their own, and are passed
// over.
func (b *Bundle) take(h *tar.Header, in io.Reader, left *int64) error {
	if h.Typeflag == tar.TypeDir {
		return nil
	}
	name := path.Clean(h.Name) // "./checkpoint" is what others' tools write
	limit, err := maxBytes(name)
	switch {
	case err != nil:
		return err
	case h.Typeflag != tar.TypeReg:
		return fmt.Errorf("%q is not a regular file", name)
	case h.Size > limit:
		return fmt.Errorf("%q has %d bytes, and may have %d", name, h.Size, limit)
	case h.Size > *left:
		return fmt.Errorf("it has more than %d bytes, unpacked", int64(MaxBytes))
	}
	*left -= h.Size
	if err := b.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	out, err := b.root.OpenFile(filepath.FromSlash(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%q is in it twice", name)
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// read reads a file of the bundle, which has a limit.
func (b *Bundle) read(name string) ([]byte, error) {
	limit, err := maxBytes(name)
	if err != nil {
		return nil, err
	}
	f, err := b.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fmt.Errorf("%s is not a regular file", name))
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", name, limit)
	}
	return data, err
}
