package bench

import "context"

// Ledger is what is measured: a whole node, in this process or spoken to.
type Ledger interface {
	// Prepare reads a command once, so that sending it costs what the ledger
	// costs, and not what reading costs.
	Prepare(name string, body map[string]any) (Send, error)
	// Wait returns once all views have reached a position.
	Wait(ctx context.Context, position uint64) error
	// Durability says, for the report, what stands behind an acknowledgement.
	Durability() string
	// Close stops it.
	Close() error
}

// Send sends one command, and returns the position of its last event once
// that is durable.
type Send func(ctx context.Context) (position uint64, err error)
