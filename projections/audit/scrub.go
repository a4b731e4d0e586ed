package audit

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
)

// Scrub compares messages of the journal, as they are read from its files in
// order, with the copy and with the tree, and entries with the tree. It belongs
// to one goroutine.
type Scrub struct {
	log    *Log
	join   joiner[leaves]
	number int64  // of the tile of leaves that was read last
	tile   []byte // its hashes: entries in order need each tile once
}

// Scrub begins a pass over the log.
func (l *Log) Scrub() *Scrub { return &Scrub{log: l} }

// Frame compares one message. What the copy has not, or has damaged, is put
// right there if the journal's frame is in the tree; mended tells that it was.
// Everything else that differs is a [Finding].
func (s *Scrub) Frame(m events.Message) (mended bool, err error) {
	where := fmt.Sprintf("frame %d", m.Seq)
	whole, err := s.join.add(m, func(f *events.Frame) leaves { return hashed(m.Seq, f.First, f.Entries) })
	if err != nil {
		return false, &Finding{Kind: Differ, Where: where, Expected: "a whole frame in the journal", Found: err.Error(), Next: nextRestart}
	}
	for _, l := range whole {
		if err := s.leaves(l.first, l.hashes); err != nil {
			return false, err
		}
	}
	c, err := s.log.copy.Frame(m.Seq)
	if err == nil && bytes.Equal(c, m.Data) {
		return false, nil
	}
	if errors.Is(err, errSick) {
		return false, err
	}
	if err == nil || errors.Is(err, events.ErrGap) {
		return true, s.log.both.rewrite(m)
	}
	return false, &Finding{Kind: Differ, Where: where, Expected: "the journal's frame in the copy", Found: err.Error(), Next: nextRestart}
}

// Entry compares an entry with the tree. One that the tree has not yet is not
// compared.
func (s *Scrub) Entry(position uint64, e events.Entry) error {
	return s.leaves(position, []tlog.Hash{tlog.RecordHash(e)})
}

// leaves compares hashes of entries that follow one another with the tree's.
func (s *Scrub) leaves(first uint64, hashes []tlog.Hash) error {
	size := uint64(s.log.Size())
	for i, h := range hashes {
		at := first + uint64(i)
		if at > size {
			return nil
		}
		where := fmt.Sprintf("position %d", at)
		have, err := s.leaf(int64(at) - 1)
		if err != nil {
			return &Finding{Kind: Differ, Position: at, Where: where, Expected: "its hash in the tree", Found: err.Error(), Next: nextRestart}
		}
		if h != have {
			return &Finding{Kind: Changed, Position: at, Where: where,
				Expected: "an entry whose hash is " + have.String(), Found: h.String(), Next: nextRestart}
		}
	}
	return nil
}

// leaf reads the hash of a leaf that the tree has.
func (s *Scrub) leaf(index int64) (h tlog.Hash, err error) {
	number, at := index>>tileHeight, int(index%tileWidth)*tlog.HashSize
	if s.tile == nil || number != s.number || at >= len(s.tile) {
		if s.tile, err = s.log.tree.tile(0, number); err != nil {
			return h, err
		}
		s.number = number
	}
	if at+tlog.HashSize > len(s.tile) {
		return h, fmt.Errorf("%w: level 0, number %d has %d bytes", errTiles, number, len(s.tile))
	}
	copy(h[:], s.tile[at:])
	return h, nil
}

// rewrite puts a frame into the copy again, where both have long been alike.
func (b *Both) rewrite(m events.Message) error {
	b.turn <- struct{}{}
	defer b.unlock()
	if m.Seq > b.end {
		return nil // still to be settled
	}
	return b.copy.rewrite(m.Seq, m.Data)
}
