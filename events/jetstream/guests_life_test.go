package jetstream

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
)

func TestStrangersStayOutside(t *testing.T) {
	h := newHouse(t)
	for name, o := range map[string]nats.Option{
		"nothing": nil, "another token": nats.Token("mallory"), "an empty token": nats.Token(""),
		"a guest's name alone": nats.UserInfo("ann", ""), "the ledger's name": nats.UserInfo(accountFeed, accountFeed),
	} {
		options := []nats.Option{nats.MaxReconnects(0)}
		if o != nil {
			options = append(options, o)
		}
		nc, err := nats.Connect("nats://"+h.addr, options...)
		if !errors.Is(err, nats.ErrAuthorization) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			nc.Close()
		}
	}
	expectRefused(t, h.s, h.addr)
}

// lost waits until a connection has ended.
func lost(t *testing.T, nc *nats.Conn) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); nc.IsConnected(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the connection is still there")
		}
	}
}

// room is a guest's, nil if there is none.
func (h *house) room(key string) *room {
	g := h.s.guests()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.rooms {
		if r.guest.Key == key {
			return r
		}
	}
	return nil
}

func TestRevokedGuestsAreSentAway(t *testing.T) {
	h := newHouse(t)
	h.make("a", "ann", "ledger.acme.>")
	h.make("b", "bob", "ledger.acme.>")
	ann, again, bob := h.enter("ann"), h.enter("ann"), h.enter("bob")
	for _, nc := range []*nats.Conn{ann, bob} {
		if _, err := h.consumer(nc, map[*nats.Conn]string{ann: "a", bob: "b"}[nc]).Messages(); err != nil {
			t.Fatal(err)
		}
	}
	h.revoke["ann"]()
	lost(t, ann)
	lost(t, again)
	if !bob.IsConnected() {
		t.Error("another guest has lost the connection, too")
	}
	if ann, bob := h.room("ann"), h.room("bob"); ann != nil || bob == nil {
		t.Errorf("rooms: %v, %v", ann, bob)
	}
}

