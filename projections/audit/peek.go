package audit

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"log/slog"
	"os"

	"github.com/cockroachdb/pebble/v2"
)

// Peeked is what a copy has, as far as its newest epoch goes.
type Peeked struct {
	Epoch, First, Last uint64 // First and Last are 0 if it has no frame
	Checkpoint         []byte // the newest, nil if there is none
}

// Peek looks into the copy in a folder that no process uses, and changes
// nothing. A folder that does not exist, or is empty, is an empty copy.
func Peek(dir string, log *slog.Logger) (p Peeked, err error) {
	if files, err := os.ReadDir(dir); errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return p, nil
	}
	c, err := OpenCopy(CopyOptions{Dir: dir, ReadOnly: true, Log: log})
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if p.Checkpoint, err = c.value(checkpointKey); err != nil {
		return p, err
	}
	last, err := edgeFrame(c.db, (*pebble.Iterator).Last, nil)
	if err != nil || last == nil {
		return p, err
	}
	p.Epoch, p.Last = binary.BigEndian.Uint64(last[1:]), binary.BigEndian.Uint64(last[spaceBytes:])
	first, err := edgeFrame(c.db, (*pebble.Iterator).First, spaceKey(frameSpace, p.Epoch))
	if err == nil && first != nil {
		p.First = binary.BigEndian.Uint64(first[spaceBytes:])
	}
	return p, err
}

// edgeFrame is the key of the first or last frame from a key on.
func edgeFrame(db *pebble.DB, edge func(*pebble.Iterator) bool, from []byte) (key []byte, err error) {
	if from == nil {
		from = []byte{frameSpace}
	}
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: []byte{frameSpace + 1}})
	if err != nil {
		return nil, damaged(err)
	}
	if edge(it) {
		key = append(key, it.Key()...)
	}
	if err := it.Close(); err != nil {
		return nil, damaged(err)
	}
	return key, nil
}
