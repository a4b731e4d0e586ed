package imports

import (
	"context"
	"errors"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// forgetErased forgets the addresses of failed rows in every account of which a
// person was erased since the last look.
func (x *Imports) forgetErased(ctx context.Context) error {
	x.looking.Lock()
	defer x.looking.Unlock()
	now := x.Views.Erasures()
	if x.looked && now == x.erasures {
		return nil
	}
	snap, err := x.Views.At(ctx, projections.AsOf{})
	if err != nil {
		return err
	}
	erased, err := x.erasedSince(snap)
	position := snap.Position()
	if err := errors.Join(err, snap.Close()); err != nil {
		return err
	}
	for _, j := range x.all() {
		r := x.read(j)
		if at := erased[r.AccountID]; at > r.Forgotten {
			if err := x.update(j, func(r *record) error { return x.forgetAddresses(r, at) }); err != nil {
				return err
			}
		}
	}
	x.looked, x.erasures, x.mark = true, now, position
	return nil
}

// erasedSince is the position of the newest erasure behind the mark, by
// account.
func (x *Imports) erasedSince(snap *projections.Snapshot) (map[string]uint64, error) {
	everything := projections.Audience{Caller: rule.Caller{Role: rule.Ledger}}
	f := projections.EventFilter{Type: (*events.PersonErased)(nil).EventType(), From: x.mark + 1}
	p, erased := projections.Page{Limit: maxErasures}, map[string]uint64{}
	for {
		list, err := projections.Events(snap, everything, f, p)
		if err != nil {
			return nil, err
		}
		for _, e := range list.Items {
			erased[e.AggregateID] = e.Position
		}
		if p.Cursor = list.NextCursor; p.Cursor == "" {
			return erased, nil
		}
	}
}

// maxErasures are read at a time.
const maxErasures = 1000

// forgetAddresses forgets the addresses of a job's failed rows, up to the
// erasure at a position.
func (x *Imports) forgetAddresses(r *record, at uint64) error {
	r.Forgotten = at
	if r.Addresses == "" {
		return nil
	}
	err := x.Keys.Erase(r.Addresses)
	r.Addresses = ""
	return err
}

// prune lets go of jobs that ended long ago, or of which there are too many.
func (x *Imports) prune() error {
	var errs []error
	kept := 0
	for _, j := range x.all() { // newest first
		r := x.read(j)
		if !r.Ended() {
			continue
		}
		if r.Content != nil { // the process ended before it was forgotten
			errs = append(errs, x.forgetContent(j))
		}
		if kept++; kept <= MaxEnded && x.Clock().Sub(r.EndedAt) < KeepFor {
			continue
		}
		x.mu.Lock()
		active := j.active
		if !active {
			delete(x.jobs, r.ID)
		}
		x.mu.Unlock()
		if !active {
			errs = append(errs, x.discard(&r))
		}
	}
	return errors.Join(errs...)
}
