package audit

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
)

const (
	tileHeight = 8 // of C2SP tlog-tiles
	tileWidth  = 1 << tileHeight
	tileBytes  = tileWidth * tlog.HashSize
)

// tree is the Merkle tree over the entries. One goroutine adds to it; any may
// read hashes of what it has.
type tree struct {
	copy  *Copy
	epoch uint64
	seq   uint64 // journal sequence of the newest frame added; the adder's

	opened int64 // which opening of the copy's database this rests on; the adder's

	mu    sync.RWMutex
	size  int64
	edge  [][]byte      // hashes of the last tile of each level, as long as it is not full
	tips  []tlog.Hash   // the newest hash of each level of the tree: what the next ones are made with
	moved chan struct{} // closed and made anew when size grows
}

// leaves are the hashes of one frame's entries.
type leaves struct {
	seq    uint64 // of the frame
	first  uint64 // position of the first
	hashes []tlog.Hash
}

func hashed(seq, first uint64, entries []events.Entry) leaves {
	l := leaves{seq, first, make([]tlog.Hash, len(entries))}
	for i, e := range entries {
		l.hashes[i] = tlog.RecordHash(e)
	}
	return l
}

// openTree reads what is stored of the tree: its full tiles. The entries
// behind them must be added again, from the frame numbered seq+1 on.
func openTree(c *Copy) (*tree, error) {
	t := &tree{copy: c, epoch: c.o.Epoch, moved: make(chan struct{})}
	return t, t.load()
}

// add adds the leaves of frames whose commits are whole, in order. Those that
// the tree has already are left out. After an error the tree must be loaded
// again.
func (t *tree) add(frames []leaves) error {
	b, err := t.copy.batch()
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.opened != t.copy.opened.Load() {
		return errors.Join(fmt.Errorf("%w: what was not durable is lost", errSick), b.Close())
	}
	if err := t.grow(b.Batch, frames); err != nil {
		return errors.Join(err, b.Close())
	}
	if err := t.copy.commit(b, pebble.NoSync); err != nil {
		return err
	}
	close(t.moved)
	t.moved = make(chan struct{})
	return nil
}

func (t *tree) grow(b *pebble.Batch, frames []leaves) error {
	tiles := t.size >> tileHeight
	for _, f := range frames {
		t.seq = max(t.seq, f.seq)
		have := uint64(t.size)
		switch {
		case f.first+uint64(len(f.hashes)) <= have+1:
			continue
		case f.first > have+1:
			return fmt.Errorf("journal message %d: %w: it begins with position %d, the next is %d", f.seq, events.ErrFrame, f.first, have+1)
		}
		for _, h := range f.hashes[have+1-f.first:] {
			if t.size%tileWidth == 0 {
				if err := b.Set(indexKey(t.epoch, t.size>>tileHeight), frameKey(t.epoch, f.seq)[spaceBytes:], nil); err != nil {
					return err
				}
			}
			if err := t.leaf(b, h); err != nil {
				return err
			}
		}
	}
	if t.size>>tileHeight == tiles {
		return nil
	}
	for level := 1; level < len(t.edge); level++ { // level 0 is read again from its entries
		if len(t.edge[level]) > 0 {
			if err := b.Set(tileKey(t.epoch, level, t.edgeTile(level)), t.edge[level], nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaf adds one leaf, and all hashes that it makes whole.
func (t *tree) leaf(b *pebble.Batch, h tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(t.size, h, tlog.HashReaderFunc(t.siblings))
	if err != nil {
		return err
	}
	for level, h := range hashes {
		if level == len(t.tips) {
			t.tips = append(t.tips, h)
		}
		t.tips[level] = h
		if level%tileHeight != 0 {
			continue
		}
		l := level / tileHeight
		if l == len(t.edge) {
			t.edge = append(t.edge, make([]byte, 0, tileBytes))
		}
		if t.edge[l] = append(t.edge[l], h[:]...); len(t.edge[l]) == tileBytes {
			if err := b.Set(tileKey(t.epoch, l, t.edgeTile(l)), t.edge[l], nil); err != nil {
				return err
			}
			t.edge[l] = t.edge[l][:0]
		}
	}
	t.size++
	return nil
}

// siblings are the hashes that a new leaf's parents are made with: each is the
// newest of its level.
func (t *tree) siblings(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, _ := tlog.SplitStoredHashIndex(index)
		hashes[i] = t.tips[level]
	}
	return hashes, nil
}

// edgeTile is the number of the tile that the next leaf's hash falls into.
func (t *tree) edgeTile(level int) int64 { return t.size >> (tileHeight * (level + 1)) }

// reached is the number of leaves, and a channel that is closed when there
// are more.
func (t *tree) reached() (int64, <-chan struct{}) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.size, t.moved
}

// root is the root of the tree as it was at a size.
func (t *tree) root(size int64) (tlog.Hash, error) {
	if have, _ := t.reached(); size > have {
		return tlog.Hash{}, fmt.Errorf("the tree has %d leaves, not %d", have, size)
	}
	return tlog.TreeHash(size, t)
}

// wait returns once the tree has size leaves, or ctx or the tree's adder ends.
func (t *tree) wait(ctx context.Context, size uint64, ended <-chan struct{}) error {
	for {
		have, moved := t.reached()
		if uint64(have) >= size {
			return nil
		}
		select {
		case <-moved:
		case <-ended:
			return fmt.Errorf("the tree stands at %d, before position %d", have, size)
		case <-ctx.Done():
			return fmt.Errorf("the tree is at %d, not yet at position %d: %w", have, size, ctx.Err())
		}
	}
}
