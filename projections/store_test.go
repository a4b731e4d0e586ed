package projections

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/logtest"
)

// every yields the rows of all scopes, of a table that is not listed too.
func every(t *testing.T, snap *Snapshot, table *row.Info) iter.Seq2[row.Key, any] {
	if byTable(table) {
		return snap.rows.all(table, "")
	}
	scopes := map[string]bool{}
	head := snap.rows.keys.area(nil, areaGroups)
	it, err := snap.pebble.NewIter(&pebble.IterOptions{LowerBound: append(bytes.Clone(head), sentinel), UpperBound: after(head)})
	if err != nil {
		t.Fatal(err)
	}
	for ok := it.First(); ok; ok = it.Next() {
		scope, _, _ := bytes.Cut(it.Key()[areaBytes:], []byte{sentinel})
		scopes[string(scope)] = true
	}
	if err := it.Close(); err != nil {
		t.Fatal(err)
	}
	return func(yield func(row.Key, any) bool) {
		for _, scope := range slices.Sorted(maps.Keys(scopes)) {
			for k, v := range snap.Scan(table, scope) {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// checkState compares every row of the store with the state in a map.
func checkState(t *testing.T, snap *Snapshot, want row.Map) {
	t.Helper()
	left := map[row.Key]bool{}
	for k := range want {
		left[k] = true
	}
	for _, table := range aggregates.Tables {
		if table.SecretID || table.Latest && snap.rows.past {
			continue
		}
		for k, v := range every(t, snap, table) {
			if k.Table == aggregates.Receipts.Info {
				continue
			}
			mustEqual(t, k, v, want[k])
			delete(left, k)
		}
	}
	for k := range left {
		switch {
		case k.Table.Latest && snap.rows.past:
		case k.Table.SecretID:
			mustEqual(t, k, snap.Get(k), want[k])
		default:
			t.Errorf("position %d: row %s is missing", snap.Position(), k)
		}
	}
	if err := snap.Err(); err != nil {
		t.Fatal(err)
	}
}

func mustEqual(t *testing.T, k row.Key, got, want any) {
	t.Helper()
	if got == nil || want == nil {
		t.Errorf("row %s is %v, not %v", k, got, want)
		return
	}
	a, errA := k.Table.Encode(nil, got)
	b, errB := k.Table.Encode(nil, want)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("row %s is %s, not %s (%v %v)", k, a, b, errA, errB)
	}
}

func TestEveryPositionIsKept(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 400 {
		l.step()
	}
	s := l.replayed()
	state := row.Map{}
	for _, c := range l.commits {
		for _, e := range c.Events {
			aggregates.Evolve(state, e)
			snap := at(t, s, AtPosition(e.Position))
			if !snap.Time.Equal(e.Time) {
				t.Errorf("position %d is of %s, not %s", e.Position, snap.Time, e.Time)
			}
			if e.Position%17 == 0 || e.Position == l.position {
				checkState(t, snap, state)
			}
		}
	}
	checkState(t, at(t, s, AsOf{}), l.state)
	for k := range l.state { // what was there once and is not now, or the other way round
		if k.Table.Latest {
			continue
		}
		if got := at(t, s, AtPosition(0)).Get(k); got != nil {
			t.Fatalf("row %s before the first event: %v", k, got)
		}
	}
}

// Crashes on a disk that forgets what was not synced, all of it or a part: each
// commit is applied once, whatever is left.
func TestTortureViews(t *testing.T) { logtest.Lives(t, 5, 2, onceThroughCrashes) }

func onceThroughCrashes(t *testing.T, rng *rand.Rand) {
	l := newLedger(t)
	l.rng = rng
	l.found()
	for range 1500 {
		l.step()
	}
	mem := vfs.NewCrashableMem()
	crashes, kept := 0, 0
	for next := 0; next < len(l.commits); {
		s := open(t, l.options(mem))
		next = slices.IndexFunc(l.commits, func(c *events.Commit) bool { return c.Seq > s.Seq() })
		if next < 0 {
			t.Fatalf("at journal message %d of %d after a crash", s.Seq(), len(l.commits))
		}
		if next > 0 {
			kept++
		}
		stop := next + rng.IntN(300)
		for next < len(l.commits) && next < stop {
			n := min(next+1+rng.IntN(40), len(l.commits))
			if err := s.live.apply(l.commits[next:n]); err != nil {
				t.Fatal(err)
			}
			if next = n; rng.IntN(3) == 0 {
				if err := s.db.Flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if next == len(l.commits) {
			s.at = s.live.mark
			same(t, l.replayed(), s)
			closing(t, s)
			break
		}
		crashed := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
		s.Close()
		mem = crashed
		crashes++
	}
	if crashes < 3 || kept < 3 {
		t.Errorf("%d crashes, %d with something kept: the test shows nothing", crashes, kept)
	}
}

func TestCloseLosesNothing(t *testing.T) {
	l := newLedger(t)
	l.found()
	dir := filepath.Join(t.TempDir(), "views")
	o := l.options(nil)
	o.FS, o.Dir = nil, dir
	s := open(t, o)
	s.Start()
	<-s.CaughtUp()
	closing(t, s)
	s = open(t, o)
	if s.Position() != l.position {
		t.Errorf("at %d after closing, not %d", s.Position(), l.position)
	}
	closing(t, s)
}

func TestSecretsAreNotInFiles(t *testing.T) {
	l := newLedger(t)
	l.found()
	c := l.addUser("acme-one")
	secret := c.Events[0].Data.(*events.UserAdded).Email.Plain
	o := l.options(nil)
	o.FS, o.Dir = nil, t.TempDir()
	s := open(t, o)
	last, _ := l.journal.Last(context.Background())
	if err := s.Replay(context.Background(), last); err != nil {
		t.Fatal(err)
	}
	snap, err := s.At(context.Background(), AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	checkState(t, snap, l.state) // found by its address all the same
	found := false
	it, err := snap.stored()
	for ok := err == nil && it.First(); ok; ok = it.Next() {
		kv := slices.Concat(it.Key(), it.Value())
		if bytes.Contains(kv, []byte(secret)) || bytes.Contains(kv, []byte("help@")) {
			t.Errorf("an address stands in the clear: %q", kv)
		}
		found = found || bytes.Contains(kv, []byte("person-"))
	}
	if err != nil || !found {
		t.Errorf("nothing was looked at: %v", err)
	}
	closing(t, it)
	closing(t, snap)
	closing(t, s)
	err = fs.WalkDir(os.DirFS(o.Dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(o.Dir, path))
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%s has an address in the clear", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAnotherKeyOrVersionBeginsAnew(t *testing.T) {
	l := newLedger(t)
	l.found()
	mem := vfs.NewMem()
	o := l.options(mem)
	s := open(t, o)
	if err := s.Replay(context.Background(), 5); err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	for _, change := range []func(){
		func() { o.Key = bytes.Repeat([]byte{8}, 32) },
		func() { Sets[0].Version++; t.Cleanup(func() { Sets[0].Version-- }) },
	} {
		change()
		s = open(t, o)
		if s.Position() != 0 {
			t.Errorf("at %d, though the store must begin anew", s.Position())
		}
		if err := s.Replay(context.Background(), 5); err != nil {
			t.Fatal(err)
		}
		closing(t, s)
		if s = open(t, o); s.Seq() != 5 {
			t.Errorf("at message %d, not 5", s.Seq())
		}
		closing(t, s)
	}
}

func TestTagsAreUnique(t *testing.T) {
	if err := checkTables(aggregates.Tables); err != nil {
		t.Error(err)
	}
	if checkTables([]*row.Info{{Tag: 'a', Name: "x"}, {Tag: 'a', Name: "y"}}) == nil {
		t.Error("two tables of one tag are accepted")
	}
}

func TestAsOfTime(t *testing.T) {
	l := newLedger(t)
	l.found()
	l.commit(draft{"acme", "acme-one", &events.AccountDeactivated{AccountID: "acme-one"}})
	s := l.replayed()
	for _, c := range l.commits {
		for _, d := range []time.Duration{-time.Microsecond, 0, time.Microsecond, 999 * time.Millisecond} {
			tm := c.Events[0].Time.Add(d)
			want := c.Last()
			if d < 0 {
				want = c.First - 1
			}
			if tm.After(l.now) {
				continue
			}
			snap := at(t, s, AtTime(tm))
			if snap.Position() != want || !snap.Time.Equal(tm) {
				t.Errorf("%s: position %d at %s, want %d", tm, snap.Position(), snap.Time, want)
			}
		}
	}
	for _, c := range []struct {
		at   AsOf
		want error
	}{{AtTime(l.now.Add(time.Second)), ErrFuture}, {AtPosition(l.position + 1), ErrBeyondEnd}} {
		if _, err := s.At(context.Background(), c.at); !errors.Is(err, c.want) {
			t.Errorf("%v: %v", c.at, err)
		}
	}
	for _, bad := range []string{"yesterday", "-1", "2026-13-01T00:00:00Z", "1.5"} {
		if _, err := ParseAsOf(bad); !errors.Is(err, ErrAsOf) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if a, err := ParseAsOf("2026-01-05T09:00:00+01:00"); err != nil || !a.time.Equal(start) {
		t.Errorf("%v, %v", a, err)
	}
}

func TestAsOfNowIsFixed(t *testing.T) {
	l := newLedger(t)
	l.found()
	o := l.options(vfs.NewMem())
	var asked time.Time
	var s *Store
	o.Fix = func(_ context.Context, at time.Time) (uint64, error) {
		asked = at
		late := l.commit(draft{"acme", "acme-one", &events.AccountDeactivated{AccountID: "acme-one"}})
		s.Offer(late) // recorded just before the moment was fixed
		return late.Last(), nil
	}
	s = open(t, o)
	s.Start()
	<-s.CaughtUp()
	l.now = l.now.Add(time.Hour)
	moment := l.now
	snap, err := s.At(context.Background(), AtTime(moment))
	if err != nil {
		t.Fatal(err)
	}
	if !asked.Equal(moment) || snap.End() != l.position {
		t.Errorf("fixed %s, read at %d of %d", asked, snap.End(), l.position)
	}
	asked = time.Time{}
	old, err := s.At(context.Background(), AtTime(start.Add(2*time.Second)))
	if err != nil || !asked.IsZero() {
		t.Errorf("a time long past was fixed: %v, %v", asked, err)
	}
	closing(t, old)
	closing(t, snap)
	closing(t, s)
}

func TestPresentTablesRefuseThePast(t *testing.T) {
	l := newLedger(t)
	l.found()
	snap := at(t, l.replayed(), AtPosition(1))
	snap.Get(aggregates.Heads.Key("acme", "partner"))
	if !errors.Is(snap.Err(), ErrNoPast) {
		t.Errorf("the past of heads: %v", snap.Err())
	}
	if !strings.Contains(snap.Err().Error(), "heads") {
		t.Errorf("the error does not name the table: %v", snap.Err())
	}
}
