package trail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Limits of a book.
const (
	// MaxLineBytes is the longest record.
	MaxLineBytes = 16 << 10
	// pageBytes and pageLines are how much one file has, give or take a line.
	pageBytes = 1 << 20
	pageLines = 8192
	// maxPages is how many files there are: 16 MiB, and 131,072 records.
	maxPages = 16

	pageExt = ".ndjson"
)

// ErrLine: a record is too long, or no line.
var ErrLine = errors.New("not a record: it is too long, or has a line break")

// Book is a bounded list of records in a folder. A record's number is its
// place: the first in a page stands in the page's name.
type Book struct {
	dir string

	mu    sync.Mutex
	pages []page // oldest first
	out   *os.File
}

type page struct {
	first uint64 // number of its first line
	lines int
	bytes int64
}

func (p page) name() string { return fmt.Sprintf("%020d%s", p.first, pageExt) }

// OpenBook opens the book in a folder, which is made if need be. A line that a
// crash left unfinished is cut off.
func OpenBook(dir string) (*Book, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	b := &Book{dir: dir}
	for _, e := range entries { // sorted by name, so by number
		head, isPage := strings.CutSuffix(e.Name(), pageExt)
		first, err := strconv.ParseUint(head, 10, 64)
		if !isPage || err != nil {
			continue
		}
		p, err := b.read(page{first: first})
		if err != nil {
			return nil, err
		}
		b.pages = append(b.pages, p)
	}
	if len(b.pages) == 0 {
		return b, b.begin(1)
	}
	return b, b.reopen()
}

// read measures a page.
func (b *Book) read(p page) (page, error) {
	text, err := os.ReadFile(filepath.Join(b.dir, p.name()))
	p.lines = bytes.Count(text, []byte{'\n'})
	p.bytes = int64(bytes.LastIndexByte(text, '\n') + 1)
	return p, err
}

// reopen goes on with the newest page.
func (b *Book) reopen() error {
	last := b.pages[len(b.pages)-1]
	f, err := os.OpenFile(filepath.Join(b.dir, last.name()), os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Truncate(last.bytes); err != nil {
		return errors.Join(err, f.Close())
	}
	b.out = f
	return nil
}

// begin begins a page, and drops the oldest if there are too many.
func (b *Book) begin(first uint64) error {
	p := page{first: first}
	f, err := os.OpenFile(filepath.Join(b.dir, p.name()), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if b.out != nil {
		err = b.out.Close()
	}
	b.out, b.pages = f, append(b.pages, p)
	for len(b.pages) > maxPages {
		err = errors.Join(err, os.Remove(filepath.Join(b.dir, b.pages[0].name())))
		b.pages = slices.Clone(b.pages[1:])
	}
	d, e := os.Open(b.dir)
	if e != nil {
		return errors.Join(err, e)
	}
	return errors.Join(err, d.Sync(), d.Close())
}

// Append writes lines, without their ends, and returns once they are durable.
// What goes wrong leaves the book as it was.
func (b *Book) Append(lines ...[]byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.out == nil {
		return os.ErrClosed
	}
	for len(lines) > 0 {
		p := &b.pages[len(b.pages)-1]
		if p.lines >= pageLines || p.bytes >= pageBytes {
			if err := b.begin(p.first + uint64(p.lines)); err != nil {
				return err
			}
			p = &b.pages[len(b.pages)-1]
		}
		var text []byte
		n := 0
		for n < len(lines) && p.lines+n < pageLines && p.bytes+int64(len(text)) < pageBytes {
			if len(lines[n]) > MaxLineBytes || bytes.IndexByte(lines[n], '\n') >= 0 {
				return ErrLine
			}
			text = append(append(text, lines[n]...), '\n')
			n++
		}
		if err := b.write(p, text); err != nil {
			return err
		}
		p.lines += n
		lines = lines[n:]
	}
	return nil
}

func (b *Book) write(p *page, text []byte) error {
	if _, err := b.out.WriteAt(text, p.bytes); err != nil {
		return errors.Join(err, b.out.Truncate(p.bytes))
	}
	if err := b.out.Sync(); err != nil {
		return errors.Join(err, b.out.Truncate(p.bytes))
	}
	p.bytes += int64(len(text))
	return nil
}

// Back yields the records with numbers below before, newest first; 0 means
// all. The line is the callee's for the call only.
func (b *Book) Back(ctx context.Context, before uint64, yield func(number uint64, line []byte) bool) error {
	b.mu.Lock()
	pages := slices.Clone(b.pages)
	b.mu.Unlock()
	for _, p := range slices.Backward(pages) {
		if p.lines == 0 || before > 0 && p.first >= before {
			continue
		}
		text, err := os.ReadFile(filepath.Join(b.dir, p.name()))
		if errors.Is(err, fs.ErrNotExist) {
			return nil // dropped meanwhile, and so are those before it
		}
		if err == nil && int64(len(text)) < p.bytes {
			err = fmt.Errorf("%s has shrunk", p.name())
		}
		if err != nil {
			return err
		}
		lines := bytes.Split(text[:p.bytes-1], []byte{'\n'})
		for i := len(lines) - 1; i >= 0; i-- {
			if n := p.first + uint64(i); (before == 0 || n < before) && !yield(n, lines[i]) {
				return nil
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the book; what was appended is durable.
func (b *Book) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.out == nil {
		return nil
	}
	out := b.out
	b.out = nil
	return out.Close()
}
