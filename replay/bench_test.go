package replay

import (
	"errors"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections"
)

var benchEvents = flag.Int("events", 100_000, "events of the log that is replayed in benchmarks")

// logged is a log on disk: accounts that gain and lose licences, so many
// events a frame. The account that is shown has one event in a thousand.
func logged(b *testing.B, perFrame int) (*Log, *world) {
	b.Helper()
	w := founded(b)
	srv, err := jetstream.Start(jetstream.Options{StoreDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { srv.Close() })
	j, err := srv.OpenJournal(b.Context(), jetstream.JournalOptions{Epoch: 1})
	if err != nil {
		b.Fatal(err)
	}
	last := uint64(0)
	for m, err := range w.journal.Read(b.Context(), 1) {
		if err == nil {
			last, err = j.Append(b.Context(), last, m.Data)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	for w.position < uint64(*benchEvents) {
		f := &events.Frame{Epoch: 1, First: w.position + 1, End: true}
		f.Commit[8], f.Commit[9], f.Commit[10], f.Commit[11] = byte(last>>24), byte(last>>16), byte(last>>8), byte(last)
		for range perFrame {
			f.Entries = append(f.Entries, w.switched(b))
		}
		if last, err = j.Append(b.Context(), last, f.Encode()); err != nil {
			b.Fatal(err)
		}
	}
	return &Log{Journal: j, Sealer: mask{}, Now: func() time.Time { return w.now.Add(time.Hour) }}, w
}

// switched is the entry of the next event.
func (w *world) switched(b *testing.B) events.Entry {
	w.position++
	id := "contoso"
	if w.position%1000 != 0 {
		id = fmt.Sprintf("account-%d", w.position%997)
	}
	w.now = w.now.Add(time.Millisecond)
	p := &events.UserLicenseAssigned{AccountID: id, UserID: "anna", Product: "miteam_meetings"}
	entry, err := events.Kinds.Encode(&events.Event{
		ID: w.id(), Position: w.position, Time: w.now, Version: 1, Partner: "acme", Aggregate: "account", AggregateID: id, Data: p,
		Cause: events.Cause{Actor: "paula", ActorRole: rule.Partner.String(), CommandID: w.id(), CommandType: "AssignLicense",
			CorrelationID: w.id(), CausationID: w.id()},
	})
	if err != nil {
		b.Fatal(err)
	}
	return entry
}

// BenchmarkShow is B8: one account, from the log alone.
func BenchmarkShow(b *testing.B) {
	for _, perFrame := range []int{1, 16} {
		b.Run(fmt.Sprintf("%d_a_frame", perFrame), func(b *testing.B) {
			log, w := logged(b, perFrame)
			end := w.position
			for b.Loop() {
				if _, err := log.Show(b.Context(), Views[0], []string{"contoso"}, At(end, time.Time{}), seen("en")); err != nil {
					b.Fatal(err)
				}
			}
			perEvent(b)
		})
	}
}

// BenchmarkVerifyLog is the pass of B7 through the log, without views and feed.
func BenchmarkVerifyLog(b *testing.B) {
	log, _ := logged(b, 16)
	for b.Loop() {
		v, err := Verify(b.Context(), log, nil, func(f Finding) { b.Fatal(f) })
		if err != nil || v.Position < uint64(*benchEvents) {
			b.Fatal(v, err)
		}
	}
	perEvent(b)
}

func perEvent(b *testing.B) {
	b.ReportMetric(float64(b.N)*float64(*benchEvents)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkVerify is B7 whole but for the feed: the log, the tree, and all views
// made again and compared.
func BenchmarkVerify(b *testing.B) {
	log, w := logged(b, 16)
	live := w.views(b.TempDir(), log.Journal)
	defer live.Close()
	for b.Loop() {
		views := &CheckOfViews{Live: live, Scratch: func() (*projections.Store, func() error, error) {
			s, err := projections.Open(projections.Options{Dir: b.TempDir(), Journal: log.Journal, Sealer: mask{}, Key: make([]byte, 32)})
			return s, s.Close, err
		}}
		v, err := Verify(b.Context(), log, []Check{&CheckOfTree{}, views}, func(f Finding) { b.Fatal(f) })
		if err = errors.Join(err, views.Close()); err != nil || v.Position < uint64(*benchEvents) {
			b.Fatal(v, err)
		}
	}
	perEvent(b)
}
