package restore

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/events/keys"
)

// restoreKeys brings the persons' keys, and makes sure that nobody comes back
// who was erased: neither by an old copy of the keys, nor by a moment before the
// erasure.
func (r *restoring) restoreKeys() (err error) {
	dir := filepath.Join(r.DataDir, datadir.Keys)
	if r.Keys != "" {
		if err := bringKeys(dir, r.Keys, r.KEK); err != nil {
			return err
		}
	}
	store, err := keys.Open(dir, keys.Options{MustExist: r.Keys != ""})
	if errors.Is(err, keys.ErrWrongKEK) {
		return fmt.Errorf("%w: %s and %s do not belong together", err, r.Keys, r.KEK)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Erase(r.survey.Erased...); err != nil {
		return err
	}
	r.outcome.Erased = len(r.survey.Erased)
	lost := store.Unknown(maps.Keys(r.survey.Persons))
	if len(lost) > 0 && !r.AcceptLostKeys {
		return fmt.Errorf("%w: %s does not have those of %d persons in the backup: it is older, or another ledger's; give a newer one, or let these persons' data be unreadable for good with --accept-lost-keys",
			ErrKeys, r.Keys, len(lost))
	}
	r.outcome.Lost = len(lost)
	return store.Erase(lost...)
}

func bringKeys(dir, persons, kek string) error {
	text, err := os.ReadFile(kek)
	if err != nil {
		return err
	}
	f, err := os.Open(persons)
	if err != nil {
		return err
	}
	defer f.Close()
	return keys.Restore(dir, f, text)
}
