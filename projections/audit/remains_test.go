package audit

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/seatledger/seatledger/events"
)

// left yields a journal's messages but some.
func (l *ledger) left(without ...uint64) iter.Seq[events.Message] {
	return func(yield func(events.Message) bool) {
		for m, err := range l.journal.Read(l.t.Context(), 1) {
			if err != nil {
				l.t.Error(err)
				return
			}
			if !slices.Contains(without, m.Seq) && !yield(m) {
				return
			}
		}
	}
}

// What either place has makes the log again, with the signed root, under another
// epoch; what neither has is named.
func TestRebuild(t *testing.T) {
	l := newLedger(t)
	for range 300 {
		l.commit(2, 1, true)
	}
	signed := l.signed()
	l.commit(4, 2, false) // never acknowledged: left out
	c := l.Log.copy
	last := c.Last()
	for _, seq := range []uint64{1, 7, 8, 290} {
		if err := c.db.Delete(frameKey(1, seq), nil); err != nil {
			t.Fatal(err)
		}
	}
	r := &Remains{First: 1, Last: last, Journal: l.left(2, 9, last), Copy: c, Signed: [][]byte{signed.Note}, Public: l.PublicKey(), Log: testLog(t)}
	made, err := r.Rebuild(t.Context(), CopyOptions{Dir: t.TempDir(), Epoch: 2, First: 5000, Log: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	for m, err := range made.Read(5000, made.Last()) {
		if err != nil {
			t.Fatal(err)
		}
		if f, err := events.DecodeFrame(m.Data); err != nil || f.Epoch != 2 {
			t.Fatalf("frame %d: %+v, %v", m.Seq, f, err)
		}
	}
	if made.Last() != 5000+last-2 {
		t.Errorf("it ends with %d", made.Last())
	}
	r.Journal = l.left(7)
	_, err = r.Rebuild(t.Context(), CopyOptions{Dir: t.TempDir(), Epoch: 2, First: 5000, Log: testLog(t)})
	var f *Finding
	if !errors.As(err, &f) || f.Kind != Lost || f.Position != 13 {
		t.Errorf("%v", err)
	}
	r.Journal, r.Last = l.left(), last-2
	if _, err = r.Rebuild(t.Context(), CopyOptions{Dir: t.TempDir(), Epoch: 2, First: 5000, Log: testLog(t)}); !errors.As(err, &f) || f.Kind != Lost {
		t.Errorf("a log without its signed end: %v", err)
	}
}

// A frame that the copy lost while it runs is put back; an entry that is not the
// tree's is a finding.
func TestScrub(t *testing.T) {
	l := newLedger(t)
	for range 20 {
		l.commit(2, 1, true)
	}
	l.signed()
	if err := l.Log.copy.db.Delete(frameKey(1, 5), nil); err != nil {
		t.Fatal(err)
	}
	mended := 0
	s := l.Scrub()
	for m := range l.left() {
		did, err := s.Frame(m)
		if err != nil {
			t.Fatal(err)
		}
		if did {
			mended++
		}
	}
	if data, err := l.Log.copy.Frame(5); mended != 1 || err != nil || data == nil {
		t.Errorf("%d mended, %v", mended, err)
	}
	if err := l.Scrub().Entry(4, []byte("another")); !errors.Is(err, ErrProof) {
		t.Errorf("another entry: %v", err)
	}
}
