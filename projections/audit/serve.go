package audit

import (
	"encoding/binary"
	"fmt"

	"github.com/oklog/ulid/v2"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
)

// entriesLevel is the level of a tile of entries in a [tlog.Tile].
const entriesLevel = -1

// Tile returns a tile as C2SP tlog-tiles serves it: hashes, or entries (level
// -1), each behind its length (16 bits, big-endian). Tiles that reach beyond
// the newest checkpoint are [ErrNoTile].
func (l *Log) Tile(t tlog.Tile) ([]byte, error) {
	if !l.covers(t) {
		return nil, fmt.Errorf("%w: %s", ErrNoTile, t.Path())
	}
	if t.L == entriesLevel {
		return l.tree.bundle(t.N, t.W)
	}
	data, err := l.tree.tile(t.L, t.N)
	if err == nil && len(data) < t.W*tlog.HashSize {
		err = fmt.Errorf("%w: %s", errTiles, t.Path())
	}
	if err != nil {
		return nil, err
	}
	return data[:t.W*tlog.HashSize], nil
}

// covers reports that all of a tile is in the tree that was signed last.
func (l *Log) covers(t tlog.Tile) bool {
	c := l.newest.Load()
	if c == nil || t.H != tileHeight || t.W < 1 || t.W > tileWidth || t.N < 0 {
		return false
	}
	hashes := c.Size >> (tileHeight * max(0, t.L)) // that its level has
	return t.N <= hashes>>tileHeight && t.N<<tileHeight+int64(t.W) <= hashes
}

// bundle reads entries from the copy, each checked against its leaf.
func (t *tree) bundle(n int64, width int) ([]byte, error) {
	leafHashes, err := t.tile(0, n)
	if err != nil {
		return nil, err
	}
	entries, err := t.entries(n, width)
	if err != nil {
		return nil, err
	}
	var b []byte
	for i, e := range entries {
		if h := tlog.RecordHash(e); string(h[:]) != string(leafHashes[i*tlog.HashSize:(i+1)*tlog.HashSize]) {
			return nil, &Finding{Kind: Differ, Where: fmt.Sprintf("position %d", n<<tileHeight+int64(i)+1), Expected: "an entry whose hash is in the tree",
				Found: "another, " + h.String(), Next: nextCopy}
		}
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(e))), e...)
	}
	return b, nil
}

// entries reads width entries from the first one of a tile on.
func (t *tree) entries(n int64, width int) ([]events.Entry, error) {
	seq, ok, err := t.frameOf(n)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: where entries %d begin is not known", errTiles, n)
	}
	next, all := uint64(n<<tileHeight)+1, make([]events.Entry, 0, width)
	var join joiner[*events.Frame]
	var known ulid.ULID // the first frame's commit
	for m, err := range t.copy.Read(seq, t.copy.Last()) {
		if err != nil {
			return nil, err
		}
		whole, err := join.add(m, func(f *events.Frame) *events.Frame { return f })
		if err != nil {
			return nil, err
		}
		if m.Seq == seq {
			known = join.id
		}
		if join.id == known && whole == nil {
			whole, join.held = join.held, nil // its commit is whole, or it would not be in the tree
		}
		for _, f := range whole {
			for i, e := range f.Entries {
				if f.First+uint64(i) == next && len(all) < width {
					all, next = append(all, e), next+1
				}
			}
		}
		if len(all) == width {
			return all, nil
		}
	}
	return nil, fmt.Errorf("%w: the copy ends before position %d", events.ErrGap, next)
}
