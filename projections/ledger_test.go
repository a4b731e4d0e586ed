package projections

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// journal is a journal in memory.
type journal struct {
	mu       sync.Mutex
	messages []events.Message
}

func (j *journal) Append(_ context.Context, last uint64, data []byte) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := j.last(); n != last {
		return 0, events.ErrConflict
	}
	j.messages = append(j.messages, events.Message{Seq: last + 1, Data: data})
	return last + 1, nil
}

func (j *journal) last() uint64 {
	if len(j.messages) == 0 {
		return 0
	}
	return j.messages[len(j.messages)-1].Seq
}

func (j *journal) Last(context.Context) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last(), nil
}

func (j *journal) Read(_ context.Context, from uint64) iter.Seq2[events.Message, error] {
	j.mu.Lock()
	all := j.messages
	j.mu.Unlock()
	return func(yield func(events.Message, error) bool) {
		for _, m := range all {
			if m.Seq >= from && !yield(m, nil) {
				return
			}
		}
	}
}

func (j *journal) MaxBytes() int { return 1 << 20 }

// sealer seals with a mask: what is sealed cannot be found in files as it was.
type sealer struct {
	mu     sync.Mutex
	erased map[string]bool
	fail   error // of Erase
}

func mask(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0xa5
	}
	return out
}

func (s *sealer) Seal(vs ...events.Personable) error {
	for _, v := range vs {
		for _, p := range v.Persons() {
			if len(p.Sealed) == 0 {
				p.Sealed = mask([]byte(p.Plain))
			}
		}
	}
	return nil
}

func (s *sealer) Open(v events.Personable) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for person, p := range v.Persons() {
		if p.Erased = s.erased[person]; p.Erased {
			p.Plain = ""
		} else {
			p.Plain = string(mask(p.Sealed))
		}
	}
	return nil
}

func (s *sealer) Erase(persons ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	for _, p := range persons {
		s.erased[p] = true
	}
	return nil
}

// restore brings an old copy of the keys back: nobody is erased.
func (s *sealer) restore() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erased = map[string]bool{}
}

func (s *sealer) gone(person string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.erased[person]
}

// ledger is a log in the making, with the state that it comes to in a map.
type ledger struct {
	t        testing.TB
	journal  *journal
	sealer   *sealer
	position uint64
	epoch    uint64
	now      time.Time
	state    row.Map
	rng      *rand.Rand
	commits  []*events.Commit
	users    map[string][]string
	licensed map[string]bool
	serial   int
}

var start = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

func newLedger(t testing.TB) *ledger {
	return &ledger{
		t: t, journal: &journal{}, sealer: &sealer{erased: map[string]bool{}}, epoch: 1, now: start, state: row.Map{},
		rng: rand.New(rand.NewPCG(1, 2)), users: map[string][]string{}, licensed: map[string]bool{},
	}
}

// draft is an event to be: whose it is, and what happened.
type draft struct {
	partner, id string
	data        events.Payload
}

var kindOf = func() map[string]string {
	m := map[string]string{}
	for _, k := range events.Kinds.Kinds() {
		m[k.Type] = k.Aggregate
	}
	return m
}()

// commit records drafts as one command, a second later, and returns what the
// writer would offer.
func (l *ledger) commit(ds ...draft) *events.Commit { return l.record(nil, ds...) }

func (l *ledger) record(receipts []events.Receipt, ds ...draft) *events.Commit {
	l.t.Helper()
	l.now = l.now.Add(time.Second)
	command := ulid.MustNew(uint64(l.now.UnixMilli()), l).String()
	f := &events.Frame{Epoch: l.epoch, First: l.position + 1, Commit: ulid.MustNew(uint64(l.now.UnixMilli()), l), End: true, Receipts: receipts}
	c := &events.Commit{Epoch: l.epoch, ID: f.Commit, First: f.First, Receipts: receipts}
	for _, d := range ds {
		if p, ok := d.data.(events.Personable); ok {
			l.sealer.Seal(p)
		}
		l.position++
		e := &events.Event{
			ID: ulid.MustNew(uint64(l.now.UnixMilli()), l).String(), Position: l.position, Time: l.now, Version: 1,
			Partner: d.partner, Aggregate: kindOf[d.data.EventType()], AggregateID: d.id, Data: d.data,
			Cause: events.Cause{Actor: fmt.Sprint("actor-", l.position%3), ActorRole: "partner", CommandID: command,
				CommandType: "Test", CorrelationID: command, CausationID: command},
		}
		if k, ok := events.Kinds.Kind(e.Type()); ok {
			e.Version = k.Current()
		}
		b, err := events.Kinds.Encode(e)
		if err != nil {
			l.t.Fatal(err)
		}
		f.Entries, c.Events, c.Entries = append(f.Entries, b), append(c.Events, e), append(c.Entries, b)
		aggregates.Evolve(l.state, e)
	}
	last, _ := l.journal.Last(context.Background())
	c.Seq, _ = l.journal.Append(context.Background(), last, f.Encode())
	l.commits = append(l.commits, c)
	return c
}

// Read is a source of ids that are the same in every run.
func (l *ledger) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(l.rng.Uint32())
	}
	return len(b), nil
}

