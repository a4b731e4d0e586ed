package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// tortureSeed is that of every short torture, and tortureWork how many commands
// one client sends in a round.
const (
	tortureSeed = 11
	tortureWork = 12
)

// tortured is a ledger to which bad things are done, with what its clients were
// told.
type tortured struct {
	*bed
	rng    *rand.Rand
	rounds int
	told   map[uint64]string // position: id of the event, as acknowledged
	shown  []string          // each event, as it was shown first
	next   uint64            // the next message that the durable consumer must see, at the latest
	acked  bool              // it has acknowledged something
}

func newTortured(t *testing.T, rng *rand.Rand) *tortured {
	t.Helper()
	return torturedBed(start(t), rng)
}

func torturedBed(b *bed, rng *rand.Rand) *tortured {
	b.Helper()
	x := &tortured{bed: b, rng: rng, told: map[uint64]string{}, next: 1}
	x.peopled()
	x.customer("p", "a")
	for _, e := range x.history(1) {
		x.told[uint64(e["position"].(float64))] = e["id"].(string)
	}
	return x
}

func (x *tortured) note(a *ledger.Answer) {
	x.Helper()
	for _, e := range a.Events {
		if id, twice := x.told[e.Position]; twice && id != e.ID {
			x.Fatalf("position %d was given to %s, and again to %s", e.Position, id, e.ID)
		}
		x.told[e.Position] = e.ID
	}
}

// work records events, a person's among them, and lets the durable consumer take
// some.
func (x *tortured) work() {
	x.Helper()
	for n := range tortureWork {
		x.note(x.done("UpdateAccountInformation", body{"account_id": "a", "city": fmt.Sprintf("City %d-%d", x.rounds, n)}))
	}
	x.note(x.done("AddUser", addUser("a", fmt.Sprintf("r%d", x.rounds))))
	x.consume(tortureWork / 2)
	x.rounds++
}

// busy lets a crowd work until end ends the process in the midst of it. What was
// not answered is sent again once the ledger is back.
func (x *tortured) busy(end func()) (again func()) {
	x.Helper()
	x.rounds++
	c, stop, over := &crowd{}, make(chan struct{}), make(chan struct{})
	go func() { c.work(x.bed, x.rounds, stop); close(over) }()
	c.busy(x.bed, x.rng)
	end()
	close(stop)
	<-over
	return func() {
		x.Helper()
		c.resend(x)
		c.retry(x.bed, x.send)
	}
}

// resend sends what was not answered, with its key, until it is: so all that is
// in the log was told to somebody.
func (c *crowd) resend(x *tortured) {
	x.Helper()
	for i := range c.sent {
		s := &c.sent[i]
		if s.answer.Err != nil || s.answer.Status >= 500 {
			s.answer = x.send(s)
		}
		x.note(s.answer)
	}
}

// send sends with the key, also to a ledger that wants to be restarted first.
func (x *tortured) send(s *sent) *ledger.Answer {
	x.Helper()
	a := x.bed.send(s)
	if a.Status >= 500 && restartHeals.MatchString(x.process.Log()) {
		x.Logf("%s: it wants to be restarted", shown(a))
		x.process.Kill()
		x.up()
		a = x.bed.send(s)
	}
	if a.Err != nil || a.Status >= 500 {
		x.Fatalf("%s %s: %s", s.key, s.name, shown(a))
	}
	return a
}

