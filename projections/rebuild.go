package projections

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// nearMessages is how close, in journal messages, a new generation comes
// before the follower stops for the rest and swaps it in.
const nearMessages = 256

// swap asks the follower to make a generation the live one.
type swap struct {
	to   *generation
	done chan error
}

// Rebuild makes all views again from the journal, beside the live ones, and
// swaps them in. The live views serve and follow all the time, and their
// database takes no part until the new ones are whole. It returns when the new
// ones are live; when it fails, the old ones stay. told, if it is not nil, hears
// of positions that the new ones have reached.
func (s *Store) Rebuild(ctx context.Context, told func(position uint64)) error {
	s.rebuilding.Lock()
	defer s.rebuilding.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	if s.ctx.Err() != nil {
		return ErrClosed
	}
	live, err := readLive(s.db)
	if err != nil {
		return err
	}
	g, err := s.openGeneration(live + 1)
	if err != nil {
		return err
	}
	g.told = told
	if err := errors.Join(s.makeAgain(ctx, g), ctx.Err()); err != nil {
		return errors.Join(err, s.drop(g))
	}
	if err := s.build(ctx, g); err != nil {
		return errors.Join(err, s.drop(g))
	}
	return nil
}

// build brings a generation near the live one, and has it swapped in.
func (s *Store) build(ctx context.Context, g *generation) error {
	for {
		target := s.mark().seq
		if err := s.catchUp(ctx, g, target); err != nil {
			return err
		}
		if s.mark().seq-g.mark.seq <= nearMessages {
			break
		}
	}
	w := &swap{g, make(chan error, 1)}
	select {
	case s.swaps <- w:
	case <-s.done:
		return s.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-w.done
}

// swap brings a generation to where the live one stands and puts it in its
// place; the follower runs it. Snapshots keep the old one until they close.
func (s *Store) swap(ctx context.Context, g *generation) error {
	if err := s.catchUp(ctx, g, s.live.mark.seq); err != nil {
		return err
	}
	if g.mark.seq != s.live.mark.seq || g.mark.position != s.live.mark.position {
		return fmt.Errorf("%w: made again they end at %d, not %d", ErrGap, g.mark.position, s.live.mark.position)
	}
	b := s.db.NewBatch()
	defer b.Close()
	err := errors.Join(setLive(b, g.keys.generation, s.opt.subkey("proof")), s.dropOthers(b, g.keys.generation))
	if err != nil {
		return err
	}
	if err := b.Commit(pebble.NoSync); err != nil {
		return err
	}
	s.live, g.told = g, nil
	s.sweepSoon()
	s.opt.Log.Info("the views were made again", "generation", g.keys.generation, "position", g.mark.position)
	return nil
}

// dropOthers deletes every generation but one, in a batch.
func (s *Store) dropOthers(b *pebble.Batch, keep uint32) error {
	below := keyspace{}.area(nil, sentinel)
	from := keyspace{generation: keep}.area(nil, sentinel)
	behind := keyspace{generation: keep + 1}.area(nil, sentinel)
	for _, span := range [][2][]byte{{below, from}, {behind, {spaceData + 1, sentinel}}} {
		some, err := s.holds(span[0], span[1])
		if err != nil {
			return err
		}
		if some {
			if err := b.DeleteRange(span[0], span[1], nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// holds reports that there are keys in a range.
func (s *Store) holds(lower, upper []byte) (bool, error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return false, err
	}
	some := it.First()
	return some, it.Close()
}

// drop deletes one generation.
func (s *Store) drop(g *generation) error {
	from := g.keys.area(nil, sentinel)
	to := keyspace{generation: g.keys.generation + 1}.area(nil, sentinel)
	return s.db.DeleteRange(from, to, pebble.NoSync)
}
