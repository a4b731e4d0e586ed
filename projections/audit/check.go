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
		err = fmt.Errorf("%w: %s; bring it back, checkpoints were signed with it (%s):\n%s", ErrNoKey, l.o.KeyFile, signed[0].where, signed[0].note)
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

// newestName is what findings call the newest checkpoint of a data folder.
const newestName = "the newest checkpoint"

// signed is a newest checkpoint, and where it was kept.
type signed struct {
	where string
	note  []byte
}

// signed are the newest checkpoints: of the copy, outside of it, and elsewhere.
func (l *Log) signed(ctx context.Context) (all []signed, err error) {
	outside, err := l.o.Checkpoints.Newest(ctx)
	if err != nil {
		return nil, err
	}
	inside, err := l.copy.value(checkpointKey)
	if err != nil {
		return nil, err
	}
	elsewhere, err := l.o.Elsewhere.Newest(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range []signed{
		{newestName, outside}, {newestName, inside}, {"the checkpoint in " + string(l.o.Elsewhere), elsewhere},
	} {
		if len(c.note) > 0 {
			all = append(all, c)
		}
	}
	return all, nil
}

func (l *Log) checkAll(ctx context.Context, all []signed) error {
	for _, s := range all {
		c, err := OpenCheckpoint(s.note, l.key.Public())
		if err != nil {
			return otherKey(s.where, s.note, l.key.Public(), err)
		}
		if err := l.check(ctx, s.where, c); err != nil {
			return err
		}
		if newest := l.newest.Load(); newest == nil || c.Size > newest.Size {
			l.newest.Store(c)
		}
	}
	return nil
}

// otherKey tells of a checkpoint that the log's key did not sign.
func otherKey(where string, text []byte, public string, cause error) error {
	return &Finding{Kind: OtherKey, Where: where, Expected: "one that the log's key signed, " + public,
		Found: fmt.Sprintf("%v:\n%s", cause, text), Next: nextKey}
}

// check compares the tree with a checkpoint. A root that is not the one signed
// may be the fault of stored tiles: those are made again from the entries,
// once.
func (l *Log) check(ctx context.Context, where string, c *Checkpoint) error {
	err := l.compareRoot(where, c)
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
	return l.compareRoot(where, c)
}

func (l *Log) compareRoot(where string, c *Checkpoint) error { return l.tree.prove(where, c) }

// prove compares the tree with a checkpoint, which was kept somewhere.
func (t *tree) prove(signed string, c *Checkpoint) error {
	where := fmt.Sprintf("positions 1 to %d", c.Size)
	if size, _ := t.reached(); size < c.Size {
		return &Finding{Kind: Lost, Position: uint64(size) + 1, Where: where, Expected: "every event that " + signed + " covers",
			Found: fmt.Sprintf("journal and copy both end with position %d, before it", size), Next: nextRestore}
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
