package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/nice"
)

// Offer hands over a commit that is durable, in order, with its personal data
// both sealed and open. It blocks while MaxOffered commits wait, or the views
// are more than MaxBehind events behind it, which bounds how far they lag; it
// returns when the store has stopped.
func (s *Store) Offer(c *events.Commit) {
	s.Expect(c.Last())
	if c.First > MaxBehind {
		_ = s.Wait(s.ctx, c.First-MaxBehind) // stopped: so it is found below
	}
	select {
	case s.offers <- c:
	case <-s.done:
	}
}

// Expect says that commits up to a position are durable, and will be offered.
func (s *Store) Expect(position uint64) {
	s.mu.Lock()
	s.offered = max(s.offered, position)
	s.mu.Unlock()
}

// follow is the follower's life.
func (s *Store) follow(ctx context.Context) error {
	last, err := s.opt.Journal.Last(ctx)
	if err != nil {
		return err
	}
	if last < s.live.mark.seq {
		return fmt.Errorf("%w: journal message %d, its last is %d", ErrAhead, s.live.mark.seq, last)
	}
	if err := s.catchUp(ctx, s.live, last); err != nil {
		return err
	}
	close(s.caught)
	nice.Thread()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-s.offers:
			err = s.take(ctx, s.gather(c))
		case w := <-s.swaps:
			w.done <- s.swap(ctx, w.to)
		}
		if err != nil {
			return err
		}
	}
}

// Replay applies the journal up to the message numbered last, and returns. It
// is for a scratch store, which is never started: two stores at one message
// hold the same, and Differences finds nothing.
func (s *Store) Replay(ctx context.Context, last uint64) error {
	return s.catchUp(ctx, s.live, last)
}

// Take applies commits that the caller reads and decodes, until there are no
// more: each once, in order, from the journal's first message on. Like Replay
// it is for a scratch store. It opens their personal data in place.
func (s *Store) Take(commits iter.Seq[*events.Commit]) error {
	decoded, ended := make(chan *events.Commit, MaxDecoded), make(chan error, 1)
	go func() { ended <- s.live.applyRuns(decoded) }()
	for c := range commits {
		if err := s.open(c); err != nil {
			close(decoded)
			return errors.Join(err, <-ended)
		}
		select {
		case decoded <- c:
		case err := <-ended:
			return err
		}
	}
	close(decoded)
	return <-ended
}

// gather adds the commits that wait to one that came, for one batch.
func (s *Store) gather(c *events.Commit) []*events.Commit {
	group, size := []*events.Commit{c}, sizeOf(c)
	for !size.full() {
		select {
		case c = <-s.offers:
			group, size = append(group, c), size.plus(c)
		default:
			return group
		}
	}
	return group
}

// take applies offered commits. What was read from the journal already is left
// out; what does not follow on message by message is read from the journal,
// up to the offered commit, since only that much is known to be durable.
func (s *Store) take(ctx context.Context, offered []*events.Commit) error {
	seq := s.live.mark.seq
	var run []*events.Commit
	for _, c := range offered {
		switch {
		case c.Seq <= seq:
			continue
		case c.Seq == seq+1:
			if err := s.open(c); err != nil {
				return err
			}
			run = append(run, c)
		default:
			if err := s.applyLive(run); err != nil {
				return err
			}
			run = nil
			if err := s.catchUp(ctx, s.live, c.Seq); err != nil {
				return err
			}
		}
		seq = c.Seq
	}
	return s.applyLive(run)
}

func (s *Store) applyLive(commits []*events.Commit) error {
	if len(commits) == 0 {
		return nil
	}
	if err := s.live.apply(commits); err != nil {
		return err
	}
	s.publish(s.live.mark, commits)
	return nil
}

// open opens the personal data of events that were read from the journal.
func (s *Store) open(c *events.Commit) error {
	if s.opt.Sealer == nil {
		return nil
	}
	for _, e := range c.Events {
		if p, ok := e.Data.(events.Personable); ok && !isOpen(p) {
			if err := s.opt.Sealer.Open(p); err != nil {
				return fmt.Errorf("event %d (%s): %w", e.Position, e.Type(), err)
			}
		}
	}
	return nil
}

func isOpen(p events.Personable) bool {
	for _, v := range p.Persons() {
		if v.Plain == "" && !v.Erased {
			return false
		}
	}
	return true
}

// catchUp applies the journal to a generation, up to the message numbered
// last. Reading and decoding run ahead in a goroutine of their own.
func (s *Store) catchUp(ctx context.Context, g *generation, last uint64) error {
	if g.mark.seq >= last {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	commits, failed := make(chan *events.Commit, MaxDecoded), make(chan error, 1)
	go func() {
		defer close(commits)
		failed <- s.read(ctx, g.mark, last, commits)
	}()
	apply := g.applyRuns
	if last-g.mark.seq <= nearMessages {
		apply = g.applyEach
	}
	if err := apply(commits); err != nil {
		cancel()
		for range commits { // lets the reader end
		}
		return errors.Join(err, ignoreCancelled(<-failed))
	}
	return <-failed
}

func ignoreCancelled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// groupSize measures a group of commits.
type groupSize struct{ events, bytes int }

func sizeOf(c *events.Commit) groupSize { return groupSize{}.plus(c) }

func (n groupSize) plus(c *events.Commit) groupSize {
	n.events += len(c.Entries)
	for _, e := range c.Entries {
		n.bytes += len(e)
	}
	return n
}

func (n groupSize) full() bool { return n.events >= MaxGroupEvents || n.bytes >= MaxGroupBytes }
