package audit

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/nice"
)

// Limits of following.
const (
	// MaxOffered is how many commits wait for the tree before Offer blocks.
	MaxOffered = 1024
	// groupLeaves ends a group of frames that is added at once.
	groupLeaves = 4096
	// retryPause is between two tries to go on when the copy cannot be written.
	retryPause = 200 * time.Millisecond
)

// follower adds to the tree what is durable: what is offered, and what it
// reads from the journal where that does not follow on.
type follower struct {
	tree    *tree
	journal frames
	offers  chan *events.Commit
	done    chan struct{}
	err     error // why it ended; read it when done is closed
}

// frames are what the tree reads where what is offered does not follow on.
type frames interface {
	Last(ctx context.Context) (uint64, error)
	Read(ctx context.Context, from uint64) iter.Seq2[events.Message, error]
}

// run follows until ctx ends, or something is wrong.
func (f *follower) run(ctx context.Context) {
	defer close(f.done)
	nice.Thread()
	for {
		select {
		case <-ctx.Done():
			f.err = ctx.Err()
			return
		case c := <-f.offers:
			group := f.gather(c)
			err := f.take(ctx, group)
			if errors.Is(err, errSick) {
				err = f.again(ctx, group[len(group)-1].Seq)
			}
			if f.err = err; err != nil {
				return
			}
		}
	}
}

// again loads the tree anew once the copy takes writes, and reads what it has
// not, up to the message numbered last.
func (f *follower) again(ctx context.Context, last uint64) error {
	for {
		_, err := f.journal.Last(ctx) // it makes the copy well, if anything can
		if err == nil {
			err = f.tree.load()
		}
		if err == nil {
			err = f.catchUp(ctx, last)
		}
		if err == nil || errors.Is(err, ErrProof) {
			return err
		}
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *follower) gather(c *events.Commit) []*events.Commit {
	group, n := []*events.Commit{c}, len(c.Entries)
	for n < groupLeaves {
		select {
		case c = <-f.offers:
			group, n = append(group, c), n+len(c.Entries)
		default:
			return group
		}
	}
	return group
}

// take adds offered commits. One of several frames is read from the journal,
// which knows where each frame stands, and so is what is behind a gap.
func (f *follower) take(ctx context.Context, offered []*events.Commit) error {
	var run []leaves
	seq := f.tree.seq
	for _, c := range offered {
		switch {
		case c.Seq <= seq:
			continue
		case c.Seq == seq+1:
			run = append(run, hashed(c.Seq, c.First, c.Entries))
		default:
			if err := f.tree.add(run); err != nil {
				return err
			}
			run = nil
			if err := f.catchUp(ctx, c.Seq); err != nil {
				return err
			}
		}
		seq = c.Seq
	}
	return f.tree.add(run)
}

// catchUp adds what the journal has behind the tree, up to the message
// numbered last.
func (f *follower) catchUp(ctx context.Context, last uint64) error {
	if f.tree.seq >= last {
		return nil
	}
	var join joiner[leaves]
	var run []leaves
	n := 0
	for m, err := range f.journal.Read(ctx, f.tree.seq+1) {
		if err != nil {
			return err
		}
		if m.Seq > last {
			break
		}
		whole, err := join.add(m, func(of *events.Frame) leaves { return hashed(m.Seq, of.First, of.Entries) })
		if err != nil {
			return err
		}
		for _, l := range whole {
			run, n = append(run, l), n+len(l.hashes)
		}
		if n >= groupLeaves {
			if err := f.tree.add(run); err != nil {
				return err
			}
			run, n = nil, 0
		}
	}
	if err := f.tree.add(run); err != nil {
		return err
	}
	f.tree.seq = max(f.tree.seq, last) // an unfinished commit may stand behind what was added
	return nil
}

// offer hands a durable commit over. It blocks while MaxOffered wait.
func (f *follower) offer(c *events.Commit) {
	select {
	case f.offers <- c:
	case <-f.done:
	}
}

// ended is the error that ended the follower, nil while it runs or when it was
// told to end.
func (f *follower) ended() error {
	select {
	case <-f.done:
		if errors.Is(f.err, context.Canceled) {
			return nil
		}
		return f.err
	default:
		return nil
	}
}
