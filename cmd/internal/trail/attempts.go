package trail

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/pace"
)

// Limits of attempts. Bursts are kept whole; what goes on for long is kept in
// samples, so that nobody can wash out the others' attempts in an afternoon,
// or keep the disk busy.
const (
	// actorBurst is how many attempts of one actor are kept at once, and
	// actorRate how many a second in the long run.
	actorBurst = 2000
	actorRate  = 1
	// maxActors is how many actors are told apart.
	maxActors = 10_000
	// allBurst and allRate bound all actors together.
	allBurst = 20_000
	allRate  = 10
	// maxWaiting is how many wait to be written.
	maxWaiting = 4096
	// gatherPause is how long attempts are gathered for one fsync.
	gatherPause = 50 * time.Millisecond
	// maxGathered is how many are written at once.
	maxGathered = 1024
)

// Named is what a command names, by id.
type Named struct {
	PartnerID string `json:"partner_id,omitzero"`
	AccountID string `json:"account_id,omitzero"`
	OrderID   string `json:"order_id,omitzero"`
	UserID    string `json:"user_id,omitzero"`
}

// Attempt is a command that was refused.
type Attempt struct {
	ID        uint64    `json:"id,omitzero" doc:"Counts up"`
	Time      time.Time `json:"time"`
	Actor     string    `json:"actor" doc:"Who tried"`
	Role      string    `json:"role" doc:"As what"`
	Scope     string    `json:"scope,omitzero" doc:"The partner or account that the caller is of"`
	PartnerID string    `json:"partner_id,omitzero" doc:"Whose attempt it is: the caller's partner, or else the one that it was about"`
	Command   string    `json:"command" doc:"The command's name"`
	Code      string    `json:"code" doc:"The refusal"`
	DryRun    bool      `json:"dry_run,omitzero" doc:"Nothing would have been recorded"`
	Names     Named     `json:"names" doc:"The ids that the command named"`
	Missed    uint64    `json:"missed,omitzero" doc:"How many attempts before this one were not kept: there were too many"`
}

// Refused makes the record of a refused command. What is no id is left out: it
// may be anything.
func Refused(who rule.Caller, command string, code rule.Code, n rule.Names, dryRun bool) Attempt {
	return Attempt{
		Actor: who.Actor, Role: who.Role.String(), Scope: who.Partner + who.Account, PartnerID: who.Partner,
		Command: command, Code: string(code), DryRun: dryRun,
		Names: Named{PartnerID: idOnly(n.Partner), AccountID: idOnly(n.Account), OrderID: idOnly(n.Order), UserID: idOnly(n.User)},
	}
}

func idOnly(s string) string {
	var c rule.Checker
	if c.ID("", s); len(c.Errors) > 0 {
		return ""
	}
	return s
}

// Attempts keeps refused commands. It never holds up who was refused.
type Attempts struct {
	book *Book
	now  func() time.Time
	log  *slog.Logger
	// partner finds the partner of an account or, if that is empty, an order;
	// "" if it is not known.
	partner func(account, order string) string

	actors, all *pace.Buckets
	missed      atomic.Uint64 // since the last that was kept
	dropped     atomic.Uint64
	waiting     chan Attempt
	flush       chan chan struct{}
	stop        sync.Once
	stopped     chan struct{}
	done        chan struct{}
}

// OpenAttempts opens the attempts in a folder; now is the clock, and partner
// finds whose an account or an order is.
func OpenAttempts(dir string, now func() time.Time, partner func(account, order string) string, log *slog.Logger) (*Attempts, error) {
	b, err := OpenBook(dir)
	if err != nil {
		return nil, err
	}
	a := &Attempts{
		book: b, now: now, log: log, partner: partner,
		actors: pace.New(actorRate, actorBurst, maxActors), all: pace.New(allRate, allBurst, 1),
		waiting: make(chan Attempt, maxWaiting), flush: make(chan chan struct{}),
		stopped: make(chan struct{}), done: make(chan struct{}),
	}
	go a.run()
	return a, nil
}

// Note keeps an attempt, soon, unless there are too many. A nil *Attempts
// keeps nothing.
func (a *Attempts) Note(t Attempt) {
	if a == nil {
		return
	}
	t.Time = a.now().UTC()
	if !a.actors.Allow(t.Actor) || !a.all.Allow("") {
		a.miss(1)
		return
	}
	select {
	case a.waiting <- t:
	default:
		a.miss(1)
	}
}

