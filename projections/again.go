package projections

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"

	"github.com/cockroachdb/pebble/v2"
)

// againFolder is where views are made again.
const againFolder = runFiles + "again"

// lowestLevel of the database's files.
const lowestLevel = 6

// makeAgain makes views of the journal up to where the live ones stand, in a
// scratch store, and copies them into a generation: every file of it is written
// once, and has its last place.
func (s *Store) makeAgain(ctx context.Context, g *generation) (err error) {
	o := s.opt
	o.Dir, o.Scratch, o.CacheBytes = o.FS.PathJoin(o.Dir, againFolder), true, 0
	o.Log, o.Damaged = slog.New(slog.DiscardHandler), nil
	if err := o.FS.RemoveAll(o.Dir); err != nil {
		return err
	}
	scratch, err := Open(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.Close(), o.FS.RemoveAll(o.Dir)) }()
	scratch.live.told = g.told
	if err := scratch.Replay(ctx, s.mark().seq); err != nil {
		return err
	}
	if err := s.copyOf(ctx, scratch, g.keys); err != nil {
		return err
	}
	g.mark, g.cache = scratch.live.mark, scratch.live.cache
	return nil
}

// copyOf copies all that a scratch store holds into a generation: entries and
// the rest at the same time.
func (s *Store) copyOf(ctx context.Context, scratch *Store, to keyspace) error {
	snap, err := scratch.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	in := snap.rows.keys
	begin, middle, end := in.area(nil, sentinel), in.area(nil, areaEntries+1), keyspace{generation: in.generation + 1}.area(nil, sentinel)
	entries, rest := &runWriter{s: s, level: lowestLevel}, &runWriter{s: s, level: lowestLevel}
	copied := make(chan error)
	go func() { copied <- entries.copy(ctx, snap.pebble, begin, middle, to) }()
	err = errors.Join(rest.copy(ctx, snap.pebble, middle, end, to), <-copied)
	return s.ingest(err, append(entries.paths, rest.paths...))
}

// copy writes what stands in a range of keys of another generation.
func (f *runWriter) copy(ctx context.Context, from pebble.Reader, lower, upper []byte, to keyspace) (err error) {
	it, err := from.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close(), f.end()) }()
	o := put{}
	for ok := it.First(); ok && ctx.Err() == nil; ok = it.Next() {
		if o.value, err = it.ValueAndErr(); err != nil {
			return err
		}
		o.key = append(o.key[:0], it.Key()...)
		binary.BigEndian.PutUint32(o.key[1:generationBytes], to.generation)
		if err := f.put(o); err != nil {
			return err
		}
	}
	return ctx.Err()
}
