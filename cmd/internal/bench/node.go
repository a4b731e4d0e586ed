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

// node is a whole node in this process, asked without HTTP.
type node struct{ *server.Server }

// openNode makes a ledger as serve does, with defaults, in a new folder.
func openNode(ctx context.Context, dir string) (Ledger, error) {
	s, err := server.Open(ctx, server.Config{
		DataDir: dir, HTTPListen: "127.0.0.1:0", NATSListen: "127.0.0.1:0",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return nil, err
	}
	return node{s}, nil
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
func (n node) Durability() string {
	return "an fsync of the journal by the embedded nats-server (SyncAlways) before every acknowledgement; " +
		"views and feed are not synced, being made again from the journal"
}
