package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/oklog/ulid/v2"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
)

// shelf keeps checkpoints in memory.
type shelf struct {
	mu  sync.Mutex
	all [][]byte
	err error
}

func (s *shelf) Put(_ context.Context, note []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.all = append(s.all, note)
	}
	return s.err
}

func (s *shelf) Newest(context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) == 0 {
		return nil, nil
	}
	return s.all[len(s.all)-1], nil
}

// ledger writes commits as the writer does, and knows every entry.
type ledger struct {
	t testing.TB
	*Log
	journal *memlog.Journal
	disk    *disk
	shelf   *shelf
	file    string // of the key
	entries []events.Entry
	last    uint64 // journal sequence
}

func newLedger(t testing.TB) *ledger {
	l := &ledger{t: t, journal: memlog.New(), disk: &disk{MemFS: vfs.NewCrashableMem()}, shelf: new(shelf), file: filepath.Join(t.TempDir(), "log.key")}
	l.open()
	return l
}

func (l *ledger) options() Options {
	return Options{Journal: l.journal, Epoch: 1, Dir: "copy", FS: l.disk.wrap(), KeyFile: l.file, Checkpoints: l.shelf, Log: testLog(l.t)}
}

func (l *ledger) open() {
	l.t.Helper()
	log, err := Open(l.t.Context(), l.options())
	if err != nil {
		l.t.Fatal(err)
	}
	l.Log = log
	log.Start()
	l.t.Cleanup(func() { log.Close() })
}

// crash loses what was not synced, and opens again.
func (l *ledger) crash() {
	l.t.Helper()
	lost := l.disk.CrashClone(vfs.CrashCloneCfg{})
	l.Close()
	l.disk.MemFS = lost
	l.open()
}

// commit writes a commit of entries in so many frames. One that is left
// unfinished is abandoned by the next.
func (l *ledger) commit(entries, frames int, finished bool) {
	l.t.Helper()
	c := &events.Commit{Epoch: 1, ID: ulid.Make(), First: uint64(len(l.entries)) + 1}
	for i := range entries {
		c.Entries = append(c.Entries, fmt.Appendf(nil, "entry %d of %s", c.First+uint64(i), c.ID))
	}
	rest, first := c.Entries, c.First
	for part := range frames {
		n := len(rest) / (frames - part)
		f := events.Frame{Epoch: 1, First: first, Commit: c.ID, Part: uint32(part), Entries: rest[:n], End: part == frames-1}
		if f.End && !finished {
			return
		}
		rest, first = rest[n:], first+uint64(n)
		seq, err := l.Journal().Append(l.t.Context(), l.last, f.Encode())
		if err != nil {
			l.t.Fatal(err)
		}
		l.last = seq
	}
	c.Seq = l.last
	l.entries = append(l.entries, c.Entries...)
	l.Offer(c)
}

