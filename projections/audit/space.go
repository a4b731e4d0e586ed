package audit

import (
	"encoding/binary"

	"github.com/cockroachdb/pebble/v2"
)

// Spaces of keys in the copy's database. A key is its space, the epoch, and
// what the space counts by, big-endian.
const (
	frameSpace = 'f' // sequence: the frame, as appended
	tileSpace  = 't' // level (1 byte), number: the tile's hashes; partial above level 0 only
	indexSpace = 'i' // number of a tile of entries: sequence of the frame with its first entry

	spaceBytes = 1 + 8
)

var (
	layoutKey     = []byte("v")
	checkpointKey = []byte("c") // the newest checkpoint
)

func spaceKey(space byte, epoch uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{space}, epoch)
}

func frameKey(epoch, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(spaceKey(frameSpace, epoch), seq)
}

func tileKey(epoch uint64, level int, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(spaceKey(tileSpace, epoch), byte(level)), uint64(n))
}

func indexKey(epoch uint64, n int64) []byte {
	return binary.BigEndian.AppendUint64(spaceKey(indexSpace, epoch), uint64(n))
}

// within bounds an iterator to a space.
func within(space byte, epoch uint64) *pebble.IterOptions {
	return &pebble.IterOptions{LowerBound: spaceKey(space, epoch), UpperBound: spaceKey(space, epoch+1)}
}
