package mail

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	letterSuffix = ".eml"
	newSuffix    = ".new"     // of a file that is being written
	cursorFile   = ".written" // the last message that was written
)

// Outbox is the folder where letters are put when there is no mail server:
// one file a letter, <event>-<person>.eml, which its owner alone can read.
type Outbox struct {
	dir string

	mu     sync.Mutex // held from reading an address to writing it
	erased map[string]bool
}

// OpenOutbox opens a folder, or makes it, and removes what a crash left half
// written.
func OpenOutbox(dir string) (*Outbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"+newSuffix))
	for _, name := range left {
		err = errors.Join(err, shred(name))
	}
	return &Outbox{dir: dir, erased: map[string]bool{}}, err
}

// Put writes a letter; the file is there whole, and durable, or not at all.
// One to a person who was erased meanwhile is not written.
func (o *Outbox) Put(l *Letter) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.erased[l.PersonID] {
		return nil
	}
	return o.replace(l.ID+letterSuffix, func(f *os.File) error {
		_, err := l.WriteTo(f)
		return err
	})
}

// replace writes a file under another name, and renames it once it is durable.
func (o *Outbox) replace(name string, write func(*os.File) error) error {
	path := filepath.Join(o.dir, name)
	f, err := os.OpenFile(path+newSuffix, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, shred(path+newSuffix))
	}
	if err := os.Rename(path+newSuffix, path); err != nil {
		return err
	}
	return syncFolder(o.dir)
}

// Erase removes the letters to persons. None is written to them any more.
func (o *Outbox) Erase(persons ...string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	gone := false
	var errs []error
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	for _, person := range persons {
		o.erased[person] = true
	}
	for _, e := range entries {
		stem, ok := strings.CutSuffix(strings.TrimSuffix(e.Name(), newSuffix), letterSuffix)
		_, person, _ := strings.Cut(stem, "-")
		if ok && o.erased[person] {
			gone = true
			errs = append(errs, shred(filepath.Join(o.dir, e.Name())))
		}
	}
	if gone {
		errs = append(errs, syncFolder(o.dir))
	}
	return errors.Join(errs...)
}

// Cursor is what SetCursor kept last, "" at first.
func (o *Outbox) Cursor() (string, error) {
	b, err := os.ReadFile(filepath.Join(o.dir, cursorFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(b), err
}

// SetCursor keeps how far the outbox is written.
func (o *Outbox) SetCursor(at string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.replace(cursorFile, func(f *os.File) error {
		_, err := f.WriteString(at)
		return err
	})
}

// shred overwrites a file and removes it.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		var about fs.FileInfo
		if about, err = f.Stat(); err == nil {
			_, err = f.Write(make([]byte, about.Size()))
		}
		err = errors.Join(err, f.Sync(), f.Close())
	}
	return errors.Join(err, os.Remove(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
