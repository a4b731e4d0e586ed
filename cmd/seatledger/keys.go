package main

import (
	"context"
	"fmt"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/server"
)

type keysVerb struct {
	Rotate keysRotateVerb `cmd:"" help:"Wrap all persons' keys under a new key, and destroy the one before."`
}

type keysRotateVerb struct {
	DataDir string `env:"SEATLEDGER_KEYS_DATA_DIR" placeholder:"DIR" help:"Data folder of a ledger that is stopped; else a running one is asked."`
	remote
}

// Run rotates.
func (v *keysRotateVerb) Run(ctx context.Context, con *console) error {
	if err := v.rotate(ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintln(con.out, "the persons' keys are wrapped under a new key: copy keys/kek of the data folder again, and back the keys up; what was backed up before needs the key before")
	return err
}

func (v *keysRotateVerb) rotate(ctx context.Context) error {
	if v.DataDir != "" {
		at := atRest{v.DataDir}
		return at.told(server.RotateStoppedKeys(ctx, v.DataDir))
	}
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	return backup.Remote{Client: c}.Rotate(ctx)
}
