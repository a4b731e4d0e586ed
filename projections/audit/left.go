package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"iter"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// What can be asked of a log that does not prove itself any more.

// Whole yields, sequence by sequence, the frame from where it is whole, and nil
// where neither place has it, or each has another.
func (r *Remains) Whole(ctx context.Context) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		journal, stop := iter.Pull(r.Journal)
		defer stop()
		copies := &salvage{c: r.Copy, last: r.Last}
		m, more := journal()
		for seq := r.First; seq <= r.Last && ctx.Err() == nil; seq++ {
			for more && m.Seq < seq {
				m, more = journal()
			}
			var stored []byte
			if more && m.Seq == seq {
				stored = m.Data
			}
			data, _, err := r.pick(seq, 0, stored, copies.frame(seq))
			if err != nil {
				data = nil
			}
			if !yield(data) {
				return
			}
		}
	}
}

// Leaf is the hash of the leaf with an index, as the copy's full tiles have it.
func (r *Remains) Leaf(index int64) (h tlog.Hash, ok bool) {
	if r.Copy == nil {
		return h, false
	}
	tile, err := r.Copy.value(tileKey(r.Copy.o.Epoch, 0, index>>tileHeight))
	if err != nil || len(tile) != tileBytes {
		return h, false
	}
	copy(h[:], tile[index%tileWidth*tlog.HashSize:])
	return h, true
}

// errNoCheckpoint: a text is no checkpoint.
var errNoCheckpoint = errors.New("checkpoint: not one")

// ReadCheckpoint reads a checkpoint without a key: whoever wrote it says so.
func ReadCheckpoint(text []byte) (origin string, c *Checkpoint, err error) {
	lines := strings.SplitN(string(text), "\n", 4)
	if len(text) > MaxCheckpointBytes || len(lines) < 4 {
		return "", nil, errNoCheckpoint
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, notHash := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || size < 0 || notHash != nil || len(root) != tlog.HashSize {
		return "", nil, errNoCheckpoint
	}
	return lines[0], &Checkpoint{Size: size, Root: tlog.Hash(root), Note: text}, nil
}
