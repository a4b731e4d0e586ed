package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/seatledger/seatledger/cmd/internal/restore"
	"github.com/seatledger/seatledger/cmd/internal/server"
	"github.com/seatledger/seatledger/events/keys"
)

type repairVerb struct {
	DataDir string `default:"./data" placeholder:"DIR" help:"Folder of the ledger, which does not run (${default})."`
	Stream  string `default:"LEDGER" help:"Name of the feed's stream."`
	LogKey  string `placeholder:"FILE" help:"Key that signs the log's checkpoints (log.key in the data folder)."`
	wrapping
	DryRun bool `xor:"how" help:"Say what a start would heal, and change nothing."`

	AcceptLoss bool   `xor:"how" help:"Give up what can neither be read nor proved, and go on with what is left, under a new origin."`
	LogOrigin  string `placeholder:"NAME" help:"With --accept-loss: the new origin's name (seatledger/ and a random id)."`
}

// Run tells each finding on a line, with what is done about it.
func (v *repairVerb) Run(ctx context.Context, con *console) error {
	quiet := slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelError + 1}))
	if v.AcceptLoss {
		return v.acceptLoss(ctx, con, quiet)
	}
	findings, err := server.Repair(ctx, server.Config{DataDir: v.DataDir, Stream: v.Stream, LogKey: v.LogKey, Log: quiet}, v.DryRun)
	for _, f := range findings {
		fmt.Fprintf(con.out, "%s  %s\n  %s\n", con.styled(bold, f.Part), f.Found, f.Remedy)
	}
	switch {
	case err != nil:
		return err
	case len(findings) == 0:
		fmt.Fprintln(con.out, "Nothing needs to be healed.")
	case v.DryRun:
		fmt.Fprintln(con.out, "Nothing was changed (--dry-run).")
	default:
		fmt.Fprintln(con.out, "Healed; what was replaced is in the folder inquiry.")
	}
	return nil
}

// acceptLoss gives up what is lost, and says what was kept.
func (v *repairVerb) acceptLoss(ctx context.Context, con *console, log *slog.Logger) error {
	kek, err := v.options()
	if err != nil {
		return err
	}
	o, err := restore.AcceptLoss(ctx, restore.LossOptions{DataDir: v.DataDir, LogKey: v.LogKey, KEK: kek, LogOrigin: v.LogOrigin, Feed: v.Stream, Log: log})
	switch {
	case errors.Is(err, keys.ErrLocked):
		return fmt.Errorf("the ledger in %s runs: stop it first", v.DataDir)
	case errors.Is(err, keys.ErrNoStore):
		return fmt.Errorf("there is no ledger in %s", v.DataDir)
	case err != nil:
		return sought(err)
	}
	fmt.Fprintf(con.out, "kept %d of the %d events that were signed; signed checkpoints vouch for %d; the next is %d\n", o.Kept, o.Newest, o.Proved, o.Next)
	inWords(con, o.Outcome)
	fmt.Fprintf(con.out, "what was replaced is in %s; consumers of the feed must be made again\n", o.Aside)
	return nil
}
