package projections

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

func started(t testing.TB, o Options) *Store {
	t.Helper()
	s := open(t, o)
	s.Start()
	t.Cleanup(func() { closing(t, s) })
	return s
}

func mustReach(t *testing.T, s *Store, position uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Wait(ctx, position); err != nil {
		t.Fatalf("waiting for %d: %v, stopped by %v", position, err, s.Err())
	}
}

func TestFollowing(t *testing.T) {
	l := newLedger(t)
	l.found()
	s := started(t, l.options(vfs.NewMem()))
	mustReach(t, s, l.position) // from the journal
	<-s.CaughtUp()
	if err := s.Ready(); err != nil {
		t.Error(err)
	}
	for i := range 300 {
		switch c := l.step(); i % 10 {
		case 3: // never offered: found in the journal when the next one comes
		case 5:
			s.Offer(c)
			s.Offer(c) // twice
		default:
			s.Offer(c)
		}
	}
	barrier := l.record(nil)
	s.Offer(barrier)
	mustReach(t, s, l.position)
	if err := s.WaitSeq(context.Background(), barrier.Seq); err != nil {
		t.Error(err)
	}
	same(t, l.replayed(), s)
	if seq, position, at := s.Place(); seq != barrier.Seq || position != l.position || at.IsZero() {
		t.Errorf("at %d, %d, %s", seq, position, at)
	}
}

func TestGroupingChangesNothing(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 200 {
		l.step()
	}
	one := open(t, l.options(vfs.NewMem()))
	defer closing(t, one)
	for _, c := range l.commits {
		if err := one.applyLive([]*events.Commit{c}); err != nil {
			t.Fatal(err)
		}
	}
	all := open(t, l.options(vfs.NewMem()))
	defer closing(t, all)
	if err := all.applyLive(l.commits); err != nil {
		t.Fatal(err)
	}
	same(t, one, all)
}

func TestLargeCommitsComeInParts(t *testing.T) {
	l := newLedger(t)
	l.found()
	s := started(t, l.options(vfs.NewMem()))
	<-s.CaughtUp()
	c := l.addUser("acme-one")
	m := l.journal.messages[len(l.journal.messages)-1]
	f, err := events.DecodeFrame(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	// The same commit in two frames, the second one empty, behind an
	// unfinished commit of somebody else's.
	abandoned, first, second := *f, *f, *f
	abandoned.Commit[0]++
	abandoned.End, first.End = false, false
	second.Part, second.Entries, second.First = 1, nil, f.First+1
	l.journal.messages = l.journal.messages[:len(l.journal.messages)-1]
	for _, f := range []*events.Frame{&abandoned, &first, &second} {
		last, _ := l.journal.Last(context.Background())
		if c.Seq, err = l.journal.Append(context.Background(), last, f.Encode()); err != nil {
			t.Fatal(err)
		}
	}
	s.Offer(c)
	mustReach(t, s, l.position)
	if err := s.WaitSeq(context.Background(), c.Seq); err != nil {
		t.Error(err)
	}
	s.Offer(l.step())
	mustReach(t, s, l.position)
	same(t, l.replayed(), s)
}

func TestFollowerStopsAtErrors(t *testing.T) {
	l := newLedger(t)
	l.found()
	good := l.position
	cases := map[string]struct {
		spoil func(o *Options)
		want  error
	}{
		"a fold that panics": {func(o *Options) {
			o.Evolve = func(tx row.Tx, e *events.Event) {
				if e.Position > good {
					panic("spoiled")
				}
				aggregates.Evolve(tx, e)
			}
		}, nil},
		"a row that cannot be stored": {func(o *Options) {
			o.Evolve = func(tx row.Tx, e *events.Event) {
				if aggregates.Evolve(tx, e); e.Position > good {
					account.Claims.Put(tx, "a\x00b", "", &account.Owner{})
				}
			}
		}, errScope},
		"time that runs backwards": {func(o *Options) { l.now = l.now.Add(-time.Hour) }, ErrOrder},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := l.options(vfs.NewMem())
			messages := l.journal.messages
			defer func() { l.position, l.now, l.journal.messages = good, start.Add(time.Hour), messages }()
			s := started(t, o)
			<-s.CaughtUp()
			c.spoil(&s.opt)
			commit := l.commit(draft{"acme", "acme-one", &events.AccountDeactivated{AccountID: "acme-one"}})
			s.Offer(commit)
			<-s.Stopped()
			err := s.Wait(context.Background(), commit.Last())
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("stopped by %v, not %v", err, c.want)
			}
			if s.Ready() == nil || s.Err() == nil || s.Position() != good {
				t.Errorf("ready: %v, at %d of %d", s.Ready(), s.Position(), good)
			}
			for range MaxOffered + 1 {
				s.Offer(commit) // does not block for ever
			}
			if snap, err := s.At(context.Background(), AsOf{}); err != nil || snap.Position() != good || snap.Close() != nil {
				t.Errorf("what stands cannot be read: %v", err)
			}
		})
	}
}

