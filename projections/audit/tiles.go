package audit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrNoTile: there is no such tile in the tree that the newest checkpoint
// signs.
var ErrNoTile = errors.New("no such tile")

// errTiles: stored tiles are not whole. They are derived, and made again.
var errTiles = errors.New("tiles are missing")

// tile returns the hashes of one tile, as many as there are.
func (t *tree) tile(level int, n int64) ([]byte, error) {
	t.mu.RLock()
	if level < len(t.edge) && n == t.edgeTile(level) {
		data := bytes.Clone(t.edge[level])
		t.mu.RUnlock()
		return data, nil
	}
	t.mu.RUnlock()
	return t.copy.value(tileKey(t.epoch, level, n))
}

// ReadHashes reads hashes from tiles, for [tlog]'s proofs. Each tile is read
// once.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	read := map[[2]int64][]byte{}
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		of := tlog.TileForIndex(tileHeight, index)
		at := [2]int64{int64(of.L), of.N}
		data, ok := read[at]
		if !ok {
			var err error
			if data, err = t.tile(of.L, of.N); err != nil {
				return nil, err
			}
			read[at] = data
		}
		if len(data) < of.W*tlog.HashSize {
			return nil, fmt.Errorf("%w: level %d, number %d has %d bytes, not %d", errTiles, of.L, of.N, len(data), of.W*tlog.HashSize)
		}
		var err error
		if hashes[i], err = tlog.HashFromTile(of, data[:of.W*tlog.HashSize], index); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// load reads the edges as they were when the last tile of level 0 was full.
func (t *tree) load() error {
	t.mu.Lock()
	t.size, t.edge, t.tips, t.opened = 0, nil, nil, t.copy.opened.Load()
	t.mu.Unlock()
	full, err := t.stored()
	if err != nil {
		return err
	}
	if err := t.loadEdges(full << tileHeight); err != nil {
		return err
	}
	for level := 0; t.size>>level > 0; level++ {
		h, err := t.ReadHashes([]int64{tlog.StoredHashIndex(level, t.size>>level-1)})
		if err != nil {
			return err
		}
		t.tips = append(t.tips, h[0])
	}
	return t.findStart(full)
}

// loadEdges reads the last tile of each level.
func (t *tree) loadEdges(size int64) error {
	var edges [][]byte
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		edge := make([]byte, 0, tileBytes)
		if width := size >> (tileHeight * level) % tileWidth; width > 0 {
			data, err := t.copy.value(tileKey(t.epoch, level, size>>(tileHeight*(level+1))))
			if err != nil {
				return err
			}
			if len(data) < int(width)*tlog.HashSize {
				return fmt.Errorf("%w: the last of level %d", errTiles, level)
			}
			edge = append(edge, data[:width*tlog.HashSize]...)
		}
		edges = append(edges, edge)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.size, t.edge = size, edges
	return nil
}

// stored counts the full tiles of level 0.
func (t *tree) stored() (int64, error) {
	t.copy.mu.RLock()
	defer t.copy.mu.RUnlock()
	if t.copy.db == nil {
		return 0, fmt.Errorf("%w: %w", errSick, t.copy.sick)
	}
	o := within(tileSpace, t.epoch)
	o.LowerBound, o.UpperBound = tileKey(t.epoch, 0, 0), tileKey(t.epoch, 1, 0)
	it, err := t.copy.db.NewIter(o)
	if err != nil {
		return 0, damaged(err)
	}
	full := int64(0)
	if it.Last() {
		full = int64(binary.BigEndian.Uint64(it.Key()[spaceBytes+1:])) + 1
	}
	if err := it.Close(); err != nil {
		return 0, damaged(err)
	}
	return full, nil
}

// findStart finds the frame from which the entries behind the full tiles are
// read: the one that holds the next entry, or the last one's.
func (t *tree) findStart(full int64) error {
	t.seq = t.copy.o.First - 1
	for n := full; n >= 0 && n >= full-1; n-- {
		seq, ok, err := t.frameOf(n)
		if err != nil {
			return err
		}
		if ok {
			t.seq = seq - 1
			return nil
		}
	}
	if full > 0 {
		return fmt.Errorf("%w: where entries %d begin is not known", errTiles, full)
	}
	return nil
}

// frameOf is the sequence of the frame with the first entry of a tile.
func (t *tree) frameOf(n int64) (uint64, bool, error) {
	v, err := t.copy.value(indexKey(t.epoch, n))
	if err != nil || len(v) != 8 {
		return 0, false, err
	}
	return binary.BigEndian.Uint64(v), true, nil
}

// forget drops all that is stored of the tree, to make it again.
func (t *tree) forget() error {
	b, err := t.copy.batch()
	if err != nil {
		return err
	}
	for _, space := range []byte{tileSpace, indexSpace} {
		if err := b.DeleteRange(spaceKey(space, t.epoch), spaceKey(space, t.epoch+1), nil); err != nil {
			return err
		}
	}
	if err := t.copy.commit(b, pebble.NoSync); err != nil {
		return err
	}
	return t.load()
}
