package projections

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"

	"github.com/seatledger/seatledger/events"
)

// A run is a large group that is stored without memtables: its files are
// written in the order of keys, and handed over to the database whole. While
// one is written, the next is folded. Views are made of the journal so, where
// much is to be made.
const (
	// MaxRunEvents and MaxRunBytes (of entries) end a run. Two of them are in
	// memory at a time, with the rows that they make.
	MaxRunEvents = 8 << 10
	MaxRunBytes  = 6 << 20

	runFiles = "run-" // begins the names of what is not the database's yet
)

// applyRuns applies what comes through a channel, until it is closed, in runs.
func (g *generation) applyRuns(commits <-chan *events.Commit) (err error) {
	var before *group
	defer func() {
		if before != nil {
			err = errors.Join(err, before.wait())
		}
	}()
	for {
		p, err := g.nextRun(before, commits)
		if p == nil || err != nil {
			return err
		}
		if before != nil && before.wait() != nil {
			return nil // see above
		}
		if before != nil {
			before.before = nil // its rows are needed no more
		}
		before = p
		p.done = make(chan struct{})
		go p.store()
		if p.forgets() { // what was read of these persons is not to be used again
			before = nil
			if err := p.wait(); err != nil {
				return err
			}
		}
	}
}

// applyEach applies what comes through a channel, until it is closed, in batches:
// a little is not worth files of its own.
func (g *generation) applyEach(commits <-chan *events.Commit) error {
	for c := range commits {
		if err := g.apply([]*events.Commit{c}); err != nil {
			return err
		}
		g.reached()
	}
	return nil
}

// reached tells who wants to know how far the generation is.
func (g *generation) reached() {
	if g == g.store.live {
		g.store.publish(g.mark, nil)
	}
	if g.told != nil {
		g.told(g.mark.position)
	}
}

// nextRun folds commits until a run is full, or ends with an erasure, or none
// come any more; nil if there were none.
func (g *generation) nextRun(before *group, commits <-chan *events.Commit) (*group, error) {
	p := g.begin(before)
	defer p.close()
	for c := range commits {
		if err := p.add(c); err != nil {
			return nil, err
		}
		if p.size.events >= g.store.opt.runEvents || p.size.bytes >= MaxRunBytes || p.forgets() {
			break
		}
	}
	if p.next.seq == p.from.seq {
		return nil, nil
	}
	return p, p.finish()
}

// wait returns when a run is stored, or cannot be.
func (p *group) wait() error {
	<-p.done
	return p.broken
}

// store writes a run's files and hands them over. Then it tells who waits.
func (p *group) store() {
	defer close(p.done)
	s := p.g.store
	if p.broken = s.eraseKeys(p.erased); p.broken != nil {
		return
	}
	f := &runWriter{s: s}
	if p.broken = s.ingest(errors.Join(p.each(f.put), f.end()), f.paths); p.broken != nil {
		return
	}
	p.arrived()
	p.g.reached()
}

// ingest hands files over to the database, all of them or none; or removes them
// when they could not be written.
func (s *Store) ingest(err error, paths []string) error {
	if err == nil && len(paths) > 0 {
		err = s.db.Ingest(context.Background(), paths)
	}
	if err != nil {
		for _, path := range paths {
			_ = s.opt.FS.Remove(path) // or the next start does
		}
	}
	return err
}

// runWriter writes the files of a run: entries stand alone, since those of two
// runs have no range of keys in common, and need not be merged.
type runWriter struct {
	s     *Store
	level int
	paths []string
	area  byte
	bytes int // of the file so far
	to    *sstable.Writer
}

// maxFileBytes of keys and values begin the next file.
const maxFileBytes = 64 << 20

var runNumber atomic.Uint64

func (f *runWriter) put(o put) error {
	area := o.key[generationBytes]
	if f.to == nil || area != areaEntries && f.area == areaEntries || f.bytes >= maxFileBytes {
		if err := f.end(); err != nil {
			return err
		}
		if err := f.begin(); err != nil {
			return err
		}
		f.area, f.bytes = area, 0
	}
	f.bytes += len(o.key) + len(o.value)
	switch o.how {
	case putDelete:
		return f.to.Delete(o.key)
	case putMerge:
		return f.to.Merge(o.key, o.value)
	}
	return f.to.Set(o.key, o.value)
}

func (f *runWriter) begin() error {
	name := f.s.opt.FS.PathJoin(f.s.opt.Dir, fmt.Sprintf("%s%d", runFiles, runNumber.Add(1)))
	file, err := f.s.opt.FS.Create(name, "views")
	if err != nil {
		return err
	}
	f.paths = append(f.paths, name)
	f.to = sstable.NewWriter(objstorageprovider.NewFileWritable(file), f.s.files.MakeWriterOptions(f.level, f.s.db.TableFormat()))
	return nil
}

func (f *runWriter) end() error {
	if f.to == nil {
		return nil
	}
	err := f.to.Close()
	f.to = nil
	return err
}

// removeRuns removes files of runs, and what was made again, that a crash left.
func (s *Store) removeRuns() error {
	names, err := s.opt.FS.List(s.opt.Dir)
	for _, name := range names {
		if strings.HasPrefix(name, runFiles) {
			err = errors.Join(err, s.opt.FS.RemoveAll(s.opt.FS.PathJoin(s.opt.Dir, name)))
		}
	}
	return err
}
