package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/replay"
)

// Known is what a verifier has from elsewhere.
type Known struct {
	Key        string // that must have signed (vkey); "" leaves it to the bundle's own
	Checkpoint []byte // of the same log, which the bundle must go on from; nil is none
}

// Parts of a verdict on a bundle.
const (
	partBundle = "bundle" // which files there are, and what they say of the log
	partLog    = "log"    // entries
	partTiles  = "tiles"
)

// Verify checks a bundle offline. Findings are told as they come, each with
// what was expected and what was found; errors are of reading, not of what was
// read. progress may be nil.
func (b *Bundle) Verify(ctx context.Context, known Known, report func(replay.Finding), progress func(replay.Progress)) (replay.Verdict, error) {
	v := &verification{Tally: replay.Tally{Report: report}, ctx: ctx, b: b, progress: progress, seen: map[string]bool{}}
	began := time.Now()
	c, key := v.head(known)
	if c == nil {
		v.Conclude(partBundle, "nothing behind the checkpoint, which is not proven", began)
		return v.Verdict, nil
	}
	v.checkpoints = &replay.CheckOfTree{Public: key, Checkpoints: []replay.Signed{{Name: "the bundle's checkpoint", Note: c.Note}}}
	if known.Checkpoint != nil {
		v.checkpoints.Checkpoints = append(v.checkpoints.Checkpoints, replay.Signed{Name: "given checkpoint", Note: known.Checkpoint})
	}
	v.tree = &tree{emit: v.tile}
	if err := v.entries(c.Size); err != nil {
		return v.Verdict, err
	}
	v.Conclude(partLog, fmt.Sprintf("%d entries", v.tree.size), began)
	v.Conclude(partTiles, fmt.Sprintf("%d tiles", v.tiles), began)
	what, err := v.checkpoints.End(ctx, v.Position, v.Find)
	if err != nil {
		return v.Verdict, err
	}
	v.Conclude(v.checkpoints.Name(), what, began)
	if v.tree.size == c.Size {
		v.others()
	}
	v.Conclude(partBundle, fmt.Sprintf("%d files; %s", len(v.seen), keyText(known)), began)
	return v.Verdict, ctx.Err()
}

func keyText(known Known) string {
	if known.Key == "" {
		return "signed by the bundle's own key"
	}
	return "signed by the given key"
}

// verification is one that goes on.
type verification struct {
	replay.Tally
	ctx      context.Context
	b        *Bundle
	progress func(replay.Progress)

	seen        map[string]bool // files that belong to the bundle
	tree        *tree
	tiles       int
	canon       replay.Canon
	checkpoints *replay.CheckOfTree
}

// file reads a file; nil is one that is missing or cannot be read, and told.
func (v *verification) file(name string, position uint64) []byte {
	v.seen[name] = true
	data, err := v.b.read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.Find(replay.Finding{Part: partBundle, Where: name, Position: position, Message: "expected this file; found none"})
		return nil
	case err != nil:
		v.Find(replay.Finding{Part: partBundle, Where: name, Position: position, Message: "expected a file that can be read; found " + err.Error()})
		return nil
	}
	return data
}

// head looks at what stands before the tiles. Without a checkpoint that is
// proven there is nothing to hold the rest against: that is nil.
func (v *verification) head(known Known) (*audit.Checkpoint, string) {
	manifest, signed, own := v.file(ManifestFile, 0), v.file(CheckpointFile, 0), v.file(KeyFile, 0)
	key := known.Key
	if key == "" {
		key = strings.TrimSuffix(string(own), "\n")
	}
	if own != nil && string(own) != key+"\n" {
		v.differs(KeyFile, 0, key, string(own))
	}
	if signed == nil || key == "" {
		return nil, key
	}
	c, err := openCheckpoint(signed, key)
	if err != nil {
		v.Find(replay.Finding{Part: partBundle, Where: CheckpointFile, Message: "expected one signed by " + key + "; found: " + err.Error()})
		return nil, key
	}
	m, err := manifestOf(c, key)
	if err == nil {
		var want []byte
		if want, err = m.bytes(); err == nil && manifest != nil && !bytes.Equal(want, manifest) {
			v.differs(ManifestFile, 0, string(want), string(manifest))
		}
	}
	if err != nil {
		v.Find(replay.Finding{Part: partBundle, Where: ManifestFile, Message: err.Error()})
	}
	return c, key
}

