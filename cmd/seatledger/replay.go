package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/server"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
)

type replayVerb struct {
	Show    replayShowVerb    `cmd:"" help:"Show a view as it stood at a moment, rebuilt from the log alone."`
	Diff    replayDiffVerb    `cmd:"" help:"Show what changed between two moments, and by which events."`
	Explain replayExplainVerb `cmd:"" help:"Say why a user has, or has not, a licence."`
	Verify  replayVerifyVerb  `cmd:"" help:"Read the whole log again, and compare with it all that was made of it."`
	Export  replayExportVerb  `cmd:"" help:"Write the history for other tools, each event with its position and leaf hash."`
	Rebuild replayRebuildVerb `cmd:"" help:"Make all views again beside the live ones, and swap them in."`
}

// stopped is a ledger that does not run, looked into in place of one that does.
type stopped struct {
	DataDir string `env:"SEATLEDGER_REPLAY_DATA_DIR" placeholder:"DIR" help:"Data folder of a ledger that is stopped, to look into on a copy; else a running one is asked."`
	wrapping
}

// open copies the ledger's log, or the ledger whole, and opens the copy, which
// must be closed.
func (v stopped) open(ctx context.Context, con *console, whole bool) (*server.Copy, error) {
	c, err := server.OpenCopy(ctx, v.DataDir, v.kek(), whole, slog.New(slog.DiscardHandler))
	switch {
	case errors.Is(err, keys.ErrLocked):
		return nil, fmt.Errorf("the ledger in %s runs: ask it with --server, without --data-dir", v.DataDir)
	case errors.Is(err, keys.ErrNoStore):
		return nil, fmt.Errorf("there is no ledger in %s", v.DataDir)
	case errors.Is(err, server.ErrConfig):
		return nil, usageError{err}
	case err != nil:
		return nil, sought(err)
	}
	what := "log"
	if whole {
		what = "ledger"
	}
	fmt.Fprintf(con.err, "looking into a copy of the %s, %.1f MB; %s is not changed\n", what, float64(c.Bytes)/1e6, v.DataDir)
	return c, nil
}

// holder may see all: who has the folder has the keys, too.
func holder(language string) projections.Audience {
	return projections.Audience{Caller: rule.Caller{Role: rule.Admin}, Language: language}
}

// momentOf reads --as-of; empty is now.
func momentOf(asOf string) (replay.Moment, error) {
	at, err := projections.ParseAsOf(asOf)
	if err != nil {
		return replay.Moment{}, usageError{err}
	}
	return replay.AsOf(at), nil
}
