package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/events/keys"
)

// Backups is what backups are made of.
type Backups interface {
	// Frames yields the journal's frames behind a place, up to its end, or
	// backup.ErrHistory. Who took them is kept.
	Frames(ctx context.Context, after backup.Place, by string) iter.Seq2[[]byte, error]
	// BackupKeys writes the file of persons' keys, wrapped as it is stored.
	BackupKeys(ctx context.Context, w io.Writer, by string) error
	// RotateKeys wraps the persons' keys under a new key, and destroys the one
	// before.
	RotateKeys(by string) error
}

// Who may make backups. The log is sealed; the keys are not for all who see it.
const (
	copying = rule.Admin | rule.Operator
	holding = rule.Admin
)

var placeParams = []param{
	{name: backup.AfterPosition, sort: position, doc: "Position that the backup so far ends with."},
	{name: backup.AfterCommit, sort: text, doc: "Commit that it ends with; none for a new backup."},
}

// doFrames answers with the frames behind a place.
func (a *API) doFrames(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, placeParams)
	if err != nil {
		return err
	}
	after := backup.Place{Position: q.positions[backup.AfterPosition]}
	if text := q.words[backup.AfterCommit]; text != "" {
		if after.Commit, err = ulid.ParseStrict(text); err != nil {
			return rule.Invalid{{Field: "query." + backup.AfterCommit, Message: "must be a ULID"}}
		}
	}
	if a.Backups == nil {
		return problem.New(problem.Unavailable, "this node has no log of its own to back up")
	}
	ctx, done, err := x.long(r)
	if err != nil {
		return err
	}
	defer done()
	x.Header().Set("Content-Type", tileType)
	x.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		x.WriteHeader(http.StatusOK)
		return nil
	}
	return a.stream(x, a.Backups.Frames(ctx, after, x.caller.Actor))
}

// stream writes frames. What goes wrong behind the first breaks the answer off.
func (a *API) stream(x *exchange, frames iter.Seq2[[]byte, error]) error {
	out := backup.NewStream(x)
	for frame, err := range frames {
		if err == nil {
			err = out.Add(frame)
		}
		switch {
		case err == nil:
		case errors.Is(err, backup.ErrHistory):
			return problem.New(problem.NotFound, "the log has no such commit at that position")
		case x.status == 0:
			return err
		default:
			x.breakOff("a backup", err)
		}
	}
	return out.End()
}

// doKeys answers with the file of persons' keys. It is taken whole before it is
// sent: no key is made meanwhile, and a slow reader must not hold that up.
func (a *API) doKeys(x *exchange, r *http.Request) error {
	if _, err := newQuery(x, r, nil); err != nil {
		return err
	}
	if a.Backups == nil {
		return problem.New(problem.Unavailable, "this node has no keys of its own to back up")
	}
	ctx, done, err := x.long(r)
	if err != nil {
		return err
	}
	defer done()
	var file bytes.Buffer
	if r.Method != http.MethodHead {
		if err := a.Backups.BackupKeys(ctx, &file, x.caller.Actor); err != nil {
			return err
		}
		x.Header().Set("Content-Length", strconv.Itoa(file.Len()))
	}
	x.Header().Set("Content-Type", tileType)
	x.Header().Set("Cache-Control", "no-store")
	_, err = file.WriteTo(x)
	return err
}

// doRotate wraps the persons' keys under a new key. It is no less done where
// the caller does not hear of it.
func (a *API) doRotate(x *exchange, r *http.Request) error {
	if _, err := newQuery(x, r, nil); err != nil {
		return err
	}
	if a.Backups == nil {
		return problem.New(problem.Unavailable, "this node has no keys of its own")
	}
	_, done, err := x.long(r)
	if err != nil {
		return err
	}
	defer done()
	err = a.Backups.RotateKeys(x.caller.Actor)
	if errors.Is(err, keys.ErrGivenKEK) {
		return problem.New(problem.InvalidRequest,
			"the key-encryption key comes from SEATLEDGER_KEK: stop the ledger, and use seatledger keys rotate --data-dir")
	}
	if err != nil {
		return err
	}
	x.WriteHeader(http.StatusNoContent)
	return nil
}

// backupOperations describe what backups are made with.
func backupOperations() map[string]*huma.Operation {
	operation := func(id, summary string, roles rule.Role, statuses ...string) *huma.Operation {
		binary := map[string]*huma.MediaType{tileType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
		return &huma.Operation{OperationID: id, Summary: summary, Description: "For " + roleNames(roles) + ".", Tags: []string{"operations"},
			Responses: problems(append(statuses, "400", "401", "403", "500", "503")...).with("200", &huma.Response{
				Description: http.StatusText(200), Content: binary})}
	}
	return map[string]*huma.Operation{
		backup.FramesPath: taking(placeParams, operation("backup_frames",
			"The journal's frames behind a place, each behind its length (32 bits, big-endian), the end marked by the length 0", copying, "404", "422")),
		backup.RotatePath: {OperationID: "rotate_keys", Tags: []string{"operations"}, Description: "For " + roleNames(holding) + ".",
			Summary:   "Wraps the persons' keys under a new key, and destroys the one before",
			Responses: problems("400", "401", "403", "429", "500", "503").with("204", &huma.Response{Description: http.StatusText(http.StatusNoContent)})},
		backup.KeysPath: operation("backup_keys", "The file of persons' keys, wrapped as it is stored", holding),
	}
}
