package imports

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// Limits of the store.
const (
	// MaxWaiting jobs may be queued or running, MaxWaitingOfPartner of them of
	// one partner, and MaxWaitingOfAccount of one account.
	MaxWaiting          = 64
	MaxWaitingOfPartner = 32
	MaxWaitingOfAccount = 8
	// MaxRunning jobs run at a time, of different accounts.
	MaxRunning = 2
	// MaxReceiving files are received at a time, those of dry runs included.
	MaxReceiving = 4
	// MaxEnded jobs are kept that have ended, for KeepFor.
	MaxEnded = 1000
	KeepFor  = 30 * 24 * time.Hour
)

// ErrFull: there are as many imports as may be. Send it again later.
var ErrFull = errors.New("too many imports are waiting")

// Config is what imports are made of; all fields are needed.
type Config struct {
	Dir  string // folder of the jobs
	Keys interface {
		events.Sealer
		events.Eraser
	}
	// DoInOrder decides commands one behind the other; see package writer.
	DoInOrder func(context.Context, []writer.Request) ([]writer.Outcome, error)
	Views     interface {
		At(context.Context, projections.AsOf) (*projections.Snapshot, error)
		// Erasures changes with every erasure that the views have.
		Erasures() uint64
	}
	Clock func() time.Time
	Log   *slog.Logger
}

// Imports keeps the jobs of imports, and runs them.
type Imports struct {
	Config
	receiving chan struct{} // a token for every file that is being received
	wake      chan struct{}
	working   sync.WaitGroup

	mu   sync.Mutex
	jobs map[string]*job

	// What follows belongs to the goroutine of Run, and to look's lock.
	looking  sync.Mutex
	looked   bool
	erasures uint64 // of the views when they were looked at last
	mark     uint64 // up to this position erasures were applied
}

// job is a job in memory.
type job struct {
	saving sync.Mutex    // held by who changes the record
	ended  chan struct{} // closed when the job has ended
	record record        // as it is durable; guarded by Imports.mu
	active bool          // a goroutine works on it; guarded by Imports.mu
}

// Open reads what the last process left.
func Open(c Config) (*Imports, error) {
	x := &Imports{
		Config: c, jobs: map[string]*job{},
		receiving: make(chan struct{}, MaxReceiving), wake: make(chan struct{}, 1),
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("imports: %w", err)
	}
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("imports: %w", err)
	}
	for _, e := range entries {
		if err := x.load(e.Name()); err != nil {
			return nil, fmt.Errorf("imports: %s: %w", e.Name(), err)
		}
	}
	return x, nil
}

// load takes a job in, or clears away what never became one.
func (x *Imports) load(name string) error {
	b, err := os.ReadFile(filepath.Join(x.Dir, name, recordFile))
	if errors.Is(err, os.ErrNotExist) || strings.HasPrefix(name, dryRuns) {
		return os.RemoveAll(filepath.Join(x.Dir, name))
	}
	j := &job{ended: make(chan struct{})}
	if err == nil {
		err = events.UnmarshalStrict(b, &j.record)
	}
	if err == nil && j.record.ID != name {
		err = errors.New("the record is another job's")
	}
	if err != nil { // it stands beside the log, which must not wait for it
		x.Log.Error("a job of an import cannot be read, and is left out", "job", name, "cause", err)
		return nil
	}
	if len(x.jobs) == 0 || j.record.Forgotten < x.mark {
		x.mark = j.record.Forgotten
	}
	x.jobs[name] = j
	if j.record.Ended() {
		close(j.ended)
	}
	return nil
}

// update changes a job's record, durably, and then in memory.
func (x *Imports) update(j *job, change func(*record) error) error {
	j.saving.Lock()
	defer j.saving.Unlock()
	x.mu.Lock()
	r := j.record.copied()
	x.mu.Unlock()
	if err := change(&r); err != nil {
		return err
	}
	b, err := events.MarshalStrict(&r)
	if err != nil {
		return err
	}
	if err := replaceFile(filepath.Join(x.folder(r.ID), recordFile), b); err != nil {
		return err
	}
	x.mu.Lock()
	j.record = r
	x.mu.Unlock()
	return nil
}

// read is a copy of a job's record.
func (x *Imports) read(j *job) record {
	x.mu.Lock()
	defer x.mu.Unlock()
	return j.record.copied()
}

// find is the job with an id, if it is the caller's to see.
func (x *Imports) find(who rule.Caller, id string) (*job, record, error) {
	x.mu.Lock()
	j := x.jobs[id]
	x.mu.Unlock()
	if j != nil {
		if r := x.read(j); who.Sees(r.PartnerID, r.AccountID) {
			return j, r, nil
		}
	}
	return nil, record{}, rule.Refuse(rule.NotFound, "there is no import %q", id)
}

// Job is one job; rule.NotFound if there is none for the caller.
func (x *Imports) Job(who rule.Caller, id string) (Job, error) {
	_, r, err := x.find(who, id)
	return r.shown(), err
}

// Filter narrows a list of jobs; what is empty does not count.
type Filter struct {
	Partner, Account, State string
}

// Page says which part of a list is asked for.
type Page struct {
	Before string // only jobs older than the one with this id; "": all
	Limit  int
}

// List lists jobs, newest first; more says that there are others behind.
func (x *Imports) List(who rule.Caller, f Filter, p Page) (jobs []Job, more bool) {
	is := func(filter, v string) bool { return filter == "" || filter == v }
	jobs = []Job{}
	for _, j := range x.all() {
		r := x.read(j)
		shown := r.shown()
		switch {
		case !who.Sees(r.PartnerID, r.AccountID) || p.Before != "" && r.ID >= p.Before:
		case !is(f.Partner, r.PartnerID) || !is(f.Account, r.AccountID) || !is(f.State, shown.State):
		case len(jobs) == p.Limit:
			return jobs, true
		default:
			jobs = append(jobs, shown)
		}
	}
	return jobs, false
}

// all lists the jobs, newest first.
func (x *Imports) all() []*job {
	x.mu.Lock()
	defer x.mu.Unlock()
	list := make([]*job, 0, len(x.jobs))
	for _, j := range x.jobs {
		list = append(list, j)
	}
	slices.SortFunc(list, func(a, b *job) int { return strings.Compare(b.record.ID, a.record.ID) })
	return list
}

// maxCancelWait is how long Cancel waits for rows that are being decided.
const maxCancelWait = 5 * time.Second

// Cancel ends a job before its next rows. That is durable when it returns; one
// that has ended stays as it is.
func (x *Imports) Cancel(ctx context.Context, who rule.Caller, id string) (Job, error) {
	j, r, err := x.find(who, id)
	if err != nil || r.Ended() {
		return r.shown(), err
	}
	if err := x.update(j, func(r *record) error { r.Cancel = true; return nil }); err != nil {
		return Job{}, err
	}
	x.stir()
	select {
	case <-j.ended:
	case <-time.After(maxCancelWait):
	case <-ctx.Done():
	}
	return x.Job(who, id)
}

// stir makes Run look for what is to do.
func (x *Imports) stir() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}
