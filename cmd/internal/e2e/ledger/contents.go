package ledger

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/klauspost/compress/zstd"
)

// Magic numbers of what may stand compressed anywhere in a file.
var (
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	gzipMagic = []byte{0x1f, 0x8b, 0x08}
)

// maxUnpackedBytes bounds what one compressed piece comes to: more is no piece
// of a ledger, but bytes that look like one.
const maxUnpackedBytes = 64 << 20

// Content is a file of a folder: its bytes, and all that stands in it in
// another form.
type Content struct {
	Path     string
	Raw      []byte
	Unpacked []byte // the zstd frames and gzip members in it
	// Rows are the keys and values of a table of Pebble's, those deleted but
	// not compacted, too.
	Rows []byte
}

// Contents reads every file of a folder. Files that go while it reads are left
// out. comparers are those of the databases in it.
func Contents(dir string, comparers ...*pebble.Comparer) (all []Content, err error) {
	ro := readers(comparers)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // files come and go while a ledger runs
		}
		raw, err := os.ReadFile(path) // #nosec G122 -- a test reads a folder of its own
		if err != nil {
			return nil
		}
		c := Content{Path: path, Raw: raw, Unpacked: unpacked(raw)}
		if strings.HasSuffix(path, ".sst") {
			if c.Rows, err = rows(raw, ro); err != nil {
				return err
			}
			c.Unpacked = append(c.Unpacked, unpacked(c.Rows)...)
		}
		all = append(all, c)
		return nil
	})
	return all, err
}

// Holds reports that a text stands in the file, in whatever form.
func (c Content) Holds(text string) bool {
	t := []byte(text)
	return bytes.Contains(c.Raw, t) || bytes.Contains(c.Unpacked, t) || bytes.Contains(c.Rows, t)
}

// unpacked is what comes out of everything that looks compressed.
func unpacked(b []byte) (out []byte) {
	for rest := range behind(b, zstdMagic) {
		if r, err := zstd.NewReader(bytes.NewReader(rest), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpackedBytes)); err == nil {
			out = append(out, prefix(r)...)
			r.Close()
		}
	}
	for rest := range behind(b, gzipMagic) {
		if r, err := gzip.NewReader(bytes.NewReader(rest)); err == nil {
			out = append(out, prefix(r)...)
		}
	}
	return out
}

// behind yields what begins with each occurrence of a magic number.
func behind(b, magic []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at := bytes.Index(b, magic); at >= 0; at = bytes.Index(b, magic) {
			if b = b[at:]; !yield(b) {
				return
			}
			b = b[len(magic):]
		}
	}
}

// prefix reads until what follows is no part of the piece.
func prefix(r io.Reader) []byte {
	b, _ := io.ReadAll(io.LimitReader(r, maxUnpackedBytes))
	return b
}

// readers reads tables of databases with any of the comparers, or Pebble's own.
func readers(comparers []*pebble.Comparer) sstable.ReaderOptions {
	o := &pebble.Options{FormatMajorVersion: pebble.FormatNewest}
	o.EnsureDefaults()
	ro := o.MakeReaderOptions()
	ro.Comparers = sstable.Comparers{o.Comparer.Name: o.Comparer}
	ro.KeySchemas = maps.Clone(ro.KeySchemas)
	for _, c := range comparers {
		o := &pebble.Options{FormatMajorVersion: pebble.FormatNewest, Comparer: c}
		o.EnsureDefaults()
		maps.Copy(ro.KeySchemas, o.MakeReaderOptions().KeySchemas)
		ro.Comparers[c.Name] = c
	}
	return ro
}

// rows are the keys and values of a table.
func rows(raw []byte, ro sstable.ReaderOptions) (all []byte, err error) {
	f, err := inMemory(raw)
	if err != nil {
		return nil, err
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		return nil, err
	}
	r, err := sstable.NewReader(context.Background(), readable, ro)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	it, err := r.NewIter(sstable.NoTransforms, nil, nil, sstable.AssertNoBlobHandles)
	if err != nil {
		return nil, err
	}
	defer it.Close()
	for kv := it.First(); kv != nil; kv = it.Next() {
		v, _, err := kv.Value(nil)
		if err != nil {
			return nil, err
		}
		all = append(append(append(all, kv.K.UserKey...), ' '), v...)
	}
	return all, it.Error()
}

func inMemory(raw []byte) (vfs.File, error) {
	m := vfs.NewMem()
	f, err := m.Create("t", vfs.WriteCategoryUnspecified)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(raw); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return m.Open("t")
}
