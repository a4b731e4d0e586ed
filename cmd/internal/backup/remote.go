package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/cmd/internal/client"
	"github.com/seatledger/seatledger/projections/audit"
)

// Paths of the API that backups are made with and keys are rotated, and the
// parameters of a place.
const (
	FramesPath = "/v1/backup/frames"
	KeysPath   = "/v1/backup/keys"
	RotatePath = "/v1/keys/rotate"

	AfterPosition = "after_position"
	AfterCommit   = "after_commit"
)

// maxKeyBytes bounds a public key that is read.
const maxKeyBytes = 4 << 10

// Remote is a running ledger, asked over HTTP.
type Remote struct{ Client *client.Client }

var _ Source = Remote{}

// Key asks for the log's key.
func (r Remote) Key(ctx context.Context) (string, error) {
	b, err := r.text(ctx, "/log/key", maxKeyBytes)
	return strings.TrimSpace(string(b)), err
}

// Checkpoint asks for the newest one.
func (r Remote) Checkpoint(ctx context.Context) ([]byte, error) {
	return r.text(ctx, "/log/checkpoint", audit.MaxCheckpointBytes)
}

func (r Remote) text(ctx context.Context, path string, limit int64) ([]byte, error) {
	body, err := r.Client.File(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(body, limit))
	return b, errors.Join(err, body.Close())
}

// Frames asks for frames behind a place.
func (r Remote) Frames(ctx context.Context, after Place) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		query := url.Values{}
		if after.Commit != (ulid.ULID{}) {
			query.Set(AfterPosition, strconv.FormatUint(after.Position, 10))
			query.Set(AfterCommit, after.Commit.String())
		}
		body, err := r.Client.File(ctx, FramesPath, query)
		var p *client.Problem
		if errors.As(err, &p) && p.Status == http.StatusNotFound {
			err = fmt.Errorf("%w: %s", ErrHistory, p.Detail)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		defer body.Close()
		for frame, err := range Frames(body) {
			if !yield(frame, err) || err != nil {
				return
			}
		}
	}
}

// Rotate wraps the keys under a new key.
func (r Remote) Rotate(ctx context.Context) error {
	_, err := r.Client.Post(ctx, RotatePath, nil, "", nil)
	return err
}

// Keys writes the file of persons' keys.
func (r Remote) Keys(ctx context.Context, path string) error {
	body, err := r.Client.File(ctx, KeysPath, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	return WriteKeys(path, func(w io.Writer) error {
		_, err := io.Copy(w, body)
		return err
	})
}

// WriteKeys makes a file, whole and durable or not at all. One that was there is
// replaced: it may still have keys of persons who were erased since.
func WriteKeys(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path+suffixNext, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path+suffixNext))
	}
	return publish(path)
}
