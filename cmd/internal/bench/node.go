package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/server"
)

// node is a whole node in this process, asked without HTTP unless it is told
// to listen.
type node struct {
	*server.Server
	listening chan server.Addresses // of capacity 1
}

// openNode opens a ledger as serve --dev does, with defaults, and makes it if
// the folder is new.
func openNode(ctx context.Context, dir string) (Ledger, error) {
	n := node{listening: make(chan server.Addresses, 1)}
	var err error
	n.Server, err = server.Open(ctx, server.Config{
		DataDir: dir, HTTPListen: "127.0.0.1:0", NATSListen: "127.0.0.1:0", Dev: true,
		Listening: func(a server.Addresses) { n.listening <- a },
		Log:       slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return nil, err
	}
	return n, nil
}

// Listen answers over HTTP and NATS until stop is called.
func (n node) Listen(ctx context.Context) (at server.Addresses, stop func() error, err error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	stop = func() error { cancel(); return <-ended }
	select {
	case at = <-n.listening:
		return at, stop, nil
	case err := <-ended:
		cancel()
		return at, nil, err
	}
}

// Prepare decodes and checks the command as the API does.
func (n node) Prepare(name string, body map[string]any) (Send, error) {
	spec, ok := aggregates.Find(name)
	if !ok {
		return nil, fmt.Errorf("there is no command %q", name)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	command, err := spec.Decode(text)
	if err != nil {
		return nil, err
	}
	var k rule.Checker
	if command.Check(&k); len(k.Errors) > 0 {
		return nil, k.Errors
	}
	r := writer.Request{Spec: spec, Command: command, Body: text, Caller: rule.Caller{Role: rule.Admin, Actor: actor}}
	return func(ctx context.Context) (uint64, error) {
		a, err := n.Do(ctx, r)
		return a.Position, err
	}, nil
}

// Durability tells what server.Open sets up.
func (n node) Durability() string { return durability }

const durability = "an fsync of the journal (the embedded nats-server, SyncAlways) and one of the copy (Pebble) before every acknowledgement; " +
	"views and feed are not synced, being made again from the journal"
