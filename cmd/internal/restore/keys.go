package restore

import (
	"cmp"
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
// erasure. The store that it returns is open.
func (r *restoring) restoreKeys() (*keys.Store, error) {
	dir := filepath.Join(r.DataDir, datadir.Keys)
	if r.Keys != "" {
		if err := bringKeys(dir, r.Keys, r.KEK); err != nil {
			return nil, err
		}
	}
	o := r.KEKAt
	o.MustExist = r.Keys != ""
	store, err := keys.Open(dir, o)
	if errors.Is(err, keys.ErrWrongKEK) {
		return nil, fmt.Errorf("%w: %s and %s do not belong together", err, r.Keys, cmp.Or(r.KEK, o.KEKFile, "the key in SEATLEDGER_KEK"))
	}
	if err != nil {
		return nil, err
	}
	if err := r.erase(store); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// erase erases again who was erased, and for good those whose keys are lost.
func (r *restoring) erase(store *keys.Store) error {
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

// bringKeys brings the persons' keys; without a file kek, what wraps them lies
// elsewhere.
func bringKeys(dir, persons, kek string) (err error) {
	var text []byte
	if kek != "" {
		if text, err = os.ReadFile(kek); err != nil {
			return err
		}
	}
	f, err := os.Open(persons)
	if err != nil {
		return err
	}
	defer f.Close()
	return keys.Restore(dir, f, text)
}
