package restore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections/audit"
)

// Errors of a restore that was not begun.
var (
	// ErrBehind: the ledger had more events than the backup, as a checkpoint
	// proves. Restore a newer backup, or begin a new origin.
	ErrBehind = errors.New("the backup ends before the checkpoint")
	// ErrForeign: a checkpoint or key that was given is another ledger's, or of
	// another history.
	ErrForeign = errors.New("the backup is of another history")
	// ErrKeys: persons' keys are missing.
	ErrKeys = errors.New("persons' keys are missing")
	// ErrLogKey: the log's key is missing.
	ErrLogKey = errors.New("the log's key is missing")
	// ErrMoment: the backup knows nothing of the moment.
	ErrMoment = errors.New("the backup does not have that moment")
)

// Options of a restore. From and DataDir are needed.
type Options struct {
	From    string // the backup's folder
	DataDir string // of the new ledger; it must not exist, or be empty

	Keys string // file of persons' keys
	KEK  string // file of the key that wraps them, which gets a copy beside them
	// KEKAt is where that key lies instead, and stays.
	KEKAt keys.Options
	// AcceptLostKeys lets persons be erased whose keys are not in Keys, and
	// without Keys all of them; idempotency keys from before are unknown then.
	AcceptLostKeys bool

	LogKey     string // file of the log's key
	Checkpoint string // file of the newest checkpoint that is known
	// NewOrigin is wanted in any case; To needs one.
	NewOrigin bool
	LogOrigin string // its name; "" is a random one
	To        backup.Limit

	Feed     string // name of the feed's stream; "" is the usual one
	Log      *slog.Logger
	Progress func(step string, done, total uint64)
}

// Outcome says what was made.
type Outcome struct {
	Origin    string `json:"origin"`
	Key       string `json:"key"`                 // that verifies its checkpoints
	OldOrigin string `json:"old_origin,omitzero"` // if a new one was begun
	Reason    string `json:"reason,omitzero"`     // for that
	Kept      uint64 `json:"kept"`                // the last position that is the backup's
	Next      uint64 `json:"next"`                // the position of the next event
	Erased    int    `json:"erased"`              // persons whose erasure was made sure of
	Lost      int    `json:"lost"`                // persons whose keys were missing, and who are erased now
	// Unseen is how many events the checkpoint covers that the backup does not
	// have; erasures may be among them.
	Unseen uint64 `json:"unseen,omitzero"`
}

// restoring is a restore on its way.
type restoring struct {
	Options
	from       *backup.Backup
	survey     *backup.Survey
	checkpoint *audit.Checkpoint // that is given, or nil
	keep       bool              // the origin
	outcome    Outcome
}

// Restore makes a ledger of a backup. Until it returns without an error there is
// none in the folder.
func Restore(ctx context.Context, o Options) (Outcome, error) {
	r := &restoring{Options: o, keep: !o.NewOrigin && o.To == (backup.Limit{})}
	for _, step := range []func() error{r.open, r.checkKEK, r.decide, r.check} {
		if err := step(); err != nil {
			return r.outcome, err
		}
	}
	if err := datadir.Begin(r.DataDir); err != nil {
		return r.outcome, err
	}
	err := r.fill(ctx)
	if err != nil {
		return r.outcome, errors.Join(err, datadir.GiveUp(r.DataDir))
	}
	return r.outcome, nil
}

// open reads what is given.
func (r *restoring) open() (err error) {
	if r.from, err = backup.Open(r.From); err != nil {
		return err
	}
	if files, err := os.ReadDir(r.DataDir); err == nil && len(files) > 0 && !datadir.Marked(r.DataDir) {
		return fmt.Errorf("%s: %w", r.DataDir, datadir.ErrNotEmpty)
	}
	if r.Checkpoint != "" {
		note, err := os.ReadFile(r.Checkpoint)
		if err != nil {
			return err
		}
		if r.checkpoint, err = audit.OpenCheckpoint(note, r.from.Key); err != nil {
			return fmt.Errorf("%w: %s is not a checkpoint of %s: %w", ErrForeign, r.Checkpoint, r.from.Key, err)
		}
	}
	if r.LogKey != "" {
		key, err := audit.OpenKey(r.LogKey, "")
		if err != nil {
			return err
		}
		if key.Public() != r.from.Key {
			return fmt.Errorf("%w: %s is the key %s, and the backup is signed with %s", ErrForeign, r.LogKey, key.Public(), r.from.Key)
		}
	}
	return nil
}

// decide settles which origin the ledger has.
func (r *restoring) decide() error {
	switch {
	case r.keep && r.checkpoint != nil && uint64(r.checkpoint.Size) > r.from.Size():
		return fmt.Errorf("%w: %s covers %d events and the backup has %d; restore a newer backup, or begin a new origin with --new-origin",
			ErrBehind, r.Checkpoint, r.checkpoint.Size, r.from.Size())
	case r.keep && r.LogKey == "":
		return fmt.Errorf("%w: to go on as %s give it (--log-key), or begin a new origin with --new-origin", ErrLogKey, r.from.Origin)
	case r.keep && r.LogOrigin != "" && r.LogOrigin != r.from.Origin:
		return fmt.Errorf("the log's origin is %s, and has another name only if it is a new one (--new-origin)", r.from.Origin)
	case !r.keep && r.LogOrigin == r.from.Origin:
		return fmt.Errorf("a new origin needs a name of its own, and %s is the old one", r.LogOrigin)
	case r.To.Position > r.from.Size():
		return fmt.Errorf("%w: it ends with position %d", ErrMoment, r.from.Size())
	case r.To.Time.After(r.from.MadeAt):
		return fmt.Errorf("%w: it was made at %s", ErrMoment, r.from.MadeAt.Format(time.RFC3339))
	}
	return nil
}

