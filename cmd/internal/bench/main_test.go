package bench

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/seatledger/seatledger/cmd/internal/server"
)

// TestMain lets the test program be what the benchmarks start: the ledger.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		if err := serve(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serve(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	c := server.Config{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.BoolVar(&c.Dev, "dev", false, "")
	flags.StringVar(&c.DataDir, "data-dir", "", "")
	flags.StringVar(&c.HTTPListen, "http", "", "")
	flags.StringVar(&c.NATSListen, "nats-listen", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := server.Open(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Run(ctx)
}
