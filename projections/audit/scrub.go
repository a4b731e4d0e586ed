package audit

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
)

// Scrub compares messages of the journal, as they are read from its files in
// order, with the copy and with the tree.
type Scrub struct {
	log  *Log
	join joiner[leaves]
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
		if err := s.log.leaves(l.first, l.hashes); err != nil {
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
func (l *Log) Entry(position uint64, e events.Entry) error {
	return l.leaves(position, []tlog.Hash{tlog.RecordHash(e)})
}

// leaves compares hashes of entries that follow one another with the tree's.
func (l *Log) leaves(first uint64, hashes []tlog.Hash) error {
	size := uint64(l.Size())
	if first > size {
		return nil
	}
	hashes = hashes[:min(uint64(len(hashes)), size-first+1)]
	indexes := make([]int64, len(hashes))
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(first)-1+int64(i))
	}
	have, err := l.tree.ReadHashes(indexes)
	if err != nil {
		return &Finding{Kind: Differ, Position: first, Where: fmt.Sprintf("position %d", first), Expected: "its hash in the tree",
			Found: err.Error(), Next: nextRestart}
	}
	for i, h := range have {
		if h != hashes[i] {
			at := first + uint64(i)
			return &Finding{Kind: Changed, Position: at, Where: fmt.Sprintf("position %d", at),
				Expected: "an entry whose hash is " + h.String(), Found: hashes[i].String(), Next: nextRestart}
		}
	}
	return nil
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
