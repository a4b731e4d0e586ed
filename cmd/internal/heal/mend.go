package heal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections/audit"
)

// spareSequences is left between the highest sequence that was ever seen and
// the first of a new journal: what was given out and lost is among them.
const spareSequences = 1000

// Heal makes good what a look found. What cannot be made good is an
// [audit.Finding], and nothing is changed.
func (l *Ledger) Heal(ctx context.Context, r *Report) error {
	if l.unfinished() {
		return errors.New("healing: an earlier one is not finished")
	}
	if len(r.Findings) == 0 {
		return l.trustAgain()
	}
	for _, f := range r.Findings {
		l.Log.Error("found at the start", "part", f.Part, "found", f.Found, "remedy", f.Remedy)
	}
	m := &mending{Ledger: l, Report: r, at: time.Now()}
	err := m.prepare(ctx)
	if err = errors.Join(err, m.close()); err != nil {
		return errors.Join(err, os.RemoveAll(l.in(healingFolder)))
	}
	if err := l.commit(&m.plan); err != nil {
		return err
	}
	for _, f := range r.Findings {
		l.Log.Warn("healed", "part", f.Part, "kept", l.in(inquiryFolder))
		if l.Record != nil {
			l.Record(ctx, "healed_"+f.Part, f.Found)
		}
	}
	return nil
}

// Try tells whether Heal could make the log good, and changes nothing: it is
// made in a folder elsewhere, and thrown away.
func (l *Ledger) Try(ctx context.Context, r *Report) (err error) {
	if !r.has(Journal) || l.unfinished() {
		return nil
	}
	dir, err := os.MkdirTemp("", "seatledger-repair-")
	if err != nil {
		return err
	}
	m := &mending{Ledger: l, Report: r}
	defer func() { err = errors.Join(err, m.close(), os.RemoveAll(dir)) }()
	if err := m.open(); err != nil {
		return err
	}
	m.made, err = m.remains().Rebuild(ctx, audit.CopyOptions{Dir: dir, Epoch: m.Epoch() + 1, First: 1, Log: l.Log})
	return err
}

// mending is one healing under way.
type mending struct {
	*Ledger
	*Report
	at     time.Time
	plan   plan
	public string

	old     *audit.Copy // as it is, nil if nothing can be read of it
	made    *audit.Copy // new, nil if the copy stays
	scratch *jetstream.Embedded
}

// prepare makes all that is new, and the plan to bring it in.
func (m *mending) prepare(ctx context.Context) error {
	if err := errors.Join(os.RemoveAll(m.in(healingFolder)), os.MkdirAll(m.in(healingFolder), 0o700)); err != nil {
		return err
	}
	if err := m.open(); err != nil {
		return err
	}
	for _, step := range []struct {
		part string
		do   func(context.Context) error
	}{{Journal, m.log}, {Copy, m.copyAside}, {Checkpoints, m.notes}, {Feed, m.fill}, {Consumers, m.consumers}, {Views, m.viewsAside}} {
		if !m.has(step.part) {
			continue
		}
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.part, err)
		}
	}
	return nil
}

// open opens what is left of the copy, and the key.
func (m *mending) open() (err error) {
	key, err := audit.OpenKey(m.KeyFile, "")
	switch {
	case err == nil:
		m.public = key.Public()
	case len(m.signed) > 0:
		return fmt.Errorf("%w: bring it back, checkpoints were signed with it: %w", audit.ErrNoKey, err)
	}
	if m.copyLost || m.Report.copy.Last == 0 {
		return nil
	}
	m.old, err = m.openCopy(m.Report.copy)
	return err
}

// server is a scratch server whose streams take the place of others.
func (m *mending) server() (*jetstream.Embedded, error) {
	if m.scratch != nil {
		return m.scratch, nil
	}
	var err error
	m.scratch, err = jetstream.Start(jetstream.Options{StoreDir: m.store(), Feed: m.Feed, Unsynced: true, Log: m.Log})
	return m.scratch, err
}

func (m *mending) store() string { return m.in(healingFolder, "nats") }

// remains are what is left of the log, of the newest epoch that either place has.
func (m *mending) remains() *audit.Remains {
	j, c := m.journal, m.Report.copy
	r := &audit.Remains{Journal: j.messages(), Copy: m.old, Signed: m.signed, Public: m.public, Log: m.Log}
	switch {
	case m.old == nil || j.epoch > c.Epoch:
		r.First, r.Last, r.Copy = j.first, j.last, nil
	case j.epoch < c.Epoch || j.start == 0:
		r.First, r.Last, r.Journal = c.First, c.Last, nothing
	default:
		r.First, r.Last = min(j.first, c.First), max(j.last, c.Last)
	}
	return r
}