func (v *verification) differs(name string, position uint64, want, got string) {
	v.Find(replay.Finding{Part: partBundle, Where: name, Position: position, Message: fmt.Sprintf("expected %.400q; found %.400q", want, got)})
}

// entries reads all of them. Where a tile of entries is not whole, positions
// end, and so does the reading.
func (v *verification) entries(size int64) error {
	for v.tree.size < size {
		of := tileOf(EntriesLevel, v.tree.size>>tileHeight, size)
		position := uint64(v.tree.size) + 1
		data := v.file(Name(of), position)
		if data == nil {
			return v.stop(size)
		}
		all, err := Entries(data, of.W)
		if err != nil {
			v.Find(replay.Finding{Part: partLog, Where: Name(of), Position: position, Message: err.Error()})
			return v.stop(size)
		}
		for _, b := range all {
			if err := v.entry(b); err != nil {
				return err
			}
		}
		if err := v.ctx.Err(); err != nil {
			return err
		}
		if v.progress != nil {
			v.progress(replay.Progress{Step: "bundle", Done: v.Position, Total: uint64(size)})
		}
	}
	return v.tree.end()
}

// stop tells from where on nothing was compared.
func (v *verification) stop(size int64) error {
	v.Find(replay.Finding{Part: partLog, Where: fmt.Sprintf("positions %d to %d", v.tree.size+1, size), Position: uint64(v.tree.size) + 1,
		Message: "what stands behind this was not read"})
	return nil
}

func (v *verification) entry(b events.Entry) error {
	v.Position++
	if wrong := v.canon.Check(v.Position, b); wrong != "" {
		v.Find(replay.Finding{Part: partLog, Where: fmt.Sprintf("entry %d", v.Position), Position: v.Position,
			Message: "expected an entry as the ledger writes it; found: " + wrong})
	}
	if err := v.checkpoints.Entry(v.ctx, v.Position, b, v.Find); err != nil {
		return err
	}
	return v.tree.add(b)
}

// tile compares a tile that the entries make with the bundle's.
func (v *verification) tile(of tlog.Tile, want []byte) error {
	if of.L == EntriesLevel {
		return nil // what it was made of
	}
	v.tiles++
	first := uint64(of.N) << (tileHeight * (of.L + 1))
	got := v.file(Name(of), first+1)
	if got == nil || bytes.Equal(got, want) {
		return nil
	}
	if len(got) != len(want) {
		v.Find(replay.Finding{Part: partTiles, Where: Name(of), Position: first + 1,
			Message: fmt.Sprintf("expected %d bytes; found %d", len(want), len(got))})
		return nil
	}
	for at := 0; at < len(want); at += tlog.HashSize {
		w, g := tlog.Hash(want[at:at+tlog.HashSize]), tlog.Hash(got[at:at+tlog.HashSize])
		if w == g {
			continue
		}
		from := first + uint64(at/tlog.HashSize)<<(tileHeight*of.L) + 1
		v.Find(replay.Finding{Part: partTiles, Where: fmt.Sprintf("%s, hash %d", Name(of), at/tlog.HashSize), Position: from,
			Message: fmt.Sprintf("expected %s, %s; found %s", w, coverage(of.L, from), g)})
	}
	return nil
}

// coverage says what a hash of a level is of.
func coverage(level int, from uint64) string {
	if level == 0 {
		return fmt.Sprintf("the hash of entry %d", from)
	}
	return fmt.Sprintf("the hash of the entries %d to %d", from, from+1<<(tileHeight*level)-1)
}

// others finds what does not belong to a bundle of this checkpoint.
func (v *verification) others() {
	_ = fs.WalkDir(v.b.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			v.Find(replay.Finding{Part: partBundle, Where: name, Message: "expected to read this; found: " + err.Error()})
		case !d.IsDir() && !v.seen[name]:
			v.Find(replay.Finding{Part: partBundle, Where: name, Message: "expected no such file; found one that is no part of this log"})
		}
		return nil
	})
}
