package backup

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seatledger/seatledger/projections/audit"
)

// snapshot is a folder's files.
func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = string(data)
	}
	return all
}

// same wants a folder to be as it was; further files that are allowed end in a
// suffix.
func same(t testing.TB, dir string, was map[string]string) {
	t.Helper()
	is := snapshot(t, dir)
	for name, data := range was {
		if is[name] != data {
			t.Errorf("%s is another one", name)
		}
	}
	if len(is) != len(was) {
		t.Errorf("there are %d files, and there were %d", len(is), len(was))
	}
}

// A backup has the ledger's frames; the next adds what is new; one of a ledger
// that did not change adds nothing.
func TestMake(t *testing.T) {
	w := newWorld(t)
	w.lives()
	dir := filepath.Join(t.TempDir(), "a", "backup")
	if r := w.backedUp(dir); r.Size != w.size || r.Added != w.size || r.Segments != 1 || r.Resumed != 0 {
		t.Errorf("%+v", r)
	}
	before := snapshot(t, dir)
	w.lives()
	if r := w.backedUp(dir); r.Size != w.size || r.Added != w.size/2 || r.Segments != 1 {
		t.Errorf("%+v", r)
	}
	if now := snapshot(t, dir); now["00000001.frames"] != before["00000001.frames"] {
		t.Error("the first file was written again")
	}
	if w.behind.Position != w.size/2 || w.sent != 8 {
		t.Errorf("%d frames were sent, behind %+v", w.sent, w.behind)
	}
	if r := w.backedUp(dir); r.Added != 0 || r.Segments != 0 {
		t.Errorf("nothing is new, and %+v", r)
	}
	w.command(false, 0)
	w.command(false, 1)
	if r := w.backedUp(dir); r.Added != 1 || r.Segments != 1 {
		t.Errorf("%+v", r)
	}
}

// Wherever the ledger goes away, the backup stays what it was, and the next
// attempt makes it whole.
func TestMakeIsCutOff(t *testing.T) {
	w := newWorld(t)
	w.lives()
	dir := t.TempDir()
	for away := range 8 {
		w.away = away
		if _, err := Make(t.Context(), dir, w, func(uint64, uint64) {}); !errors.Is(err, errAway) {
			t.Fatalf("away after %d frames: %v", away, err)
		}
		if _, err := Open(dir); !errors.Is(err, ErrNone) {
			t.Errorf("away after %d frames: %v", away, err)
		}
	}
	w.away = -1
	w.backedUp(dir)
	was := snapshot(t, dir)
	w.lives()
	w.away = 3
	if _, err := Make(t.Context(), dir, w, func(uint64, uint64) {}); !errors.Is(err, errAway) {
		t.Fatal(err)
	}
	same(t, dir, was)
	w.away = -1
	if r := w.backedUp(dir); r.Added != w.size/2 {
		t.Errorf("%+v", r)
	}
}

// What was written, but not listed when the backup was killed, is taken over if
// it is whole; damaged, it is copied again.
func TestMakeGoesOn(t *testing.T) {
	w := newWorld(t)
	w.lives()
	dir := t.TempDir()
	w.backedUp(dir)
	listed, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	w.lives()
	w.backedUp(dir)
	second, err := os.ReadFile(filepath.Join(dir, segmentName(2)))
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(manifestFile, listed)
	if r := w.backedUp(dir); r.Resumed != w.size/2 || w.sent != 0 || r.Added != w.size/2 {
		t.Errorf("%+v, %d frames were sent", r, w.sent)
	}
	for at := range second {
		if at%37 != 0 && at != len(second)-1 {
			continue
		}
		spoilt := bytes.Clone(second)
		spoilt[at] ^= 1
		put(manifestFile, listed)
		put(segmentName(2), spoilt)
		put(segmentName(3)+suffixNext, second[:20])
		if r := w.backedUp(dir); r.Resumed != 0 || w.sent == 0 {
			t.Errorf("bit %d: %+v, %d frames were sent", at, r, w.sent)
		}
	}
	if err := os.Remove(filepath.Join(dir, manifestFile)); err != nil { // the first one was killed
		t.Fatal(err)
	}
	w.command(false, 1)
	if r := w.backedUp(dir); r.Resumed != w.size-1 || w.sent != 1 {
		t.Errorf("%+v, %d frames were sent", r, w.sent)
	}
}