// consume takes messages of the feed with a durable consumer, and acknowledges
// them: none may be left out, and each is the event of its position.
func (x *tortured) consume(n int) {
	x.Helper()
	nc, js := x.nats()
	defer nc.Close()
	ctx, cancel := context.WithTimeout(x.Context(), feedTimeout)
	defer cancel()
	c, err := js.Consumer(ctx, "LEDGER", "torture")
	if err != nil && !x.acked {
		c, err = js.CreateOrUpdateConsumer(ctx, "LEDGER", jetstream.ConsumerConfig{Durable: "torture", AckPolicy: jetstream.AckExplicitPolicy, AckWait: time.Second})
	}
	if err != nil {
		x.Fatalf("the consumer is lost: %v", err)
	}
	for range n {
		m, err := c.Next(jetstream.FetchContext(ctx))
		if err != nil {
			x.Fatalf("the consumer, behind %d: %v", x.next-1, err)
		}
		at := sequence(m)
		if at > x.next || x.told[at] != m.Headers().Get("ce-id") {
			x.Fatalf("the consumer gets %d %s, expected %d at the latest; acknowledged was %q", at, m.Headers().Get("ce-id"), x.next, x.told[at])
		}
		if err := m.DoubleAck(ctx); err != nil {
			x.Fatal(err)
		}
		x.next, x.acked = max(x.next, at+1), true
	}
}

// round works, stops the ledger, lets something happen to its folder, and
// starts it again: all that clients were told must be there.
func (x *tortured) round(clean bool, damage func() string) {
	x.Helper()
	x.work()
	if clean {
		x.down()
	} else {
		x.process.Kill()
	}
	what := damage()
	x.up()
	x.Logf("round %d, clean %t, %s: healed%s", x.rounds, clean, what, x.healed())
	x.whole(what)
}

// healed are the parts that the start healed.
func (x *tortured) healed() (parts string) {
	for line := range strings.Lines(x.process.Log()) {
		if _, rest, is := strings.Cut(line, "msg=healed part="); is {
			part, _, _ := strings.Cut(rest, " ")
			parts += " " + part
		}
	}
	return parts
}

// whole wants everything to be as clients were told.
func (x *tortured) whole(what string) {
	x.Helper()
	if err := x.judge(); err != nil {
		x.Fatalf("%s: %v\n%s", what, err, tail(x.process.Log(), 4000))
	}
}

// errTold: the ledger does not do all it should, and says why.
var errTold = errors.New("the ledger tells of damage")

// judge compares history and feed with what clients were told, and lets the
// ledger verify itself. What it cannot show, or finds itself, is an errTold.
func (x *tortured) judge() error {
	x.Helper()
	events, err := x.served()
	if err != nil {
		return err
	}
	if len(events) != len(x.told) {
		return fmt.Errorf("%d events are served, %d were acknowledged", len(events), len(x.told))
	}
	for i, e := range events {
		at := uint64(i + 1)
		if x.told[at] != e["id"] || uint64(e["position"].(float64)) != at {
			return fmt.Errorf("position %d is %s at %v, acknowledged was %s", at, e["id"], e["position"], x.told[at])
		}
		text, err := json.Marshal(e)
		switch {
		case err != nil:
			return err
		case i == len(x.shown):
			x.shown = append(x.shown, string(text))
		case x.shown[i] != string(text):
			return fmt.Errorf("position %d was shown as %s, and is now %s", at, x.shown[i], text)
		}
	}
	x.feedIsHistory(events)
	if out, status := x.said("replay", "verify", "--server", x.Base); status != 0 {
		return fmt.Errorf("%w: a verification ends with %d:\n%s", errTold, status, out)
	}
	return nil
}

// served is all of the history. A ledger that cannot show it must say so.
func (x *tortured) served() (all []map[string]any, err error) {
	x.Helper()
	end := x.Do("RegisterPartner", body{"name": "Nobody"}, "dry_run", "true")
	if end.Err != nil || end.Status != http.StatusOK {
		return nil, fmt.Errorf("%w: %s", errTold, shown(end))
	}
	for {
		page := x.Get("/v1/events", "from", decimal(uint64(len(all))+1), "limit", "1000", "order", "asc", "min_position", decimal(end.Position))
		if page.Err != nil || page.Status != http.StatusOK {
			return nil, fmt.Errorf("%w: %s", errTold, shown(page))
		}
		items := page.Items()
		if all = append(all, items...); len(items) == 0 || uint64(len(all)) >= end.Position {
			return all, nil
		}
	}
}
