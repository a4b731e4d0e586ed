package heal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/seatledger/seatledger/events/jetstream"
)

// move is a folder that changes its name, relative to the data folder.
type move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// plan lists moves in order. Each is done once: it is over when From is gone or
// To is there.
type plan struct {
	Moves []move `json:"moves"`
}

// aside keeps a folder for inquiry, under a name that tells when and what.
func (p *plan) aside(l *Ledger, at time.Time, part, dir string) {
	p.add(l, dir, l.in(inquiryFolder, at.UTC().Format("20060102T150405.000Z")+"-"+part))
}

func (p *plan) add(l *Ledger, from, to string) {
	p.Moves = append(p.Moves, move{l.relative(from), l.relative(to)})
}

func (l *Ledger) relative(path string) string {
	if rest, err := filepath.Rel(l.Data, path); err == nil {
		return rest
	}
	return path
}

func (l *Ledger) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return l.in(path)
}

// commit writes the plan down, and carries it out. From then on the healing
// holds, whatever happens.
func (l *Ledger) commit(p *plan) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := errors.Join(jetstream.SyncTree(l.in(healingFolder)), replaceFile(l.in(healingFolder, planFile), text)); err != nil {
		return err
	}
	return l.carryOut(p)
}

func (l *Ledger) carryOut(p *plan) error {
	for _, m := range p.Moves {
		from, to := l.absolute(m.From), l.absolute(m.To)
		if !exists(from) || exists(to) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.Rename(from, to); err != nil {
			return fmt.Errorf("healing: %w", err)
		}
		if err := errors.Join(syncFolder(filepath.Dir(from)), syncFolder(filepath.Dir(to))); err != nil {
			return err
		}
	}
	if err := l.trustAgain(); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(l.in(healingFolder)), syncFolder(l.Data))
}

// Finish carries out what an earlier healing had decided when it was cut short,
// and clears away one that had not come so far.
func (l *Ledger) Finish() error {
	text, err := os.ReadFile(l.in(healingFolder, planFile))
	if errors.Is(err, fs.ErrNotExist) {
		return os.RemoveAll(l.in(healingFolder))
	}
	var p plan
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return fmt.Errorf("an unfinished healing: %w", err)
	}
	l.Log.Warn("a healing that was cut short is finished", "moves", len(p.Moves))
	return l.carryOut(&p)
}

// unfinished tells that a healing was cut short behind its point of no return.
func (l *Ledger) unfinished() bool { return exists(l.in(healingFolder, planFile)) }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// replaceFile writes a file whole, or not at all, durably.
func replaceFile(path string, text []byte) error {
	next := path + ".next"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(os.Rename(next, path), syncFolder(filepath.Dir(path)))
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