// signed is the newest checkpoint, which must cover everything.
func (l *ledger) signed() *Checkpoint {
	l.t.Helper()
	c, err := l.Checkpoint(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	if opened, err := OpenCheckpoint(c.Note, l.Key().Public()); err != nil || opened.Root != c.Root || c.Size != int64(len(l.entries)) {
		l.t.Fatalf("checkpoint of size %d (%v) over %d entries:\n%s", c.Size, err, len(l.entries), c.Note)
	}
	return c
}

// tiles reads tiles as an outside client does.
type tiles struct{ log *Log }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range want {
		data, err := t.log.Tile(tile)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// prove checks a checkpoint against the entries, and its tiles from outside.
func (l *ledger) prove(c *Checkpoint, every int64) {
	l.t.Helper()
	var stored []tlog.Hash
	own := tlog.HashReaderFunc(func(indexes []int64) (all []tlog.Hash, err error) {
		for _, i := range indexes {
			all = append(all, stored[i])
		}
		return all, nil
	})
	for i, e := range l.entries {
		hashes, err := tlog.StoredHashes(int64(i), e, own)
		if err != nil {
			l.t.Fatal(err)
		}
		stored = append(stored, hashes...)
	}
	if root, err := tlog.TreeHash(c.Size, own); err != nil || root != c.Root {
		l.t.Fatalf("the root of %d entries is %s (%v), signed is %s", c.Size, root, err, c.Root)
	}
	outside := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tiles{l.Log})
	for n := int64(0); n < c.Size; n += every {
		p, err := tlog.ProveRecord(c.Size, n, outside)
		if err == nil {
			err = tlog.CheckRecord(p, c.Size, c.Root, n, tlog.RecordHash(l.entries[n]))
		}
		if err != nil {
			l.t.Fatalf("entry %d: %v", n, err)
		}
	}
	l.bundles(c.Size)
}

// bundles wants the tiles of entries to hold the entries.
func (l *ledger) bundles(size int64) {
	l.t.Helper()
	n := 0
	for _, tile := range tlog.NewTiles(8, 0, size) {
		if tile.L != 0 {
			continue
		}
		tile.L = entriesLevel
		data, err := l.Tile(tile)
		if err != nil {
			l.t.Fatal(err)
		}
		for range tile.W {
			length := int(binary.BigEndian.Uint16(data))
			if string(data[2:2+length]) != string(l.entries[n]) {
				l.t.Fatalf("entry %d is %q, not %q", n, data[2:2+length], l.entries[n])
			}
			data, n = data[2+length:], n+1
		}
		if len(data) != 0 {
			l.t.Fatalf("%s has %d bytes too many", tile.Path(), len(data))
		}
	}
	if int64(n) != size {
		l.t.Fatalf("%d entries of %d", n, size)
	}
}

// Commits of all sizes, some abandoned, with crashes between them: every
// checkpoint is the root of what was acknowledged, every entry is proven to be
// in it, and every checkpoint goes on where the one before ended.
func TestHistoryIsProven(t *testing.T) {
	l := newLedger(t)
	rng := rand.New(rand.NewPCG(1, 2))
	past := []*Checkpoint{l.signed()}
	for round := range 60 {
		for range rng.IntN(20) {
			l.commit(rng.IntN(4), 1, true)
		}
		switch round % 6 {
		case 1:
			l.commit(rng.IntN(900), 1+rng.IntN(5), true)
		case 2:
			l.commit(5, 3, false)
		case 3:
			l.commit(256-len(l.entries)%256, 1, true)
		case 4:
			l.crash()
		case 5:
			l.Close()
			l.open()
		}
		past = append(past, l.signed())
	}
	newest := past[len(past)-1]
	l.prove(newest, 1)
	outside := tlog.TileHashReader(tlog.Tree{N: newest.Size, Hash: newest.Root}, tiles{l.Log})
	for _, c := range past[1:] {
		p, err := tlog.ProveTree(newest.Size, c.Size, outside)
		if err == nil {
			err = tlog.CheckTree(p, newest.Size, newest.Root, c.Size, c.Root)
		}
		if err != nil && c.Size > 0 {
			t.Errorf("from %d to %d: %v", c.Size, newest.Size, err)
		}
	}
	if newest.Size < 5000 {
		t.Errorf("only %d entries", newest.Size)
	}
}

// Three levels of tiles, and a large commit over many frames.
func TestThreeLevels(t *testing.T) {
	l := newLedger(t)
	l.commit(69_900, 13, true)
	for range 100 {
		l.commit(1, 1, true)
	}
	l.prove(l.signed(), 977)
	l.crash()
	l.prove(l.signed(), 977)
	p, err := l.Prove(t.Context(), 70_000)
	if err != nil {
		t.Fatal(err)
	}
	c := l.signed()
	if err := tlog.CheckRecord(p.Hashes, p.TreeSize, c.Root, p.LeafIndex, tlog.RecordHash(l.entries[69_999])); err != nil || p.Checkpoint != string(c.Note) {
		t.Error(err)
	}
	for _, beyond := range []uint64{0, 70_001} {
		if _, err := l.Prove(t.Context(), beyond); !errors.Is(err, ErrNoTile) {
			t.Errorf("position %d: %v", beyond, err)
		}
	}
	for _, tile := range []tlog.Tile{{H: 8, L: 0, N: 273, W: 113}, {H: 8, L: 2, N: 0, W: 2}, {H: 8, L: 63, N: 0, W: 1}, {H: 8, L: -1, N: 1 << 60, W: 1}} {
		if _, err := l.Tile(tile); !errors.Is(err, ErrNoTile) {
			t.Errorf("%s: %v", tile.Path(), err)
		}
	}
}

// The folder of the copy is lost: it is made again from the journal, and what
// was signed stands outside of it.
func TestLostCopy(t *testing.T) {
	l := newLedger(t)
	l.commit(700, 2, true)
	c := l.signed()
	l.Close()
	l.disk.MemFS = vfs.NewCrashableMem()
	l.open()
	if again := l.signed(); string(again.Note) != string(c.Note) {
		t.Errorf("signed anew:\n%s", again.Note)
	}
	l.prove(c, 7)
}

// What cannot be mended stops the start, and says where.
func TestWhatStopsTheStart(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*ledger)
		want   error
		say    string
	}{
		{"both lost their end", func(l *ledger) { l.rewrite(2, "") }, ErrProof, "both end with position 2"},
		{"an entry changed in both", func(l *ledger) { l.rewrite(9, "entry of another") }, ErrProof, "root"},
		{"a checkpoint of another key", func(l *ledger) {
			other := newLedger(l.t)
			l.shelf.all = append(l.shelf.all, other.signed().Note)
		}, ErrProof, "the log's key signed"},
		{"the key is lost", func(l *ledger) { os.Remove(l.file) }, ErrNoKey, "log.key"},
		{"another key", func(l *ledger) {
			os.Remove(l.file)
			if _, err := MakeKey(l.file, l.Key().Origin()); err != nil {
				l.t.Fatal(err)
			}
		}, ErrProof, "key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			for range 9 {
				l.commit(1, 1, true)
			}
			l.signed()
			l.Close()
			c.change(l)
			log, err := Open(t.Context(), l.options())
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.say) {
				t.Errorf("%v", err)
			}
			if err == nil {
				log.Close()
			}
			t.Log(err)
		})
	}
}

