package replay

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
	"github.com/seatledger/seatledger/projections"
)

// published is a feed in memory.
type published []events.Message

func (f published) Read(context.Context) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		for _, m := range f {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func (w *world) feed() (f published) {
	for i, b := range w.entries {
		f = append(f, events.Message{Seq: uint64(i) + 1, Data: slices.Clone(b)})
	}
	return f
}

// views makes views of a journal in a folder, up to its end.
func (w *world) views(dir string, j events.Journal) *projections.Store {
	w.Helper()
	s, err := projections.Open(projections.Options{Dir: dir, Journal: j, Sealer: mask{}, Key: make([]byte, 32)})
	if err != nil {
		w.Fatal(err)
	}
	last, _ := j.Last(w.Context())
	if err := s.Replay(w.Context(), last); err != nil {
		w.Fatal(err)
	}
	return s
}

// verify compares, and returns what is found.
func (w *world) verify(live *projections.Store, f FeedMessages, j events.Journal) (Verdict, []string) {
	w.Helper()
	views := &CheckOfViews{Live: live, Scratch: func() (*projections.Store, func() error, error) {
		s, err := projections.Open(projections.Options{Dir: w.TempDir(), Journal: j, Sealer: mask{}, Key: make([]byte, 32)})
		return s, s.Close, err
	}}
	feed := &CheckOfFeed{Feed: f}
	defer feed.Close()
	defer views.Close()
	var found []string
	v, err := Verify(w.Context(), &Log{Journal: j}, []Check{feed, views}, func(f Finding) {
		found = append(found, f.Part+": "+f.Where+" "+f.Message)
	})
	if err != nil {
		w.Fatal(err)
	}
	if v.Findings != len(found) {
		w.Errorf("%d findings, %d told", v.Findings, len(found))
	}
	return v, found
}

// finds checks that every part of a list is found, and nothing else.
func (w *world) finds(found []string, want ...string) {
	w.Helper()
	if len(found) != len(want) {
		w.Errorf("found %d, want %d: %q", len(found), len(want), found)
		return
	}
	for i := range want {
		if !strings.HasPrefix(found[i], want[i]) {
			w.Errorf("found %q, want %q", found[i], want[i])
		}
	}
}

func TestVerifyFindsNothing(t *testing.T) {
	w := founded(t)
	live := w.views(t.TempDir(), w.journal)
	defer live.Close()
	v, found := w.verify(live, w.feed(), w.journal)
	w.finds(found)
	if v.Position != w.position || len(v.Parts) != 3 || !strings.HasPrefix(v.Parts[2].Compared, "1") {
		t.Errorf("%+v", v)
	}
}

// A feed that lacks messages, or has others.
func TestVerifyFindsFeed(t *testing.T) {
	w := founded(t)
	live := w.views(t.TempDir(), w.journal)
	defer live.Close()
	lacking := w.feed()
	lacking = append(slices.Clone(lacking[:4]), lacking[5:]...)  // 5
	lacking = append(slices.Clone(lacking[:9]), lacking[12:]...) // 11 to 13
	lacking = lacking[:len(lacking)-1]                           // the last
	_, found := w.verify(live, lacking, w.journal)
	w.finds(found, "feed: message 5 is missing", "feed: messages 11 to 13 are missing", "feed: message 30 is missing")

	other := w.feed()
	at := strings.Index(string(other[6].Data), "ce-actor: ")
	other[6].Data[at+10] ^= 1
	_, found = w.verify(live, other, w.journal)
	w.finds(found, "feed: message 7 is not what the log has: at byte ")

	_, found = w.verify(live, published{}, w.journal)
	w.finds(found, "feed: messages 1 to 30 are missing")
}

// isRow tells a row by its stored key: scope, table, id.
func isRow(k []byte, scope, id string) bool {
	_, rest, ok := strings.Cut(string(k), scope+"\x00")
	return ok && strings.Contains(rest, "\x00"+id+"\x00")
}

// A row of a view that was changed, one that is missing, one too many.
func TestVerifyFindsViews(t *testing.T) {
	w := founded(t)
	dir := t.TempDir()
	if err := w.views(dir, w.journal).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := pebble.Open(dir, &pebble.Options{Comparer: projections.Comparer, FormatMajorVersion: pebble.FormatNewest})
	if err != nil {
		t.Fatal(err)
	}
	it, err := db.NewIter(nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for ok := it.First(); ok; ok = it.Next() {
		k, v := slices.Clone(it.Key()), slices.Clone(it.Value())
		switch {
		case isRow(k, "contoso", "miteam_meetings") && strings.Contains(string(v), `"assigned":2`):
			v = []byte(strings.Replace(string(v), `"assigned":2`, `"assigned":1`, 1))
			err = db.Set(k, v, pebble.Sync)
		case isRow(k, "south", "anna") && strings.Contains(string(v), "miteam_meetings"):
			err = db.Delete(k, pebble.Sync)
		default:
			continue
		}
		if changed++; err != nil {
			t.Fatal(err)
		}
	}
	if err := it.Close(); err != nil || changed != 2 {
		t.Fatalf("%d changed, %v", changed, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	live := w.views(dir, w.journal)
	defer live.Close()
	_, found := w.verify(live, w.feed(), w.journal)
	w.finds(found, `views: pools "contoso\x00miteam_meetings" at position 13 is not what the log makes: at byte `,
		`views: users "south\x00anna" at position 26 is missing`)
}

// rewritten is the journal with one of its frames made again by change.
func (w *world) rewritten(first uint64, change func(*events.Frame)) *memlog.Journal {
	j := memlog.New()
	for m, err := range w.journal.Read(w.Context(), 1) {
		if err != nil {
			w.Fatal(err)
		}
		f, err := events.DecodeFrame(m.Data)
		if err != nil {
			w.Fatal(err)
		}
		if f.First == first {
			change(f)
		}
		if _, err := j.Append(w.Context(), m.Seq-1, f.Encode()); err != nil {
			w.Fatal(err)
		}
	}
	return j
}

// An entry of the log that was changed, whatever its frame's checksum says:
// views and feed tell of it; and one that nobody would have written.
func TestVerifyFindsLog(t *testing.T) {
	w := founded(t)
	live := w.views(t.TempDir(), w.journal)
	defer live.Close()
	swap := func(from, to string) *memlog.Journal {
		return w.rewritten(3, func(f *events.Frame) {
			f.Entries[0] = []byte(strings.Replace(string(f.Entries[0]), from, to, 1))
		})
	}
	_, found := w.verify(live, w.feed(), swap(`"city":"Milano"`, `"city":"Torino"`))
	w.finds(found[:2], "feed: message 3 is not what the log has", "views: entry at position 3 is not what the log makes")
	if len(found) < 3 {
		t.Errorf("%q", found)
	}
	for _, f := range found[2:] { // every version of the row that was made of it
		if !strings.HasPrefix(f, `views: accounts "contoso\x00" at position `) {
			t.Errorf("%q", f)
		}
	}
}

func TestVerifyFindsWhatIsNotCanonical(t *testing.T) {
	w := founded(t)
	live := w.views(t.TempDir(), w.journal)
	defer live.Close()
	for _, c := range []struct{ from, to, want string }{
		{`"city":"Milano"`, `"city": "Milano"`, "log: entry 3 the payload is not in its canonical form"},
		{"AccountCreated.v1\nce-id", "AccountCreated.v9\nce-id", "log: entry 3 entry 3: entry is not canonical"},
		{"ce-time: 2026-03-01T09:02", "ce-time: 2025-03-01T09:02", "log: entry 3 time runs backwards"},
		{`"city":"Milano"`, `"town":"Milano"`, "log: entry 3 entry 3: AccountCreated.v1"},
	} {
		j := w.rewritten(3, func(f *events.Frame) {
			f.Entries[0] = []byte(strings.Replace(string(f.Entries[0]), c.from, c.to, 1))
		})
		_, found := w.verify(live, w.feed(), j)
		if len(found) == 0 || !strings.HasPrefix(found[0], c.want) {
			t.Errorf("%s: %q", c.to, found)
		}
	}
	gap := w.rewritten(5, func(f *events.Frame) { f.First++ })
	_, found := w.verify(live, w.feed(), gap)
	if len(found) == 0 || !strings.HasPrefix(found[0], "log: message ") || !strings.Contains(found[0], "at position") {
		t.Errorf("%q", found)
	}
}

// Many findings are counted, and not told.
func TestVerifyBounds(t *testing.T) {
	w := founded(t)
	v := &Tally{Report: func(Finding) { w.serial++ }}
	w.serial = 0
	for range 3 * MaxFindings {
		v.Find(Finding{Part: "views"})
	}
	if w.serial != MaxFindings+1 || v.Findings != 3*MaxFindings {
		t.Errorf("%d told of %d", w.serial, v.Findings)
	}
}
