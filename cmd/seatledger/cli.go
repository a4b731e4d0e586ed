package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/alecthomas/kong"
)

// Exit statuses.
const (
	exitDone    = 0
	exitRefused = 1 // refused, or could not be done
	exitUsage   = 2
)

// cli is the whole command line; a field is a verb.
type cli struct {
	Serve    serveVerb    `cmd:"" help:"Run a ledger: journal, views, HTTP and NATS in one process."`
	Do       doVerb       `cmd:"" help:"Send one command."`
	Get      getVerb      `cmd:"" help:"Query a view."`
	Watch    watchVerb    `cmd:"" help:"Follow events as they are recorded."`
	Token    tokenVerb    `cmd:"" help:"Make, list and revoke access tokens."`
	Replay   replayVerb   `cmd:"" help:"The auditors' tools: what the log alone says."`
	Import   importVerb   `cmd:"" help:"Bulk imports."`
	Repair   repairVerb   `cmd:"" help:"Heal a stopped ledger's data folder, as a start would, without serving."`
	Demo     demoVerb     `cmd:"" help:"Play a story through a running ledger, and show what it recorded."`
	Bench    benchVerb    `cmd:"" help:"Measure this machine's ledger, beside a bare log and PostgreSQL."`
	Version  versionVerb  `cmd:"" help:"Print what was built, and with what."`
	DemoData demoDataVerb `cmd:"" name:"demo-data" help:"Fill an empty data folder with made-up partners, accounts and people, and years of their history."`
	Backup   backupVerb   `cmd:"" help:"Copy the log, or the persons' keys, of a ledger that runs or is stopped."`
	Restore  restoreVerb  `cmd:"" help:"Make a new ledger of a backup."`
	Keys     keysVerb     `cmd:"" help:"The persons' keys of a ledger that runs or is stopped."`
}

const about = `An event-sourced ledger of software licences.

Start one to try it out with "seatledger serve --dev".`

// usageError is a mistake in how the command line was written.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run does what the arguments say, and returns the exit status.
func run(ctx context.Context, args []string, con *console) int {
	c := &cli{Do: doVerb{asked: askedFor(args)}}
	exit := -1
	k, err := newParser(ctx, c, con, func(status int) { exit = status })
	if err != nil {
		return con.complain(err)
	}
	args, err = c.Do.takeFields(k, args)
	if err != nil {
		return con.complain(err)
	}
	parsed, err := k.Parse(args)
	switch {
	case exit >= 0: // help was asked for, and given
		return exit
	case err != nil:
		return con.complain(usageError{err})
	}
	return con.complain(parsed.Run())
}

func newParser(ctx context.Context, c *cli, con *console, exit func(int)) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("seatledger"), kong.Description(about), kong.DefaultEnvars("SEATLEDGER"),
		kong.Writers(con.out, con.err), kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(con))
}

// complain says on one line what is wrong, if anything, and returns the exit
// status for it.
func (con *console) complain(err error) int {
	var (
		wrong     usageError
		unreached *url.Error
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &unreached):
		fmt.Fprintf(con.err, "seatledger: no ledger answers at %s: %s\n", serverOf(unreached.URL), oneLine(unreached.Err))
		return exitRefused
	case errors.As(err, &wrong):
		text := oneLine(err)
		if !strings.Contains(text, "--help") {
			text += " (see seatledger --help)"
		}
		fmt.Fprintf(con.err, "seatledger: %s\n", text)
		return exitUsage
	}
	fmt.Fprintf(con.err, "seatledger: %s\n", oneLine(err))
	return exitRefused
}

// serverOf is the part of a URL that names who should have answered.
func serverOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}
