package e2e

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// crashRounds is how often the ledger is killed at work.
const crashRounds = 10

// Ten times SIGKILL under sixteen clients: nothing acknowledged is lost or
// moved, nothing is recorded twice, no pool is oversold, and the feed ends as
// the history does.
func TestKilledAtWork(t *testing.T) {
	t.Parallel()
	b := startRaced(t)
	b.peopled()
	rng := rand.New(rand.NewPCG(7, 7))
	var rounds []*crowd
	for round := range crashRounds {
		c, stop := &crowd{}, make(chan struct{})
		rounds = append(rounds, c)
		var crowdDone sync.WaitGroup
		crowdDone.Go(func() { c.work(b, round, stop) })
		c.busy(b, rng)
		b.process.Kill()
		crowdDone.Wait()
		close(stop)
		b.up()
		ids := b.identities()
		for _, past := range rounds {
			past.judge(b, ids)
		}
		c.retry(b, b.send)
	}
	events := b.history(1)
	b.notTwice(events)
	b.notOversold(events)
	b.feedIsHistory(events)
	n := 0
	for _, c := range rounds {
		for _, s := range c.sent {
			if s.acknowledged() {
				n++
			}
		}
	}
	if n < crashRounds*crowdClients {
		t.Errorf("only %d commands were acknowledged: the crowd hardly worked", n)
	}
	t.Logf("%d commands acknowledged, %d events", n, len(events))
}

// identities is the id of the event at every position; positions must be
// contiguous from 1.
func (b *bed) identities() map[uint64]string {
	b.Helper()
	ids := map[uint64]string{}
	for i, e := range b.history(1) {
		at := uint64(e["position"].(float64))
		if at != uint64(i+1) {
			b.Fatalf("event %d of the history has position %d", i+1, at)
		}
		ids[at] = e["id"].(string)
	}
	return ids
}

// notTwice wants each city, which is a client's key, to be set once only.
func (b *bed) notTwice(events []map[string]any) {
	b.Helper()
	seen := map[string]any{}
	for _, e := range events {
		if e["type"] != "AccountInformationUpdated" {
			continue
		}
		key := e["data"].(map[string]any)["changes"].(map[string]any)["city"].(map[string]any)["new"].(string)
		if at, twice := seen[key]; twice {
			b.Fatalf("%s was recorded at %v and again at %v", key, at, e["position"])
		}
		seen[key] = e["position"]
	}
}

// notOversold counts seats through the history (LIC-5), and compares the sums
// with the pools.
func (b *bed) notOversold(events []map[string]any) {
	b.Helper()
	total, assigned := map[string]int{}, map[string]int{}
	for _, e := range events {
		data, _ := e["data"].(map[string]any)
		pool := fmt.Sprint(data["account_id"], "/", data["product"])
		switch e["type"] {
		case "LicensesAdded":
			total[pool] += int(data["quantity"].(float64))
		case "UserLicenseAssigned":
			assigned[pool]++
		case "UserLicenseUnassigned", "UserLicenseDisabled":
			assigned[pool]--
		}
		if assigned[pool] > total[pool] || assigned[pool] < 0 {
			b.Fatalf("position %v: %d of %d seats of %s assigned", e["position"], assigned[pool], total[pool], pool)
		}
	}
	for i := range crowdAccounts {
		id := fmt.Sprintf("a%d", i)
		p, key := b.pool(id, 0), id+"/miteam_meetings"
		if p["assigned"] != float64(assigned[key]) || p["total"] != float64(total[key]) {
			b.Fatalf("pool %v; the history sums to %d of %d", p, assigned[key], total[key])
		}
	}
}

// SIGTERM under load: the process drains, ends with 0, and what it
// acknowledged is there afterwards.
func TestStoppedAtWork(t *testing.T) {
	t.Parallel()
	b := startRaced(t)
	b.peopled()
	rng := rand.New(rand.NewPCG(8, 8))
	for round := range 3 {
		c, stop := &crowd{}, make(chan struct{})
		var crowdDone sync.WaitGroup
		crowdDone.Go(func() { c.work(b, round, stop) })
		c.busy(b, rng)
		b.down()
		close(stop)
		crowdDone.Wait()
		b.up()
		c.judge(b, b.identities())
		c.retry(b, b.send)
	}
	b.notTwice(b.history(1))
}

// LIC-5: 64 clients race for 17 seats.
func TestRaceForTheLastSeats(t *testing.T) {
	t.Parallel()
	const clients, seats = 64, 17
	b := startRaced(t)
	b.founded()
	b.seats("p", "a", seats)
	for i := range clients {
		b.done("AddUser", addUser("a", fmt.Sprintf("u%d", i)))
	}
	var mu sync.Mutex
	answers, last := map[string]int{}, uint64(0)
	ready := make(chan struct{})
	each(clients, func(i int) {
		if i == clients-1 {
			close(ready)
		}
		<-ready
		a := b.Do("AssignLicense", seat("a", fmt.Sprintf("u%d", i)))
		mu.Lock()
		defer mu.Unlock()
		answers[fmt.Sprint(a.Status, a.Code)]++
		last = max(last, a.Position)
	})
	if answers["200"] != seats || answers["409no_licenses_available"] != clients-seats {
		t.Fatalf("answers: %v", answers)
	}
	p := b.pool("a", last)
	if p["total"] != 17.0 || p["assigned"] != 17.0 || p["available"] != 0.0 {
		t.Fatalf("pool: %v", p)
	}
}