// Credentials that end take the connection with them.
func TestExpiredGuestsAreSentAway(t *testing.T) {
	ends := time.Now().Add(700 * time.Millisecond)
	s := start(t, Options{StoreDir: t.TempDir(), Listen: "127.0.0.1:0", Admit: func(string, string) (Guest, error) {
		return Guest{Key: "ann", Expires: ends}, nil
	}})
	addr, err := s.AcceptClients()
	if err != nil {
		t.Fatal(err)
	}
	nc, err := nats.Connect("nats://"+addr, nats.Token("x"), nats.NoReconnect(), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	lost(t, nc)
	if time.Now().Before(ends) {
		t.Errorf("sent away %v before the end: %v", time.Until(ends), nc.LastError())
	}
}

func TestGuestsHaveLimits(t *testing.T) {
	h := newHouse(t)
	h.make("a", "ann", "ledger.acme.>")
	var all []*nats.Conn
	for range MaxGuestConnections {
		all = append(all, h.enter("ann"))
	}
	if nc, err := nats.Connect("nats://"+h.addr, nats.Token("ann")); err == nil {
		nc.Close()
		t.Error("one more connection is let in")
	}
	all[0].Close()
	var err error
	for range 100 { // the server learns of it in a moment
		if _, err = nats.Connect("nats://"+h.addr, nats.Token("ann"), nats.NoReconnect()); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		t.Errorf("none comes in when another has left: %v", err)
	}

	if err := all[1].Publish("$JS.API.CONSUMER.MSG.NEXT.LEDGER.a", bytes.Repeat([]byte(" "), MaxGuestPayloadBytes+1)); err == nil {
		lost(t, all[1])
	}
	for n := range MaxGuestSubscriptions + 1 {
		if _, err := all[2].SubscribeSync(fmt.Sprintf("_INBOX.%d", n)); err != nil {
			break
		}
	}
	all[2].Flush()
	if err := all[2].LastError(); err == nil || !strings.Contains(err.Error(), "maximum subscriptions") {
		t.Errorf("more than %d subscriptions: %v", MaxGuestSubscriptions, err)
	}

	c := h.consumer(all[3], "a")
	if _, err := c.Fetch(MaxPullMessages+1, js.FetchMaxWait(time.Second)); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < MaxOwnConsumers; n++ {
		h.make(fmt.Sprintf("a%d", n), "ann", "ledger.acme.>")
	}
	if _, err := h.all.Create(t.Context(), Consumer{Name: "more", Owner: "ann", Filter: "ledger.acme.>", From: 1}); !errors.Is(err, ErrTooManyOwn) {
		t.Errorf("one more consumer: %v", err)
	}
	h.make("b", "bob", "ledger.acme.>")
}

// A name that was one guest's, and is another's now, leads the first nowhere.
func TestNamesComeFree(t *testing.T) {
	h := newHouse(t)
	h.make("x", "eve", "ledger.acme.>")
	eve := h.enter("eve")
	if got := receiveSome(t, h.consumer(eve, "x"), 3); len(got) != 3 {
		t.Fatal(got)
	}
	if err := h.all.Delete(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	h.make("x", "ann", "ledger.acme.>")
	for nc, who := range map[*nats.Conn]string{eve: "the old connection", h.enter("eve"): "a new one"} {
		if a, err := nc.Request("$JS.API.CONSUMER.MSG.NEXT.LEDGER.x", []byte("1"), 300*time.Millisecond); err == nil {
			t.Errorf("%s: %s %s", who, a.Subject, a.Data)
		}
	}
	if r := h.room("eve"); r == nil || r.doors["x"] {
		t.Error("eve's room leads to ann's consumer")
	}
	if got := receiveSome(t, h.consumer(h.enter("ann"), "x"), 80); len(got) != 80 {
		t.Errorf("ann gets %d", len(got))
	}
}

// Who is connected already gets what is made later.
func TestConsumersMadeLater(t *testing.T) {
	h := newHouse(t)
	ann := h.enter("ann")
	h.make("a", "ann", "ledger.acme.>")
	if got := receiveSome(t, h.consumer(ann, "a"), 3); len(got) != 3 {
		t.Error(got)
	}
}

// Consumers go on where they were when the server was replaced, or started
// again, and so do their guests.
func TestConsumersAreThereAgain(t *testing.T) {
	h := newHouse(t)
	h.make("a", "ann", "ledger.acme.>")
	nc := h.enter("ann", nats.MaxReconnects(-1))
	if got := receiveSome(t, h.consumer(nc, "a"), 30); len(got) != 30 {
		t.Fatal(got)
	}
	h.s.srv.DisableJetStream()
	h.s.doubt()
	if _, err := h.f.Last(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []uint64
	for range 100 {
		if c, err := js.New(nc); err == nil {
			if found, err := c.Consumer(t.Context(), FeedStream, "a"); err == nil {
				got = receiveSome(t, found, 10)
				break
			}
		}
	}
	if len(got) != 10 || got[0] != 31 {
		t.Fatalf("after a new server: %v", got)
	}
	dir := h.s.o.StoreDir
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{StoreDir: dir})
	all, err := s.OpenConsumers(t.Context(), openFeed(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if k, err := all.Get(t.Context(), "a"); err != nil || k.Owner != "ann" || k.Partner != "acme" || k.Acknowledged != 40 || k.Pending != 40 {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestMakingConsumers(t *testing.T) {
	h := newHouse(t)
	k := Consumer{Name: "a", Owner: "ann", Filter: "ledger.acme.>", From: 11, Partner: "acme"}
	first, err := h.all.Create(t.Context(), k)
	if err != nil || first.From != 11 || first.Pending != 70 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := h.all.Create(t.Context(), k); err != nil || again.CreatedAt != first.CreatedAt {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	for _, other := range []Consumer{
		{Name: "a", Owner: "bob", Filter: k.Filter, From: 11, Partner: "acme"},
		{Name: "a", Owner: "ann", Filter: "ledger.>", From: 11, Partner: "acme"},
		{Name: "a", Owner: "ann", Filter: k.Filter, From: 12, Partner: "acme"},
		{Name: "a", Owner: "ann", Filter: k.Filter, From: 11},
	} {
		if _, err := h.all.Create(t.Context(), other); !errors.Is(err, ErrConsumerExists) {
			t.Errorf("%+v: %v", other, err)
		}
	}
	if list := h.all.List(); len(list) != 1 || list[0].Name != "a" {
		t.Errorf("%+v", list)
	}
	if err := h.all.Delete(t.Context(), "b"); !errors.Is(err, ErrNoConsumer) {
		t.Error(err)
	}
	if err := h.all.Delete(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if _, err := h.all.Get(t.Context(), "a"); !errors.Is(err, ErrNoConsumer) || len(h.all.List()) != 0 {
		t.Error(err)
	}
}

// Who asks without rest is sent away, and the server forgets the requests; the
// others stay.
func TestGuestsAskInMeasure(t *testing.T) {
	h := newHouse(t)
	h.make("e", "eve", "ledger.acme.account.nobody.>")
	h.make("a", "ann", "ledger.acme.>")
	eve, ann := h.enter("eve", nats.NoReconnect()), h.enter("ann")
	inbox := nats.NewInbox()
	if _, err := eve.Subscribe(inbox, func(*nats.Msg) {}); err != nil {
		t.Fatal(err)
	}
	const enough = 2000
	g := h.s.guests()
	g.mu.Lock()
	g.answers = enough
	g.mu.Unlock()
	sent := 0
	for deadline := time.Now().Add(60 * time.Second); !eve.IsClosed() && time.Now().Before(deadline); sent++ {
		if sent <= enough+100 {
			_ = eve.PublishRequest("$JS.API.CONSUMER.MSG.NEXT.LEDGER.e", inbox, []byte(`{"batch":1,"no_wait":true}`)) // until it is closed
		} else {
			time.Sleep(time.Millisecond)
		}
	}
	if !eve.IsClosed() || sent <= enough {
		t.Fatalf("after %d requests", sent)
	}
	feed, err := h.s.srv.LookupAccount(accountFeed)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); feed.NumPendingAllResponses() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := feed.NumPendingAllResponses(); n > 0 {
		t.Errorf("%d answers are still expected", n)
	}
	if got := receiveSome(t, h.consumer(ann, "a"), 80); len(got) != 80 {
		t.Error(got)
	}
}
