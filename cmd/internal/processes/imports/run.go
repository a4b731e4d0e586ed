package imports

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/usercsv"
	"github.com/seatledger/seatledger/events"
)

const (
	// lookPause lies between two looks at what is to do without being asked.
	lookPause = time.Second
	// batchRows is how many rows are sent at a time.
	batchRows = 2500
	// savePause lies between two times that progress is made durable, and so
	// shown.
	savePause = 250 * time.Millisecond
	// The pauses before something is tried again.
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
)

// errCancelled: the job was cancelled.
var errCancelled = errors.New("the import was cancelled")

// Run works until ctx ends; what is left is done by the next process.
func (x *Imports) Run(ctx context.Context) {
	defer x.working.Wait()
	tick := time.NewTicker(lookPause)
	defer tick.Stop()
	for {
		if err := errors.Join(x.forgetErased(ctx), x.prune()); err != nil && ctx.Err() == nil {
			x.Log.Warn("imports could not be tidied up; it will be tried again", "cause", err)
		}
		x.startDue(ctx)
		select {
		case <-tick.C:
		case <-x.wake:
		case <-ctx.Done():
			return
		}
	}
}

// startDue starts jobs, oldest first, one of an account at a time.
func (x *Imports) startDue(ctx context.Context) {
	jobs := x.all()
	slices.Reverse(jobs)
	x.mu.Lock()
	defer x.mu.Unlock()
	busy, running := map[string]bool{}, 0
	for _, j := range jobs {
		if j.active {
			busy[j.record.AccountID] = true
			running++
		}
	}
	for _, j := range jobs {
		of := j.record.AccountID
		if j.active || j.record.Ended() || !j.record.Cancel && (busy[of] || running >= MaxRunning) {
			busy[of] = busy[of] || !j.record.Ended()
			continue
		}
		j.active, busy[of] = true, true
		running++
		x.working.Go(func() { x.work(ctx, j) })
	}
}

// work runs a job to its end, or until ctx ends.
func (x *Imports) work(ctx context.Context, j *job) {
	defer func() {
		x.mu.Lock()
		j.active = false
		x.mu.Unlock()
		x.stir()
	}()
	state, err := Completed, x.apply(ctx, j)
	switch {
	case ctx.Err() != nil:
		return
	case errors.Is(err, errCancelled):
		state = Cancelled
	case err != nil:
		state = Failed
		x.Log.Error("an import cannot go on", "job", x.read(j).ID, "cause", err)
	}
	err = x.persist(ctx, func() error {
		return x.update(j, func(r *record) error {
			r.State, r.EndedAt = state, x.Clock().UTC().Truncate(events.Tick)
			return nil
		})
	})
	if err == nil {
		_ = x.persist(ctx, func() error { return x.forgetContent(j) }) // else the next start does it
		close(j.ended)
	}
}

// persist repeats what needs the disk, or the log, until it is done or ctx
// ends.
func (x *Imports) persist(ctx context.Context, do func() error) error {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := do()
		if err == nil || ctx.Err() != nil {
			return cmp.Or(err, ctx.Err())
		}
		x.Log.Warn("an import waits; it will be tried again", "cause", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// apply sends the rows that the job's record does not cover.
func (x *Imports) apply(ctx context.Context, j *job) error {
	if x.read(j).Cancel {
		return errCancelled
	}
	if err := x.persist(ctx, func() error { return x.begin(j) }); err != nil {
		return err
	}
	r := x.read(j)
	file, err := x.open(&r)
	if err != nil {
		return err
	}
	p := &progress{Imports: x, job: j, tally: r.copied().Tally, saved: time.Now()}
	batch, skip := make([]usercsv.Row, 0, batchRows), r.Done
	for row, err := range file.rows(ctx, r.AccountID, r.Behavior) {
		switch {
		case err != nil:
			return err
		case skip > 0:
			skip--
			continue
		}
		if batch = append(batch, row); len(batch) < batchRows {
			continue
		}
		if err := p.send(ctx, &r, batch); err != nil {
			return err
		}
		batch = batch[:0]
	}
	if err := p.send(ctx, &r, batch); err != nil && !errors.Is(err, errCancelled) {
		return err
	}
	return p.save(ctx)
}

func (x *Imports) begin(j *job) error {
	if x.read(j).State == Running {
		return nil
	}
	return x.update(j, func(r *record) error { r.State = Running; return nil })
}

// progress is how far a job has come, of which the record may be behind.
type progress struct {
	*Imports
	job   *job
	tally Tally
	// pending are outcomes that the record does not have yet.
	pending []Outcome
	saved   time.Time
}

// send decides rows, and takes in what became of them.
func (p *progress) send(ctx context.Context, r *record, batch []usercsv.Row) error {
	outcomes, err := p.decide(ctx, r, batch)
	if err != nil {
		return err
	}
	for i := range outcomes {
		p.tally.take(&outcomes[i])
	}
	p.pending = append(p.pending, outcomes...)
	cancelled := p.read(p.job).Cancel
	if cancelled || time.Since(p.saved) >= savePause {
		if err := p.save(ctx); err != nil {
			return err
		}
	}
	if cancelled && p.tally.Done < p.tally.Total {
		return errCancelled
	}
	return nil
}

// save makes progress durable, and shows it.
func (p *progress) save(ctx context.Context) error {
	err := p.persist(ctx, func() error {
		return p.update(p.job, func(r *record) error {
			if err := p.keep(r, r.Done, p.pending); err != nil {
				return err
			}
			r.Tally = p.tally
			return nil
		})
	})
	p.pending, p.saved = nil, time.Now()
	if err == nil {
		p.tally = p.read(p.job).Tally // of which nobody else has a part
	}
	return err
}
