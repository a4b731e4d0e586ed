package heal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/seatledger/seatledger/projections/audit"
)

// Left is what is left of a log that cannot be healed.
type Left struct {
	*audit.Remains
	copy *audit.Copy
}

// Left finds what is left. Nothing is changed; it must be closed. The public key
// in it is empty where the log's key is lost.
func (l *Ledger) Left(ctx context.Context) (*Left, error) {
	r, err := l.Look(ctx)
	if err != nil {
		return nil, err
	}
	m := &mending{Ledger: l, Report: r}
	key, err := audit.OpenKey(l.KeyFile, "")
	switch {
	case err == nil:
		m.public = key.Public()
	case !errors.Is(err, os.ErrNotExist):
		return nil, err
	}
	if !r.copyLost && r.copy.Last > 0 {
		if m.old, err = l.openCopy(r.copy); err != nil {
			return nil, err
		}
	}
	return &Left{m.remains(), m.old}, nil
}

// Close closes it.
func (l *Left) Close() error {
	if l.copy == nil {
		return nil
	}
	return l.copy.Close()
}

// Staging is an empty folder in the data folder, in which stores are made that
// are to take the place of others: see Replace. A start removes it.
func (l *Ledger) Staging() (string, error) {
	dir := l.in(healingFolder)
	return dir, errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700))
}

// Replace keeps for inquiry everything that was made of the log or is the log,
// its key included, and puts what stands under the same name in Staging in its
// place. From the moment that this is written down it holds, whatever happens.
// Consumers are not carried over: they have seen what is no more.
func (l *Ledger) Replace(names ...string) error {
	var p plan
	at := time.Now()
	for _, name := range append(names, placesFile, suspectsFile) {
		if exists(l.in(name)) {
			p.aside(l, at, name, l.in(name))
		}
		p.add(l, l.in(healingFolder, name), l.in(name))
	}
	return l.commit(&p)
}

// Kept is where what is replaced is kept.
func (l *Ledger) Kept() string { return filepath.Join(l.Data, inquiryFolder) }
