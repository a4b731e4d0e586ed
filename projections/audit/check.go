package audit

import (
	"context"
	"errors"
	"fmt"
)

// openKey reads the log's key, and checks the tree against everything newest
// that was signed with it. Only a log that was never signed gets a new key.
func (l *Log) openKey(ctx context.Context) (err error) {
	signed, err := l.signed(ctx)
	if err != nil {
		return err
	}
	switch {
	case !missing(l.o.KeyFile):
		l.key, err = OpenKey(l.o.KeyFile, l.o.Origin)
	case len(signed) > 0:
		err = fmt.Errorf("%w: %s; bring it back, checkpoints were signed with it:\n%s", ErrNoKey, l.o.KeyFile, signed[0])
	default:
		if l.key, err = MakeKey(l.o.KeyFile, l.o.Origin); err == nil {
			l.o.Log.Info("the log's key is made", "file", l.o.KeyFile, "origin", l.key.Origin())
		}
	}
	if err != nil {
		return err
	}
	return l.checkAll(ctx, signed)
}

// signed are the newest checkpoints, of the copy and outside of it.
func (l *Log) signed(ctx context.Context) (all [][]byte, err error) {
	outside, err := l.o.Checkpoints.Newest(ctx)
	if err != nil {
		return nil, err
	}
	inside, err := l.copy.value(checkpointKey)
	if err != nil {
		return nil, err
	}
	for _, c := range [][]byte{outside, inside} {
		if len(c) > 0 {
			all = append(all, c)
		}
	}
	return all, nil
}

func (l *Log) checkAll(ctx context.Context, signed [][]byte) error {
	for _, text := range signed {
		c, err := OpenCheckpoint(text, l.key.Public())
		if err != nil {
			return otherKey(text, l.key.Public(), err)
		}
		if err := l.check(ctx, c); err != nil {
			return err
		}
		if newest := l.newest.Load(); newest == nil || c.Size > newest.Size {
			l.newest.Store(c)
		}
	}
	return nil
}

// otherKey tells of a checkpoint that the log's key did not sign.
func otherKey(text []byte, public string, cause error) error {
	return &Finding{Kind: OtherKey, Where: "the newest checkpoint", Expected: "one that the log's key signed, " + public,
		Found: fmt.Sprintf("%v:\n%s", cause, text), Next: "bring back the log's key, or the data folder that belongs to it"}
}

// check compares the tree with a checkpoint. A root that is not the one signed
// may be the fault of stored tiles: those are made again from the entries,
// once.
func (l *Log) check(ctx context.Context, c *Checkpoint) error {
	err := l.compareRoot(c)
	if !errors.Is(err, ErrProof) || l.Size() < c.Size {
		return err
	}
	l.o.Log.Warn("the tree's root is not the one signed; making it again from the entries", "cause", err)
	if err := l.tree.forget(); err != nil {
		return err
	}
	last, err := l.both.Last(ctx)
	if err == nil {
		err = l.follower.catchUp(ctx, last)
	}
	if err != nil {
		return err
	}
	return l.compareRoot(c)
}

func (l *Log) compareRoot(c *Checkpoint) error { return l.tree.prove(c) }

// prove compares the tree with a checkpoint.
func (t *tree) prove(c *Checkpoint) error {
	where := fmt.Sprintf("positions 1 to %d", c.Size)
	if size, _ := t.reached(); size < c.Size {
		return &Finding{Kind: Lost, Position: uint64(size) + 1, Where: where, Expected: "every event that the newest checkpoint covers",
			Found: fmt.Sprintf("journal and copy both end with position %d", size), Next: nextRestore}
	}
	root, err := t.root(c.Size)
	switch {
	case errors.Is(err, errTiles) || errors.Is(err, ErrDamaged):
		return &Finding{Kind: Differ, Where: where, Expected: "whole tiles", Found: err.Error(), Next: nextCopy}
	case err != nil:
		return err
	case root != c.Root:
		return &Finding{Kind: Changed, Where: where, Expected: "root " + c.Root.String() + ", as signed",
			Found: "root " + root.String(), Next: nextRestore}
	}
	return nil
}
