package bundle

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/replay"
)

// ErrRoot: the entries are not those that the checkpoint signs. Verify the
// ledger.
var ErrRoot = errors.New("the entries do not have the signed root")

// Log is what a bundle is made of.
type Log struct {
	Key        string // that verifies the checkpoint (vkey)
	Checkpoint []byte // the signed note
	// Entries are those that the checkpoint covers, from the first on; more
	// may follow.
	Entries iter.Seq2[events.Entry, error]
}

// progressEvery is how many entries lie between two reports.
const progressEvery = 4096

// Write makes a bundle: an archive where path ends in .tar, .tar.gz or .tgz,
// else a folder. There must be nothing there yet. progress may be nil.
func Write(ctx context.Context, path string, l Log, progress func(replay.Progress)) (Manifest, error) {
	c, err := audit.OpenCheckpoint(l.Checkpoint, l.Key)
	if err != nil {
		return Manifest{}, err
	}
	m, err := manifestOf(c, l.Key)
	if err != nil {
		return m, err
	}
	out, err := create(path)
	if err != nil {
		return m, err
	}
	if err := write(ctx, out, l, c, m, progress); err != nil {
		return m, errors.Join(err, out.drop())
	}
	return m, out.keep()
}

// manifestOf is the one manifest of a checkpoint and a key.
func manifestOf(c *audit.Checkpoint, key string) (Manifest, error) {
	origin, _, ok := cutNote(c.Note)
	if !ok {
		return Manifest{}, errors.New("checkpoint: it has no origin")
	}
	return Manifest{Format: Format, Origin: origin, Size: c.Size, Root: c.Root, Key: key}, nil
}

func write(ctx context.Context, out target, l Log, c *audit.Checkpoint, m Manifest, progress func(replay.Progress)) error {
	manifest, err := m.bytes()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{ManifestFile, manifest}, {CheckpointFile, l.Checkpoint}, {KeyFile, []byte(l.Key + "\n")}} {
		if err := out.put(f.name, f.data); err != nil {
			return err
		}
	}
	t := &tree{emit: func(of tlog.Tile, data []byte) error { return out.put(Name(of), data) }}
	if err := fill(ctx, t, l.Entries, c.Size, progress); err != nil {
		return err
	}
	if err := t.end(); err != nil {
		return err
	}
	root, err := t.root()
	if err == nil && root != c.Root {
		err = fmt.Errorf("%w: %s at size %d, signed is %s", ErrRoot, root, c.Size, c.Root)
	}
	return err
}

// fill adds as many entries as the checkpoint covers.
func fill(ctx context.Context, t *tree, entries iter.Seq2[events.Entry, error], size int64, progress func(replay.Progress)) error {
	if size == 0 {
		return nil
	}
	for b, err := range entries {
		if err = errors.Join(err, ctx.Err()); err == nil {
			err = t.add(b)
		}
		if err != nil || t.size == size {
			return err
		}
		if progress != nil && t.size%progressEvery == 0 {
			progress(replay.Progress{Step: "bundle", Done: uint64(t.size), Total: uint64(size)})
		}
	}
	return fmt.Errorf("%w: the checkpoint covers %d entries, and the log has %d", ErrRoot, size, t.size)
}
