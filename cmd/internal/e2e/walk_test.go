package e2e

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
	"github.com/seatledger/seatledger/replay/sim"
)

// theEnd stands for the position of the last event, whatever it is.
const theEnd = math.MaxUint64

// shownSteps is how many commands a failure shows.
const shownSteps = 12

// walkSteps is how many commands a walk draws.
const walkSteps = 40

// Random walks over orders, integrations, pools, users and licences agree with
// the oracle: answers, events, every view after every step, every view as of
// every position passed; and again after a restart and after the views were
// thrown away.
func TestWalksAgreeWithTheOracle(t *testing.T) {
	t.Parallel()
	b := start(t)
	var walks []*walk
	rapid.Check(t, func(rt *rapid.T) {
		w := newWalk(rt, b, len(walks))
		walks = append(walks, w)
		for _, c := range w.world.Founding() {
			w.send(c, sim.Caller{Role: "admin"})
		}
		for range walkSteps {
			w.send(w.world.Draw(rt, w.now, time.Now()))
			w.compareNow()
		}
		w.comparePast(1)
	})
	again := func(stage string) {
		for i, w := range walks {
			w.t, w.ledger, w.stage = t, b.Client, fmt.Sprintf("walk %d, %s", i, stage)
			w.comparePast(3) // the full comparison was made at once
		}
	}
	b.down()
	b.up()
	again("after a restart")
	b.down()
	if err := os.RemoveAll(filepath.Join(b.dir, "views")); err != nil {
		t.Fatal(err)
	}
	b.up()
	again("after a rebuild")
}

// judge is a test that can fail: rapid's or Go's own.
type judge interface {
	Helper()
	Fatalf(format string, args ...any)
}

// walk is one walk through a ledger that other walks passed before.
type walk struct {
	t       judge
	stage   string
	ledger  ledger.Client
	world   sim.World
	now     *sim.Model
	history map[uint64]*sim.Model // the world after each commit
	times   map[uint64]time.Time  // of events
	story   []string
}

func newWalk(t judge, b *bed, number int) *walk {
	at := b.end()
	now := sim.New().At(at)
	return &walk{
		t: t, stage: "at once", ledger: b.Client, world: sim.NewWorld(fmt.Sprintf("w%d", number)),
		now: now, history: map[uint64]*sim.Model{at: now}, times: map[uint64]time.Time{},
	}
}

func (w *walk) fatal(format string, args ...any) {
	w.t.Helper()
	story := w.story[max(0, len(w.story)-shownSteps):]
	w.t.Fatalf("%s: %s\nafter %q", w.stage, fmt.Sprintf(format, args...), story)
}

// get asks for a view, which must be there.
func (w *walk) get(path string, options ...string) *ledger.Answer {
	a := w.ledger.Get(path, options...)
	if a.Err != nil || a.Status != 200 {
		w.fatal("GET %s %v: %s", path, options, shown(a))
	}
	return a
}

// send sends a command and judges the answer. What the ledger's clock did in
// between is found out from the history.
func (w *walk) send(c sim.Command, by sim.Caller) {
	w.absorb(theEnd)
	before := time.Now()
	a := w.ledger.As(by.Role, by.Scope).Do(c.Name, c.Body)
	after := time.Now()
	w.story = append(w.story, fmt.Sprintf("%d %s%v by %s %s: %d %s", w.now.Position, c.Name, c.Body, by.Role, by.Scope, a.Status, a.Code))
	if a.Err != nil {
		w.fatal("%v", a.Err)
	}
	if len(a.Events) > 0 {
		w.absorb(a.Events[0].Position - 1)
		decided := w.read(a.Events[0].Position, a.Position)
		before, after = decided, decided
	}
	wrong := w.settle(c, by, before, a)
	if wrong != "" && len(a.Events) == 0 {
		if wrong = w.settle(c, by, after, a); wrong != "" {
			w.absorb(theEnd)
			wrong = w.settle(c, by, after, a)
		}
	}
	if wrong != "" {
		w.fatal("%s", wrong)
	}
}

// settle judges an answer by what the oracle says at a moment, and goes on to
// the world after it; "" is agreement.
func (w *walk) settle(c sim.Command, by sim.Caller, moment time.Time, a *ledger.Answer) string {
	next, want := w.now.Apply(c, by, moment)
	if a.Status != 200 {
		if a.Code != want.Refusal && !slices.Contains(want.Or, a.Code) || a.Status != statusOf(a.Code) {
			return fmt.Sprintf("%s: want %+v, got %s", c.Name, want, shown(a))
		}
		return ""
	}
	if len(a.Events) == 0 && slices.Contains(want.Or, "") {
		return ""
	}
	var types []string
	for i, e := range a.Events {
		types = append(types, e.Type)
		if e.Position != a.Events[0].Position+uint64(i) || e.ID == "" {
			return fmt.Sprintf("%s: events are not contiguous: %s", c.Name, shown(a))
		}
	}
	slices.Sort(types)
	slices.Sort(want.Events)
	if want.Refusal != "" || !slices.Equal(types, want.Events) || a.CommandID == "" {
		return fmt.Sprintf("%s: want %+v, got %s", c.Name, want, shown(a))
	}
	if len(types) > 0 && a.Position != next.Position {
		return fmt.Sprintf("%s: want position %d, got %s", c.Name, next.Position, shown(a))
	}
	w.now = next
	w.history[next.Position] = next
	return ""
}

func statusOf(code string) int {
	switch code {
	case "invalid_request":
		return 400
	case "forbidden":
		return 403
	case "not_found":
		return 404
	case "invalid_field":
		return 422
	}
	return 409
}

// read notes the times of events and answers with that of the last.
func (w *walk) read(from, to uint64) (last time.Time) {
	a := w.get("/v1/events", "from", decimal(from), "to", decimal(to), "min_position", decimal(to), "order", "asc", "limit", "1000")
	if n := len(a.Items()); n != int(to-from+1) {
		w.fatal("events %d to %d: got %d", from, to, n)
	}
	for i, e := range a.Items() {
		last, _ = time.Parse(time.RFC3339Nano, e["time"].(string))
		w.times[from+uint64(i)] = last
		if last.Before(w.times[from+uint64(i)-1]) {
			w.fatal("time runs backwards at %d", from+uint64(i))
		}
	}
	return last
}

// absorb takes in what happened up to a position, or up to theEnd,
// without being asked for: other walks' orders and this walk's expire.
func (w *walk) absorb(to uint64) {
	options := []string{"from", decimal(w.now.Position + 1), "order", "asc", "limit", "1000"}
	if to != theEnd {
		options = append(options, "to", decimal(to), "min_position", decimal(to))
	}
	if to == w.now.Position {
		return
	}
	for _, e := range w.get("/v1/events", options...).Items() {
		position, id := uint64(e["position"].(float64)), e["aggregate_id"].(string)
		moment, _ := time.Parse(time.RFC3339Nano, e["time"].(string))
		w.times[position] = moment
		switch {
		case position <= w.now.Position: // of an expiry already taken in
		case e["partner_id"] != w.world.Partner:
			w.now = w.now.At(position)
		case e["type"] == "OrderExpired":
			next, _, due := w.now.Expire(id, moment)
			if !due || position != w.now.Position+1 {
				w.fatal("order %s expired at position %d, %s", id, position, moment)
			}
			w.now = next
		default:
			w.fatal("nobody asked for %v", e)
		}
		w.history[max(position, w.now.Position)] = w.now
	}
}
