package heal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/projections/audit"
)

// Report is what a look found. Without findings the ledger is started as it is.
type Report struct {
	Findings []Finding

	journal     *journal
	copy        audit.Peeked
	copyLost    bool     // the copy cannot be read as a whole
	signed      [][]byte // whole checkpoints, oldest first
	checkpoints []string // what is wrong with the stream of them
}

// Epoch is the journal's, before healing.
func (r *Report) Epoch() uint64 { return max(1, r.journal.epoch, r.copy.Epoch) }

// has tells that there is a finding about a part.
func (r *Report) has(part string) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Part == part })
}

func (r *Report) add(part, remedy string, found ...string) {
	if len(found) == 0 {
		return
	}
	text := strings.Join(found[:min(len(found), maxFaults)], "; ")
	if more := len(found) - maxFaults; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	r.Findings = append(r.Findings, Finding{part, text, remedy})
}

// What healing does, part by part.
const (
	remedyJournal     = "the journal is set aside, and made again as the next epoch from what is whole in journal and copy; so is the copy"
	remedyCopy        = "the copy is set aside, and made again from the journal"
	remedyCheckpoints = "the stream is set aside, and made again from the checkpoints that are whole"
	remedyFeed        = "the feed is set aside, and filled again from the log; its consumers keep their place"
	remedyConsumers   = "their last known places are restored; messages since then may come again"
	remedyViews       = "they are set aside, and made again from the log at the start"
	remedyFinish      = "it is finished"
)

// Look finds what has to be healed. It changes nothing.
func (l *Ledger) Look(ctx context.Context) (*Report, error) {
	r := &Report{}
	if l.unfinished() {
		r.add(Journal, remedyFinish, "a healing was cut short")
	}
	var faults []string
	fed := make(chan error, 1)
	go func() { // it is as much to read as the journal
		var err error
		faults, err = l.lookAtFeed(ctx)
		fed <- err
	}()
	if err := errors.Join(l.lookAtLog(ctx, r), <-fed); err != nil {
		return nil, err
	}
	if err := l.lookAtCheckpoints(r); err != nil {
		return nil, err
	}
	l.judgeFeed(r, faults)
	if err := l.lookAtConsumers(r); err != nil {
		return nil, err
	}
	if l.Deep {
		if err := projections.Readable(l.Views); err != nil {
			r.add(Views, remedyViews, err.Error())
		}
	}
	suspects, err := l.suspects()
	if err != nil {
		r.add(Journal, remedyJournal, fmt.Sprintf("what was suspected cannot be read: %v", err))
	}
	for part, found := range suspects {
		if !r.has(part) {
			r.add(part, remedies[part], found)
		}
	}
	return r, nil
}

var remedies = map[string]string{
	Journal: remedyJournal, Copy: remedyCopy, Checkpoints: remedyCheckpoints, Feed: remedyFeed, Consumers: remedyConsumers,
	Views: remedyViews,
}

// lookAtLog reads the journal and peeks into the copy; if deep, it compares them
// frame by frame.
func (l *Ledger) lookAtLog(ctx context.Context, r *Report) (err error) {
	if r.copy, err = audit.Peek(l.Copy, l.Log); err != nil {
		r.copyLost = true
		r.add(Copy, remedyCopy, fmt.Sprintf("it cannot be read: %v", err))
	}
	d := &differences{}
	if l.Deep && r.copy.Last > 0 {
		if d.copy, err = l.openCopy(r.copy); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.copy.Close()) }()
	}
	if r.journal, err = readJournal(ctx, jetstream.JournalFolder(l.NATS), d.compare); err != nil {
		return err
	}
	r.add(Copy, remedyCopy, d.found...)
	r.judgeJournal()
	return nil
}

func (l *Ledger) openCopy(p audit.Peeked) (*audit.Copy, error) {
	return audit.OpenCopy(audit.CopyOptions{Dir: l.Copy, ReadOnly: true, Epoch: p.Epoch, First: p.First, Log: l.Log})
}

// judgeJournal compares the journal with the copy in length. The copy may have
// one frame more: one that was not acknowledged.
func (r *Report) judgeJournal() {
	j := r.journal
	switch {
	case r.copy.Last == 0 && !j.exists:
		return // a ledger that begins
	case !j.exists:
		j.fault("it is gone; the copy has %d frames", r.copy.Last-r.copy.First+1)
	case j.epoch < r.copy.Epoch:
		j.fault("its epoch is %d, the copy's is %d", j.epoch, r.copy.Epoch)
	case j.epoch == r.copy.Epoch && j.last+1 < r.copy.Last:
		j.fault("it ends with message %d, the copy with %d", j.last, r.copy.Last)
	case j.epoch > r.copy.Epoch && r.copy.Last > 0:
		r.add(Copy, remedyCopy, fmt.Sprintf("its epoch is %d, the journal's is %d", r.copy.Epoch, j.epoch))
	}
	r.add(Journal, remedyJournal, j.faults...)
}

// lookAtCheckpoints collects the whole ones, of the stream and of the copy.
func (l *Ledger) lookAtCheckpoints(r *Report) error {
	f := jetstream.CheckpointFolder(l.NATS)
	if !f.Exists() {
		if r.copy.Checkpoint != nil {
			r.checkpoints = append(r.checkpoints, "it is gone")
		}
	} else if _, err := f.Config(); err != nil {
		r.checkpoints = append(r.checkpoints, fmt.Sprintf("its description cannot be read: %v", err))
	}
	for m, err := range f.Read() {
		var damage *jetstream.Damage
		switch {
		case errors.As(err, &damage):
			r.checkpoints = append(r.checkpoints, damage.Error())
		case err != nil:
			return err
		default:
			r.signed = append(r.signed, m.Data)
		}
	}
	if r.copy.Checkpoint != nil {
		r.signed = append(r.signed, r.copy.Checkpoint)
	}
	r.add(Checkpoints, remedyCheckpoints, r.checkpoints...)
	return nil
}
