package writer

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/memlog"
)

// noViews are never asked.
type noViews struct{ Views }

func (noViews) Seq() uint64                            { return 0 }
func (noViews) Offer(*events.Commit)                   {}
func (noViews) Expect(uint64)                          {}
func (noViews) WaitSeq(context.Context, uint64) error  { return nil }
func (noViews) Snapshot() (aggregates.Snapshot, error) { return nil, ErrUnavailable }

// BenchmarkDecide decides groups of licences, each in an account of its own,
// on rows in memory: what the writer does before it has anything to write.
func BenchmarkDecide(b *testing.B) {
	const accounts, group = 10_000, 128
	w, err := Open(Config{Journal: memlog.New(), Kinds: events.Kinds, Views: noViews{}, Epoch: 1, Log: slog.Default()})
	if err != nil {
		b.Fatal(err)
	}
	w.Close() // what follows is on this goroutine
	spec, _ := aggregates.Find("AssignLicense")
	batches := make([][]*pending, accounts/group)
	for i := range accounts {
		id := fmt.Sprintf("account-%d", i)
		seat(w.cache, id)
		c := &account.AssignLicense{}
		c.AccountID, c.UserID, c.Product = id, "user-0", "miteam_meetings"
		r := Request{Spec: spec, Command: c, Caller: rule.Caller{Role: rule.Admin}}
		if n := i / group; n < len(batches) {
			batches[n] = append(batches[n], newPending(r, w.ids.at(time.Now()), w.Secret))
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		_, outs, _ := w.decide(batches[i%len(batches)])
		if len(outs) != group || len(outs[0].events) != 1 {
			b.Fatalf("%d commands, %v", len(outs), outs[0].err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*group), "ns/command")
}

// seat puts an account with a user and a free seat into memory.
func seat(c *cache, id string) {
	on := map[string]account.Switch{"miteam_meetings": {Enabled: true}}
	for k, v := range map[row.Key]any{
		account.Accounts.Key(id, ""):             &account.Account{AccountID: id, PartnerID: "p", Status: account.Active, Integrations: on},
		account.Users.Key(id, "user-0"):          &account.User{UserID: "user-0"},
		account.Pools.Key(id, "miteam_meetings"): &account.Pool{Product: "miteam_meetings", Total: 1},
	} {
		c.put(k, v, 1)
	}
}