func (a *Attempts) miss(n int) {
	a.missed.Add(uint64(n))
	a.dropped.Add(uint64(n))
}

// Dropped is how many attempts were not kept since the start.
func (a *Attempts) Dropped() uint64 { return a.dropped.Load() }

// run writes what waits, many with one fsync.
func (a *Attempts) run() {
	defer close(a.done)
	for {
		select {
		case first := <-a.waiting:
			a.gather(first)
		case done := <-a.flush:
			a.drain()
			close(done)
		case <-a.stopped:
			a.drain()
			return
		}
	}
}

// gather writes an attempt, with what comes within a pause.
func (a *Attempts) gather(first Attempt) {
	all := append(make([]Attempt, 0, maxGathered), first)
	over := time.After(gatherPause)
	for len(all) < maxGathered {
		select {
		case t := <-a.waiting:
			all = append(all, t)
			continue
		case done := <-a.flush:
			a.write(all)
			a.drain()
			close(done)
			return
		case <-over:
		case <-a.stopped:
		}
		break
	}
	a.write(all)
}

// drain writes all that waits.
func (a *Attempts) drain() {
	for len(a.waiting) > 0 {
		var all []Attempt
		for len(a.waiting) > 0 && len(all) < maxGathered {
			all = append(all, <-a.waiting)
		}
		a.write(all)
	}
}

func (a *Attempts) write(all []Attempt) {
	if len(all) == 0 {
		return
	}
	all[0].Missed = a.missed.Swap(0)
	lines := make([][]byte, 0, len(all))
	for i := range all {
		t := &all[i]
		t.PartnerID = a.whose(t)
		line, err := json.Marshal(t)
		if err != nil {
			a.miss(1)
			continue
		}
		lines = append(lines, line)
	}
	if err := a.book.Append(lines...); err != nil {
		a.miss(len(lines))
		a.log.Warn("refused commands are not kept", "attempts", len(lines), "cause", err)
	}
}

// whose is the partner that an attempt belongs to. One partner's attempt on
// what is another's is not shown to the other: it says who the first one is.
func (a *Attempts) whose(t *Attempt) string {
	switch {
	case t.PartnerID != "":
		return t.PartnerID
	case t.Scope != "": // an account
		return a.partner(t.Scope, "")
	}
	return a.owner(&t.Names)
}

// owner is the partner of all that is named, as far as that is there; "" if
// there is none, or more than one: neither is to read of the other.
func (a *Attempts) owner(n *Named) (of string) {
	all := []string{n.PartnerID}
	if n.AccountID != "" {
		all = append(all, a.partner(n.AccountID, ""))
	}
	if n.OrderID != "" {
		all = append(all, a.partner("", n.OrderID))
	}
	for _, p := range all {
		if of != "" && p != "" && p != of {
			return ""
		}
		of = cmp.Or(of, p)
	}
	return of
}

// AttemptFilter says which attempts are asked for; empty means any.
type AttemptFilter struct {
	Partner, Account, Order, User, Actor, Role, Command, Code string
	From, To                                                  time.Time
}

// List lists attempts, newest first; all that were noted before are in it.
func (a *Attempts) List(ctx context.Context, f AttemptFilter, p Page) (items []Attempt, next string, err error) {
	done := make(chan struct{})
	select {
	case a.flush <- done:
		<-done
	case <-a.done:
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
	return list(ctx, a.book, p, func(number uint64, t *Attempt) bool {
		t.ID = number
		return matches(f.Partner, t.PartnerID) && (matches(f.Account, t.Names.AccountID) || f.Account == t.Scope && t.PartnerID != t.Scope) &&
			matches(f.Order, t.Names.OrderID) && matches(f.User, t.Names.UserID) && matches(f.Actor, t.Actor) &&
			matches(f.Role, t.Role) && matches(f.Command, t.Command) && matches(f.Code, t.Code) && within(t.Time, f.From, f.To)
	})
}

// Close writes what waits, and closes the book.
func (a *Attempts) Close() error {
	a.stop.Do(func() { close(a.stopped) })
	<-a.done
	return a.book.Close()
}
