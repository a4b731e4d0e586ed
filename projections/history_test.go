package projections

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

func as(role rule.Role) Audience { return Audience{Caller: rule.Caller{Role: role}, Language: "en"} }

// pages reads a list to its end, a page at a time, and calls between after
// each page.
func pages[V any](t *testing.T, s *Store, limit int, between func(), list func(*Snapshot, Page) (List[V], error)) []V {
	t.Helper()
	var all []V
	p := Page{Limit: limit}
	snap, err := s.At(context.Background(), AsOf{})
	for {
		if err != nil {
			t.Fatal(err)
		}
		l, err := list(snap, p)
		closing(t, snap)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, l.Items...); l.NextCursor == "" {
			return all
		}
		if len(l.Items) > limit {
			t.Errorf("a page of %d items, at most %d asked for", len(l.Items), limit)
		}
		between()
		p.Cursor = l.NextCursor
		snap, err = s.Resume(context.Background(), p.Cursor)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// wanted is the history as a look at every event finds it.
func (l *ledger) wanted(f EventFilter, end uint64) []uint64 {
	var found []uint64
	for _, c := range l.commits {
		for _, e := range c.Events {
			user, order := Named(e.Data)
			if e.Aggregate == "order" {
				order = e.AggregateID
			}
			account := AccountOf(e)
			if e.Position <= end && e.Position >= f.From && (f.To == 0 || e.Position <= f.To) &&
				is(f.Partner, e.Partner) && is(f.Account, account) && is(f.User, user) && is(f.Order, order) &&
				is(f.Type, e.Type()) && is(f.Actor, e.Actor) && is(f.Command, e.CommandID) {
				found = append(found, e.Position)
			}
		}
	}
	if f.Desc {
		slices.Reverse(found)
	}
	return found
}

func TestHistoryByEveryFilter(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 400 {
		l.step()
	}
	// Far enough that the index has several blocks.
	l.users["acme-one"] = append(l.users["acme-one"], "user-x")
	for range 90 {
		var ds []draft
		for range 100 {
			ds = append(ds, draft{"acme", "acme-one", &events.UserLicenseAssigned{AccountID: "acme-one", UserID: "user-x", Product: "meetings"}})
		}
		l.commit(ds...)
		l.addUser("zeta-two")
	}
	s := l.replayed()
	some := l.commits[20].Events[0]
	filters := []EventFilter{
		{}, {From: 5, To: 9}, {From: 4090, To: 4100}, {To: 1 << 60}, {From: l.position}, {From: l.position + 1}, {From: 9, To: 5},
		{Partner: "zeta"}, {Account: "acme-two"}, {User: "user-x"}, {User: "user-x", Type: "UserRemoved"},
		{Order: "order-002"}, {Type: "UserAdded"}, {Type: "UserAdded", Partner: "acme", Actor: "actor-1"},
		{Actor: "actor-2", Account: "zeta-two", From: 100, To: 9000}, {Command: some.CommandID},
		{Command: some.CommandID, Partner: "nobody"}, {Partner: "zet"}, {Actor: "actor-1\x00"},
		{Account: "acme-one", Partner: "zeta"},
	}
	for _, f := range filters {
		for _, desc := range []bool{false, true} {
			f.Desc = desc
			want := l.wanted(f, l.position)
			got := pages(t, s, 977, func() {}, func(snap *Snapshot, p Page) (List[Event], error) { return Events(snap, as(rule.Admin), f, p) })
			if !slices.EqualFunc(got, want, func(e Event, p uint64) bool { return e.Position == p }) {
				t.Errorf("%+v: %d events, not %d", f, len(got), len(want))
			}
		}
	}
}

func TestPagesAreStableWhileEventsArrive(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 60 {
		l.addUser("acme-one")
	}
	s := started(t, l.options(vfs.NewMem()))
	<-s.CaughtUp()
	arrive := func() {
		l.addUser("acme-one")
		first := l.users["acme-one"][30]
		s.Offer(l.commits[len(l.commits)-1])
		c := l.commit(draft{"acme", "acme-one", &events.UserUpdated{AccountID: "acme-one", UserID: first, PersonID: "person-" + first,
			Changes: events.UserChanges{Role: &events.Change{Old: "user", New: fmt.Sprint("role-", l.position)}}}})
		s.Offer(c)
		mustReach(t, s, c.Last())
	}
	users := pages(t, s, 7, arrive, func(snap *Snapshot, p Page) (List[User], error) {
		return Users(snap, as(rule.Admin), UserFilter{Account: "acme-one"}, p)
	})
	if len(users) != 60 || users[30].Role != "user" {
		t.Errorf("%d users, not the 60 of the first page; one has role %s", len(users), users[30].Role)
	}
	end := l.position
	history := pages(t, s, 7, arrive, func(snap *Snapshot, p Page) (List[Event], error) {
		return Events(snap, as(rule.Admin), EventFilter{Type: "UserAdded", Desc: true}, p)
	})
	if want := l.wanted(EventFilter{Type: "UserAdded"}, end); len(history) != len(want) {
		t.Errorf("%d events, not the %d of the first page", len(history), len(want))
	}
}

func TestCursorsAreOfOneList(t *testing.T) {
	l := newLedger(t)
	l.found()
	for range 10 {
		l.addUser("acme-one")
	}
	s := l.replayed()
	f := UserFilter{Account: "acme-one"}
	snap := at(t, s, AsOf{})
	first, err := Users(snap, as(rule.Admin), f, Page{Limit: 3})
	if err != nil || first.NextCursor == "" {
		t.Fatal(err)
	}
	good := first.NextCursor
	if l, err := Users(snap, as(rule.Admin), f, Page{Cursor: good}); err != nil || len(l.Items) != 7 {
		t.Errorf("%d items behind the first three: %v", len(l.Items), err)
	}
	bad := []string{"x", "", good[1:], good + "AA", strings.ToLower(good), good[:len(good)-4] + "AAAA", strings.Repeat("A", 2000)}
	for _, c := range bad[2:] {
		if _, err := Users(snap, as(rule.Admin), f, Page{Cursor: c}); !errors.Is(err, ErrCursor) {
			t.Errorf("cursor %q: %v", c, err)
		}
	}
	for _, c := range bad[:1] {
		if _, err := s.Resume(context.Background(), c); !errors.Is(err, ErrCursor) {
			t.Errorf("resuming %q: %v", c, err)
		}
	}
	for what, c := range map[string]string{
		"beyond the end": s.cursors.seal(cursor{position: l.position + 9}),
		"another ledger": newCursors(make([]byte, 32), nil).seal(cursor{position: 1}),
	} {
		if _, err := s.Resume(context.Background(), c); !errors.Is(err, ErrCursor) {
			t.Errorf("resuming %s: %v", what, err)
		}
	}
	if again, _ := Users(snap, as(rule.Admin), f, Page{Limit: 3}); again.NextCursor != good {
		t.Error("the same page has another cursor")
	}
	if b, _ := base64.RawURLEncoding.DecodeString(good); bytes.Contains(b, []byte(first.Items[2].UserID)) {
		t.Error("the cursor tells ids")
	}
	f.Role = "user"
	if _, err := Users(snap, as(rule.Admin), f, Page{Cursor: good}); !errors.Is(err, ErrCursor) {
		t.Errorf("with another filter: %v", err)
	}
	f.Role = ""
	if _, err := Users(snap, as(rule.Operator), f, Page{Cursor: good}); !errors.Is(err, ErrCursor) {
		t.Errorf("for another role: %v", err)
	}
	if _, err := Orders(snap, as(rule.Admin), OrderFilter{Account: "acme-one"}, Page{Cursor: good}); !errors.Is(err, ErrCursor) {
		t.Errorf("for another list: %v", err)
	}
	if _, err := Users(at(t, s, AtPosition(l.position-1)), as(rule.Admin), f, Page{Cursor: good}); !errors.Is(err, ErrCursor) {
		t.Errorf("at another position: %v", err)
	}
}

// Lists that are not of the log have such cursors, too.
func TestMarksAreOfOneList(t *testing.T) {
	l := newLedger(t)
	l.found()
	s := l.replayed()
	mark, err := s.Mark("jobs", as(rule.Admin), "done", "job-17")
	if err != nil || strings.Contains(mark, "job") {
		t.Fatal(mark, err)
	}
	if after, err := s.Marked("jobs", as(rule.Admin), "done", mark); after != "job-17" || err != nil {
		t.Errorf("%q, %v", after, err)
	}
	users, err := Users(at(t, s, AsOf{}), as(rule.Admin), UserFilter{Account: "acme-one"}, Page{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	for what, is := range map[string]func() (string, error){
		"another list":    func() (string, error) { return s.Marked("tokens", as(rule.Admin), "done", mark) },
		"another filter":  func() (string, error) { return s.Marked("jobs", as(rule.Admin), "", mark) },
		"another role":    func() (string, error) { return s.Marked("jobs", as(rule.Operator), "done", mark) },
		"what is made up": func() (string, error) { return s.Marked("jobs", as(rule.Admin), "done", "job-17") },
		"what is changed": func() (string, error) { return s.Marked("jobs", as(rule.Admin), "done", mark[:30]+"AAAA"+mark[34:]) },
		"a cursor of a view's": func() (string, error) {
			return s.Marked("users", as(rule.Admin), UserFilter{Account: "acme-one"}, users.NextCursor)
		},
	} {
		if after, err := is(); after != "" || !errors.Is(err, ErrCursor) {
			t.Errorf("%s: %q, %v", what, after, err)
		}
	}
	if _, err := s.Resume(t.Context(), mark); !errors.Is(err, ErrCursor) {
		t.Errorf("a view goes on at the mark of another list: %v", err)
	}
}

func TestPagesAreBounded(t *testing.T) {
	l := newLedger(t)
	l.found()
	var ds []draft
	for i := range MaxLooked + 500 {
		id := fmt.Sprintf("user-%06d", i)
		ds = append(ds, draft{"acme", "acme-one", &events.UserAdded{AccountID: "acme-one", UserID: id, PersonID: "p" + id, Role: "user", Email: events.Clear(id)}})
	}
	l.commit(ds...)
	s := l.replayed()
	f := UserFilter{Account: "acme-one", Query: fmt.Sprintf("user-%06d", MaxLooked+100)}
	first, err := Users(at(t, s, AsOf{}), as(rule.Admin), f, Page{})
	if err != nil || len(first.Items) != 0 || first.NextCursor == "" {
		t.Errorf("%d items, cursor %q, %v", len(first.Items), first.NextCursor, err)
	}
	all := pages(t, s, 100, func() {}, func(snap *Snapshot, p Page) (List[User], error) { return Users(snap, as(rule.Admin), f, p) })
	if len(all) != 1 {
		t.Errorf("%d users found", len(all))
	}
	if l, _ := Users(at(t, s, AsOf{}), as(rule.Admin), UserFilter{Account: "acme-one"}, Page{Limit: 1 << 30}); len(l.Items) != MaxLimit {
		t.Errorf("a page of %d", len(l.Items))
	}
}

// Every payload with a field user_id or order_id is known to named.
func TestNamedKnowsEveryKind(t *testing.T) {
	for _, k := range events.Kinds.Kinds() {
		p := reflect.New(reflect.TypeOf(k.Versions[k.Current()-1].Shape).Elem())
		want := [2]string{}
		for i, name := range []string{"UserID", "OrderID"} {
			if f := p.Elem().FieldByName(name); f.IsValid() && k.Aggregate != "order" {
				f.SetString("it")
				want[i] = "it"
			}
		}
		user, order := Named(p.Interface().(events.Payload))
		if got := [2]string{user, order}; got != want {
			t.Errorf("%s: %v, not %v", k.Type, got, want)
		}
	}
}

// Every event of a subscription that names an account belongs to its history.
func TestAccountOfKnowsEveryKind(t *testing.T) {
	of := 0
	for _, k := range events.Kinds.Kinds() {
		p := reflect.New(reflect.TypeOf(k.Versions[k.Current()-1].Shape).Elem())
		e, want := &events.Event{Aggregate: k.Aggregate, AggregateID: "itself", Data: p.Interface().(events.Payload)}, ""
		switch f := p.Elem().FieldByName("AccountID"); {
		case k.Aggregate == "account":
			want = "itself"
		case k.Aggregate == "subscription" && f.IsValid():
			f.SetString("it")
			want, of = "it", of+1
		}
		if got := AccountOf(e); got != want {
			t.Errorf("%s: %q, not %q", k.Type, got, want)
		}
	}
	if of < 9 {
		t.Errorf("%d events of subscriptions name an account", of)
	}
}

func TestHistoryShowsWhatTheRoleMaySee(t *testing.T) {
	l := newLedger(t)
	l.found()
	c := l.addUser("acme-one")
	u := c.Events[0].Data.(*events.UserAdded)
	address := u.Email.Plain
	s := l.replayed()
	look := func(a Audience) string {
		t.Helper()
		e, err := EventAt(at(t, s, AsOf{}), a, c.Last())
		if err != nil || e == nil {
			t.Fatal(e, err)
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, role := range []rule.Role{rule.Admin, rule.Auditor} {
		if b := look(as(role)); !strings.Contains(b, `"email":"`+address+`"`) || strings.Contains(b, "sealed") {
			t.Errorf("%s sees %s", role, b)
		}
	}
	if b := look(as(rule.Operator)); strings.Contains(b, address) || !strings.Contains(b, `"email":{"sealed":"`) {
		t.Errorf("an operator sees %s", b)
	}
	if err := l.sealer.Erase(u.PersonID); err != nil {
		t.Fatal(err)
	}
	for _, role := range []rule.Role{rule.Admin, rule.Operator} {
		if b := look(as(role)); strings.Contains(b, address) || !strings.Contains(b, `"email":{"erased":true}`) || strings.Contains(b, "sealed") {
			t.Errorf("%s sees of an erased person %s", role, b)
		}
	}
}

func TestHistoryStaysInScope(t *testing.T) {
	l := newLedger(t)
	l.found()
	s := l.replayed()
	snap := at(t, s, AsOf{})
	for name, c := range map[string]struct {
		who  rule.Caller
		want EventFilter
	}{
		"partner": {rule.Caller{Role: rule.Partner, Partner: "zeta"}, EventFilter{Partner: "zeta"}},
		"auditor": {rule.Caller{Role: rule.Auditor, Partner: "acme"}, EventFilter{Partner: "acme"}},
		"account": {rule.Caller{Role: rule.AccountAdmin, Account: "acme-one"}, EventFilter{Account: "acme-one"}},
		"nobody":  {rule.Caller{Role: rule.Partner}, EventFilter{Partner: "nobody"}},
	} {
		got, err := Events(snap, Audience{Caller: c.who}, EventFilter{}, Page{Limit: MaxLimit})
		want := l.wanted(c.want, l.position)
		if err != nil || !slices.EqualFunc(got.Items, want, func(e Event, p uint64) bool { return e.Position == p }) {
			t.Errorf("%s: %d events, not %d (%v)", name, len(got.Items), len(want), err)
		}
		for _, e := range l.commits[0].Events { // acme's
			v, err := EventAt(snap, Audience{Caller: c.who}, e.Position)
			if (v != nil) != slices.Contains(want, e.Position) || err != nil {
				t.Errorf("%s: event %d is %v, %v", name, e.Position, v, err)
			}
		}
	}
}
