package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/seatledger/seatledger/cmd/internal/server"
)

type repairVerb struct {
	DataDir string `default:"./data" placeholder:"DIR" help:"Folder of the ledger, which does not run (${default})."`
	Stream  string `default:"LEDGER" help:"Name of the feed's stream."`
	LogKey  string `placeholder:"FILE" help:"Key that signs the log's checkpoints (log.key in the data folder)."`
	DryRun  bool   `help:"Say what a start would heal, and change nothing."`
}

// Run tells each finding on a line, with what is done about it.
func (v *repairVerb) Run(ctx context.Context, con *console) error {
	findings, err := server.Repair(ctx, server.Config{
		DataDir: v.DataDir, Stream: v.Stream, LogKey: v.LogKey,
		Log: slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelError + 1})),
	}, v.DryRun)
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
