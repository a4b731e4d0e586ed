package imports

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/cmd/internal/usercsv"
	"github.com/seatledger/seatledger/events"
)

// sealedKey is the key of a file, sealed under that of a person who stands for
// the file alone.
type sealedKey struct {
	PersonID string          `json:"person_id"`
	Key      events.Personal `json:"key"`
}

// Persons yields the key.
func (k *sealedKey) Persons() iter.Seq2[string, *events.Personal] {
	return func(yield func(string, *events.Personal) bool) { yield(k.PersonID, &k.Key) }
}

// newPerson is a person who stands for a thing.
func newPerson() string { return ulid.Make().String() }

// received is a file that was received, encrypted, and passed as a whole.
type received struct {
	path string
	key  *age.X25519Identity
	usercsv.Summary
}

// receive checks a file while it is encrypted onto the disk, whose folder is
// there. Errors are *usercsv.FileError, and what reading and writing meet.
func receive(body io.Reader, path string) (_ *received, err error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(path) // its key is gone already
		}
	}()
	sealing, err := age.Encrypt(f, key.Recipient())
	if err != nil {
		return nil, err
	}
	source := &source{r: body}
	summary, err := usercsv.Check(io.TeeReader(source, sealing))
	if source.err != nil {
		err = errors.Join(ErrBody, source.err)
	}
	if err == nil {
		err = errors.Join(sealing.Close(), f.Sync())
	}
	return &received{path, key, summary}, err
}

// ErrBody: the file did not come whole.
var ErrBody = errors.New("the file ended early")

// source remembers what reading met, which is no fault of this side.
type source struct {
	r   io.Reader
	err error
}

// Read reads on.
func (s *source) Read(p []byte) (n int, err error) {
	if n, err = s.r.Read(p); err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// rows reads the rows of the file. An error ends it.
func (r *received) rows(ctx context.Context, accountID, behavior string) iter.Seq2[usercsv.Row, error] {
	return func(yield func(usercsv.Row, error) bool) {
		f, err := os.Open(r.path)
		if err != nil {
			yield(usercsv.Row{}, err)
			return
		}
		defer f.Close()
		text, err := age.Decrypt(f, r.key)
		if err != nil {
			yield(usercsv.Row{}, err)
			return
		}
		for row, err := range usercsv.Rows(text, accountID, behavior) {
			if err == nil {
				err = ctx.Err()
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// seal makes the key's sealed form.
func (x *Imports) seal(key *age.X25519Identity) (*sealedKey, error) {
	k := &sealedKey{newPerson(), events.Clear(key.String())}
	return k, x.Keys.Seal(k)
}

// open opens the file of a job.
func (x *Imports) open(r *record) (*received, error) {
	if r.Content == nil {
		return nil, events.ErrKeyMissing
	}
	k := sealedKey{r.Content.PersonID, events.Personal{Sealed: r.Content.Key.Sealed}}
	if err := x.Keys.Open(&k); err != nil {
		return nil, err
	}
	if k.Key.Erased {
		return nil, events.ErrPersonErased
	}
	key, err := age.ParseX25519Identity(k.Key.Plain)
	return &received{path: filepath.Join(x.folder(r.ID), contentFile), key: key}, err
}