// Whoever offers waits while the views are too far behind, and no longer.
func TestOfferWaitsForViews(t *testing.T) {
	l := newLedger(t)
	s := open(t, l.options(vfs.NewMem()))
	l.found()
	many := make([]draft, MaxBehind)
	for i := range many {
		many[i] = draft{"acme", "acme-one", &events.AccountDeactivated{AccountID: "acme-one"}}
	}
	l.commit(many...)
	for _, c := range l.commits {
		s.Offer(c) // none of them has MaxBehind events before it
	}
	offered := make(chan struct{})
	go func() {
		s.Offer(l.commit(many[0]))
		close(offered)
	}()
	select {
	case <-offered:
		t.Errorf("a commit is taken %d events behind the views", MaxBehind)
	case <-time.After(100 * time.Millisecond):
	}
	s.Start()
	<-offered
	if behind := l.position - s.Position(); behind > MaxBehind {
		t.Errorf("the views are %d events behind", behind)
	}
	closing(t, s)
}

func TestViewsAheadOfTheJournalStop(t *testing.T) {
	l := newLedger(t)
	l.found()
	mem := vfs.NewMem()
	s := open(t, l.options(mem))
	s.Start()
	<-s.CaughtUp()
	closing(t, s)
	l.journal.messages = l.journal.messages[:4]
	s = started(t, l.options(mem))
	<-s.Stopped()
	if !errors.Is(s.Err(), ErrAhead) {
		t.Errorf("stopped by %v", s.Err())
	}
}

// A healed journal has the same events under new numbers, in other commits.
func TestAnotherEpochIsFoundByPosition(t *testing.T) {
	l := newLedger(t)
	l.found()
	mem := vfs.NewMem()
	s := open(t, l.options(mem))
	if err := s.Replay(context.Background(), 7); err != nil {
		t.Fatal(err)
	}
	half := s.Position()
	closing(t, s)
	healed := &events.Frame{Epoch: 2, First: 1, End: true}
	for _, c := range l.commits {
		healed.Entries = append(healed.Entries, c.Entries...)
	}
	l.journal.messages = []events.Message{{Seq: 1001, Data: healed.Encode()}}
	for _, c := range []struct{ from vfs.FS }{{mem}, {vfs.NewMem()}} {
		s := started(t, l.options(c.from))
		mustReach(t, s, l.position)
		if half >= l.position || s.Seq() != 1001 {
			t.Errorf("from %d to %d, at message %d", half, l.position, s.Seq())
		}
		checkState(t, at(t, s, AsOf{}), l.state)
	}
}

func TestWaitingEnds(t *testing.T) {
	l := newLedger(t)
	l.found()
	s := started(t, l.options(vfs.NewMem()))
	<-s.CaughtUp()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := s.Wait(ctx, l.position+1); !errors.Is(err, ErrBehind) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting in vain: %v", err)
	}
	var waiting sync.WaitGroup
	next := l.position + 1
	for range 20 {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			if err := s.Wait(context.Background(), next); err != nil {
				t.Error(err)
			}
		}()
	}
	time.Sleep(10 * time.Millisecond)
	for l.position < next {
		s.Offer(l.step())
	}
	waiting.Wait()
}

func TestRebuildBeside(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 300 {
		l.step()
	}
	o := l.options(vfs.NewMem())
	s := started(t, o)
	<-s.CaughtUp()
	old := at(t, s, AsOf{})
	stop, busy := make(chan struct{}), sync.WaitGroup{}
	busy.Add(1)
	go func() {
		defer busy.Done()
		for {
			select {
			case <-stop:
				return
			default:
			}
			s.Offer(l.step())
			snap, err := s.At(context.Background(), AsOf{})
			if err != nil || account.Accounts.Get(snap, "acme-one", "") == nil {
				t.Errorf("the views do not serve: %v", err)
				return
			}
			closing(t, snap)
			time.Sleep(time.Millisecond)
		}
	}()
	for range 3 {
		if err := s.Rebuild(context.Background(), nil); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	busy.Wait()
	mustReach(t, s, l.position)
	if s.live.keys.generation != 4 {
		t.Errorf("generation %d is live", s.live.keys.generation)
	}
	same(t, l.replayed(), s)
	checkState(t, at(t, s, AsOf{}), l.state)
	if account.Accounts.Get(old, "acme-one", "") == nil || old.Err() != nil {
		t.Errorf("a snapshot of an old generation: %v", old.Err())
	}
	for _, g := range []uint32{1, 2, 3, 5} {
		k := keyspace{generation: g}
		if some, err := s.holds(k.area(nil, sentinel), keyspace{generation: g + 1}.area(nil, sentinel)); some || err != nil {
			t.Errorf("generation %d is still there: %v", g, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Rebuild(ctx, nil); err == nil {
		t.Error("a cancelled rebuild succeeds")
	}
}
