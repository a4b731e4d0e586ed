package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
)

type replayExportVerb struct {
	Format string `default:"ndjson" enum:"ndjson,csv,parquet" help:"One of ${enum}."`
	Out    string `short:"o" placeholder:"FILE" help:"File to write, whole or not at all; standard output, if not given."`

	Bundle string `placeholder:"PATH" help:"In place of a file: the whole log as a bundle that proves itself, as a folder or, if PATH ends in .tar, .tar.gz or .tgz, an archive."`
	LogKey string `env:"SEATLEDGER_LOG_KEY" placeholder:"FILE" help:"With --bundle and --data-dir: the key that signs checkpoints (log.key in the data folder)."`

	From      uint64 `placeholder:"N" help:"From this position on."`
	To        uint64 `placeholder:"N" help:"Up to this position."`
	PartnerID string `placeholder:"ID" help:"Only what is this partner's."`
	AccountID string `placeholder:"ID" help:"Only what is this account's."`
	UserID    string `placeholder:"ID" help:"Only what names this user."`
	OrderID   string `placeholder:"ID" help:"Only what concerns this order."`
	Type      string `help:"Only events of this type, such as OrderAssigned."`
	Actor     string `placeholder:"ID" help:"Only what this actor did."`
	CommandID string `placeholder:"ID" help:"Only what this command did."`
	stopped
	remote
}

// Run writes the history.
func (v *replayExportVerb) Run(ctx context.Context, con *console) error {
	if v.Bundle != "" {
		return v.bundle(ctx, con)
	}
	if v.Out == "" {
		if v.Format == replay.Parquet && con.seen {
			return usage("a Parquet file is not for a terminal: name a file with -o")
		}
		return v.export(ctx, con, con.out)
	}
	f, err := os.CreateTemp(filepath.Dir(v.Out), "."+filepath.Base(v.Out)+"-*")
	if err != nil {
		return err
	}
	bar := con.progress()
	err = errors.Join(v.export(ctx, con, &told{f, bar, 0}), f.Sync(), f.Close())
	bar.end()
	if err == nil {
		err = os.Rename(f.Name(), v.Out)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func (v *replayExportVerb) export(ctx context.Context, con *console, w io.Writer) error {
	if v.DataDir != "" {
		c, err := v.open(ctx, con, false)
		if err != nil {
			return err
		}
		_, err = c.Log.Export(ctx, v.filter(), holder("en"), v.Format, w)
		return errors.Join(err, c.Close())
	}
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	body, err := c.File(ctx, "/v1/replay/export", query("format", v.Format, "partner_id", v.PartnerID, "account_id", v.AccountID,
		"user_id", v.UserID, "order_id", v.OrderID, "type", v.Type, "actor", v.Actor, "command_id", v.CommandID,
		"from", strconv.FormatUint(v.From, 10), "to", strconv.FormatUint(v.To, 10)))
	if err != nil {
		return err
	}
	if _, err = io.Copy(w, body); err != nil {
		err = fmt.Errorf("the export was broken off: %w", err)
	}
	return errors.Join(err, body.Close())
}

func (v *replayExportVerb) filter() projections.EventFilter {
	return projections.EventFilter{
		From: v.From, To: v.To, Partner: v.PartnerID, Account: v.AccountID, User: v.UserID, Order: v.OrderID,
		Type: v.Type, Actor: v.Actor, Command: v.CommandID,
	}
}

// told counts the bytes that go through.
type told struct {
	io.Writer
	bar *progress
	n   uint64
}

// Write writes, and tells how much was written.
func (t *told) Write(b []byte) (int, error) {
	n, err := t.Writer.Write(b)
	t.n += uint64(n)
	t.bar.show(replay.Progress{Step: "bytes", Done: t.n})
	return n, err
}
