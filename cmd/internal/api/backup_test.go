package api

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// stores is what backups are made of: two frames, and then err.
type stores struct {
	err   error
	after backup.Place
	did   []string
}

func (s *stores) Frames(_ context.Context, after backup.Place, by string) iter.Seq2[[]byte, error] {
	s.after, s.did = after, append(s.did, "frames "+by)
	return func(yield func([]byte, error) bool) {
		if errors.Is(s.err, backup.ErrHistory) {
			yield(nil, s.err)
			return
		}
		big := []byte(strings.Repeat("x", 1<<20)) // more than is held back
		_ = yield([]byte("one"), nil) && yield(big, nil) && s.err != nil && yield(nil, s.err)
	}
}

func (s *stores) BackupKeys(_ context.Context, w io.Writer, by string) error {
	s.did = append(s.did, "keys "+by)
	_, err := io.WriteString(w, "wrapped")
	return errors.Join(err, s.err)
}

func (s *stores) RotateKeys(by string) error {
	s.did = append(s.did, "rotate "+by)
	return s.err
}

// Backups are made by those who may, of what they ask for; nobody else gets a
// frame, and only an admin the keys.
func TestBackupsOverHTTP(t *testing.T) {
	from := new(stores)
	s := newServer(t, func(c *Config) { c.Backups = from })
	as := func(role string) []string {
		h := []string{"Seatledger-Role", role, "Seatledger-Actor", "me"}
		if role == "partner" || role == "consumer" {
			h = append(h, "Seatledger-Scope", "acme")
		} else if role == "account_admin" || role == "micollab" {
			h = append(h, "Seatledger-Scope", "contoso")
		}
		return h
	}
	for _, role := range []string{"partner", "account_admin", "micollab", "system", "auditor", "consumer"} {
		s.send("GET", backup.FramesPath, "", as(role)...).fails(t, 403, problem.Forbidden, "")
		s.send("GET", backup.KeysPath, "", as(role)...).fails(t, 403, problem.Forbidden, "")
		s.send("POST", backup.RotatePath, "", as(role)...).fails(t, 403, problem.Forbidden, "")
	}
	s.send("GET", backup.KeysPath, "", as("operator")...).fails(t, 403, problem.Forbidden, "")
	s.send("POST", backup.RotatePath, "", as("operator")...).fails(t, 403, problem.Forbidden, "")
	s.send("GET", backup.FramesPath+"?after_commit=x", "", as("operator")...).fails(t, 422, problem.InvalidField, "query.after_commit")
	s.send("GET", backup.FramesPath+"?after_position=x", "", as("operator")...).fails(t, 400, problem.InvalidRequest, "query.after_position")
	s.send("HEAD", backup.FramesPath, "", as("operator")...)
	if len(from.did) > 0 {
		t.Errorf("done: %q", from.did)
	}
	commit := ulid.Make()
	r := s.send("GET", backup.FramesPath+"?after_position=7&after_commit="+commit.String(), "", as("operator")...)
	n := 0
	for _, err := range backup.Frames(strings.NewReader(string(r.body))) {
		if n++; err != nil {
			t.Error(err)
		}
	}
	if n != 2 || (from.after != backup.Place{Position: 7, Commit: commit}) || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d frames, behind %+v, %v", n, from.after, r.Header)
	}
	if r := s.send("GET", backup.KeysPath, "", as("admin")...); r.StatusCode != 200 || string(r.body) != "wrapped" || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	if r := s.send("POST", backup.RotatePath, "", as("admin")...); r.StatusCode != 204 {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	if got := strings.Join(from.did, ", "); got != "frames me, keys me, rotate me" {
		t.Errorf("done: %s", got)
	}
}

// What goes wrong is told, or if it is too late for that, breaks the answer off:
// half of something is never taken for the whole.
func TestBackupsFail(t *testing.T) {
	from := &stores{err: backup.ErrHistory}
	s := newServer(t, func(c *Config) { c.Backups = from })
	s.send("GET", backup.FramesPath, "").fails(t, 404, problem.NotFound, "")
	from.err = errors.New("the disk")
	s.send("GET", backup.KeysPath, "").fails(t, 500, problem.Internal, "")
	s.send("POST", backup.RotatePath, "").fails(t, 500, problem.Internal, "")
	res, err := s.Client().Get(s.URL + backup.FramesPath)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err == nil || res.StatusCode != http.StatusOK {
		t.Errorf("%d, %v: the answer looks whole", res.StatusCode, err)
	}
	none := newServer(t)
	for verb, path := range map[string]string{"GET": backup.FramesPath, "HEAD": backup.KeysPath, "POST": backup.RotatePath} {
		if r := none.send(verb, path, ""); r.StatusCode != 503 {
			t.Errorf("%s %s: %d", verb, path, r.StatusCode)
		}
	}
}
