package imports

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// New is what an import is to be. That the account is there, and the caller's,
// was checked.
type New struct {
	AccountID, PartnerID string
	Behavior             string // account.AddOnly or account.AddAndRemove
	Caller               rule.Caller
	Position             uint64 // of the state that it was checked on
}

// Add makes a job of a file, which it reads to its end; it is durable when Add
// returns. Errors are *usercsv.FileError, ErrFull, and what the file meets.
func (x *Imports) Add(n New, body io.Reader) (_ Job, err error) {
	done, err := x.room(n.PartnerID, n.AccountID)
	if err != nil {
		return Job{}, err
	}
	defer done()
	now := x.Clock().UTC().Truncate(events.Tick)
	j := &job{ended: make(chan struct{}), record: record{
		Job:       Job{ID: ulid.Make().String(), AccountID: n.AccountID, Behavior: n.Behavior, State: Queued, CreatedAt: now},
		PartnerID: n.PartnerID, Role: n.Caller.Role.String(), Partner: n.Caller.Partner, Account: n.Caller.Account,
		Actor: n.Caller.Actor, Forgotten: n.Position,
	}}
	dir := x.folder(j.record.ID)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return Job{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.discard(&j.record))
		}
	}()
	got, err := receive(body, filepath.Join(dir, contentFile))
	if err != nil {
		return Job{}, err
	}
	j.record.Format, j.record.Total = got.Format, got.Rows
	if j.record.Content, err = x.seal(got.key); err != nil {
		return Job{}, err
	}
	if err := errors.Join(x.update(j, func(*record) error { return nil }), syncDir(x.Dir)); err != nil {
		return Job{}, err
	}
	made := j.record.copied().Job // from here on it is Run's
	x.mu.Lock()
	x.jobs[made.ID] = j
	x.mu.Unlock()
	x.stir()
	return made, nil
}

// room says whether one more file can be received; done gives the place back.
func (x *Imports) room(partnerID, accountID string) (done func(), err error) {
	all, ofPartner, ofAccount := 0, 0, 0
	for _, j := range x.all() {
		r := x.read(j)
		if r.Ended() {
			continue
		}
		all++
		if r.PartnerID == partnerID {
			ofPartner++
		}
		if r.AccountID == accountID {
			ofAccount++
		}
	}
	if all >= MaxWaiting || ofPartner >= MaxWaitingOfPartner || ofAccount >= MaxWaitingOfAccount {
		return nil, ErrFull
	}
	return x.place()
}

// place takes one of the places for files that are being received.
func (x *Imports) place() (done func(), err error) {
	select {
	case x.receiving <- struct{}{}:
		return func() { <-x.receiving }, nil
	default:
		return nil, ErrFull
	}
}

// discard forgets all that is stored of a job.
func (x *Imports) discard(r *record) error {
	var persons []string
	if r.Content != nil {
		persons = append(persons, r.Content.PersonID)
	}
	if r.Addresses != "" {
		persons = append(persons, r.Addresses)
	}
	var err error
	if len(persons) > 0 {
		err = x.Keys.Erase(persons...)
	}
	return errors.Join(err, os.RemoveAll(x.folder(r.ID)))
}

// forgetContent forgets the file of a job that has ended.
func (x *Imports) forgetContent(j *job) error {
	r := x.read(j)
	if r.Content == nil {
		return nil
	}
	if err := x.Keys.Erase(r.Content.PersonID); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(x.folder(r.ID), contentFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return x.update(j, func(r *record) error { r.Content = nil; return nil })
}

// WriteErrors writes errors.csv of a job; rule.NotFound if there is none for
// the caller. Erasures that came before are applied.
func (x *Imports) WriteErrors(ctx context.Context, who rule.Caller, id string, w io.Writer) error {
	if _, _, err := x.find(who, id); err != nil {
		return err
	}
	if err := x.forgetErased(ctx); err != nil {
		return err
	}
	_, r, err := x.find(who, id)
	if err != nil {
		return err
	}
	return x.writeErrors(&r, w)
}
