package projections

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/events"
)

// numbered records that a user got another phone number, one of few, so that
// what one gives up another takes.
func (l *ledger) numbered(accountID, userID string) *events.Commit {
	u := account.Users.Get(l.state, accountID, userID)
	number := fmt.Sprintf("+3906%02d", l.rng.IntN(40))
	if account.Numbers.Get(l.state, "", number) != nil || l.rng.IntN(4) == 0 {
		number = ""
	}
	return l.call(u, accountID, number)
}

// call records that a user has another phone number.
func (l *ledger) call(u *account.User, accountID, number string) *events.Commit {
	return l.commit(draft{accountID[:4], accountID, &events.UserPackageChanged{AccountID: accountID, UserID: u.UserID, PersonID: u.PersonID,
		Package: "webex_calling", Changes: events.CallingChanges{PhoneNumber: &events.PersonalChange{Old: u.PhoneNumber, New: events.Clear(number)}}}})
}

// held counts the keys that find numbers by holder, which are as many as there
// are numbers.
func (s *Store) held(t *testing.T) int {
	t.Helper()
	snap := at(t, s, AsOf{})
	count := func(head []byte) (n int) {
		it, err := snap.pebble.NewIter(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer it.Close()
		for ok := it.SeekGE(append(head, sentinel)); ok && string(it.Key()[:len(head)]) == string(head); ok = it.Next() {
			n++
		}
		return n
	}
	k := snap.rows.keys
	rows, held := count(append(k.area(nil, areaRows), account.Numbers.Tag)), count(k.area(nil, areaHeld))
	if rows != held {
		t.Errorf("%d numbers, %d holders", rows, held)
	}
	return held
}

// An erasure takes what finds the person by phone number, whether or not the
// keys are still there, and leaves what others hold by then.
func TestNumbersOfTheErased(t *testing.T) {
	for name, early := range map[string]bool{"in time": false, "keys gone before": true} {
		t.Run(name, func(t *testing.T) {
			a := withUser(t)
			id, fs := a.user.UserID, vfs.NewMem()
			user := func(id string) *account.User { return account.Users.Get(a.state, "acme-one", id) }
			heir := a.addUser("acme-one").Events[0].Data.(*events.UserAdded).UserID
			a.call(user(id), "acme-one", "+3901")
			a.once(fs)
			a.call(user(id), "acme-one", "+3902")
			a.call(user(heir), "acme-one", "+3901")
			a.commit(draft{"acme", "acme-one", &events.UserRemoved{AccountID: "acme-one", UserID: id}})
			a.commit(draft{"acme", "acme-one", &events.UserAdded{AccountID: "acme-one", UserID: id, PersonID: "another", Role: "user", Email: events.Clear("n@mail.example")}})
			a.call(user(id), "acme-one", "+3903")
			a.commit(draft{"acme", "acme-one", &events.PersonErased{AccountID: "acme-one", UserID: id, PersonIDs: []string{a.user.PersonID}}})
			if early {
				if err := a.sealer.Erase(a.user.PersonID); err != nil {
					t.Fatal(err)
				}
			}
			s := started(t, a.options(fs))
			mustReach(t, s, a.ledger.position)
			snap := at(t, s, AsOf{})
			for number, want := range map[string]string{"+3901": heir, "+3902": "", "+3903": id} {
				got := ""
				if h := account.Numbers.Get(snap, "", number); h != nil {
					got = h.UserID
				}
				if got != want {
					t.Errorf("%s is %q's, not %q's", number, got, want)
				}
			}
			if n := s.held(t); n != 2 {
				t.Errorf("%d numbers are held", n)
			}
			same(t, a.replayed(), s)
		})
	}
}

// Nothing that finds the only number of a person outlives the erasure.
func TestNoNumberOutlivesItsPerson(t *testing.T) {
	a := withUser(t)
	s := started(t, a.options(vfs.NewMem()))
	s.Offer(a.call(account.Users.Get(a.state, "acme-one", a.user.UserID), "acme-one", "+3901"))
	mustReach(t, s, a.ledger.position)
	if n := s.held(t); n != 1 {
		t.Fatalf("%d numbers are held", n)
	}
	s.Offer(a.commit(draft{"acme", "acme-one", &events.AccountDeleted{AccountID: "acme-one"}}))
	s.Offer(a.erase("acme-one", a.user.UserID))
	mustReach(t, s, a.ledger.position)
	if n := s.held(t); n != 0 {
		t.Errorf("%d numbers are held", n)
	}
	same(t, a.replayed(), s)
}
