package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/server"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/replay"
)

type backupVerb struct {
	Log    backupLogVerb    `cmd:"" default:"withargs" help:"Add to the backup in a folder what the log has more; the default."`
	Keys   backupKeysVerb   `cmd:"" help:"Write the file of persons' keys, wrapped as it is stored. Keep it apart from the log's backup."`
	Verify backupVerifyVerb `cmd:"" help:"Read a whole backup, and compare it with its signed checkpoint."`
}

// atRest is a ledger that is stopped, backed up in place of one that runs.
type atRest struct {
	DataDir string `env:"SEATLEDGER_BACKUP_DATA_DIR" placeholder:"DIR" help:"Data folder of a ledger that is stopped; else a running one is asked."`
}

type backupLogVerb struct {
	Dir    string `arg:"" help:"Folder of the backup; made if it is not there."`
	LogKey string `env:"SEATLEDGER_LOG_KEY" placeholder:"FILE" help:"With --data-dir: the key that signs checkpoints (log.key in the data folder)."`
	atRest
	wrapping
	remote
}

// Run makes the backup.
func (v *backupLogVerb) Run(ctx context.Context, con *console) (err error) {
	from, done, err := v.source(ctx, con)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	bar := con.progress()
	r, err := backup.Make(ctx, v.Dir, from, func(done, total uint64) {
		bar.show(replay.Progress{Step: "backup", Done: done, Total: total})
	})
	bar.end()
	if err != nil {
		return err
	}
	if r.Resumed > 0 {
		fmt.Fprintf(con.out, "went on with an unfinished backup of %d events\n", r.Resumed)
	}
	fmt.Fprintf(con.out, "backed up %s to position %d: %d new events, %.1f MB\n", r.Origin, r.Size, r.Added, float64(r.Bytes)/1e6)
	return nil
}

// source is the ledger that is backed up; done is called when it was.
func (v *backupLogVerb) source(ctx context.Context, con *console) (from backup.Source, done func() error, err error) {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return nil, nil, usageError{err}
		}
		return backup.Remote{Client: c}, func() error { return nil }, nil
	}
	c, err := stopped{v.DataDir, v.wrapping}.open(ctx, con, false)
	if err != nil {
		return nil, nil, err
	}
	return c.BackupSource(v.LogKey), c.Close, nil
}

type backupKeysVerb struct {
	File string `arg:"" help:"File to write; an older one is replaced."`
	atRest
	remote
}

// Run writes the file.
func (v *backupKeysVerb) Run(ctx context.Context, con *console) error {
	if err := v.write(ctx); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "backed up the persons' keys; they are worth nothing without the key that wraps them, the file kek in the data folder's keys, or where --kek-file has it\n")
	return nil
}

func (v *backupKeysVerb) write(ctx context.Context) error {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return usageError{err}
		}
		return backup.Remote{Client: c}.Keys(ctx, v.File)
	}
	return v.told(backup.WriteKeys(v.File, func(w io.Writer) error {
		return server.BackupStoppedKeys(ctx, v.DataDir, w)
	}))
}

// told names what is wrong with the folder.
func (v *atRest) told(err error) error {
	switch {
	case errors.Is(err, keys.ErrLocked):
		return fmt.Errorf("the ledger in %s runs: ask it with --server, without --data-dir", v.DataDir)
	case errors.Is(err, keys.ErrNoStore):
		return fmt.Errorf("there is no ledger in %s", v.DataDir)
	}
	return err
}

type backupVerifyVerb struct {
	Dir string `arg:"" help:"Folder of the backup."`
}

// Run reads the backup.
func (v *backupVerifyVerb) Run(con *console) error {
	b, err := backup.Open(v.Dir)
	if err != nil {
		return err
	}
	bar := con.progress()
	_, err = b.Check(backup.Limit{}, nil, func(done, total uint64) {
		bar.show(replay.Progress{Step: "backup", Done: done, Total: total})
	})
	bar.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "the backup of %s is whole up to position %d, as signed\n", b.Origin, b.Size())
	return nil
}
