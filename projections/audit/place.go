package audit

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// FrameBefore is the sequence of a frame of the journal that begins no later
// than the frame with the entry at a position, and not far before it: who
// wants the history from there on begins to read with it.
func (l *Log) FrameBefore(position uint64) (uint64, error) {
	first := l.copy.o.First
	if position == 0 {
		return first, nil
	}
	if size := l.Size(); position > uint64(size) {
		return 0, fmt.Errorf("%w: position %d, the log's last is %d", ErrNoTile, position, size)
	}
	seq, ok, err := l.tree.frameOf(int64(position-1) >> tileHeight)
	if err != nil || !ok {
		return first, err
	}
	return seq, nil
}

// Root is the root of the tree as it was at a size.
func (l *Log) Root(size int64) (tlog.Hash, error) { return l.tree.root(size) }