// found begins with two partners, two accounts each, and orders.
func (l *ledger) found() {
	for _, p := range []string{"acme", "zeta"} {
		l.commit(draft{p, p, &events.PartnerRegistered{PartnerID: p, Name: "Partner " + p}})
		for _, n := range []string{"one", "two"} {
			id := p + "-" + n
			l.commit(draft{p, id, &events.AccountCreated{AccountID: id, PartnerID: p, Kind: "cloudlink", Name: "Account " + id,
				SupportContacts: []events.Contact{{PersonID: "contact-" + id, Email: events.Clear("help@" + id + ".example"), Name: events.Clear("Help")}}}})
			l.order(p, id, "miteam_meetings", 500)
		}
	}
}

func (l *ledger) order(partner, account, product string, n int) {
	l.serial++
	id := fmt.Sprintf("order-%03d", l.serial)
	l.commit(draft{partner, id, &events.OrderPlaced{OrderID: id, PartnerID: partner, ResellerPO: "PO " + id,
		Lines: []events.Line{{Product: product, Quantity: n}}}})
	l.commit(
		draft{partner, id, &events.OrderAssigned{OrderID: id, AccountID: account}},
		draft{partner, account, &events.LicensesAdded{AccountID: account, OrderID: id, Product: product, Quantity: n}})
}

func (l *ledger) addUser(account string) *events.Commit {
	l.serial++
	id := fmt.Sprintf("user-%05d", l.serial)
	l.users[account] = append(l.users[account], id)
	return l.commit(draft{account[:4], account, &events.UserAdded{AccountID: account, UserID: id, PersonID: "person-" + id, Role: "user",
		Email: events.Clear(id + "@mail.example"), FirstName: events.Clear("First " + id), LastName: events.Clear("Last")}})
}

// step records something at random.
func (l *ledger) step() *events.Commit {
	account := []string{"acme-one", "acme-two", "zeta-one", "zeta-two"}[l.rng.IntN(4)]
	users := l.users[account]
	if len(users) == 0 || l.rng.IntN(4) == 0 {
		return l.addUser(account)
	}
	i := l.rng.IntN(len(users))
	user, partner := users[i], account[:4]
	switch l.rng.IntN(8) {
	case 0:
		l.users[account] = append(users[:i:i], users[i+1:]...)
		return l.commit(draft{partner, account, &events.UserRemoved{AccountID: account, UserID: user}})
	case 1:
		return l.commit(draft{partner, account, &events.IntegrationSwitched{AccountID: account, Integration: "micollab", Enabled: l.rng.IntN(2) == 0}})
	case 2:
		return l.record([]events.Receipt{{Key: [32]byte{byte(l.rng.Uint32()), byte(l.rng.Uint32())}, Request: [32]byte{2}, Answer: []byte(user)}})
	case 3:
		e := account + "-" + fmt.Sprint(l.serial) + "@mail.example"
		l.serial++
		u := l.user(account, user)
		if u.Erased {
			break
		}
		if l.rng.IntN(2) == 0 {
			return l.numbered(account, user)
		}
		return l.commit(draft{partner, account, &events.UserUpdated{AccountID: account, UserID: user, PersonID: "person-" + user,
			Changes: events.UserChanges{Email: &events.PersonalChange{Old: u, New: events.Clear(e)}}}})
	}
	if l.rng.IntN(8) == 0 {
		return l.erase(account, user)
	}
	l.licensed[user] = !l.licensed[user]
	if l.licensed[user] {
		return l.commit(draft{partner, account, &events.UserLicenseAssigned{AccountID: account, UserID: user, Product: "miteam_meetings"}})
	}
	return l.commit(draft{partner, account, &events.UserLicenseUnassigned{AccountID: account, UserID: user, Product: "miteam_meetings"}})
}

func quietly() *slog.Logger { return slog.New(slog.DiscardHandler) }

// options of a store on the ledger's journal.
func (l *ledger) options(fs vfs.FS) Options {
	return Options{
		Dir: "views", FS: fs, Journal: l.journal, Sealer: l.sealer, Key: bytes.Repeat([]byte{7}, 32),
		Now: func() time.Time { return l.now }, Log: quietly(),
	}
}

func open(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closing(t testing.TB, c interface{ Close() error }) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// replayed is a store of all that the ledger has recorded.
func (l *ledger) replayed() *Store {
	s := open(l.t, l.options(vfs.NewMem()))
	last, _ := l.journal.Last(context.Background())
	if err := s.Replay(context.Background(), last); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { closing(l.t, s) })
	return s
}

func at(t testing.TB, s *Store, a AsOf) *Snapshot {
	t.Helper()
	snap, err := s.At(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, snap) })
	return snap
}

// same fails unless two stores hold the same bytes.
func same(t testing.TB, a, b *Store) {
	t.Helper()
	x, errX := a.snapshot()
	y, errY := b.snapshot()
	if errX != nil || errY != nil {
		t.Fatal(errX, errY)
	}
	defer x.Close()
	defer y.Close()
	n := 0
	for d, err := range Differences(x, y, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if t.Errorf("%s: %q and %q", d.Name, d.A, d.B); n == 10 {
			t.FailNow()
		}
		n++
	}
}

// user is a user's address as the state has it.
func (l *ledger) user(accountID, userID string) events.Personal {
	return account.Users.Get(l.state, accountID, userID).Email
}

// erase records that a user's person is erased; the keys go later.
func (l *ledger) erase(accountID, userID string) *events.Commit {
	person := account.Users.Get(l.state, accountID, userID).PersonID
	return l.commit(draft{accountID[:4], accountID, &events.PersonErased{AccountID: accountID, UserID: userID, PersonIDs: []string{person}}})
}
