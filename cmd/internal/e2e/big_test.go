package e2e

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// Sizes of the big account: as many users as their making allows in half a
// minute (the benchmarks have 100,000). Their events fill several frames, and
// are far more than the 1,000 that an answer lists.
const (
	bigUsers     = 20_000
	bigAgain     = 5_000 // licensed anew after the crashes
	bigClients   = 32
	listedEvents = 1000
)

// killRounds is how often the ledger is killed at the big command, each time
// after twice as long: the last come after its end.
const killRounds = 10

// patience with a command of another account meanwhile.
const othersPatience = 2 * time.Second

// INT-4 in a big account: one atomic outcome, also across a SIGKILL in the
// middle; other accounts go on meanwhile.
func TestBigAccount(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.customer("p", "small")
	b.seats("p", "a", bigUsers)
	begun := time.Now()
	b.spread(bigUsers, func(i int) *ledger.Answer { return b.Do("AddUser", addUser("a", fmt.Sprintf("u%d", i))) })
	b.licensed(bigUsers)
	t.Logf("%d users made and licensed in %s", bigUsers, time.Since(begun))
	b.killedInTheMiddle(bigUsers)
	b.done("EnableMiTeamMeetingsIntegration", body{"account_id": "a"})
	b.licensed(bigAgain)
	b.disabledAtOnce(bigAgain)
}

// licensed assigns a licence to each of the first users, from many clients.
func (b *bed) licensed(users int) {
	b.Helper()
	b.spread(users, func(i int) *ledger.Answer { return b.Do("AssignLicense", seat("a", fmt.Sprintf("u%d", i))) })
	if p := b.pool("a", b.end()); p["assigned"] != float64(users) {
		b.Fatalf("pool: %v", p)
	}
}

func (b *bed) spread(n int, do func(i int) *ledger.Answer) {
	b.Helper()
	var next atomic.Int64
	var bad atomic.Pointer[ledger.Answer]
	each(bigClients, func(int) {
		for i := int(next.Add(1)) - 1; i < n && bad.Load() == nil; i = int(next.Add(1)) - 1 {
			if a := do(i); a.Status != 200 {
				bad.Store(a)
			}
		}
	})
	if a := bad.Load(); a != nil {
		b.Fatal(shown(a))
	}
}

// killedInTheMiddle kills the ledger a little later each time, until the
// command is done: after every restart all licences are active, or none.
func (b *bed) killedInTheMiddle(users int) {
	b.Helper()
	off := "DisableMiTeamMeetingsIntegration"
	disabled := false
	for round := 0; round < killRounds && !disabled; round++ {
		var sending sync.WaitGroup
		sending.Go(func() { b.Keyed("off").Do(off, body{"account_id": "a"}) })
		time.Sleep((10 * time.Millisecond) << round)
		b.process.Kill()
		sending.Wait()
		b.up()
		assigned := b.pool("a", 0)["assigned"]
		switch assigned {
		case 0.0:
			disabled = true
		case float64(users):
		default:
			b.Fatalf("killed in round %d: %v of %d licences are active", round, assigned, users)
		}
		view := b.seen("/v1/accounts/a").View["integrations"].(map[string]any)["miteam_meetings"].(map[string]any)
		if view["enabled"] == disabled {
			b.Fatalf("killed in round %d: integration %v, %v licences", round, view, assigned)
		}
	}
	a := accepted(b, b.Keyed("off").Do(off, body{"account_id": "a"}), off, nil)
	b.isWhole(a, users)
	b.Logf("killed rounds ended with all licences disabled: %v", disabled)
}

// isWhole wants an answer with one event for each licence and one for the
// switch, of which the first 1,000 are listed.
func (b *bed) isWhole(a *ledger.Answer, users int) {
	b.Helper()
	if a.EventsTotal != users+1 || len(a.Events) != listedEvents || a.Position != a.Events[0].Position+uint64(users) {
		b.Fatalf("events_total %d, %d listed, first at %d, position %d", a.EventsTotal, len(a.Events), a.Events[0].Position, a.Position)
	}
	if p := b.pool("a", a.Position); p["assigned"] != 0.0 || p["available"] != p["total"] {
		b.Fatalf("pool: %v", p)
	}
	page := b.seen("/v1/events", "type", "UserLicenseDisabled", "from", decimal(a.Position-2), "to", decimal(a.Position))
	for _, e := range page.Items() {
		if data := e["data"].(map[string]any); data["reason"] != "miteam_meetings_disabled_standalone" {
			b.Errorf("event: %v", e)
		}
	}
	if n := len(page.Items()); n != 3 {
		b.Errorf("%d of the last 3 events are UserLicenseDisabled", n)
	}
	if before := b.seen("/v1/accounts/a/pools", "as_of", decimal(a.Events[0].Position-1)).Items(); before[0]["assigned"] != float64(users) {
		b.Errorf("as of the position before: %v", before)
	}
}

// disabledAtOnce measures what another account notices.
func (b *bed) disabledAtOnce(users int) {
	b.Helper()
	stop := make(chan struct{})
	var others sync.WaitGroup
	var worst time.Duration
	n := 0
	others.Go(func() {
		for ; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			begun := time.Now()
			if a := b.Do("UpdateAccountInformation", body{"account_id": "small", "city": fmt.Sprint("City ", n)}); a.Status != 200 {
				b.Error(shown(a))
				return
			}
			worst = max(worst, time.Since(begun))
		}
	})
	begun := time.Now()
	a := b.done("DisableMiTeamMeetingsIntegration", body{"account_id": "a"})
	took := time.Since(begun)
	close(stop)
	others.Wait()
	b.isWhole(a, users)
	if worst > othersPatience || n == 0 {
		b.Errorf("%d commands of another account meanwhile, the slowest took %s", n, worst)
	}
	b.Logf("%d licences disabled in %s; meanwhile %d commands of another account, the slowest %s", users, took, n, worst)
}
