package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// Sizes of the crowd that works while the ledger is killed.
const (
	crowdClients  = 16
	crowdAccounts = 3
	crowdUsers    = 12 // an account
	crowdSeats    = 5  // an account
	crowdWarm     = 64 // commands, before something happens
)

// crowdPatience is how long the crowd may take to come so far.
const crowdPatience = 20 * time.Second

// sent is one command of a client, with its answer if there was one.
type sent struct {
	key, name string
	body      body
	answer    *ledger.Answer
}

// acknowledged reports that the client was told that it is done.
func (s sent) acknowledged() bool { return s.answer.Err == nil && s.answer.Status == 200 }

// crowd is a number of clients and what they sent in one round.
type crowd struct {
	mu   sync.Mutex
	sent []sent
}

// peopled makes the accounts, users and seats that the crowd fights for.
func (b *bed) peopled() {
	b.done("RegisterPartner", body{"partner_id": "p", "name": "Partner"})
	for i := range crowdAccounts {
		id := fmt.Sprintf("a%d", i)
		b.customer("p", id)
		b.seats("p", id, crowdSeats)
		for u := range crowdUsers {
			b.done("AddUser", addUser(id, fmt.Sprintf("u%d", u)))
		}
	}
}

// work sends commands from all clients until stop is closed and nobody
// answers or all have come to an end.
func (c *crowd) work(b *bed, round int, stop <-chan struct{}) {
	each(crowdClients, func(client int) {
		rng := rand.New(rand.NewPCG(uint64(round), uint64(client)))
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			s := drawn(rng, fmt.Sprintf("k-%d-%d-%d", round, client, n))
			s.answer = b.Keyed(s.key).Do(s.name, s.body)
			c.mu.Lock()
			c.sent = append(c.sent, s)
			c.mu.Unlock()
			if s.answer.Err != nil {
				return // the ledger is gone
			}
		}
	})
}

// drawn draws a command. UpdateAccountInformation always records an event, and
// the key is in it, so that a second one would show.
func drawn(rng *rand.Rand, key string) sent {
	account, user := fmt.Sprintf("a%d", rng.IntN(crowdAccounts)), fmt.Sprintf("u%d", rng.IntN(crowdUsers))
	switch rng.IntN(4) {
	case 0:
		return sent{key: key, name: "UpdateAccountInformation", body: body{"account_id": account, "city": key}}
	case 1:
		return sent{key: key, name: "UnassignLicense", body: seat(account, user)}
	}
	return sent{key: key, name: "AssignLicense", body: seat(account, user)}
}

// judge compares what the clients were told with the history.
func (c *crowd) judge(b *bed, ids map[uint64]string) {
	b.Helper()
	for _, s := range c.sent {
		if !s.acknowledged() {
			continue
		}
		for _, e := range s.answer.Events {
			if ids[e.Position] != e.ID {
				b.Fatalf("%s %s was acknowledged at position %d as %s; the history has %q there", s.key, s.name, e.Position, e.ID, ids[e.Position])
			}
		}
	}
}

// send sends a command with its key.
func (b *bed) send(s *sent) *ledger.Answer { return b.Keyed(s.key).Do(s.name, s.body) }

// retry sends again what was not answered, twice, and some of what was: the
// same key must answer the same.
func (c *crowd) retry(b *bed, send func(*sent) *ledger.Answer) {
	b.Helper()
	for i, s := range c.sent {
		first := s.answer
		if !s.acknowledged() {
			if first.Err == nil && first.Status != 503 {
				continue // refused: not remembered
			}
			if first = send(&s); first.Status != 200 {
				continue
			}
		} else if i%7 != 0 {
			continue
		}
		again := send(&s)
		if again.Status != 200 || again.Header.Get("Idempotency-Replayed") != "true" ||
			again.CommandID != first.CommandID || again.Position != first.Position || !slices.Equal(again.Events, first.Events) {
			b.Fatalf("%s %s: first %s, again %s (replayed %q)", s.key, s.name, shown(first), shown(again), again.Header.Get("Idempotency-Replayed"))
		}
	}
}

// busy waits until the crowd has worked for a while, and then for a moment
// more that cannot be foreseen.
func (c *crowd) busy(b *bed, rng *rand.Rand) {
	b.Helper()
	b.eventually(crowdPatience, "the crowd works", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.sent) >= crowdWarm
	})
	time.Sleep(time.Duration(rng.IntN(50_000)) * time.Microsecond)
}
