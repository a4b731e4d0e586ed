package bundle

import (
	"encoding/binary"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
)

// tree makes tiles of entries, and hands each over once: when it is full, or
// at the end.
type tree struct {
	emit func(tlog.Tile, []byte) error

	size   int64
	bundle []byte      // the entries of the last tile
	edge   [][]byte    // hashes of the last tile of each level
	full   []int64     // how many tiles of each level are full
	tips   []tlog.Hash // the newest hash of each level of the tree: what the next ones are made with
}

// add adds the next entry, and all hashes that it makes whole.
func (t *tree) add(b events.Entry) error {
	t.bundle = append(binary.BigEndian.AppendUint16(t.bundle, uint16(len(b))), b...)
	hashes, err := tlog.StoredHashesForRecordHash(t.size, tlog.RecordHash(b), tlog.HashReaderFunc(t.newest))
	if err != nil {
		return err
	}
	if t.size++; t.size%tileWidth == 0 {
		if err := t.entries(); err != nil {
			return err
		}
	}
	for level, h := range hashes {
		if level == len(t.tips) {
			t.tips = append(t.tips, h)
		}
		if t.tips[level] = h; level%tileHeight != 0 {
			continue
		}
		if err := t.hash(level/tileHeight, h); err != nil {
			return err
		}
	}
	return nil
}

// newest reads the newest hash of each index's level: a new leaf's parents, and
// the root, are made of no others.
func (t *tree) newest(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, _ := tlog.SplitStoredHashIndex(index)
		hashes[i] = t.tips[level]
	}
	return hashes, nil
}

// entries hands the last tile of entries over.
func (t *tree) entries() error {
	err := t.emit(tileOf(EntriesLevel, (t.size-1)>>tileHeight, t.size), t.bundle)
	t.bundle = t.bundle[:0]
	return err
}

// hash adds a hash to a level of tiles.
func (t *tree) hash(level int, h tlog.Hash) error {
	if level == len(t.edge) {
		t.edge, t.full = append(t.edge, make([]byte, 0, MaxTileBytes)), append(t.full, 0)
	}
	t.edge[level] = append(t.edge[level], h[:]...)
	if len(t.edge[level]) < MaxTileBytes {
		return nil
	}
	err := t.emit(t.last(level), t.edge[level])
	t.edge[level] = t.edge[level][:0]
	t.full[level]++
	return err
}

// last is the last tile of a level, as wide as it is.
func (t *tree) last(level int) tlog.Tile {
	return tlog.Tile{H: tileHeight, L: level, N: t.full[level], W: len(t.edge[level]) / tlog.HashSize}
}

// end hands over the tiles that are not full.
func (t *tree) end() error {
	if len(t.bundle) > 0 {
		if err := t.entries(); err != nil {
			return err
		}
	}
	for level, data := range t.edge {
		if len(data) == 0 {
			continue
		}
		if err := t.emit(t.last(level), data); err != nil {
			return err
		}
	}
	return nil
}

// root is the tree's.
func (t *tree) root() (tlog.Hash, error) {
	return tlog.TreeHash(t.size, tlog.HashReaderFunc(t.newest))
}