// rewrite makes journal and copy anew with the first commits, the fifth of
// them with another entry.
func (l *ledger) rewrite(commits int, fifth string) {
	entries := l.entries
	l.journal, l.disk.MemFS, l.last, l.entries = memlog.New(), vfs.NewCrashableMem(), 0, nil
	for i := range commits {
		e := entries[i]
		if i == 4 && fifth != "" {
			e = events.Entry(fifth)
		}
		f := events.Frame{Epoch: 1, First: uint64(i) + 1, Commit: ulid.Make(), End: true, Entries: []events.Entry{e}}
		if _, err := l.journal.Append(l.t.Context(), uint64(i), f.Encode()); err != nil {
			l.t.Fatal(err)
		}
	}
}

// Stored tiles are derived: damaged ones are made again, and the roots are the
// same.
func TestDamagedTiles(t *testing.T) {
	l := newLedger(t)
	l.commit(2000, 3, true)
	c := l.signed()
	for name, change := range map[string]func(*Copy) error{
		"changed": func(c *Copy) error { return c.db.Set(tileKey(1, 1, 0), make([]byte, tileBytes), nil) },
		"missing": func(c *Copy) error { return c.db.Delete(tileKey(1, 1, 0), nil) },
		"index":   func(c *Copy) error { return c.db.DeleteRange(indexKey(1, 0), indexKey(1, 1<<40), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			l.Close()
			cp := openCopy(t, l.disk.wrap())
			if err := errors.Join(change(cp), cp.Close()); err != nil {
				t.Fatal(err)
			}
			l.open()
			l.prove(c, 100)
		})
	}
}

// A disk that is full for a while: nothing is acknowledged, and when it is
// well again the tree goes on, with nothing missing.
func TestFullDiskForAWhile(t *testing.T) {
	l := newLedger(t)
	l.commit(255, 1, true)
	l.signed()
	for round := range 3 {
		l.commit(1+round, 1, true)
		l.disk.fault.Store(diskFull)
		f := events.Frame{Epoch: 1, First: uint64(len(l.entries)) + 1, Commit: ulid.Make(), End: true, Entries: []events.Entry{[]byte("e")}}
		l.journal.Script(memlog.NotWritten)
		if _, err := l.Journal().Append(t.Context(), l.last, f.Encode()); !errors.Is(err, events.ErrNotWritten) {
			t.Fatal(err)
		}
		l.disk.fault.Store(diskWell)
		l.commit(300, 2, true)
		l.prove(l.signed(), 1)
	}
}

// A checkpoint that cannot be stored is not shown; the one before is.
func TestCheckpointIsStoredFirst(t *testing.T) {
	l := newLedger(t)
	l.commit(3, 1, true)
	before := l.signed()
	l.shelf.mu.Lock()
	l.shelf.err = errors.New("full")
	l.shelf.mu.Unlock()
	l.commit(3, 1, true)
	if c, err := l.Checkpoint(t.Context()); err != nil || c.Size != before.Size {
		t.Errorf("size %d, %v", c.Size, err)
	}
	l.shelf.mu.Lock()
	l.shelf.err = nil
	l.shelf.mu.Unlock()
	l.signed()
}

func TestKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log.key")
	k, err := MakeKey(file, "ledger.example.com/log")
	if err != nil {
		t.Fatal(err)
	}
	if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", i.Mode(), err)
	}
	again, err := OpenKey(file, "ledger.example.com/log")
	if err != nil || again.Public() != k.Public() || again.Origin() != "ledger.example.com/log" {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := OpenKey(file, "other"); !errors.Is(err, ErrOrigin) || !strings.Contains(err.Error(), `"other"`) {
		t.Error(err)
	}
	if _, err := MakeKey(file, ""); err == nil {
		t.Error("a key was written over")
	}
	if _, err := MakeKey(filepath.Join(t.TempDir(), "k"), "not a name"); err == nil {
		t.Error("an origin with a space")
	}
	for range 50 { // base64 has a + now and then
		k, err := MakeKey(filepath.Join(t.TempDir(), "k"), "")
		if err != nil {
			t.Fatal(err)
		}
		c, err := k.sign(3, tlog.Hash{1})
		if err == nil {
			_, err = OpenCheckpoint(c.Note, k.Public())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
