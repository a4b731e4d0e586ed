package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/replay"
	"github.com/seatledger/seatledger/replay/bundle"
)

// MaxCopyBytes is the largest log that is copied to be looked into.
const MaxCopyBytes = 64 << 30

// Copy is a copy of a ledger that is stopped, opened to look into. The folder
// itself is not changed, and nobody can start the ledger meanwhile.
type Copy struct {
	Log   *replay.Log
	Bytes int64 // that were copied

	from  string // the data folder
	dir   string
	held  io.Closer
	whole bool
	first uint64 // sequence of the journal's first message
	// copied is the ledger's verified copy; nil with the reason, where it
	// cannot be opened.
	copied    *audit.Copy
	copiedErr error
	of        Server // its keys, server and log, on the copy; whole: its views and feed, too
}

// OpenCopy copies of the data folder what holds the log, and opens it; whole,
// also views and feed, for Verify. keys.ErrLocked: the ledger runs.
func OpenCopy(ctx context.Context, dataDir string, whole bool, log *slog.Logger) (*Copy, error) {
	if err := datadir.Check(dataDir); err != nil {
		return nil, err
	}
	held, err := keys.Hold(filepath.Join(dataDir, keysFolder))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dataDir, err)
	}
	c, folders := &Copy{from: dataDir, held: held, whole: whole}, []string{keysFolder, natsFolder}
	if whole {
		folders = append(folders, viewsFolder, copyFolder)
	}
	if c.dir, err = os.MkdirTemp("", "seatledger-replay-"); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	for _, folder := range folders {
		if err := c.take(ctx, filepath.Join(dataDir, folder), filepath.Join(c.dir, folder)); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	c.of = Server{Config: Config{DataDir: c.dir, Dev: true, Log: log}}
	open := []func(context.Context) error{c.of.openKeys, c.openJournal}
	if whole {
		open = append(open, c.of.openStoppedViews, c.of.openFeed, c.openCopied)
	}
	for _, open := range open {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	c.Log = &replay.Log{Journal: c.of.journal, Sealer: c.of.keys}
	return c, nil
}

// openStoppedViews opens views that follow nothing.
func (s *Server) openStoppedViews(context.Context) (err error) {
	s.views, err = projections.Open(s.viewOptions(filepath.Join(s.DataDir, viewsFolder)))
	return err
}

// openCopied opens the verified copy. Where that cannot be, it is a finding:
// the rest is still looked into.
func (c *Copy) openCopied(context.Context) error {
	c.copied, c.copiedErr = audit.OpenCopy(audit.CopyOptions{Dir: filepath.Join(c.dir, copyFolder), Epoch: c.of.epoch, First: c.first, Log: c.of.Log})
	if c.copiedErr != nil {
		c.copied = nil
	}
	return nil
}

// Verify is that of a running ledger, on a whole copy. Views and feed may be
// behind the log: they catch up when the ledger starts. keyFile has the key that
// signs checkpoints; "" is where it is unless told otherwise.
func (c *Copy) Verify(ctx context.Context, keyFile string, checkpoint []byte, report func(replay.Finding), progress func(replay.Progress)) (replay.Verdict, error) {
	key, err := c.key(keyFile)
	if err != nil {
		return replay.Verdict{}, err
	}
	newest, err := c.newest(ctx)
	if err != nil {
		return replay.Verdict{}, err
	}
	tree := &replay.CheckOfTree{Public: key, Checkpoints: given(checkpoint)}
	if newest != nil {
		tree.Checkpoints = append(tree.Checkpoints, replay.Signed{Name: newestName, Note: newest})
	}
	log := &replay.Log{Journal: c.of.journal, Sealer: c.of.keys, Progress: progress}
	if c.copied == nil {
		return c.of.verify(ctx, log, &replay.CheckOfFeed{Feed: c.of.feed, Unfinished: true}, tree, report, unopened{c.copiedErr})
	}
	log.Copy = c.copied
	inside, err := c.copied.Checkpoint()
	if err != nil {
		return replay.Verdict{}, err
	}
	if len(inside) > 0 {
		tree.Checkpoints = append(tree.Checkpoints, replay.Signed{Name: copiedName, Note: inside})
	}
	return c.of.verify(ctx, log, &replay.CheckOfFeed{Feed: c.of.feed, Unfinished: true}, tree, report)
}

// Sealed is the log as a bundle is made of it: as far as the newest checkpoint
// goes. keyFile is as for Verify.
func (c *Copy) Sealed(ctx context.Context, keyFile string) (bundle.Log, error) {
	key, err := c.key(keyFile)
	if err != nil {
		return bundle.Log{}, err
	}
	newest, err := c.newest(ctx)
	if err == nil && newest == nil {
		err = errors.New("no checkpoint was ever signed: start the ledger, and stop it")
	}
	return bundle.Log{Key: key, Checkpoint: newest, Entries: c.Log.Entries(ctx)}, err
}

// key is the public one that verifies checkpoints.
func (c *Copy) key(file string) (string, error) {
	if file == "" {
		file = filepath.Join(c.from, logKeyFile)
	}
	k, err := audit.OpenKey(file, "")
	if err != nil {
		return "", err
	}
	return k.Public(), nil
}

// newest is the checkpoint that was stored last beside the journal, nil if
// there is none.
func (c *Copy) newest(ctx context.Context) ([]byte, error) {
	stored, err := c.of.nats.OpenCheckpoints(ctx)
	if err != nil {
		return nil, err
	}
	return stored.Newest(ctx)
}

// unopened is the check of a copy that cannot be opened.
type unopened struct{ err error }

// Name is copy.
func (unopened) Name() string { return "copy" }

// Entry compares nothing.
func (unopened) Entry(context.Context, uint64, events.Entry, func(replay.Finding)) error { return nil }

// End tells why.
func (u unopened) End(_ context.Context, _ uint64, report func(replay.Finding)) (string, error) {
	report(replay.Finding{Part: "copy", Where: "all", Message: "cannot be opened: " + u.err.Error()})
	return "nothing", nil
}

// openJournal opens the journal alone: what it says is looked at, not mended.
func (c *Copy) openJournal(ctx context.Context) (err error) {
	c.of.nats, err = jetstream.Start(jetstream.Options{StoreDir: filepath.Join(c.dir, natsFolder), Dev: true, Log: c.of.Log})
	if err != nil {
		return err
	}
	j, err := c.of.nats.OpenJournal(ctx, jetstream.JournalOptions{})
	if err == nil {
		c.of.journal, c.of.epoch, c.first = j, j.Epoch(), j.First()
	}
	return err
}

// Close deletes the copy.
func (c *Copy) Close() error {
	err := c.of.Close()
	if c.copied != nil {
		err = errors.Join(err, c.copied.Close())
	}
	if c.dir != "" {
		err = errors.Join(err, os.RemoveAll(c.dir))
	}
	return errors.Join(err, c.held.Close())
}

// take copies a folder. The feed is left out where only the log is wanted.
func (c *Copy) take(ctx context.Context, from, to string) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) && filepath.Base(from) == viewsFolder {
		return nil // a ledger that was restored, and not started yet
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(from, path)
		switch target := filepath.Join(to, rest); {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() && !c.whole && jetstream.IsFeed(rest):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case d.Type().IsRegular():
			return c.file(path, target)
		}
		return nil
	})
}

func (c *Copy) file(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(in, MaxCopyBytes-c.Bytes))
	if c.Bytes += n; err == nil && c.Bytes >= MaxCopyBytes {
		err = fmt.Errorf("the log is over %d bytes: look into it where it runs", int64(MaxCopyBytes))
	}
	return errors.Join(err, out.Close())
}