// Another ledger, a history that went another way or is shorter, a folder that
// is in use or has something else in it: refused, and nothing is changed.
func TestMakeRefuses(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	w.lives()
	other.lives()
	dir := t.TempDir()
	w.backedUp(dir)
	was := snapshot(t, dir)
	if _, err := Make(t.Context(), dir, other, nil); err == nil {
		t.Error("another ledger's log is taken")
	}
	parted := &parted{world: other, key: w}
	for range 2 {
		if _, err := Make(t.Context(), dir, parted, func(uint64, uint64) {}); !errors.Is(err, ErrHistory) {
			t.Errorf("another history: %v", err)
		}
		w.command(false, 4) // now its checkpoint says more than the other has
		other.command(false, 2)
	}
	held, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Make(t.Context(), dir, w, nil); !errors.Is(err, ErrInUse) {
		t.Errorf("in use: %v", err)
	}
	held.Close()
	same(t, dir, was)
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "letter"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(t.Context(), full, w, nil); err == nil {
		t.Error("a folder with a letter is taken")
	}
	w.backedUp(dir)
}

// parted has another ledger's key and checkpoints.
type parted struct {
	*world
	key *world
}

func (p *parted) Key(c ctx) (string, error)        { return p.key.Key(c) }
func (p *parted) Checkpoint(c ctx) ([]byte, error) { return p.key.Checkpoint(c) }

// A flipped bit anywhere in a backup is found, and its file named.
func TestDamageIsNamed(t *testing.T) {
	w := newWorld(t)
	w.lives()
	dir := t.TempDir()
	w.backedUp(dir)
	for name, data := range snapshot(t, dir) {
		path := filepath.Join(dir, name)
		for at := 0; at < len(data); at += 11 {
			spoilt := []byte(data)
			spoilt[at] ^= 0x10
			if err := os.WriteFile(path, spoilt, 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := Open(dir)
			if err == nil {
				_, err = b.Check(Limit{}, nil, func(uint64, uint64) {})
			}
			if !errors.Is(err, ErrDamaged) || !bytes.Contains([]byte(err.Error()), []byte(name)) {
				t.Errorf("%s, byte %d: %v", name, at, err)
			}
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []int64{0, 1, 100} {
		if err := os.Truncate(filepath.Join(dir, segmentName(1)), size); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes: %v", size, err)
		}
		if _, err := Make(t.Context(), dir, w, nil); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes, and added to: %v", size, err)
		}
	}
}

// A backup is cut where a command ends.
func TestLimits(t *testing.T) {
	w := newWorld(t)
	begun := w.at
	w.lives() // positions 1, 2 to 7, 8 to 10
	dir := t.TempDir()
	w.backedUp(dir)
	b := w.whole(dir)
	root, err := w.log.Root(7)
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[Limit]uint64{
		{}: 10, {Position: 1}: 1, {Position: 6}: 1, {Position: 7}: 7, {Position: 9}: 7, {Position: 10}: 10,
		{Time: begun}: 0, {Time: begun.Add(1e9)}: 1, {Time: begun.Add(25e8)}: 7, {Time: begun.Add(1e15)}: 10,
	} {
		s, err := b.Check(limit, []int64{7}, func(uint64, uint64) {})
		if err != nil || s.Cut != want || s.Roots[7] != root || s.Receipts != 4 {
			t.Errorf("%+v: %+v, %v; want %d", limit, s, err, want)
		}
	}
	var e audit.Edge
	if s, err := b.Check(Limit{}, []int64{0}, func(uint64, uint64) {}); err != nil || s.Roots[0] != e.Root() {
		t.Errorf("%+v %v", s, err)
	}
}