// check reads the whole backup before anything is written.
func (r *restoring) check() (err error) {
	var sizes []int64
	if r.checkpoint != nil {
		sizes = append(sizes, r.checkpoint.Size)
	}
	r.survey, err = r.from.Check(r.To, sizes, func(done, total uint64) { r.Progress("backup", done, total) })
	if err != nil {
		return err
	}
	if c := r.checkpoint; c != nil && uint64(c.Size) <= r.from.Size() && r.survey.Roots[c.Size] != c.Root {
		return fmt.Errorf("%w: at position %d it has the root %s, and %s says %s", ErrForeign, c.Size, r.survey.Roots[c.Size], r.Checkpoint, c.Root)
	}
	if r.To != (backup.Limit{}) && r.survey.Cut == 0 {
		return fmt.Errorf("%w: nothing was recorded up to it", ErrMoment)
	}
	if r.Keys == "" && !r.AcceptLostKeys && len(r.survey.Persons)+r.survey.Receipts > 0 {
		return fmt.Errorf("%w: the backup has data of %d persons, and answers to %d idempotency keys; give the backup of the keys (--keys), and the key that wraps them (--kek, or --kek-file where it stays elsewhere); or do without for good (--accept-lost-keys)",
			ErrKeys, len(r.survey.Persons), r.survey.Receipts)
	}
	return nil
}

// checkKEK looks for the key that wraps the persons' keys before the long work.
func (r *restoring) checkKEK() error {
	at, elsewhere := r.KEK, r.kekElsewhere()
	switch {
	case r.KEK != "" && elsewhere:
		return errors.New("--kek puts the key that wraps the persons' keys beside them, and --kek-file or SEATLEDGER_KEK leaves it elsewhere: give one of them")
	case r.Keys != "" && r.KEK == "" && !elsewhere:
		return fmt.Errorf("%w: those in %s are wrapped under a key (--kek, or --kek-file where it stays elsewhere): it is the file kek in the folder keys of the old ledger, or where its --kek-file was", ErrKeys, r.Keys)
	case r.KEKAt.KEK != nil || r.KEK == "" && !elsewhere:
		return nil
	case elsewhere:
		at = r.KEKAt.KEKFile
	}
	text, err := os.ReadFile(at)
	if err == nil {
		_, err = keys.ParseKEK(string(text))
	}
	if err != nil {
		return fmt.Errorf("the key that wraps the persons' keys, %s: %w", at, err)
	}
	return nil
}

func (r *restoring) kekElsewhere() bool { return r.KEKAt.KEK != nil || r.KEKAt.KEKFile != "" }

// fill makes the ledger in its folder.
func (r *restoring) fill(ctx context.Context) error {
	persons, err := r.restoreKeys()
	if err != nil {
		return err
	}
	err = r.found(ctx, persons)
	if err = errors.Join(err, persons.Close()); err != nil {
		return err
	}
	if err := record(ctx, r.DataDir, trail.Restored, r.outcome.detail()); err != nil {
		return err
	}
	return datadir.Finish(r.DataDir)
}

// found makes the log.
func (r *restoring) found(ctx context.Context, persons *keys.Store) error {
	f := &founding{dir: r.DataDir, feed: r.Feed, frames: r.from.Frames(), upTo: r.survey.Cut, log: r.Log, erased: persons.Erased}
	if r.keep {
		f.checkpoint, f.root = []byte(r.from.Checkpoint), r.from.Edge.Root()
		if err := copyKey(r.LogKey, filepath.Join(r.DataDir, datadir.LogKey)); err != nil {
			return err
		}
	} else {
		f.begun, f.origin = r.begun(), r.LogOrigin
	}
	r.Progress("ledger", 0, r.survey.Cut)
	key, err := f.make(ctx)
	if err != nil {
		return err
	}
	r.outcome.Origin, r.outcome.Key = key.Origin(), key.Public()
	r.outcome.Kept, r.outcome.Next, r.outcome.Unseen = r.survey.Cut, uint64(f.edge.Size)+1, r.newest()-r.from.Size()
	if f.begun != nil {
		r.outcome.OldOrigin, r.outcome.Reason = r.from.Origin, f.begun.Reason
	}
	return nil
}

// begun is the first entry of a new origin.
func (r *restoring) begun() *events.OriginBegun {
	b := &events.OriginBegun{OldOrigin: r.from.Origin, OldKey: r.from.Key, NewestSize: r.newest(), Reason: events.OriginBackup}
	if r.To != (backup.Limit{}) {
		b.Reason = events.OriginPointInTime
	}
	return b
}

// newest is the last position of the old ledger that is known of.
func (r *restoring) newest() uint64 {
	if r.checkpoint == nil {
		return r.from.Size()
	}
	return max(r.from.Size(), uint64(r.checkpoint.Size))
}

// copyKey copies the log's key.
func copyKey(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, []byte(strings.TrimSpace(string(text))+"\n"), 0o600)
}
