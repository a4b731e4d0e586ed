package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/seatledger/seatledger/cmd/internal/server"
	"github.com/seatledger/seatledger/events/keys"
)

const rotatePath = "/v1/keys/rotate"

// Variables of the environment that have key-encryption keys. They are no
// flags: everyone on a machine can read the flags of a process.
const (
	kekVariable     = "SEATLEDGER_KEK"
	nextKEKVariable = "SEATLEDGER_KEK_NEXT"
)

// wrapping says where the key-encryption key is.
type wrapping struct {
	KEKFile string `name:"kek-file" env:"SEATLEDGER_KEK_FILE" placeholder:"FILE" help:"File of the key that wraps the persons' keys (keys/kek in the data folder); or its text in SEATLEDGER_KEK."`
}

func (v wrapping) kek() server.KEK {
	return server.KEK{File: v.KEKFile, Text: os.Getenv(kekVariable)}
}

// options are those of a store of keys.
func (v wrapping) options() (keys.Options, error) {
	o, err := v.kek().Options()
	if err != nil {
		return o, usageError{err}
	}
	return o, nil
}

// sought says where a key may be that is not beside the keys.
func sought(err error) error {
	if errors.Is(err, keys.ErrNoKEK) {
		return fmt.Errorf("%w: if it lies elsewhere, name it (--kek-file), or give it in %s", err, kekVariable)
	}
	return err
}

type keysVerb struct {
	Rotate keysRotateVerb `cmd:"" help:"Wrap the persons' keys under a new key, and destroy the old one."`
}

type keysRotateVerb struct {
	DataDir string `env:"SEATLEDGER_KEYS_DATA_DIR" placeholder:"DIR" help:"Data folder of a ledger that is stopped; else a running one is asked. Without a file the next key is taken from SEATLEDGER_KEK_NEXT."`
	wrapping
	remote
}

// Run rotates, and says so.
func (v *keysRotateVerb) Run(ctx context.Context, con *console) error {
	if err := v.rotate(ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintln(con.out, "The persons' keys are wrapped under a new key. Back it up, apart from the rest.")
	return err
}

func (v *keysRotateVerb) rotate(ctx context.Context) error {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return usageError{err}
		}
		_, err = c.Post(ctx, rotatePath, nil, "application/json", bytes.NewReader(nil))
		return err
	}
	err := server.RotateStoppedKeys(ctx, v.DataDir, v.kek(), os.Getenv(nextKEKVariable))
	switch {
	case errors.Is(err, keys.ErrLocked):
		return fmt.Errorf("the ledger in %s runs: ask it with --server, without --data-dir", v.DataDir)
	case errors.Is(err, keys.ErrNoStore), errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no ledger in %s", v.DataDir)
	case errors.Is(err, keys.ErrGivenKEK):
		return usage("give the next key in %s, too", nextKEKVariable)
	case errors.Is(err, server.ErrConfig):
		return usageError{err}
	}
	return sought(err)
}