// log makes journal and copy again, as the next epoch.
func (m *mending) log(ctx context.Context) (err error) {
	r, epoch := m.remains(), m.Epoch()+1
	first := max(m.journal.last, m.Report.copy.Last, r.Last) + spareSequences
	m.made, err = r.Rebuild(ctx, audit.CopyOptions{Dir: m.in(healingFolder, "copy"), Epoch: epoch, First: first, Log: m.Log})
	if err != nil {
		return err
	}
	s, err := m.server()
	if err != nil {
		return err
	}
	j, err := s.OpenJournal(ctx, jetstream.JournalOptions{Epoch: epoch, FirstSeq: first})
	if err != nil {
		return err
	}
	if err := j.Fill(ctx, m.made.Read(first, m.made.Last())); err != nil {
		return err
	}
	m.replace(Journal, jetstream.JournalFolder(m.NATS), jetstream.JournalFolder(m.store()))
	m.plan.aside(m.Ledger, m.at, Copy, m.Ledger.Copy)
	m.plan.add(m.Ledger, m.in(healingFolder, "copy"), m.Ledger.Copy)
	return nil
}

// replace puts a stream of the scratch server in the place of another.
func (m *mending) replace(part string, live, made jetstream.Folder) {
	m.plan.aside(m.Ledger, m.at, part, live.Dir)
	m.plan.add(m.Ledger, made.Dir, live.Dir)
}

// copyAside leaves the copy to be made again from the journal at the start,
// which does that for an empty one.
func (m *mending) copyAside(context.Context) error {
	if m.made == nil {
		m.plan.aside(m.Ledger, m.at, Copy, m.Ledger.Copy)
	}
	return nil
}

// viewsAside leaves the views to be made again from the log at the start.
func (m *mending) viewsAside(context.Context) error {
	m.plan.aside(m.Ledger, m.at, Views, m.Ledger.Views)
	return nil
}

// notes makes the stream of checkpoints again, of those that are whole.
func (m *mending) notes(ctx context.Context) error {
	s, err := m.server()
	if err != nil {
		return err
	}
	c, err := s.OpenCheckpoints(ctx)
	if err != nil {
		return err
	}
	for _, note := range bySize(m.signed, m.public) {
		if err := c.Put(ctx, note); err != nil {
			return err
		}
	}
	m.replace(Checkpoints, jetstream.CheckpointFolder(m.NATS), jetstream.CheckpointFolder(m.store()))
	return nil
}

// fill makes the feed again from the log.
func (m *mending) fill(ctx context.Context) error {
	s, err := m.server()
	if err != nil {
		return err
	}
	f, err := s.OpenFeed(ctx)
	if err != nil {
		return err
	}
	for g, err := range m.remains().Entries(ctx) {
		if err == nil {
			err = f.Publish(ctx, g.First, g.Entries)
		}
		if err != nil {
			return err
		}
	}
	live, made := jetstream.FeedFolder(m.NATS, m.Feed), jetstream.FeedFolder(m.store(), m.Feed)
	if err := m.takePlaces(live, made); err != nil {
		return err
	}
	m.replace(Feed, live, made)
	return nil
}

// takePlaces gives the new feed the consumers of the old one, as they are, and
// over them as they were seen.
func (m *mending) takePlaces(live, made jetstream.Folder) error {
	places, _, err := live.Places()
	if err != nil {
		return err
	}
	// The server still runs on the new feed, and does not know of them.
	if err := m.stopScratch(); err != nil {
		return err
	}
	for _, p := range places {
		if err := made.PutPlace(p); err != nil {
			return err
		}
	}
	return m.restorePlaces(made)
}

// consumers puts back consumers of a feed that stays.
func (m *mending) consumers(context.Context) error {
	if m.has(Feed) {
		return nil
	}
	return m.restorePlaces(jetstream.FeedFolder(m.NATS, m.Feed))
}

func (m *mending) stopScratch() error {
	if m.scratch == nil {
		return nil
	}
	err := m.scratch.Close()
	m.scratch = nil
	return err
}

func (m *mending) close() error {
	err := m.stopScratch()
	for _, c := range []*audit.Copy{m.old, m.made} {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
	}
	return err
}

// SetAside keeps a folder for inquiry, and leaves its place empty. Where it is
// then is returned.
func (l *Ledger) SetAside(part, dir string) (string, error) {
	var p plan
	p.aside(l, time.Now(), part, dir)
	return filepath.Join(l.Data, p.Moves[0].To), l.carryOut(&p)
}
