package projections

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
)

// benchEvents is how many events the benchmarks' ledger has.
const benchEvents = 200_000

// benchLedger records users who get and lose licences, 100 events a commit.
func benchLedger(b *testing.B) *ledger {
	b.Helper()
	l := newLedger(b)
	l.found()
	accounts := []string{"acme-one", "acme-two", "zeta-one", "zeta-two"}
	for round := 0; l.position < benchEvents; round++ {
		var ds []draft
		account := accounts[round%4]
		for range 100 {
			l.serial++
			user := fmt.Sprintf("user-%05d", l.serial%20_000)
			switch {
			case l.serial < 20_000:
				ds = append(ds, draft{account[:4], account, &events.UserAdded{AccountID: account, UserID: user, PersonID: "person-" + user, Role: "user",
					Email: events.Clear(user + "@mail.example"), FirstName: events.Clear("First " + user), LastName: events.Clear("Last")}})
			case l.serial/20_000%2 == 1:
				ds = append(ds, draft{account[:4], account, &events.UserLicenseAssigned{AccountID: account, UserID: user, Product: "miteam_meetings"}})
			default:
				ds = append(ds, draft{account[:4], account, &events.UserLicenseUnassigned{AccountID: account, UserID: user, Product: "miteam_meetings"}})
			}
		}
		l.commit(ds...)
	}
	return l
}

// BenchmarkReplay makes all views from the journal, decoding included.
func BenchmarkReplay(b *testing.B) {
	l := benchLedger(b)
	last, _ := l.journal.Last(context.Background())
	for b.Loop() {
		o := l.options(nil)
		o.FS, o.Dir = nil, b.TempDir()
		s := open(b, o)
		if err := s.Replay(context.Background(), last); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		m := s.Metrics()
		b.ReportMetric(float64(m.DiskBytes)/float64(l.position), "B/event")
		closing(b, s)
		b.StartTimer()
	}
	b.ReportMetric(float64(l.position)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRead reads single rows, views and pages of a compacted store.
func BenchmarkRead(b *testing.B) {
	l := benchLedger(b)
	o := l.options(nil)
	o.FS, o.Dir = nil, b.TempDir()
	s := open(b, o)
	defer closing(b, s)
	last, _ := l.journal.Last(context.Background())
	if err := s.Replay(context.Background(), last); err != nil {
		b.Fatal(err)
	}
	user := func(n int) (string, string) { return "acme-one", fmt.Sprintf("user-%05d", 10+n*7%90) }
	for name, a := range map[string]AsOf{"now": {}, "then": AtPosition(benchEvents / 2)} {
		snap, err := s.At(context.Background(), a)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		run := func(what string, read func() (any, error)) {
			b.Run(what+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if v, err := read(); v == nil || err != nil {
						b.Fatal(v, err)
					}
					n++
				}
			})
		}
		who := Audience{Language: "en"}
		who.Caller.Role = 1
		run("pool", func() (any, error) { return account.Pools.Get(snap, "acme-one", "miteam_meetings"), snap.Err() })
		run("row", func() (any, error) { acc, u := user(n); return account.Users.Get(snap, acc, u), snap.Err() })
		run("user", func() (any, error) { acc, u := user(n); return UserByID(snap, who, acc, u) })
		run("users", func() (any, error) { return Users(snap, who, UserFilter{Account: "acme-one"}, Page{}) })
		run("events", func() (any, error) {
			return Events(snap, who, EventFilter{Account: "acme-one", Type: "UserLicenseAssigned", Desc: true}, Page{})
		})
		run("rare", func() (any, error) {
			return Events(snap, who, EventFilter{Account: "acme-one", User: "user-00050"}, Page{})
		})
		closing(b, snap)
	}
	b.Run("snapshot", func(b *testing.B) {
		for b.Loop() {
			snap, err := s.At(context.Background(), AsOf{})
			if err != nil {
				b.Fatal(err)
			}
			snap.Close()
		}
	})
	b.Run("time", func(b *testing.B) {
		for b.Loop() {
			snap, err := s.At(context.Background(), AtTime(start.Add(10*time.Minute)))
			if err != nil {
				b.Fatal(err)
			}
			snap.Close()
		}
	})
}
