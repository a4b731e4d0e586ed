package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/restore"
	"github.com/seatledger/seatledger/replay"
)

type restoreVerb struct {
	From    string `required:"" placeholder:"DIR" help:"Folder of the backup."`
	DataDir string `required:"" placeholder:"DIR" help:"Data folder of the new ledger; it must be empty, or not there."`

	Keys string `placeholder:"FILE" help:"Backup of the persons' keys."`
	KEK  string `name:"kek" env:"-" placeholder:"FILE" help:"The key that wraps them, which is copied beside them; or --kek-file, which leaves it where it is."`
	wrapping
	AcceptLostKeys bool `help:"Erase for good the persons whose keys the backup of the keys does not have; without --keys, all of them, and forget all idempotency keys."`

	LogKey     string `placeholder:"FILE" help:"The key that signed the log's checkpoints; without it, or with --to, the log needs a new origin."`
	Checkpoint string `placeholder:"FILE" help:"The newest checkpoint that is known. The log keeps its origin only if the backup reaches it."`
	NewOrigin  bool   `help:"Begin a new origin: another name, another key."`
	LogOrigin  string `placeholder:"NAME" help:"Its name (seatledger/ and a random id)."`
	To         string `placeholder:"N|TIME" help:"Restore the ledger as it was at that position or time, with a new origin."`
	Stream     string `default:"LEDGER" help:"Name of the feed's stream."`
	LogLevel   string `default:"warn" enum:"debug,info,warn,error" help:"Least level that is logged: ${enum}."`
}

// Run restores.
func (v *restoreVerb) Run(ctx context.Context, con *console) error {
	to, err := limitOf(v.To)
	if err != nil {
		return err
	}
	kek, err := v.options()
	if err != nil {
		return err
	}
	var level slog.Level
	_ = level.UnmarshalText([]byte(v.LogLevel)) // one of the enum
	bar := con.progress()
	made, err := restore.Restore(ctx, restore.Options{
		From: v.From, DataDir: v.DataDir, Keys: v.Keys, KEK: v.KEK, KEKAt: kek, AcceptLostKeys: v.AcceptLostKeys,
		LogKey: v.LogKey, Checkpoint: v.Checkpoint, NewOrigin: v.NewOrigin, LogOrigin: v.LogOrigin, To: to, Feed: v.Stream,
		Log: slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: level})),
		Progress: func(step string, done, total uint64) {
			bar.show(replay.Progress{Step: step, Done: done, Total: total})
		},
	})
	bar.end()
	if err != nil {
		return sought(err)
	}
	v.conclude(con, made)
	return nil
}

// limitOf reads --to.
func limitOf(to string) (l backup.Limit, err error) {
	if to == "" {
		return l, nil
	}
	if l.Position, err = strconv.ParseUint(to, 10, 64); err == nil && l.Position > 0 {
		return l, nil
	}
	if l.Time, err = time.Parse(time.RFC3339, to); err != nil {
		return backup.Limit{}, usage("--to=%s is neither a position nor a time (RFC 3339)", to)
	}
	return backup.Limit{Time: l.Time}, nil
}

func (v *restoreVerb) conclude(con *console, o restore.Outcome) {
	fmt.Fprintf(con.out, "restored %d events into %s; the next is %d\n", o.Kept, v.DataDir, o.Next)
	inWords(con, o)
	if o.Unseen > 0 {
		fmt.Fprintf(con.out, "the backup does not have the last %d events that the checkpoint covers: whom they erased is erased here only if the backup of the keys is newer than they are\n", o.Unseen)
	}
	if o.OldOrigin == "" && v.Checkpoint == "" {
		fmt.Fprintf(con.out, "no newest checkpoint was given: if the old ledger signed more than position %d, this one must begin a new origin instead (--new-origin)\n", o.Kept)
	}
}

// inWords says what became of origin and persons.
func inWords(con *console, o restore.Outcome) {
	if o.OldOrigin == "" {
		fmt.Fprintf(con.out, "the origin stays %s\n", o.Origin)
	} else {
		fmt.Fprintf(con.out, "the origin is now %s (%s); it was %s\n", o.Origin, o.Key, o.OldOrigin)
	}
	if o.Erased > 0 {
		fmt.Fprintf(con.out, "erased again: %d persons\n", o.Erased)
	}
	if o.Lost > 0 {
		fmt.Fprintf(con.out, "erased for want of a key: %d persons\n", o.Lost)
	}
}
