package projections

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// added is a ledger with one user, who is at the position added.
type added struct {
	*ledger
	user     *events.UserAdded
	position uint64
}

func withUser(t *testing.T) added {
	l := newLedger(t)
	l.found()
	c := l.addUser("acme-one")
	return added{l, c.Events[0].Data.(*events.UserAdded), c.Last()}
}

// once follows the log to its end, in views that are closed then.
func (a added) once(fs vfs.FS) {
	s := open(a.t, a.options(fs))
	s.Start()
	<-s.CaughtUp()
	closing(a.t, s)
}

// erased wants nothing of the person to be seen, now or as of before.
func (a added) erased(t *testing.T, s *Store) {
	t.Helper()
	for _, asOf := range []AsOf{{}, AtPosition(a.position)} {
		snap := at(t, s, asOf)
		u, err := UserByID(snap, as(rule.Admin), "acme-one", a.user.UserID)
		if err != nil {
			t.Fatal(err)
		}
		e, err := EventAt(snap, as(rule.Admin), a.position)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal([]any{u, e})
		if err != nil {
			t.Fatal(err)
		}
		if text := string(b); strings.Contains(text, "@") || strings.Contains(text, "First") || strings.Count(text, `{"erased":true}`) != 6 {
			t.Errorf("as of %d: %s", snap.Position(), text)
		}
	}
}

// watched is a sealer that looks at the store when it is told to erase.
type watched struct {
	*sealer
	look func()
}

func (w *watched) Erase(persons ...string) error {
	w.look()
	return w.sealer.Erase(persons...)
}

// The keys go before anybody can see the position of the erasure; what is in
// memory goes too, and the past reads as erased.
func TestErasureComesBeforeItsPosition(t *testing.T) {
	a := withUser(t)
	o, w := a.options(vfs.NewMem()), &watched{sealer: a.sealer, look: func() {}}
	o.Sealer = w
	s := started(t, o)
	mustReach(t, s, a.ledger.position)
	shown, asked := uint64(0), 0
	w.look = func() {
		snap, err := s.snapshot()
		if err != nil {
			t.Error(err)
			return
		}
		defer closing(t, snap)
		asked++
		shown = max(shown, snap.Position(), s.Position())
	}
	s.Offer(a.erase("acme-one", a.user.UserID))
	mustReach(t, s, a.ledger.position)
	if asked != 1 || shown >= a.ledger.position {
		t.Errorf("asked to erase %d times, while position %d of %d was shown", asked, shown, a.ledger.position)
	}
	if n := len(s.live.cache.young) + len(s.live.cache.old); n != 0 || s.Erasures() != 1 {
		t.Errorf("%d rows in the cache, %d erasures", n, s.Erasures())
	}
	a.erased(t, s)
	if err := s.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	a.erased(t, s)
	same(t, a.replayed(), s)
}

// An old copy of the keys brings nobody back: not to views that stand, and not
// to views that are made anew.
func TestErasureOutlivesOldKeys(t *testing.T) {
	a := withUser(t)
	a.erase("acme-one", a.user.UserID)
	fs := vfs.NewMem()
	a.once(fs)
	for name, fs := range map[string]vfs.FS{"views that stand": fs, "new views": vfs.NewMem()} {
		t.Run(name, func(t *testing.T) {
			a.sealer.restore()
			s := open(t, a.options(fs))
			t.Cleanup(func() { closing(t, s) })
			if s.Position() > 0 && !a.sealer.gone(a.user.PersonID) {
				t.Error("the views are open, and the person is back")
			}
			s.Start()
			mustReach(t, s, a.ledger.position)
			a.erased(t, s)
		})
	}
}

// Keys that cannot be destroyed stop the views before they show the erasure.
func TestErasureThatFails(t *testing.T) {
	a := withUser(t)
	s := started(t, a.options(vfs.NewMem()))
	mustReach(t, s, a.ledger.position)
	a.sealer.mu.Lock()
	a.sealer.fail = errors.New("the disk is full")
	a.sealer.mu.Unlock()
	s.Offer(a.erase("acme-one", a.user.UserID))
	<-s.Stopped()
	if !errors.Is(s.Err(), a.sealer.fail) || s.Position() != a.ledger.position-1 {
		t.Errorf("at %d: %v", s.Position(), s.Err())
	}
}

// Keys may be gone before what happened to the person before is applied: the
// index of addresses comes to the same.
func TestKeysGoneBeforeTheirTime(t *testing.T) {
	a := withUser(t)
	id, fs := a.user.UserID, vfs.NewMem()
	a.once(fs) // the index has the first address
	in := func(p events.Payload) { a.commit(draft{"acme", "acme-one", p}) }
	in(&events.UserUpdated{AccountID: "acme-one", UserID: id, PersonID: a.user.PersonID,
		Changes: events.UserChanges{Email: &events.PersonalChange{Old: a.user.Email, New: events.Clear("second@mail.example")}}})
	in(&events.UserRemoved{AccountID: "acme-one", UserID: id})
	in(&events.UserAdded{AccountID: "acme-one", UserID: id, PersonID: "another", Role: "user", Email: events.Clear("third@mail.example")})
	in(&events.UserAdded{AccountID: "acme-one", UserID: "heir", PersonID: "heir", Role: "user", Email: events.Clear("second@mail.example")})
	in(&events.PersonErased{AccountID: "acme-one", UserID: id, PersonIDs: []string{a.user.PersonID}})
	if err := a.sealer.Erase(a.user.PersonID); err != nil {
		t.Fatal(err)
	}
	s := started(t, a.options(fs))
	mustReach(t, s, a.ledger.position)
	snap := at(t, s, AsOf{})
	for address, owner := range map[string]string{id + "@mail.example": "", "second@mail.example": "heir", "third@mail.example": id} {
		got := ""
		if o := account.Emails.Get(snap, "acme-one", address); o != nil {
			got = o.ID
		}
		if got != owner {
			t.Errorf("%s is %q's, not %q's", address, got, owner)
		}
	}
	same(t, a.replayed(), s)
	checkState(t, snap, a.state)
}
