package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/demodata"
	"github.com/seatledger/seatledger/cmd/internal/server"
	"github.com/seatledger/seatledger/replay"
)

type demoDataVerb struct {
	DataDir string `default:"./data" placeholder:"DIR" help:"Folder of the new ledger; it must not have recorded anything (${default})."`
	Users   int    `default:"10000" help:"Users of customers' accounts, about (${default})."`
	Years   int    `default:"3" help:"Years of history, up to today (${default})."`
	Seed    uint64 `default:"1" help:"The same seed makes the same data (${default})."`
	Until   string `placeholder:"DATE" help:"Last day of the history, as 2026-01-31 (yesterday)."`
}

// Run makes the data through the ledger's own rules, with a clock that goes
// through the past. Nobody is served meanwhile.
func (v *demoDataVerb) Run(ctx context.Context, con *console) error {
	ask, err := v.ask(time.Now())
	if err != nil {
		return err
	}
	l := demodata.NewLoader(ask)
	s, err := server.OpenPast(ctx, server.Config{
		DataDir: v.DataDir, HTTPListen: "127.0.0.1:0", NATSListen: "127.0.0.1:0",
		Log: slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}, l.Clock)
	if err != nil {
		return err
	}
	p, start := con.progress(), time.Now()
	err = l.Load(ctx, s, func(done int) {
		p.show(replay.Progress{Step: "commands", Done: uint64(done), Total: uint64(l.Commands())})
	})
	p.finish()
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	took := time.Since(start)
	_, err = fmt.Fprintf(con.out, "%d commands in %s, %.0f a second; serve them with: %s serve --dev --data-dir %s\n",
		l.Commands(), took.Round(time.Second), float64(l.Commands())/took.Seconds(), con.program, v.DataDir)
	return err
}

// ask reads what is wanted.
func (v *demoDataVerb) ask(now time.Time) (demodata.Ask, error) {
	a := demodata.Ask{Users: v.Users, Years: v.Years, Seed: v.Seed, End: now.UTC().Truncate(24 * time.Hour)}
	if v.Until != "" {
		last, err := time.Parse(time.DateOnly, v.Until)
		if err != nil || !last.Before(a.End) {
			return a, usage("--until=%s must be a day that is over, as 2026-01-31", v.Until)
		}
		a.End = last.Add(24 * time.Hour)
	}
	switch {
	case v.Users < 1 || v.Users > demodata.MaxUsers:
		return a, usage("--users must be from 1 to %d", demodata.MaxUsers)
	case v.Years < 1 || v.Years > demodata.MaxYears:
		return a, usage("--years must be from 1 to %d", demodata.MaxYears)
	}
	return a, nil
}
