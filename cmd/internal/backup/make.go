package backup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seatledger/seatledger/projections/audit"
)

// Source is a ledger that is backed up.
type Source interface {
	// Key verifies the ledger's checkpoints (vkey).
	Key(context.Context) (string, error)
	// Checkpoint is the newest one; it covers all that was answered before.
	Checkpoint(context.Context) ([]byte, error)
	// Frames yields the frames behind a place, up to the log's end at least as
	// it was when Checkpoint was asked for. ErrHistory: the place is not there.
	Frames(context.Context, Place) iter.Seq2[[]byte, error]
}

// Report says what a backup came to.
type Report struct {
	Origin   string
	Size     uint64 // the last position
	Added    uint64 // positions that are new
	Resumed  uint64 // of these, what a backup that was not finished had
	Segments int    // files that are new
	Bytes    int64  // of these
}

// Make adds to the backup in a folder what the ledger has more, up to a
// checkpoint signed now; in an empty folder it begins one. ErrHistory, ErrDamaged
// and ErrInUse leave the folder as it was.
func Make(ctx context.Context, dir string, from Source, progress func(done, total uint64)) (r Report, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, err
	}
	held, err := lock(dir)
	if err != nil {
		return r, err
	}
	defer held.Close()
	m := &making{dir: dir, from: from, progress: progress}
	for _, step := range []func(context.Context) error{m.open, m.adopt, m.copy, m.finish} {
		if err := step(ctx); err != nil {
			return r, err
		}
	}
	return m.report, SyncPath(filepath.Dir(filepath.Clean(dir)))
}

// making is a backup on its way.
type making struct {
	dir      string
	from     Source
	progress func(done, total uint64)

	manifest   Manifest // as it will be
	listed     int      // segments that the folder's manifest has
	checkpoint *audit.Checkpoint
	chain      *chain
	report     Report
}

// open reads what is there, and what is to be reached.
func (m *making) open(ctx context.Context) error {
	old, err := readManifest(m.dir)
	if err != nil {
		return err
	}
	if old == nil {
		if err := m.checkEmpty(); err != nil {
			return err
		}
		old = &Manifest{Format: format}
	}
	if err := old.present(m.dir); err != nil {
		return err
	}
	m.manifest, m.listed = *old, len(old.Segments)
	m.manifest.MadeAt = time.Now().UTC().Truncate(time.Second)
	key, err := m.from.Key(ctx)
	if err != nil {
		return err
	}
	if old.Key != "" && old.Key != key {
		return fmt.Errorf("%s is a backup of the log %s, and this is another one (%s): use another folder", m.dir, old.Key, key)
	}
	note, err := m.from.Checkpoint(ctx)
	if err != nil {
		return err
	}
	if m.checkpoint, err = audit.OpenCheckpoint(note, key); err != nil {
		return err
	}
	m.manifest.Key, m.manifest.Checkpoint = key, string(note)
	m.manifest.Origin, _, _ = strings.Cut(string(note), "\n")
	if m.checkpoint.Size < old.Edge.Size {
		return fmt.Errorf("%w: it ends with position %d, and %s has %d", ErrHistory, m.checkpoint.Size, m.dir, old.Edge.Size)
	}
	edge := audit.Edge{Size: old.Edge.Size, Hashes: slices.Clone(old.Edge.Hashes)}
	m.chain = newChain(edge, old.Commit, nil)
	return nil
}

// checkEmpty refuses a folder with anything but what a first backup leaves when
// it is killed.
func (m *making) checkEmpty() error {
	files, err := os.ReadDir(m.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), suffixNext)
		if name != lockFile && name != manifestFile && !strings.HasSuffix(name, segmentSuffix) {
			return fmt.Errorf("%s is not empty, and not a backup: it has %s", m.dir, f.Name())
		}
	}
	return nil
}

// copy writes what is new.
func (m *making) copy(ctx context.Context) error {
	var w *segmentWriter
	defer func() {
		if w != nil {
			w.abandon()
		}
	}()
	end := uint64(m.checkpoint.Size)
	for frame, err := range m.from.Frames(ctx, Place{m.chain.size(), m.chain.commit}) {
		if err != nil {
			return err
		}
		c, frames, err := m.chain.add(frame)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		if m.chain.size()+uint64(len(c.Entries)) > end {
			break // it came after the checkpoint
		}
		if w == nil {
			if w, err = newSegment(m.dir, len(m.manifest.Segments)+1, m.chain.size()+1); err != nil {
				return err
			}
		}
		if err := w.add(c, frames); err != nil {
			return err
		}
		m.chain.accept(c)
		m.progress(m.chain.size(), end)
		if w.Bytes >= segmentBytes {
			done := w
			w = nil
			if err := m.segment(done); err != nil {
				return err
			}
		}
	}
	if w == nil {
		return nil
	}
	done := w
	w = nil
	return m.segment(done)
}

func (m *making) segment(w *segmentWriter) error {
	s, err := w.finish()
	if err != nil {
		w.abandon()
		return err
	}
	m.manifest.Segments = append(m.manifest.Segments, s)
	m.report.Bytes += s.Bytes
	return nil
}

// finish compares the root, and writes the manifest.
func (m *making) finish(context.Context) error {
	size := m.manifest.Edge.Size
	root := m.chain.edge.Root()
	if m.chain.size() != uint64(m.checkpoint.Size) || root != m.checkpoint.Root {
		err := fmt.Errorf("%w: with what is new it ends with position %d and root %s, and its checkpoint says %d and %s",
			ErrHistory, m.chain.size(), root, m.checkpoint.Size, m.checkpoint.Root)
		return errors.Join(err, m.clear())
	}
	m.manifest.Edge, m.manifest.Commit = m.chain.edge, m.chain.commit
	m.report.Origin, m.report.Size, m.report.Added = m.manifest.Origin, m.chain.size(), uint64(m.chain.edge.Size-size)
	m.report.Segments = len(m.manifest.Segments) - m.listed
	return m.manifest.write(m.dir)
}
