// Command seatledger is the whole ledger: the node that keeps it, and the
// verbs that speak to one.
//
// One file a verb. Every verb but serve speaks to a running ledger through the
// project's own client, so whatever the command line can do, a program can.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], terminal())
	stop()
	os.Exit(status)
}
