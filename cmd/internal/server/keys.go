package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events/keys"
)

// KEK says where the key-encryption key is, under which the persons' keys are
// wrapped. The zero value is the file "kek" beside them, made at the first
// start.
type KEK struct {
	File string // has its text; "" is the one beside the keys
	Text string // the key itself, in place of a file; secret
}

func (k KEK) check() error {
	if k.File != "" && k.Text != "" {
		return fmt.Errorf("%w: --kek-file and SEATLEDGER_KEK must not be given both", ErrConfig)
	}
	if _, err := k.options(); err != nil {
		return fmt.Errorf("%w: SEATLEDGER_KEK: %w", ErrConfig, err)
	}
	return nil
}

// Options are those of a store of keys. Errors are [ErrConfig].
func (k KEK) Options() (keys.Options, error) {
	if err := k.check(); err != nil {
		return keys.Options{}, err
	}
	return k.options()
}

func (k KEK) options() (keys.Options, error) {
	if k.Text == "" {
		return keys.Options{KEKFile: k.File}, nil
	}
	key, err := keys.ParseKEK(k.Text)
	return keys.Options{KEK: &key}, err
}

// RotateStoppedKeys wraps the persons' keys of a ledger that does not run
// under another key-encryption key, and destroys the old one, if it stood in a
// file. next is its text; where there is a file, "" is a random one, which the
// file has then. Errors may be keys.ErrLocked: the ledger runs; keys.ErrNoStore:
// there is none; keys.ErrGivenKEK: next is needed.
func RotateStoppedKeys(ctx context.Context, dataDir string, kek KEK, next string) (err error) {
	if err := datadir.Check(dataDir); err != nil {
		return err
	}
	held, err := keys.Hold(filepath.Join(dataDir, keysFolder))
	if err != nil {
		return err
	}
	if err := errors.Join(kek.check(), held.Close()); err != nil {
		return err
	}
	o, err := kek.options()
	if err != nil {
		return err
	}
	o.MustExist = true
	s, err := keys.Open(filepath.Join(dataDir, keysFolder), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if next == "" {
		err = s.Renew()
	} else if to, bad := keys.ParseKEK(next); bad != nil {
		err = bad
	} else {
		err = s.Rotate(to)
	}
	if err != nil {
		return err
	}
	return recordStopped(ctx, dataDir, trail.KeysRotated, trail.Detail{trail.Actor: byFolder})
}
