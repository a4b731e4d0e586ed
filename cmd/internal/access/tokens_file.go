package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// The files in the data folder.
const (
	AdminFile  = "admin.token" // the first token, in the clear, for its owner to take
	TokensFile = "tokens.json" // hashes of all tokens
)

// OpenTokens reads the tokens of a data folder. now is the clock.
func OpenTokens(dir string, now func() time.Time) (*Tokens, error) {
	t := &Tokens{dir: dir, now: now}
	b, err := os.ReadFile(filepath.Join(dir, TokensFile))
	if errors.Is(err, fs.ErrNotExist) {
		t.take(nil)
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	var kept []Token
	if err := json.Unmarshal(b, &kept, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("%s: %w", TokensFile, err)
	}
	all := make([]*known, len(kept))
	for i, k := range kept {
		if all[i], err = know(k); err != nil {
			return nil, fmt.Errorf("%s: token %s: %w", TokensFile, k.ID, err)
		}
	}
	t.take(all)
	return t, nil
}

// First makes a token for an admin where there is none, so that somebody can
// come in. file is where it stands, or "" if none was made.
//
// The token is written before its hash: a start that dies between the two
// makes another one, instead of locking everybody out.
func (t *Tokens) First() (file string, made Token, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := slices.Clone(*t.known.Load())
	if slices.ContainsFunc(all, func(k *known) bool { return k.caller.Role == rule.Admin && k.ExpiresAt.IsZero() }) {
		return "", Token{}, nil
	}
	secret, made := newToken(Grant{Role: rule.Admin.String(), Name: AdminFile}, "", t.now())
	k, err := know(made)
	if err != nil {
		return "", Token{}, err
	}
	file = filepath.Join(t.dir, AdminFile)
	if err := writeDurably(file, []byte(secret)); err != nil {
		return "", Token{}, err
	}
	all = append(all, k)
	if err := t.write(all); err != nil {
		return "", Token{}, err
	}
	t.take(all)
	return file, made, nil
}

func (t *Tokens) write(all []*known) error {
	kept := make([]Token, len(all))
	for i, k := range all {
		kept[i] = k.Token
	}
	b, err := json.Marshal(kept, jsontext.Multiline(true))
	if err != nil {
		return err
	}
	return writeDurably(filepath.Join(t.dir, TokensFile), b)
}

// writeDurably replaces a file, readable by its owner only, in one step.
func writeDurably(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
