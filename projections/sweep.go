package projections

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// What an erasure deletes stays in the database's files, below its deletion,
// until they are compacted: for as long as nothing else is written there. So
// they are compacted on purpose, soon after an erasure. What was swept is kept
// in the database, so that a crash in between is made good at the next start.

// sweepPause is the least time between two sweeps: each rewrites the indexes
// that know persons. After sweepRetry it is tried again, while somebody still
// reads what was there before the erasure.
const (
	sweepPause = time.Minute
	sweepRetry = time.Second
)

// errBeingRead: what is to go is still being read. Try again.
var errBeingRead = errors.New("views: what was erased is still being read")

// sweepSoon asks for a sweep; it may turn out that none is due.
func (s *Store) sweepSoon() {
	select {
	case s.unkept <- struct{}{}:
	default:
	}
}

// keepSweeping sweeps when it is asked to, until the store is closed.
func (s *Store) keepSweeping() {
	s.sweepSoon() // what a crash may have left
	for {
		select {
		case <-s.unkept:
		case <-s.ctx.Done():
			return
		}
		swept, err := s.sweep(s.ctx)
		pause := sweepPause
		switch {
		case errors.Is(err, errBeingRead):
			pause = sweepRetry
			s.sweepSoon()
		case err != nil && s.ctx.Err() == nil:
			s.opt.Log.Error("what was erased may still stand in the views' files", "error", err)
		case !swept:
			continue
		}
		select {
		case <-time.After(pause):
		case <-s.ctx.Done():
			return
		}
	}
}

// sweep makes sure that what erasures deleted is in no file any more; it
// reports whether there was anything to do.
func (s *Store) sweep(ctx context.Context) (bool, error) {
	number, err := readLive(s.db)
	if err != nil {
		return false, err
	}
	keys := keyspace{generation: number}
	at, err := readMark(s.db, keys)
	if err != nil || at.erasures == 0 {
		return false, err
	}
	done := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, number), at.erasures)
	if swept, err := get(s.db, sweptKey); err != nil || bytes.Equal(swept, done) {
		return false, err
	}
	if s.readBefore(at.erasures) {
		return false, errBeingRead
	}
	began := time.Now()
	for _, span := range s.forgetful(keys) {
		if err := s.db.Compact(ctx, span[0], span[1], false); err != nil {
			return false, fmt.Errorf("views: compaction after an erasure: %w", err)
		}
	}
	s.opt.Log.Info("what was erased is in no file of the views", "erasures", at.erasures, "took", time.Since(began).Round(time.Millisecond))
	return true, s.db.Set(sweptKey, done, pebble.NoSync)
}

// forgetful are the ranges of keys in which an erasure deletes: the indexes
// that know persons, and the generations that are given up.
func (s *Store) forgetful(keys keyspace) [][2][]byte {
	spans := [][2][]byte{{keyspace{}.area(nil, sentinel), keys.area(nil, sentinel)}}
	span := func(prefix []byte) {
		spans = append(spans, [2][]byte{append(bytes.Clone(prefix), sentinel), after(prefix)})
	}
	span(keys.area(nil, areaHeld))
	for _, table := range s.opt.Tables {
		if table.SecretID || table.Forgets {
			span(append(keys.area(nil, areaRows), table.Tag))
		}
	}
	return spans
}

// readBefore reports that a snapshot is open from when there were fewer
// erasures.
func (s *Store) readBefore(erasures uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for since := range s.reading {
		if since < erasures {
			return true
		}
	}
	return false
}

// closedSnapshot ends what snapshot began.
func (s *Store) closedSnapshot(since uint64) {
	s.mu.Lock()
	if s.reading[since]--; s.reading[since] == 0 {
		delete(s.reading, since)
	}
	s.mu.Unlock()
	s.snapshots.Done()
}
